//! Org from Markdown: CommonMark with tables, strikethrough, task lists, footnotes and dollar math.
//!
//! This file knows the blocks, `inline.rs` what stands in them.

use std::collections::HashMap;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::escape::escape_block;
use super::inline::{Inline, Place};
use super::page::Page;
use super::scan::{BOM, Outline};

/// Converts Markdown to Org.
///
/// Headings become headlines of as many stars, and what stands in them is read as Org reads a headline: a TODO keyword,
/// `[#A]` and tags are kept, for that is how [`markdown`](super::entry::markdown) shows them. A heading in a list or a quote, where Org
/// has none, becomes bold text. Other text that Org would take for markup is escaped with a zero width space, in blocks with
/// a comma. Footnotes come at the end.
///
/// ```
/// let org = memento::org::from_markdown("# Plan\n\n**Now** and `then`:\n\n1. [a](https://a.org)\n\n\\* b\n");
/// assert_eq!(org, "* Plan\n*Now* and ~then~:\n\n1. [[https://a.org][a]]\n\n\u{200b}* b\n");
/// ```
pub fn from_markdown(text: &str) -> String {
    let text =
        text.strip_prefix(BOM).unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}");
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH;
    let mut blocks = Blocks::default();
    for (event, range) in Parser::new_ext(&text, options).into_offset_iter() {
        blocks.event(event, text[range.end..].chars().next());
    }
    blocks.finish()
}

/// A link or an image that is open.
#[derive(Debug)]
struct OpenLink {
    target: String,
    /// Where its description starts.
    start: usize,
    written: bool,
}

#[derive(Debug, Default)]
struct Blocks {
    page: Page,
    inline: Option<Inline>,
    /// Where the inline text stands, if in no paragraph.
    place: Option<Place>,
    /// Links and images; in one there is no other.
    links: Vec<OpenLink>,
    in_link: bool,
    /// The lines of a code block or of HTML, and their language.
    verbatim: Option<String>,
    language: String,
    cells: Vec<String>,
    /// The labels of footnotes, as they are and as Org may have them.
    labels: HashMap<String, String>,
}

