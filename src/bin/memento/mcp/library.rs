//! The tools of the library of prompts: what the person asked of assistants. Keys and tokens are always masked.

use chrono::{DateTime, Local};
use memento::prompts::{self, Library, Prompt, Query, masked, pasted_texts};
use memento::{Error, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::call::Call;
use super::render::{BUDGET, count, cut, page, quoted};
use super::tool::{Effect, Tool};
use crate::prompt::publish_one;

/// How many prompts come at once.
const LIMIT: usize = 20;
const MOST: usize = 200;
/// How much of a prompt is shown in a list, in bytes.
const SHORT: usize = 400;

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new(
            "prompt_search",
            "Search prompts",
            "Searches what the person asked of assistants before, the newest first: how they work, what they asked like this, \
             which prompts they rated well. All words must be there; \"a phrase\", prefix*, -without. With id: one prompt \
             whole, with what was pasted. What looks like a key or token is masked.",
            Effect::Reads,
            prompt_search,
        ),
        Tool::new(
            "prompt_publish",
            "Publish a prompt as a note",
            "Makes a note of one of the person's prompts, which all assistants can read with note_get, or brings the note up \
             to date that it has. What looks like a key or token is masked. Publish what the person wants published.",
            Effect::Changes,
            prompt_publish,
        ),
    ]
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SearchArgs {
    /// The words
    text: Option<String>,
    /// Of this project: its path, the last part of it, or any part
    project: Option<String>,
    /// Rated just so, 1 to 5; 0: not rated
    rating: Option<u8>,
    /// Rated so or better, 1 to 5
    min_rating: Option<u8>,
    /// From then on: 2025-10-02, yesterday, "last week", 3d, 12h
    since: Option<String>,
    /// Until then, that day included
    until: Option<String>,
    /// With this tag
    tag: Option<String>,
    /// This prompt whole, instead of a search
    id: Option<i64>,
    /// How many to leave out at the start; with id, where to go on in a long one [default: 0]
    offset: Option<usize>,
    /// At most so many [default: 20]
    limit: Option<usize>,
}

fn prompt_search(call: &Call, args: SearchArgs) -> Result<String> {
    let subject = args.id.map(|id| id.to_string()).or_else(|| args.text.clone()).unwrap_or_default();
    let answer = call.vault(|vault| {
        vault.audited("prompt_search", &prompts::mask(&subject), |(_, found)| *found, || search(call, &args))
    })?;
    Ok(answer.0)
}

/// The answer, and how many prompts are in it.
fn search(call: &Call, args: &SearchArgs) -> Result<(String, usize)> {
    let library = Library::open(&call.config)?;
    let offset = args.offset.unwrap_or(0);
    if let Some(id) = args.id {
        args.nothing_else()?;
        return Ok((whole(&seen(library.show(id)?)?, offset), 1));
    }
    let limit = args.limit.unwrap_or(LIMIT).clamp(1, MOST);
    let query = Query { offset, limit: Some(limit), ..args.query()? };
    let found = library.list(&query)?;
    if found.prompts.is_empty() {
        let any = library.list(&Query { public: true, commands: true, limit: Some(1), ..Query::default() })?;
        let text = match (any.prompts.len(), offset) {
            (0, _) => "There are no prompts yet: the person imports them with `memento prompt sync`.",
            (_, 0) => "No prompt fits. Fewer words, or prefix*, find more.",
            _ => "There are no more.",
        };
        return Ok((text.to_owned(), 0));
    }
    let mut out = String::new();
    let (all, mut shown) = (found.prompts.len(), 0);
    for prompt in found.prompts {
        let row = row(&masked(prompt));
        if shown > 0 && out.len() + row.len() > BUDGET {
            break;
        }
        out.push_str(&row);
        shown += 1;
    }
    if found.more || shown < all {
        out.push_str(&format!("\n{}; for more: offset {}\n", count(shown, "prompt"), offset + shown));
    }
    Ok((out, shown))
}

/// What the person tagged PRIVATE is as good as not there.
fn seen(prompt: Prompt) -> Result<Prompt> {
    if prompt.tags.iter().any(|tag| tag == prompts::PRIVATE) {
        return Err(prompts::no_such_prompt(prompt.id));
    }
    Ok(prompt)
}

