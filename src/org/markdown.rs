//! Markdown from orgize's syntax tree. What Markdown has no word for stays as it is written.

use orgize::SyntaxElement;
use orgize::export::{Container, Event, TraversalContext, Traverser};
use orgize::rowan::ast::AstNode;
use orgize::{Org, ast};

use super::escape::unescape_block;

/// Renders a section: text without headlines.
pub(super) fn section(text: &str) -> String {
    let mut markdown = Markdown::default();
    Org::parse(text).traverse(&mut markdown);
    markdown.output
}

/// Renders a headline's title; as it is, where orgize would take a part of it for something else.
pub(super) fn title(text: &str) -> String {
    let org = Org::parse(format!("* {text}\n"));
    let mut markdown = Markdown::default();
    match org.first_node::<ast::Headline>() {
        Some(headline) if headline.title_raw() == text => markdown.elements(headline.title()),
        _ => markdown.text(text),
    }
    markdown.output
}

/// The lines between the first and the last.
fn inner_lines(block: &str) -> String {
    let lines: Vec<_> = block.trim_end().lines().skip(1).collect();
    lines[..lines.len().saturating_sub(1)].join("\n")
}

/// Whether `a_{b}` is written so.
fn has_braces(script: &orgize::SyntaxNode) -> bool {
    script.last_token().is_some_and(|last| last.text() == "}")
}

#[derive(Debug, Default)]
struct Markdown {
    output: String,
    /// What stands before every line: `> ` in a quote, blanks in a list item.
    prefix: String,
    /// Whether the next row of a table is its first.
    first_row: bool,
}

impl Markdown {
    /// Whether a blank line belongs before the container: before all that is no object, but for a list in a list.
    fn is_block(&self, container: &Container) -> bool {
        match container {
            Container::List(_) => !self.prefix.ends_with(' ') || self.prefix.ends_with("> "),
            Container::Paragraph(_)
            | Container::OrgTable(_)
            | Container::TableEl(_)
            | Container::FnDef(_)
            | Container::FixedWidth(_)
            | Container::QuoteBlock(_)
            | Container::VerseBlock(_)
            | Container::ExampleBlock(_)
            | Container::ExportBlock(_)
            | Container::SourceBlock(_) => true,
            _ => false,
        }
    }

    fn elements(&mut self, elements: impl Iterator<Item = SyntaxElement>) {
        let mut context = TraversalContext::default();
        elements.for_each(|element| self.element(element, &mut context));
    }

    fn text(&mut self, text: &str) {
        for part in text.split_inclusive('\n') {
            if self.at_line_start() {
                self.output.push_str(&self.prefix);
                self.output.push_str(part.trim_start_matches([' ', '\t']));
            } else {
                self.output.push_str(part);
            }
        }
    }

    fn at_line_start(&self) -> bool {
        self.output.is_empty() || self.output.ends_with('\n')
    }

    fn new_line(&mut self) {
        if !self.at_line_start() {
            self.output.push('\n');
        }
    }

    fn blank_line(&mut self) {
        self.new_line();
        if !self.output.is_empty() && !self.output.ends_with("\n\n") {
            self.output.push_str(self.prefix.trim_end());
            self.output.push('\n');
        }
    }

    /// Lines that are to stay as they are but for common indentation, in a fence longer than any in them.
    fn fence(&mut self, language: &str, lines: &str) {
        self.new_line();
        let longest = lines.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
        let common = lines.lines().filter(|line| !line.trim().is_empty()).map(indent).min().unwrap_or(0);
        let lines = lines.lines().map(|line| line.get(common..).unwrap_or(""));
        for line in [format!("{fence}{language}").as_str()].into_iter().chain(lines).chain([fence.as_str()]) {
            self.output.push_str(self.prefix.as_str());
            self.output.push_str(line);
            self.output.push('\n');
        }
    }

    fn link(&mut self, link: &ast::Link) {
        let path = link.path();
        let target = path.strip_prefix("file:").unwrap_or(&path);
        if link.is_image() && !link.has_description() {
            return self.text(&format!("![]({target})"));
        }
        self.text("[");
        if link.has_description() {
            self.elements(link.description());
        } else {
            self.text(target);
        }
        self.text(&format!("]({target})"));
    }

    fn item(&mut self, item: &ast::ListItem) {
        self.new_line();
        let bullet = item.bullet();
        let bullet = match bullet.trim() {
            "+" | "*" => "-",
            bullet => bullet,
        };
        self.text(&format!("{bullet} "));
        if let Some(mark) = item.checkbox() {
            self.text(&format!("[{}] ", &*mark));
        }
        let tag: Vec<_> = item.tag().collect();
        if !tag.is_empty() {
            self.text("**");
            self.elements(tag.into_iter());
            self.output.truncate(self.output.trim_end().len());
            self.text(":**");
        }
        self.prefix.push_str(&" ".repeat(bullet.len() + 1));
    }