impl Blocks {
    fn event(&mut self, event: Event<'_>, next: Option<char>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) if self.verbatim.is_some() => {
                self.verbatim.get_or_insert_default().push_str(&text);
            }
            Event::Text(text) => self.inline().text(&text),
            Event::Code(code) => {
                let place = self.place.unwrap_or(Place::Paragraph);
                self.inline().code(&code, place);
            }
            Event::InlineMath(tex) => self.math(&tex, "$", ["\\(", "\\)"], next),
            Event::DisplayMath(tex) => self.math(&tex, "$$", ["\\[", "\\]"], next),
            Event::Html(html) | Event::InlineHtml(html) => {
                if html.contains("@@") || self.is_narrow(&html) {
                    self.inline().text(&html);
                } else {
                    self.inline().org(&format!("@@html:{html}@@"));
                }
            }
            Event::FootnoteReference(label) => {
                let label = self.label(&label);
                self.inline().org(&format!("[fn:{label}]"));
            }
            Event::SoftBreak | Event::HardBreak if !self.links.is_empty() || self.place.is_some() => {
                self.inline().text(" ");
            }
            Event::SoftBreak => self.inline().line_break(),
            Event::HardBreak => {
                self.inline().org(r"\\");
                self.inline().line_break();
            }
            Event::Rule => {
                self.end_text();
                self.page.block("-----");
            }
            Event::TaskListMarker(done) => self.page.check_box(done),
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Emphasis => self.inline().open('/'),
            Tag::Strong => self.inline().open('*'),
            Tag::Strikethrough => self.inline().open('+'),
            Tag::Link { link_type: LinkType::Email, dest_url, .. } => self.open_link(&format!("mailto:{dest_url}")),
            Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } => self.open_link(&dest_url),
            Tag::Paragraph => {
                self.end_text();
                self.page.loosen();
            }
            Tag::Heading { .. } => {
                self.end_text();
                self.place = Some(Place::Title);
                if !self.page.is_top() {
                    self.inline().open('*');
                }
            }
            Tag::BlockQuote(_) => {
                self.end_text();
                self.page.start_quote();
            }
            Tag::CodeBlock(kind) => {
                self.end_text();
                self.verbatim = Some(String::new());
                self.language = match kind {
                    CodeBlockKind::Fenced(info) => language(&info),
                    CodeBlockKind::Indented => String::new(),
                };
            }
            Tag::HtmlBlock => {
                self.end_text();
                self.verbatim = Some(String::new());
            }
            Tag::List(number) => {
                self.end_text();
                self.page.start_list(number);
            }
            Tag::Item => self.page.start_item(),
            Tag::FootnoteDefinition(label) => {
                self.end_text();
                let label = self.label(&label);
                self.page.start_footnote(&label);
            }
            Tag::Table(_) => self.end_text(),
            Tag::TableHead | Tag::TableRow => self.cells.clear(),
            Tag::TableCell => self.place = Some(Place::Cell),
            // The parser was not asked for them.
            Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript
            | Tag::MetadataBlock(_) => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis => self.inline().close('/'),
            TagEnd::Strong => self.inline().close('*'),
            TagEnd::Strikethrough => self.inline().close('+'),
            TagEnd::Link | TagEnd::Image => self.close_link(),
            TagEnd::Paragraph => self.end_text(),
            TagEnd::Heading(level) => {
                self.place = None;
                if self.page.is_top() {
                    self.headline(level as usize);
                } else {
                    self.inline().close('*');
                    self.end_text();
                }
            }
            TagEnd::BlockQuote(_) => {
                self.end_text();
                self.page.end_quote();
            }
            TagEnd::CodeBlock => {
                let (begin, end) = match std::mem::take(&mut self.language) {
                    none if none.is_empty() => ("example".to_owned(), "example"),
                    language => (format!("src {language}"), "src"),
                };
                self.verbatim_block(&begin, end);
            }
            TagEnd::HtmlBlock => self.verbatim_block("export html", "export"),
            TagEnd::List(_) => self.page.end_list(),
            TagEnd::Item => {
                self.end_text();
                self.page.end_item();
            }
            TagEnd::FootnoteDefinition => {
                self.end_text();
                self.page.end_footnote();
            }
            TagEnd::TableCell => {
                let cell = self.inline.take().unwrap_or_default().finish(Place::Cell);
                self.cells.push(cell.trim_matches([' ', '\t']).to_owned());
                self.place = None;
            }
            TagEnd::TableHead => {
                let rule = vec!["---"; self.cells.len()].join("+");
                self.page.block(&format!("{}\n|{rule}|", row(&self.cells)));
            }
            TagEnd::TableRow => self.page.line(&row(&self.cells)),
            _ => {}
        }
    }

    /// The text that is being written; in a tight list it starts without further ado.
    fn inline(&mut self) -> &mut Inline {
        self.inline.get_or_insert_default()
    }

    /// Whether there is no room for `text` as it is: in a link, or in a table where it has a bar.
    fn is_narrow(&self, text: &str) -> bool {
        !self.links.is_empty() || (self.place == Some(Place::Cell) && text.contains('|'))
    }

    fn math(&mut self, tex: &str, dollars: &str, [open, close]: [&str; 2], next: Option<char>) {
        // `$HOME/$USER` is none.
        let word = next.is_some_and(char::is_alphanumeric);
        if word || tex.contains(close) || self.is_narrow(tex) {
            self.inline().text(&format!("{dollars}{tex}{dollars}"));
        } else {
            self.inline().org(&format!("{open}{tex}{close}"));
        }
    }

    fn open_link(&mut self, destination: &str) {
        let target = target(destination);
        let written = !target.is_empty() && !self.in_link;
        if written {
            self.in_link = true;
            self.inline().open_link(&target);
        }
        let start = self.inline().len();
        self.links.push(OpenLink { target, start, written });
    }

    fn close_link(&mut self) {
        let Some(link) = self.links.pop() else { return };
        if link.written {
            self.in_link = false;
            self.inline().close_link(&link.target, link.start);
        } else if self.inline().len() == link.start {
            self.inline().text(&link.target);
        }
    }

    fn label(&mut self, label: &str) -> String {
        let known = self.labels.len();
        let word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let new = || if label.chars().all(word) { label.to_owned() } else { format!("note-{known}") };
        self.labels.entry(label.to_owned()).or_insert_with(new).clone()
    }

    fn headline(&mut self, level: usize) {
        let title = self.inline.take().unwrap_or_default().finish(Place::Title);
        let mut line = format!("{} {}", "*".repeat(level), title.trim());
        if Outline::scan(&line).title(0).is_empty() && !title.trim().is_empty() {
            // Keyword and tags alone are no title.
            line.insert(level + 1, '\u{200b}');
        }
        self.page.headline(&line);
    }

    fn end_text(&mut self) {
        if let Some(inline) = self.inline.take() {
            self.page.text(&inline.finish(Place::Paragraph));
        }
    }

    fn verbatim_block(&mut self, begin: &str, end: &str) {
        let text = escape_block(&self.verbatim.take().unwrap_or_default());
        let gap = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        self.page.block(&format!("#+begin_{begin}\n{text}{gap}#+end_{end}"));
    }

    fn finish(mut self) -> String {
        self.end_text();
        self.page.finish()
    }
}

fn row(cells: &[String]) -> String {
    format!("| {} |", cells.join(" | "))
}

/// The language of a fence: `rust` in `rust,ignore` and in `{.rust #name}`.
fn language(info: &str) -> String {
    let info = info.trim_start_matches(|c: char| !c.is_alphanumeric());
    let end = |c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '+' | '#' | '.'));
    info[..info.find(end).unwrap_or(info.len())].to_owned()
}

/// A destination as Org has it in brackets: without a type it is a file, but for a heading's anchor.
fn target(destination: &str) -> String {
    let destination = destination.trim();
    let kind = destination.split_once(':').map(|(kind, _)| kind);
    let has_type = kind.is_some_and(|kind| {
        kind.len() > 1
            && kind.starts_with(|c: char| c.is_ascii_alphabetic())
            && kind.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    });
    let typed = match destination {
        "" => return String::new(),
        _ if has_type || destination.starts_with('#') => destination.to_owned(),
        _ if destination.starts_with("//") => format!("https:{destination}"),
        _ => format!("file:{destination}"),
    };
    let address = typed.contains("://");
    let mut target = String::with_capacity(typed.len());
    for c in typed.chars().filter(|c| !c.is_control()) {
        match c {
            // It would part a table's cells.
            '|' => target.push_str("%7C"),
            '[' if address => target.push_str("%5B"),
            ']' if address => target.push_str("%5D"),
            '\\' if address => target.push_str("%5C"),
            // `org-link-escape`
            '[' | ']' => {
                let slashes = target.len() - target.trim_end_matches('\\').len();
                target.push_str(&"\\".repeat(slashes + 1));
                target.push(c);
            }
            c => target.push(c),
        }
    }
    let slashes = target.len() - target.trim_end_matches('\\').len();
    target + &"\\".repeat(slashes)
}
