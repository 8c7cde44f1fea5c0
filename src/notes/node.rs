//! What a note is, for the two views of the vault.
//!
//! [`Node`] and what hangs on it is the person's view and comes out of [`Vault`](super::Vault) alone; [`PublicNode`] and
//! [`Note`] are an assistant's and come out of [`PublicVault`](super::PublicVault). Neither turns into the other.

use std::path::PathBuf;

use serde::Serialize;

/// Whether assistants may see something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// No mark says that they may.
    Private,
    /// The nearest mark says so.
    Public,
}

/// An org-roam node, as the person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    /// Its `ID`.
    pub id: String,
    /// The file, absolute.
    pub file: PathBuf,
    /// 0 for a file, else the number of stars.
    pub level: usize,
    /// Where it starts, a line counted from 1.
    pub line: usize,
    /// The title; what is markup in it stays.
    pub title: String,
    /// The titles of the headlines above it, outermost first, and before them that of the file for a headline.
    pub path: Vec<String>,
    /// The TODO keyword.
    pub todo: Option<String>,
    /// The letter of the priority cookie.
    pub priority: Option<char>,
    /// Tags, inherited ones included.
    pub tags: Vec<String>,
    /// `ROAM_ALIASES`.
    pub aliases: Vec<String>,
    /// `ROAM_REFS`: `//host/path` without the scheme, `@key` for a citation.
    pub refs: Vec<String>,
    /// Whether assistants may see it.
    pub access: Access,
    /// When the file was last changed, in seconds since 1970.
    pub modified: i64,
}

/// A hit of a search, as the person sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit<N> {
    /// The note.
    pub node: N,
    /// The line of its text where the words are; empty where they are in the title, the aliases or the tags.
    pub snippet: String,
    /// The line of the snippet in the file, counted from 1; 0 where it is not told.
    pub line: usize,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found<N> {
    /// The best first.
    pub hits: Vec<Hit<N>>,
    /// How many there are without the limit.
    pub total: usize,
}

/// A link from another note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Backlink<N> {
    /// The note that has the link.
    pub node: N,
    /// The lines around the link: its paragraph, or as much of it as fits on a screen.
    pub context: String,
    /// The headlines between the note and the link, outermost first.
    pub path: Vec<String>,
    /// The line of the link in the file, counted from 1; 0 where it is not told.
    pub line: usize,
}

/// A node as an assistant sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublicNode {
    /// Its `ID`.
    pub id: String,
    /// The title, links to what is not public left out.
    pub title: String,
    /// The titles above it that are public too, outermost first.
    pub path: Vec<String>,
    /// 0 for a file, else the number of stars.
    pub level: usize,
    /// The TODO keyword.
    pub todo: Option<String>,
    /// The letter of the priority cookie.
    pub priority: Option<char>,
    /// Its tags, and those that it inherits from what is public.
    pub tags: Vec<String>,
    /// `ROAM_ALIASES`.
    pub aliases: Vec<String>,
    /// `ROAM_REFS`: `//host/path` without the scheme, `@key` for a citation.
    pub refs: Vec<String>,
    /// The file's path in the notes directory, where the file itself is public.
    pub file: Option<String>,
    /// When what an assistant sees of it was last seen to change, in seconds since 1970.
    pub changed: i64,
}

/// The text of a note as an assistant sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The note.
    #[serde(flatten)]
    pub node: PublicNode,
    /// Names this state of the text: an edit gives it back.
    pub revision: String,
    /// The titles of its headings, as a path each: `Plan/Next steps`.
    pub sections: Vec<String>,
    /// The text in Org, of the whole note or of the section that was asked for.
    pub text: String,
}

/// A link out of a note, as an assistant sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublicLink {
    /// `id`, `https`, `cite` and so on.
    pub kind: String,
    /// An ID for `id`, else the link without its type.
    pub target: String,
    /// What the link shows instead.
    pub description: Option<String>,
    /// The title of the note that it leads to.
    pub title: Option<String>,
}

/// What leads out of a note and into it, as an assistant sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublicLinks {
    /// The note.
    pub node: PublicNode,
    /// Its links, in the order of the text.
    pub forward: Vec<PublicLink>,
    /// The notes that link to it by ID.
    pub back: Vec<Backlink<PublicNode>>,
    /// The notes that link to or cite one of its refs.
    pub reflinks: Vec<Backlink<PublicNode>>,
}

/// A tag with the number of notes that have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TagCount {
    /// The tag.
    pub tag: String,
    /// How many notes.
    pub notes: usize,
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct ListQuery {
    /// Only notes with all of these tags.
    pub tags: Vec<String>,
    /// The last changed first; else by title.
    pub recent: bool,
    /// How many to leave out at the start.
    pub offset: usize,
    /// At most so many.
    pub limit: Option<usize>,
}

/// Something that is wrong with the notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The file, absolute.
    pub file: PathBuf,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub message: String,
}
