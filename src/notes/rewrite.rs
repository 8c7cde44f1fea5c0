//! Edits of a public note's text that leave alone what is not shown of it.

use super::node::Access;
use super::view::FileView;
use crate::error::{Error, Result};
use crate::org::edit;
use crate::org::scan::Span;

/// The file's text with `body`, whose headings are as deep as they must be, in the place of what is shown of the note, or of
/// the section `target`. The parts that are not shown stay: subtrees go behind the new text, and a line that comes again
/// gets back the links that it had.
pub(super) fn body(view: &FileView<'_>, node: usize, target: Option<usize>, body: &str) -> Result<String> {
    let (outline, text) = (&view.source.outline, view.source.outline.text());
    let shown = if target == view.source.notes.nodes[node].headline {
        view.entries(node)
    } else {
        target.map_or_else(Vec::new, |heading| view.section_entries(node, heading))
    };
    // Notes of their own must not go with the text around them.
    let kept_ids = super::inert::ids(body);
    for raw in &view.source.notes.nodes {
        if raw.headline != target
            && raw.headline.is_some()
            && shown.binary_search(&raw.headline).is_ok()
            && !kept_ids.contains(&raw.id)
        {
            // Its title may hold a link that is not shown.
            let title = raw.headline.map_or_else(String::new, |i| view.title(i));
            return Err(Error::Invalid(format!(
                "the text would remove the note {title}: keep its heading with the :ID: {}, or replace a section only",
                raw.id
            )));
        }
    }
    let own = edit::own_section(outline, target);
    let end = target.map_or(text.len(), |i| outline.subtree(i).end);
    let mut lines = Hidden::default();
    lines.collect(view, own.clone());
    let mut subtrees = String::new();
    let mut at = own.end;
    // From the first heading below on: what is shown goes, all else stays.
    let below: Vec<Span> = shown.iter().flatten().filter(|i| Some(**i) != target).map(|&i| outline.entry(i)).collect();
    for entry in &below {
        push_lines(&mut subtrees, &text[at..entry.start]);
        lines.collect(view, entry.clone());
        at = entry.end;
    }
    push_lines(&mut subtrees, &text[at..end]);

    let (lead, headings) = body.split_at(first_heading(body));
    let mut lead = lines.restore(lead);
    let headings = lines.restore(headings);
    push_lines(&mut lead, &lines.rest());
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let blank = text[own.clone()].starts_with(['\n', '\r']) && !lead.is_empty();
    let mut fresh = String::new();
    if blank {
        fresh.push('\n');
    }
    push_lines(&mut fresh, lead.trim_start_matches('\n'));
    push_lines(&mut fresh, &headings);
    let fresh = if newline == "\r\n" { fresh.replace("\r\n", "\n").replace('\n', "\r\n") } else { fresh };
    let mut before = text[..own.start].to_owned();
    if !before.is_empty() && !before.ends_with('\n') {
        before.push_str(newline);
    }
    Ok(format!("{before}{fresh}{subtrees}{}", &text[end..]))
}

/// The file's text where the note has these tags of its own besides its marks.
pub(super) fn tags(view: &FileView<'_>, node: usize, tags: &[String]) -> Result<String> {
    let outline = &view.source.outline;
    let is_mark = |tag: &&str| *tag == "PUBLIC" || *tag == "PRIVATE";
    // A mark would stay when the one above it, the person's, is taken away.
    let tags = tags.iter().map(String::as_str).filter(|tag| !is_mark(tag));
    match view.source.notes.nodes[node].headline {
        Some(i) => {
            let marks = outline.tags(i).filter(is_mark);
            let all: Vec<&str> = marks.chain(tags).collect();
            edit::set_tags(outline.text(), i, &all)
        }
        None => {
            let values = preamble_values(view, "filetags").into_iter().map(|span| &outline.text()[span]);
            let marks = values.flat_map(|value| value.split([':', ' ', '\t'])).filter(is_mark);
            let mut all: Vec<&str> = Vec::new();
            for tag in marks.chain(tags) {
                if !all.contains(&tag) {
                    all.push(tag);
                }
            }
            in_preamble(view, |preamble| edit::set_filetags(preamble, &all))
        }
    }
}

/// The file's text where the note has this title. Links in the old one that are not shown stay.
pub(super) fn title(view: &FileView<'_>, node: usize, title: &str) -> Result<String> {
    let outline = &view.source.outline;
    let text = outline.text();
    let with_hidden = |spans: &mut dyn Iterator<Item = Span>| {
        let hidden = spans.flat_map(|span| view.cuts(span)).map(|cut| format!(" {}", &text[cut]));
        format!("{title}{}", hidden.collect::<String>())
    };
    match view.source.notes.nodes[node].headline {
        Some(i) => edit::set_title(text, i, &with_hidden(&mut [outline.headlines()[i].title.clone()].into_iter())),
        None => {
            let title = with_hidden(&mut preamble_values(view, "title").into_iter());
            in_preamble(view, |preamble| edit::set_file_keyword(preamble, "title", &title))
        }
    }
}

/// Edits what stands before the first headline as if there were no other: what a private headline has below it must not
/// make an edit fail.
fn in_preamble(view: &FileView<'_>, work: impl FnOnce(&str) -> Result<String>) -> Result<String> {
    let (preamble, rest) = view.source.outline.text().split_at(view.source.outline.preamble().end);
    Ok(work(preamble)? + rest)
}

