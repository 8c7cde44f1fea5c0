//! Links: manual node "Link Format".

use super::scan::Span;

/// How a link is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkKind {
    /// `[[target][description]]` or `[[target]]`.
    Bracket,
    /// `<https://orgmode.org>`.
    Angle,
    /// `https://orgmode.org`.
    Plain,
}

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// All of it.
    pub span: Span,
    /// Where it leads, as written: a type such as `file:` included, escapes of `org-link-escape` not undone.
    pub target: Span,
    /// What a bracket link shows instead.
    pub description: Option<Span>,
    /// How it is written.
    pub kind: LinkKind,
}

/// The links in `within`, which starts at a line start.
pub(super) fn links(_text: &str, _within: Span) -> Vec<Link> {
    Vec::new()
}
