//! A prompt as an Org entry.

use crate::org::escape_block;

use super::{local, pasted_texts};
use crate::prompts::prompt::Prompt;

/// How long a heading may be, in characters.
const TITLE: usize = 80;

/// A heading with what is known of the prompt; its texts are in blocks, in which Org sees nothing of its own.
pub(super) fn entry(prompt: &Prompt) -> String {
    let date = local(prompt.time).map_or_else(|| "undated".to_owned(), |t| t.format("[%Y-%m-%d %a %H:%M]").to_string());
    let tags = if prompt.tags.is_empty() { String::new() } else { format!("  :{}:", prompt.tags.join(":")) };
    let mut out = format!("\n* {date} {}{tags}\n:PROPERTIES:\n", title(&prompt.text));
    let rating = if prompt.rating == 0 { String::new() } else { prompt.rating.to_string() };
    let properties = [
        ("PROMPT", prompt.id.to_string()),
        ("PROJECT", prompt.project.clone()),
        ("SESSION", prompt.session.clone().unwrap_or_default()),
        ("SOURCE", prompt.source.as_str().to_owned()),
        ("RATING", rating),
        ("SECRETS", prompt.secrets.join(" ")),
        ("BRANCH", prompt.turn.as_ref().and_then(|turn| turn.branch.clone()).unwrap_or_default()),
        ("MODEL", prompt.turn.as_ref().and_then(|turn| turn.model.clone()).unwrap_or_default()),
    ];
    for (name, value) in properties.iter().filter(|(_, value)| !value.is_empty()) {
        out.push_str(&format!(":{name}: {}\n", plain(value)));
    }
    out.push_str(":END:\n");
    out.push_str(&block(&prompt.text));
    for text in prompt.pasted.iter().flat_map(pasted_texts) {
        out.push_str(&format!("\nPasted:\n{}", block(&text)));
    }
    if let Some(note) = &prompt.note {
        out.push_str(&format!("\nNote:\n{}", block(note)));
    }
    out
}

fn block(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    format!("#+begin_example\n{}\n#+end_example\n", escape_block(text.trim_end_matches('\n')))
}

/// The first line that has a word in it, as far as a heading has room, without what Org would obey in it.
fn title(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("(empty)");
    let line = plain(line);
    let mut title: String = line.chars().take(TITLE).collect();
    if line.chars().count() > TITLE {
        title = format!("{}…", title.trim_end());
    }
    // Active times would stand in the agenda, and colons at the end are tags: a space of no width parts them.
    let mut title = title.replace('<', "<\u{200b}").trim_end().to_owned();
    if title.ends_with(':') {
        title.push('\u{200b}');
    }
    title
}

/// On one line.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}