/// Where the values of a keyword before the first headline are.
fn preamble_values(view: &FileView<'_>, key: &str) -> Vec<Span> {
    let outline = &view.source.outline;
    let here = outline.keywords().iter().take_while(|keyword| keyword.line.start < outline.preamble().end);
    here.filter(|k| outline.text()[k.key.clone()].eq_ignore_ascii_case(key)).map(|k| k.value.clone()).collect()
}

/// Proves that an edit of `node` has changed nothing that is not shown of it.
pub(super) fn prove(before: &FileView<'_>, node: usize, after: &FileView<'_>) -> Result<()> {
    let id = &before.source.notes.nodes[node].id;
    let refused = |why: &str| {
        Err(Error::Invalid(format!("the text cannot be put into the note {id}: {why}: put it differently")))
    };
    let Some(now) = after.find(id) else {
        return refused("the note would not be there any more, or not be public");
    };
    if unseen(before, node) != unseen(after, now) {
        return refused("it would reach beyond the note");
    }
    let (hidden, still) = (cut_out(before), cut_out(after).join("\n"));
    let all = hidden.join("\n");
    // Each must be there, and as often, where it is cut out: in other surroundings it might be shown.
    let lost = hidden.iter().any(|cut| still.matches(cut).count() < all.matches(cut).count());
    if lost { refused("it would reach beyond the text that it was made from") } else { Ok(()) }
}

/// The parts of public entries that are not shown, in the whole file: a heading in one note may be what a link in another
/// one leads to.
fn cut_out(view: &FileView<'_>) -> Vec<String> {
    let text = view.source.outline.text();
    let all = std::iter::once(None).chain((0..view.source.outline.headlines().len()).map(Some));
    let open = all.filter(|entry| view.source.marks.of(*entry) == Access::Public);
    let cuts =
        open.flat_map(|entry| view.cuts(view.source.span(entry))).map(|cut| text[cut].trim().replace("\r\n", "\n"));
    cuts.filter(|cut| !cut.is_empty()).collect()
}

/// Every entry of the file that is not shown of the note, with its access, in order.
fn unseen<'a>(view: &FileView<'a>, node: usize) -> Vec<(Access, &'a str)> {
    let shown = view.entries(node);
    let text = view.source.outline.text();
    let all = std::iter::once(None).chain((0..view.source.outline.headlines().len()).map(Some));
    // What is shown is in the order of the text.
    all.filter(|entry| shown.binary_search(entry).is_err())
        .map(|entry| (view.source.marks.of(entry), text[view.source.span(entry)].trim_end_matches(['\n', '\r'])))
        .collect()
}

/// Lines of which a part is not shown.
#[derive(Default)]
struct Hidden {
    /// What is shown of the line, the line, and the parts that are not shown.
    lines: Vec<(String, String, Vec<String>)>,
}

impl Hidden {
    fn collect(&mut self, view: &FileView<'_>, span: Span) {
        let text = view.source.outline.text();
        let mut start = span.start;
        let cuts = view.cuts(span.clone());
        let mut cuts = cuts.into_iter().peekable();
        while let Some(first) = cuts.peek().cloned() {
            // The line of the cut, and the lines that it and the cuts after it reach into.
            let line = text[start..first.start].rfind('\n').map_or(start, |newline| start + newline + 1);
            let mut end = first.start;
            let mut parts = Vec::new();
            let mut shown = String::new();
            let mut at = line;
            while let Some(cut) = cuts.next_if(|cut| cut.start < end || parts.is_empty()) {
                shown.push_str(&text[at..cut.start]);
                parts.push(text[cut.clone()].to_owned());
                at = cut.end;
                end = if text[..at].ends_with('\n') { at } else { text[at..].find('\n').map_or(span.end, |n| at + n) };
            }
            shown.push_str(&text[at..end.max(at)]);
            self.lines.push((shown, text[line..end].to_owned(), parts));
            start = end;
        }
    }

    /// `text` with the lines that come again as they were.
    fn restore(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            let plain = line.trim_end();
            let found = self.lines.iter().position(|(shown, ..)| !plain.is_empty() && shown.trim_end() == plain);
            match found {
                Some(found) => {
                    let (_, whole, _) = self.lines.remove(found);
                    out.push_str(whole.trim_end_matches(['\n', '\r']));
                    out.push_str(&line[plain.len()..]);
                }
                None => out.push_str(line),
            }
        }
        out
    }

    /// The parts of the lines that did not come again.
    fn rest(&self) -> String {
        let mut out = String::new();
        for (_, _, parts) in &self.lines {
            parts.iter().for_each(|part| push_lines(&mut out, part.trim_matches(['\n', '\r'])));
        }
        out
    }
}

/// Adds whole lines.
fn push_lines(out: &mut String, lines: &str) {
    if lines.is_empty() {
        return;
    }
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    out.push_str(lines);
    if !lines.ends_with('\n') {
        out.push('\n');
    }
}

/// Where the first heading of a text starts.
fn first_heading(text: &str) -> usize {
    crate::org::Outline::scan(text).preamble().end
}