    fn row(&mut self, row: &ast::OrgTableRow) {
        if row.is_rule() {
            return;
        }
        let cells: Vec<_> = row.syntax().children().filter(|cell| ast::OrgTableCell::can_cast(cell.kind())).collect();
        self.text("|");
        for cell in &cells {
            self.text(" ");
            self.elements(cell.children_with_tokens());
            self.output.truncate(self.output.trim_end().len());
            self.text(" |");
        }
        self.text("\n");
        if std::mem::take(&mut self.first_row) {
            self.text(&format!("|{}\n", " --- |".repeat(cells.len())));
        }
    }

    fn enter(&mut self, container: &Container, context: &mut TraversalContext) {
        match container {
            Container::Italic(_) => self.text("*"),
            Container::Bold(_) => self.text("**"),
            Container::Strike(_) => self.text("~~"),
            Container::Verbatim(_) | Container::Code(_) => self.text("`"),
            // Without braces it is most often a name such as `to_string`.
            Container::Subscript(node) => self.text(if has_braces(node.syntax()) { "<sub>" } else { "_" }),
            Container::Superscript(node) => self.text(if has_braces(node.syntax()) { "<sup>" } else { "^" }),
            Container::ListItem(item) => self.item(item),
            Container::OrgTable(_) => {
                self.new_line();
                self.first_row = true;
            }
            Container::QuoteBlock(_) => {
                self.new_line();
                self.prefix.push_str("> ");
            }
            _ => {
                context.skip();
                match container {
                    Container::SourceBlock(block) => {
                        self.fence(block.language().as_deref().unwrap_or(""), &block.value());
                    }
                    Container::ExampleBlock(block) => self.fence("", &unescape_block(&inner_lines(&block.raw()))),
                    Container::ExportBlock(block) => self.fence(block.ty().as_deref().unwrap_or(""), &block.value()),
                    Container::FixedWidth(lines) => self.fence("", &lines.value()),
                    Container::OrgTableRow(row) => self.row(row),
                    Container::Link(link) => self.link(link),
                    Container::Comment(_) | Container::CommentBlock(_) | Container::PropertyDrawer(_) => {}
                    Container::FnDef(node) => self.text(&node.raw()),
                    Container::FnRef(node) => self.text(&node.raw()),
                    Container::Target(node) => self.text(&node.raw()),
                    Container::RadioTarget(node) => self.text(&node.raw()),
                    Container::BabelCall(node) => self.text(&node.raw()),
                    Container::Keyword(node) => self.text(&node.raw()),
                    Container::AffiliatedKeyword(node) => self.text(&node.raw()),
                    Container::TableEl(node) => self.fence("", &node.raw()),
                    // The rest contains elements or objects.
                    _ => context.r#continue(),
                }
            }
        }
    }

    fn leave(&mut self, container: &Container) {
        match container {
            Container::Paragraph(_) => self.new_line(),
            Container::Italic(_) => self.text("*"),
            Container::Bold(_) => self.text("**"),
            Container::Strike(_) => self.text("~~"),
            Container::Verbatim(_) | Container::Code(_) => self.text("`"),
            Container::Subscript(node) if has_braces(node.syntax()) => self.text("</sub>"),
            Container::Superscript(node) if has_braces(node.syntax()) => self.text("</sup>"),
            Container::ListItem(item) => {
                let bullet = item.bullet().trim().len();
                self.prefix.truncate(self.prefix.len().saturating_sub(bullet + 1));
                self.new_line();
            }
            Container::QuoteBlock(_) => {
                self.new_line();
                self.prefix.truncate(self.prefix.len().saturating_sub("> ".len()));
            }
            _ => {}
        }
    }
}

impl Traverser for Markdown {
    fn event(&mut self, event: Event, context: &mut TraversalContext) {
        match event {
            Event::Enter(container) => {
                if self.is_block(&container) && self.at_line_start() {
                    self.blank_line();
                }
                self.enter(&container, context);
            }
            Event::Leave(container) => self.leave(&container),
            Event::Text(text) => self.text(&text),
            Event::LineBreak(_) => self.text("\\\n"),
            Event::Rule(_) => {
                self.blank_line();
                self.text("---\n");
            }
            Event::Entity(entity) => self.text(entity.utf8()),
            Event::Macros(node) => self.text(&node.raw()),
            Event::Cookie(node) => self.text(&node.raw()),
            Event::InlineCall(node) => self.text(&node.raw()),
            Event::InlineSrc(node) => self.text(&format!("`{}`", &*node.value())),
            Event::Clock(node) => self.text(&node.raw()),
            Event::Snippet(node) => self.text(&node.raw()),
            Event::Timestamp(node) => self.text(&node.raw()),
            Event::LatexFragment(node) => self.text(&node.raw()),
            Event::LatexEnvironment(node) => self.fence("latex", &node.raw()),
            _ => {}
        }
    }
}
