//! Notes that memento itself makes for the person, and keeps up to date wherever the person moved them.

use std::path::PathBuf;
use std::time::Duration;

use super::access::Marks;
use super::commit::commit;
use super::draft::{self, Draft};
use super::node::Access;
use super::vault::Vault;
use super::write::free_path;
use crate::error::{Error, Result};
use crate::file::{self, Lock};
use crate::org::Outline;

/// A note that was put, or would be.
#[derive(Debug)]
pub(crate) struct Put {
    pub(crate) file: PathBuf,
    pub(crate) new: bool,
    /// The file's text.
    pub(crate) text: String,
}

impl Vault {
    /// Makes the note `id` of `draft`, which is public, or edits the one that there is. `edit` gets the file's text and the
    /// headline that is the note (`None`: the whole file), of a new note too. `dry_run` writes nothing.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the person made the note private, or two notes have the ID; what `edit` says; those of
    /// [`file::update`].
    pub(crate) fn put(
        &self,
        draft: &Draft,
        id: &str,
        edit: &dyn Fn(&str, Option<usize>) -> Result<String>,
        dry_run: bool,
    ) -> Result<Put> {
        // Two at a time must not find the same ID free.
        let _lock = Lock::acquire(&self.config().data_dir.join("create"), Duration::from_secs(60))?;
        self.sync(&mut |_, _| true)?;
        let put = match self.with_id(id)?.as_slice() {
            [] => self.put_new(draft, id, edit, dry_run)?,
            [node] => {
                let change = |text: &str| edit_public(text, id, edit);
                if dry_run {
                    let text = change(&file::read(&node.file)?)?;
                    return Ok(Put { file: node.file.clone(), new: false, text });
                }
                let text = file::update(&node.file, |text| change(text).map(|after| (Some(after.clone()), after)))?;
                Put { file: node.file.clone(), new: false, text }
            }
            // Which they are is not for all who may publish: one may be private.
            [..] => {
                return Err(Error::Conflict(format!(
                    "two notes have the ID {id}: give one of them another; M-x memento-notes-problems names them"
                )));
            }
        };
        if !dry_run {
            self.file_changed(&put.file)?;
            commit(self.config(), &put.file, &format!("publish {id}"))?;
        }
        Ok(put)
    }

    fn put_new(
        &self,
        draft: &Draft,
        id: &str,
        edit: &dyn Fn(&str, Option<usize>) -> Result<String>,
        dry_run: bool,
    ) -> Result<Put> {
        let text = edit(&draft::text(draft, id, "memento")?, None)?;
        let file = free_path(&self.index().place().root, &draft.title);
        if !dry_run {
            file::replace(&file, None, &text)?;
        }
        Ok(Put { file, new: true, text })
    }

    /// The value of a property of the note `id`; `None` where there is no such note or it has none.
    pub(crate) fn property(&self, id: &str, key: &str) -> Result<Option<String>> {
        let Some(node) = self.with_id(id)?.into_iter().next() else { return Ok(None) };
        let text = file::read(&node.file)?;
        let outline = Outline::scan(&text);
        let value = match place(&outline, id) {
            Some(Some(i)) => outline.property(i, key),
            Some(None) => outline.file_drawer().and_then(|drawer| outline.drawer_property(drawer, key)),
            None => None,
        };
        Ok(value.map(std::borrow::Cow::into_owned))
    }
}

/// The headline that has the ID, or `None` inside where that is the file.
fn place(outline: &Outline<'_>, id: &str) -> Option<Option<usize>> {
    let of_file = outline.file_drawer().and_then(|drawer| outline.drawer_property(drawer, "ID"));
    if of_file.as_deref() == Some(id) {
        return Some(None);
    }
    (0..outline.headlines().len()).find(|&i| outline.property(i, "ID").as_deref() == Some(id)).map(Some)
}

/// The text where the note is edited, as long as assistants may see it.
fn edit_public(text: &str, id: &str, edit: &dyn Fn(&str, Option<usize>) -> Result<String>) -> Result<String> {
    let outline = Outline::scan(text);
    let gone = || Error::Conflict(format!("the note {id} was moved just now: try again"));
    let headline = place(&outline, id).ok_or_else(gone)?;
    if Marks::read(&outline).of(headline) == Access::Private {
        return Err(Error::Conflict(format!(
            "the note {id} was made private since it was published, and stays so: mark it PUBLIC to have it brought up to date"
        )));
    }
    edit(text, headline)
}
