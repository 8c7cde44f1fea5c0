//! `memento prompt list`, `show` and `similar`.

use memento::config::Env;
use memento::prompts::{Library, Order, Prompt, Query, pasted_texts};
use memento::{Error, Result, prompts};
use serde::Serialize;

use super::display::{rows, stars};
use super::{clock, nothing, shown};
use crate::args::Output;
use crate::args::prompt::{self, Filter, Format};
use crate::output::Answer;
use crate::review::{count, read_stdin};
use crate::screen::{exact, plain};

/// How many prompts a table has where it is not said.
const ROWS: usize = 20;

pub(super) fn list(
    filter: Filter,
    order: prompt::Order,
    limit: Option<usize>,
    format: Format,
    secrets: bool,
    library: &Library,
) -> Result<Answer> {
    let order = match order {
        prompt::Order::Newest => Order::Newest,
        prompt::Order::Oldest => Order::Oldest,
        prompt::Order::Rating => Order::Rating,
        prompt::Order::Length => Order::Length,
    };
    let limit = limit.or((format == Format::Table).then_some(ROWS)).filter(|limit| *limit > 0);
    let query = Query { order, limit, ..filter.query()? };
    let mut found = library.list(&query)?;
    let masked = found.prompts.iter().filter(|prompt| !prompt.secrets.is_empty()).count();
    found.prompts = found.prompts.into_iter().map(|prompt| shown(prompt, secrets)).collect();
    let answer = match format {
        Format::Table => Answer::text(rows(&found.prompts, |_| None)),
        Format::Json => write(&found.prompts, prompts::Format::Json)?,
        Format::Jsonl => write(&found.prompts, prompts::Format::Jsonl)?,
        Format::Csv => write(&found.prompts, prompts::Format::Csv)?,
        Format::Org => write(&found.prompts, prompts::Format::Org)?,
    };
    let shown = found.prompts.len();
    if shown == 0 {
        return Ok(answer.note(nothing(library, "no prompt fits")?).fail_if(true));
    }
    let mut notes = Vec::new();
    if found.more {
        notes.push(format!("the first {shown}; --limit 0 shows all, --limit N so many"));
    }
    if masked > 0 && !secrets && format == Format::Table {
        notes.push(format!("{} with a key or token, masked: --secrets shows them", count(masked, "prompt")));
    }
    Ok(if notes.is_empty() { answer } else { answer.note(notes.join("; ")) })
}

/// They are masked already where they are to be.
fn write(prompts: &[Prompt], format: prompts::Format) -> Result<Answer> {
    let mut out = Vec::new();
    prompts::export(prompts, format, true, &mut out).map_err(Error::io(std::path::Path::new("memory")))?;
    Ok(Answer::bytes(out))
}

pub(super) fn show(ids: &[i64], raw: bool, secrets: bool, output: Output, library: &Library) -> Result<Answer> {
    let found: Vec<Prompt> = ids.iter().map(|&id| library.show(id)).collect::<Result<_>>()?;
    let hidden = !secrets && found.iter().any(|prompt| !prompt.secrets.is_empty());
    let found: Vec<Prompt> = found.into_iter().map(|prompt| shown(prompt, secrets)).collect();
    let answer = if raw {
        Answer::text(exact(found.iter().map(whole_text).collect::<Vec<_>>().join("\n")))
    } else if let ([prompt], true) = (&found[..], output.json) {
        Answer::data(output, prompt, String::new)
    } else {
        let env = &library.config().env;
        Answer::data(output, &found, || found.iter().map(|prompt| whole(prompt, env)).collect::<Vec<_>>().join("\n"))
    };
    Ok(if hidden { answer.note("what looks like a key or token is masked: --secrets shows it") } else { answer })
}

/// The text as it was sent, as far as that is known: what was pasted stands behind it.
fn whole_text(prompt: &Prompt) -> String {
    let mut text = prompt.text.clone();
    for pasted in prompt.pasted.iter().flat_map(pasted_texts) {
        text.push_str("\n\n");
        text.push_str(&pasted);
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// A prompt with all that is known of it.
fn whole(prompt: &Prompt, env: &Env) -> String {
    let turn = prompt.turn.as_ref();
    let tokens = turn.map(|turn| {
        format!(
            "{} read, {} from the cache, {} into it, {} written; context {} → {}",
            turn.input, turn.cache_read, turn.cache_written, turn.output, turn.context_before, turn.context_after
        )
    });
    let project = (!prompt.project.is_empty()).then(|| env.abbreviate(std::path::Path::new(&prompt.project)));
    let facts = [
        ("date", clock(prompt.time, "%Y-%m-%d %a %H:%M:%S").or_else(|| Some("not known".to_owned()))),
        ("project", project),
        ("session", prompt.session.clone()),
        ("branch", turn.and_then(|turn| turn.branch.clone())),
        ("model", turn.and_then(|turn| turn.model.clone())),
        ("tokens", tokens),
        ("tags", (!prompt.tags.is_empty()).then(|| prompt.tags.join(" "))),
        ("holds", (!prompt.secrets.is_empty()).then(|| format!("what looks like: {}", prompt.secrets.join(", ")))),
    ];
    let mut out =
        format!("{} {}\n", prompt.id, if prompt.rating == 0 { "not rated".to_owned() } else { stars(prompt.rating) });
    for (name, value) in facts.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
        out.push_str(&format!("  {name:<9} {value}\n"));
    }
    if let Some(note) = &prompt.note {
        out.push_str(&format!("  note      {}\n", note.trim_end().replace('\n', "\n            ")));
    }
    out.push_str(&format!("\n{}\n", prompt.text.trim_end()));
    for (i, pasted) in prompt.pasted.iter().flat_map(pasted_texts).enumerate() {
        out.push_str(&format!("\n-- pasted {} --\n{}\n", i + 1, pasted.trim_end()));
    }
    plain(&out)
}

#[derive(Serialize)]
struct Alike {
    similarity: f64,
    #[serde(flatten)]
    prompt: Prompt,
}

pub(super) fn similar(
    id: Option<i64>,
    text: Option<String>,
    least: f64,
    limit: usize,
    secrets: bool,
    output: Output,
    library: &Library,
) -> Result<Answer> {
    if !(0.0..=1.0).contains(&least) {
        return Err(Error::Invalid(format!("--least is {least}: give 0 to 1")));
    }
    let text = match (id, text.as_deref()) {
        (Some(id), _) => library.get(id)?.text,
        (None, Some("-")) => read_stdin()?,
        (None, text) => text.unwrap_or_default().to_owned(),
    };
    let found: Vec<Alike> = library
        .similar(&text, id, least, limit)?
        .into_iter()
        .map(|similar| Alike { similarity: similar.similarity, prompt: shown(similar.prompt, secrets) })
        .collect();
    let none = found.is_empty();
    let answer = Answer::data(output, &found, || {
        let prompts: Vec<Prompt> = found.iter().map(|alike| alike.prompt.clone()).collect();
        rows(&prompts, |i| Some(format!("{:3.0}%", found[i].similarity * 100.0)))
    });
    Ok(if none {
        answer.note(nothing(library, "no prompt asks like this: a lower --least finds more")?).fail_if(true)
    } else {
        answer
    })
}
