//! What assistants write: new notes, and edits of those that are public.
//!
//! An edit names the revision that it read. It is proven before it is stored: whatever the assistant was not shown, other
//! notes and private subtrees and links of the same file, is byte for byte what it was and as private as it was.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::commit::commit;
use super::draft::{self, Draft, Markup};
use super::inert;
use super::node::{Node, Note};
use super::public::{Located, PublicVault, find_section, no_such_note};
use super::publish::Known;
use super::rewrite;
use super::slug;
use super::vault::Vault;
use super::view::{FileView, Source};
use crate::error::{Error, Result};
use crate::file::{self, Lock};
use crate::org::edit;

impl PublicVault {
    /// Makes a note, marked PUBLIC and with `:CREATED_BY:` the session.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the ID cannot be had, [`Error::Invalid`] for a draft that makes no sense.
    pub fn create(&self, draft: &Draft) -> Result<Note> {
        let id = draft.id.clone().unwrap_or_else(|| uuid::Uuid::new_v4().to_string());
        self.audited(
            "create",
            draft.id.as_deref().unwrap_or(&draft.title),
            |_| 1,
            || {
                let text = draft::text(draft, &id, &self.caller.session)?;
                let root = self.index.place().root;
                // Two sessions must not find the same ID free: one at a time looks and writes.
                let lock = Lock::acquire(&self.config.data_dir.join("create"), Duration::from_secs(60))?;
                self.sync()?;
                self.free(inert::ids(&text).into_iter().chain([id.clone()]))?;
                let path = free_path(&root, &draft.title);
                file::replace(&path, None, &text)?;
                drop(lock);
                self.index.file_changed(&path)?;
                let located = self.resolve(&id)?;
                self.written(&located, "create")
            },
        )
    }

    /// Adds `text` to the end of the note's own text, or to that of one of its sections. Headings in it go below.
    ///
    /// # Errors
    /// [`Error::Conflict`] with the current revision where it is another than `revision`; nothing is changed then.
    pub fn append(
        &self,
        name: &str,
        revision: &str,
        section: Option<&str>,
        text: &str,
        markup: Markup,
    ) -> Result<Note> {
        self.edit("append", name, revision, |view, node| {
            let (target, body) = self.fragment(view, node, section, text, markup)?;
            edit::append_section(view.source.outline.text(), target, &body)
        })
    }

    /// Puts `text` in the place of what an assistant sees of the note's body, or of one of its sections, subheadings
    /// included.
    ///
    /// # Errors
    /// Those of [`PublicVault::append`]; [`Error::Invalid`] where a heading with an ID, a note of its own, would go.
    pub fn replace(
        &self,
        name: &str,
        revision: &str,
        section: Option<&str>,
        text: &str,
        markup: Markup,
    ) -> Result<Note> {
        self.edit("replace", name, revision, |view, node| {
            let (target, body) = self.fragment(view, node, section, text, markup)?;
            rewrite::body(view, node, target, &body)
        })
    }

    /// Gives the note these tags of its own; its marks stay.
    ///
    /// # Errors
    /// Those of [`PublicVault::append`].
    pub fn set_tags(&self, name: &str, revision: &str, tags: &[String]) -> Result<Note> {
        self.edit("set_tags", name, revision, |view, node| {
            tags.iter().try_for_each(|tag| draft::check_tag(tag))?;
            rewrite::tags(view, node, tags)
        })
    }

    /// Gives the note another title.
    ///
    /// # Errors
    /// Those of [`PublicVault::append`].
    pub fn rename(&self, name: &str, revision: &str, title: &str) -> Result<Note> {
        self.edit("rename", name, revision, |view, node| {
            rewrite::title(view, node, draft::one_line("the title", title)?)
        })
    }

    /// Appends a link to the note that `target` names, by ID, title or alias, as an item of a list.
    ///
    /// # Errors
    /// Those of [`PublicVault::append`].
    pub fn link(&self, name: &str, revision: &str, section: Option<&str>, target: &str) -> Result<Note> {
        self.edit("link", name, revision, |view, node| {
            let to = self.resolve(target)?.node;
            let title = to.title.replace("[[", "[").replace("]]", "]");
            let item = format!("- [[id:{}][{}]]\n", to.id, if title.is_empty() { &to.id } else { title.trim() });
            let headline = section.map(|name| find_section(&view.sections(node), name)).transpose()?;
            let target = headline.or(view.source.notes.nodes[node].headline);
            edit::append_section(view.source.outline.text(), target, &item)
        })
    }