impl SearchArgs {
    fn query(&self) -> Result<Query> {
        let wrong = |name: &str, given: u8, from: u8| {
            Err(Error::Invalid(format!("prompt_search: {name} is {given}: give {from} to 5")))
        };
        if let Some(given) = self.rating.filter(|rating| *rating > 5) {
            return wrong("rating", given, 0);
        }
        if let Some(given) = self.min_rating.filter(|rating| !(1..=5).contains(rating)) {
            return wrong("min_rating", given, 1);
        }
        if self.rating.is_some() && self.min_rating.is_some() {
            return Err(Error::Invalid("prompt_search: give rating or min_rating, not both".to_owned()));
        }
        let now = Local::now();
        let just = self.rating.filter(|rating| *rating > 0);
        Ok(Query {
            text: self.text.clone().filter(|text| !text.trim().is_empty()),
            project: self.project.clone().filter(|project| !project.is_empty()),
            since: self.since.as_deref().map(|since| prompts::since(since, now)).transpose()?,
            until: self.until.as_deref().map(|until| prompts::until(until, now)).transpose()?,
            min_rating: just.or(self.min_rating),
            max_rating: just,
            rated: (self.rating == Some(0)).then_some(false),
            tag: self.tag.clone(),
            public: true,
            ..Query::default()
        })
    }

    /// Whether there is no more than an id and an offset.
    fn nothing_else(&self) -> Result<()> {
        let given = [
            ("text", self.text.is_some()),
            ("project", self.project.is_some()),
            ("rating", self.rating.is_some()),
            ("min_rating", self.min_rating.is_some()),
            ("since", self.since.is_some()),
            ("until", self.until.is_some()),
            ("tag", self.tag.is_some()),
            ("limit", self.limit.is_some()),
        ];
        match given.iter().find(|(_, given)| *given) {
            Some((name, _)) => {
                Err(Error::Invalid(format!("prompt_search: with id there is no {name}: leave one of them out")))
            }
            None => Ok(()),
        }
    }
}

/// A prompt in a list: the number, what is known of it, and how it begins.
fn row(prompt: &Prompt) -> String {
    let text = prompt.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut row = format!(
        "- {} ({}): {}\n",
        prompt.id,
        facts(prompt).join("; "),
        cut(&text, SHORT, &format!("id {}", prompt.id))
    );
    if let Some(note) = &prompt.note {
        row.push_str(&format!(
            "    the person's note: {}\n",
            cut(&note.replace('\n', " "), SHORT, &format!("id {}", prompt.id))
        ));
    }
    row
}

fn facts(prompt: &Prompt) -> Vec<String> {
    let time = DateTime::from_timestamp_millis(prompt.time).filter(|_| prompt.time != 0);
    let time =
        time.map_or_else(|| "undated".to_owned(), |t| t.with_timezone(&Local).format("%Y-%m-%d %H:%M").to_string());
    let mut facts = vec![time];
    if !prompt.project.is_empty() {
        facts.push(format!("project {}", prompt.project_name()));
    }
    if prompt.rating > 0 {
        facts.push(format!("rated {}", prompt.rating));
    }
    if !prompt.tags.is_empty() {
        facts.push(format!("tags {}", prompt.tags.join(" ")));
    }
    facts
}

/// A prompt whole; a long one comes in pages.
fn whole(prompt: &Prompt, offset: usize) -> String {
    let prompt = masked(prompt.clone());
    let mut text = prompt.text.clone();
    for pasted in prompt.pasted.iter().flat_map(pasted_texts) {
        text.push_str(&format!("\n\n[pasted]\n{pasted}"));
    }
    if let Some(note) = &prompt.note {
        text.push_str(&format!("\n\n[the person's note]\n{note}"));
    }
    let page = page(&text, offset, BUDGET);
    let part = match (offset, page.next) {
        (0, None) => String::new(),
        (_, None) => format!("part: the last of {} bytes\n", text.len()),
        (_, Some(next)) => format!("part: of {} bytes; for the next: offset {next}\n", text.len()),
    };
    format!("prompt {} ({})\n{part}\n{}\n", prompt.id, facts(&prompt).join("; "), page.text)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PublishArgs {
    /// The prompt's id, as prompt_search shows it
    id: i64,
}

fn prompt_publish(call: &Call, args: PublishArgs) -> Result<String> {
    let note = call.vault(|vault| {
        let publish = || {
            let library = Library::open(&call.config)?;
            seen(library.get(args.id)?)?;
            publish_one(&library, args.id, false, false)
        };
        vault.audited("prompt_publish", &args.id.to_string(), |_| 1, publish)
    })?;
    let done = if note.new { "Published" } else { "Brought up to date" };
    Ok(format!("{done} {} (id {}). It is public: note_get reads it.", quoted(&note.title), note.id))
}
