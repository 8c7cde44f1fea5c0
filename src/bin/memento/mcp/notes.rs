//! The tools that read notes.

use chrono::{Local, TimeZone};
use memento::Result;
use memento::notes::{Backlink, ListQuery, Note, PublicLink, PublicNode};
use memento::org::entry;
use schemars::JsonSchema;
use serde::Deserialize;

use super::call::Call;
use super::render::{BUDGET, count, cut, list, page, quoted};
use super::tool::{Effect, Tool};

/// How many notes come at once.
const LIMIT: usize = 20;
/// How much of the context of a link or a hit is shown.
const CONTEXT: usize = 400;
/// How many headings of a note are named.
const SECTIONS: usize = 60;

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new(
            "note_get",
            "Read a note",
            "Reads a note of the person's second brain, or one section of it. A long one comes in pages: the answer names \
             the offset of the next. The revision in it is what note_update wants.",
            Effect::Reads,
            note_get,
        ),
        Tool::new(
            "note_search",
            "Search notes",
            "Full text search over the notes, the best first. All words must be there; \"a phrase\", prefix*, -without.",
            Effect::Reads,
            note_search,
        ),
        Tool::new(
            "note_list",
            "List notes",
            "Lists notes by title, or the last changed first, all or those with certain tags.",
            Effect::Reads,
            note_list,
        ),
        Tool::new(
            "note_links",
            "Links of a note",
            "The links out of a note, the notes that link to it with the lines around the link, and the notes that cite the \
             same reference.",
            Effect::Reads,
            note_links,
        ),
    ]
}

/// How a text is written.
#[derive(Deserialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum Format {
    #[default]
    Org,
    Markdown,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct GetArgs {
    /// The note's id, title or alias
    name: String,
    /// Org as it is written, or Markdown [default: org]
    format: Option<Format>,
    /// Only this heading and what is under it: its title, or its path as in "Plan/Next steps"
    section: Option<String>,
    /// Where to go on in a long note, as the page before says [default: 0]
    offset: Option<usize>,
}

fn note_get(call: &Call, args: GetArgs) -> Result<String> {
    let note = call.vault(|vault| vault.get(&args.name, args.section.as_deref()))?;
    let text = match args.format.unwrap_or_default() {
        Format::Org => note.text.clone(),
        Format::Markdown => entry::markdown(&note.text),
    };
    let offset = args.offset.unwrap_or(0);
    let page = page(&text, offset, BUDGET);
    let mut out = heading(&note);
    match (offset, page.next) {
        (0, None) => {}
        (_, None) => out.push_str(&format!("part: the last of {} bytes\n", text.len())),
        (_, Some(next)) => out.push_str(&format!("part: of {} bytes; for the next: offset {next}\n", text.len())),
    }
    out.push('\n');
    out.push_str(page.text);
    Ok(out)
}