    /// The headline that a text goes to (`None`: the file), and the text in Org with its headings below that.
    fn fragment(
        &self,
        view: &FileView<'_>,
        node: usize,
        section: Option<&str>,
        text: &str,
        markup: Markup,
    ) -> Result<(Option<usize>, String)> {
        let heading = section.map(|name| find_section(&view.sections(node), name)).transpose()?;
        let target = heading.or(view.source.notes.nodes[node].headline);
        let level = target.map_or(0, |i| view.source.outline.headlines()[i].level);
        let body = draft::body(text, markup, level)?;
        // Those that are in the note already may come again.
        let own = inert::ids(&view.whole_text(node));
        self.free(inert::ids(&body).into_iter().filter(|id| !own.contains(id)))?;
        Ok((target, body))
    }

    /// Says no where one of `ids` is that of a note, and does not say of which.
    fn free(&self, ids: impl IntoIterator<Item = String>) -> Result<()> {
        let db = self.index.db();
        for id in ids {
            let taken = db.prepare_cached("SELECT 1 FROM node WHERE id = ?1").and_then(|mut query| query.exists([&id]));
            if taken.map_err(Error::database(self.index.path()))? {
                return Err(Error::Conflict(format!(
                    "the ID {id} cannot be had: choose another, or give none and get a fresh one"
                )));
            }
        }
        Ok(())
    }

    /// Edits the note that `name` names, if it still is what `revision` says.
    fn edit(
        &self,
        call: &str,
        name: &str,
        revision: &str,
        work: impl Fn(&FileView<'_>, usize) -> Result<String>,
    ) -> Result<Note> {
        self.audited(
            call,
            name,
            |_| 1,
            || {
                self.sync()?;
                let located = self.resolve(name)?;
                let place = self.index.place();
                let path = place.root.join(&located.path);
                let stored = file::update(&path, |text| {
                    let source = Source::new(text, &located.path);
                    // The lock on the index is not held while `work` looks up other notes.
                    let reader = self.index.connect()?;
                    let names = Known::new(&reader);
                    let view = FileView::new(&source, &located.path, &place, &names);
                    let node = view.find(&located.node.id).ok_or_else(|| no_such_note(name))?;
                    let current = view.revision(node);
                    if current != revision {
                        return Err(Error::Conflict(format!(
                            "the note {} has changed since revision {revision}: it is at {current} now: read it again",
                            located.node.id
                        )));
                    }
                    let after = work(&view, node)?;
                    let changed = Source::new(&after, &located.path);
                    let shown = FileView::new(&changed, &located.path, &place, &names);
                    rewrite::prove(&view, node, &shown)?;
                    Ok((Some(after), ()))
                });
                stored.map_err(|error| blind(error, &located))?;
                self.index.file_changed(&path)?;
                self.written(&located, call)
            },
        )
    }

    /// Commits what was written, where that is wanted, and reads it.
    fn written(&self, located: &Located, call: &str) -> Result<Note> {
        let note = self.read(located, None)?;
        let path = self.index.place().root.join(&located.path);
        let message = format!("{call} {}: {} {}", note.node.id, self.caller.front_end, self.caller.session);
        // What git and its hooks say may name other notes.
        commit(&self.config, &path, &message).map_err(|_| Error::Git {
            command: "commit".to_owned(),
            message: format!(
                "the note {} is written, as revision {}, but not committed: a hook or a lock says no, which git commit in \
                 the notes directory shows to the person",
                note.node.id, note.revision
            ),
        })?;
        Ok(note)
    }
}

impl Vault {
    /// Makes a note with this title for the person, which is private, and returns it.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a title that is not one line of words, those of [`file::replace`].
    pub fn create(&self, title: &str) -> Result<Node> {
        let title = draft::one_line("the title", title)?;
        let id = uuid::Uuid::new_v4().to_string();
        let path = free_path(&self.index().place().root, title);
        file::replace(&path, None, &format!(":PROPERTIES:\n:ID:       {id}\n:END:\n#+title: {title}\n"))?;
        self.file_changed(&path)?;
        commit(self.config(), &path, &format!("create {id}: emacs"))?;
        let made = self.with_id(&id)?.into_iter().next();
        made.ok_or_else(|| Error::Conflict(format!("{} was removed again at once: try again", path.display())))
    }
}

/// A path for a new note with this title that no file has.
pub(super) fn free_path(root: &Path, title: &str) -> PathBuf {
    let name = slug::file_name(title, chrono::Local::now().naive_local());
    let first = root.join(&name);
    let stem = name.strip_suffix(".org").unwrap_or(&name);
    let others = (2..).map(|n| root.join(format!("{stem}-{n}.org")));
    std::iter::once(first).chain(others).find(|path| !path.exists()).unwrap_or_else(|| root.join(&name))
}

/// An error without the file's name, which may be a private title.
fn blind(error: Error, located: &Located) -> Error {
    let id = &located.node.id;
    match error {
        Error::Locked(_) => Error::Locked(format!(
            "the note {id} is being edited, in Emacs or by another session: nothing was changed, try again in a while"
        )),
        Error::Io { source, .. } => Error::Io { path: id.into(), source },
        error if error.to_string().contains(&located.path) => no_such_note(id),
        error => error,
    }
}
