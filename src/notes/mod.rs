//! Notes: org-roam's nodes, and who may see them.
//!
//! - [`Vault`] sees everything and is for the person: the Emacs module alone opens it.
//! - [`PublicVault`] sees what is marked PUBLIC and is for assistants: the command line and the MCP server open it.
//!
//! The two share the index (`index.db`), which is read out of the notes directory and may be deleted at any time. [`read()`]
//! is what one file gives to it, a function of the file's text alone.

mod access;
mod audit;
mod backlinks;
mod commit;
mod context;
mod draft;
mod index;
mod inert;
mod node;
mod public;
mod publish;
mod put;
mod read;
mod redact;
mod references;
mod rewrite;
mod roam;
mod schema;
mod slug;
mod spans;
mod store;
mod target;
mod vault;
mod view;
mod walk;
mod write;

pub use access::access_at;
pub use audit::{AuditRow, Caller};
pub use draft::{Draft, Markup};
pub use node::{
    Access, Backlink, Found, Hit, ListQuery, Node, Note, Problem, PublicLink, PublicLinks, PublicNode, TagCount,
};
pub use public::PublicVault;
pub use read::{FileNotes, RawLink, RawNode, read};
pub use vault::{Preview, Vault};