/// What stands above a note's text.
pub(super) fn heading(note: &Note) -> String {
    let node = &note.node;
    let mut facts = vec![
        ("title", node.title.clone()),
        ("id", node.id.clone()),
        ("revision", note.revision.clone()),
        ("in", node.path.join(" > ")),
        ("todo", node.todo.clone().unwrap_or_default()),
        ("tags", node.tags.join(", ")),
        ("aliases", node.aliases.join(", ")),
        ("refs", node.refs.join(", ")),
        ("file", node.file.clone().unwrap_or_default()),
        ("changed", day(node.changed)),
    ];
    let more = note.sections.len().saturating_sub(SECTIONS);
    let mut sections = note.sections.iter().take(SECTIONS).cloned().collect::<Vec<_>>().join(" | ");
    if more > 0 {
        sections.push_str(&format!(" | and {more} more"));
    }
    facts.push(("sections", sections));
    let told = facts.iter().filter(|(_, value)| !value.is_empty());
    told.map(|(name, value)| format!("{name}: {}\n", cut(value, BUDGET / 4, "too many to name"))).collect()
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SearchArgs {
    /// The words
    query: String,
    /// How many hits to leave out at the start [default: 0]
    offset: Option<usize>,
    /// At most so many [default: 20]
    limit: Option<usize>,
}

fn note_search(call: &Call, args: SearchArgs) -> Result<String> {
    let (offset, limit) = (args.offset.unwrap_or(0), args.limit.unwrap_or(LIMIT).max(1));
    let wanted = offset.saturating_add(limit);
    let found = call.vault(|vault| vault.search(&args.query, wanted))?;
    if found.total == 0 {
        return Ok("No note has all of these words. Fewer of them, or prefix*, find more.".to_owned());
    }
    let rows = found.hits.iter().skip(offset).map(|hit| with_context(&row(&hit.node), &hit.snippet));
    // A search has an end before that of all hits, behind which there are no more pages.
    let (reach, rest) = match found.hits.len() {
        shown if shown < wanted && shown < found.total => (shown, "\nMore words find the others.\n"),
        _ => (found.total, ""),
    };
    Ok(format!("{}:\n\n{}{rest}", count(found.total, "note"), list(rows, offset, reach)))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListArgs {
    /// Only notes with all of these tags
    tags: Option<Vec<String>>,
    /// The last changed first, instead of by title [default: false]
    recent: Option<bool>,
    /// How many to leave out at the start [default: 0]
    offset: Option<usize>,
    /// At most so many [default: 20]
    limit: Option<usize>,
}

fn note_list(call: &Call, args: ListArgs) -> Result<String> {
    let query = ListQuery {
        tags: args.tags.unwrap_or_default(),
        recent: args.recent.unwrap_or(false),
        offset: args.offset.unwrap_or(0),
        limit: Some(args.limit.unwrap_or(LIMIT).max(1)),
    };
    let (nodes, total) = call.vault(|vault| vault.list(&query))?;
    if total == 0 {
        let tags = call.vault(memento::notes::PublicVault::tags)?;
        let names = tags.iter().map(|t| format!("{} ({})", t.tag, t.notes)).collect::<Vec<_>>().join(", ");
        return Ok(cut(&format!("No note fits. The tags are: {names}"), BUDGET, "search instead"));
    }
    Ok(format!("{}:\n\n{}", count(total, "note"), list(nodes.iter().map(row), query.offset, total)))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LinksArgs {
    /// The note's id, title or alias
    name: String,
    /// How many links to leave out at the start [default: 0]
    offset: Option<usize>,
    /// At most so many [default: 50]
    limit: Option<usize>,
}

fn note_links(call: &Call, args: LinksArgs) -> Result<String> {
    let links = call.vault(|vault| vault.links(&args.name))?;
    let forward = links.forward.iter().map(|link| format!("-> {}", target(link)));
    let back = links.back.iter().map(|link| format!("<- {}", source(link)));
    let cited = links.reflinks.iter().map(|link| format!("<- by reference: {}", source(link)));
    let rows: Vec<String> = forward.chain(back).chain(cited).collect();
    let title = quoted(&links.node.title);
    if rows.is_empty() {
        return Ok(format!("{title} has no links, and nothing links to it."));
    }
    let (total, offset) = (rows.len(), args.offset.unwrap_or(0));
    let shown = rows.into_iter().skip(offset).take(args.limit.unwrap_or(50).max(1));
    Ok(format!("{} of {title} (-> out of it, <- into it):\n\n{}", count(total, "link"), list(shown, offset, total)))
}

fn target(link: &PublicLink) -> String {
    let title =
        link.title.as_ref().or(link.description.as_ref()).map_or_else(String::new, |t| format!("{} ", quoted(t)));
    format!("{title}{}:{}", link.kind, link.target)
}

fn source(link: &Backlink<PublicNode>) -> String {
    let path = if link.path.is_empty() { String::new() } else { format!(", under {}", link.path.join(" > ")) };
    with_context(&format!("{}{path}", row(&link.node).trim_start_matches("- ")), &link.context)
}

/// A note in a list: its title, then what the next call needs.
pub(super) fn row(node: &PublicNode) -> String {
    let mut facts = vec![format!("id {}", node.id)];
    if !node.tags.is_empty() {
        facts.push(format!("tags {}", node.tags.join(" ")));
    }
    if !node.path.is_empty() {
        facts.push(format!("in {}", node.path.join(" > ")));
    }
    facts.push(format!("changed {}", day(node.changed)));
    let todo = node.todo.as_ref().map_or_else(String::new, |todo| format!("{todo} "));
    format!("- {todo}{} ({})", quoted(&node.title), facts.join("; "))
}

fn with_context(row: &str, context: &str) -> String {
    let context = cut(context, CONTEXT, "read the note");
    context.lines().filter(|l| !l.trim().is_empty()).fold(row.to_owned(), |row, line| format!("{row}\n    {line}"))
}

fn day(time: i64) -> String {
    Local.timestamp_opt(time, 0).single().map_or_else(String::new, |time| time.format("%Y-%m-%d").to_string())
}
