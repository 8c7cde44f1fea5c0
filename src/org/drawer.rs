//! Property drawers: manual node "Property Syntax", `org-property-drawer-re` and `org-property-re`.

use super::line::{Line, is_blank, is_space, line_is, skip_blanks, trim};
use super::scan::Span;

/// A property drawer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawer {
    /// From the start of the `:PROPERTIES:` line to the end of the `:END:` line, line break included.
    pub span: Span,
    /// In the order of the file, doubles included.
    pub properties: Vec<Property>,
}

/// One `:KEY: value` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// Without the colons and the `+`.
    pub key: Span,
    /// Without blanks at either end. Where it is empty, it stands right after the key's colon.
    pub value: Span,
    /// `:KEY+:` adds to the value that `:KEY:` has.
    pub append: bool,
    /// The whole line with its line break.
    pub line: Span,
}

impl Drawer {
    /// The drawer that starts with the line at `start`, if that is one, every line up to `:END:` is a property, and `:END:`
    /// comes before `limit`.
    pub(super) fn parse(bytes: &[u8], start: usize, limit: usize) -> Option<Self> {
        if start >= limit {
            return None;
        }
        // Most lines asked about are text: look at the first byte only.
        let first = skip_blanks(bytes, start, limit);
        if first == limit || bytes[first] != b':' {
            return None;
        }
        let mut line = Line::at(bytes, start);
        if !line_is(bytes, line, b":PROPERTIES:") {
            return None;
        }
        // As many as a remark in the review log has, so that its drawer does not grow: a tenth of the scan's time.
        let mut properties = Vec::with_capacity(6);
        while line.next < limit {
            line = Line::at(bytes, line.next);
            if line_is(bytes, line, b":END:") {
                return Some(Self { span: start..line.next, properties });
            }
            properties.push(Property::parse(bytes, line)?);
        }
        None
    }
}

impl Property {
    /// `[ \t]*:\S-+:\(?:[ \t].*\)?$`
    fn parse(bytes: &[u8], line: Line) -> Option<Self> {
        let colon = skip_blanks(bytes, line.start, line.end);
        let run = &bytes[colon..line.end];
        let length = run.iter().position(|&b| is_space(b)).unwrap_or(run.len());
        let after = colon + length;
        let fits = length >= 3 && run[0] == b':' && run[length - 1] == b':';
        if !fits || (after < line.end && !is_blank(bytes[after])) {
            return None;
        }
        let append = length >= 4 && run[length - 2] == b'+';
        let mut value = trim(bytes, after, line.end);
        if value.is_empty() {
            value = after..after;
        }
        Some(Self { key: colon + 1..after - 1 - usize::from(append), value, append, line: line.span() })
    }
}
