//! Org text: scan it, render an entry, splice an edit into it.
//!
//! - [`scan`] reads an outline with byte offsets: headlines, keywords, drawers. It is total, linear and never recurses.
//! - [`link`] finds the links in a part of it, when asked.
//! - [`edit`] changes a text by splicing bytes, and proves by a second scan that nothing else has changed.
//! - [`from_markdown`](from_markdown()) makes Org of Markdown.
//! - [`entry`] renders an entry for readers that do not know Org.
//!
//! What counts as what is org-element's judgement (Org 9.5 and 9.7); `tests/org_oracle.rs` compares the two.

mod balance;
mod candidate;
mod citation;
mod drawer;
pub mod edit;
pub mod entry;
mod escape;
mod fragment;
mod from_markdown;
mod headline;
mod inline;
mod keyword;
mod line;
pub mod link;
mod markdown;
mod object;
mod page;
mod planning;
mod prove;
pub mod scan;
mod splice;
mod valid;

pub use balance::{Unbalanced, unbalanced};
pub use citation::Citation;
pub use escape::{escape_block, unescape_block};
pub use from_markdown::from_markdown;
pub use headline::is_tag;
pub use link::{Link, LinkKind, References};
pub use scan::{Drawer, Headline, Keyword, Outline, Piece, PieceKind, Property};
