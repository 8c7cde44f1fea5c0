//! What a verdict does: rejected hunks leave the working tree, approved ones enter the index. Git applies; here is decided
//! what, and whether what is there still is what was judged.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use super::item::{Item, items};
use super::key::{Key, keys, matches};
use super::patch::{Change, Direction, FileDiff, Patch};
use super::snapshot::{Kind, index_now, tree_now};
use super::verdict::Outcome;
use crate::error::{Error, Result};
use crate::file;
use crate::git::Repository;

/// What was judged.
pub(super) struct Judged<'a> {
    pub(super) repository: &'a Repository,
    pub(super) base: &'a str,
    pub(super) kind: Kind,
    pub(super) patch: &'a Patch,
    pub(super) items: &'a [Item],
}

/// What was done: of each of the items that it was asked for, and why it was not done where it was not.
pub(super) struct Done {
    pub(super) outcomes: Vec<Outcome>,
    pub(super) why_not: Option<String>,
}

impl Done {
    fn all(outcome: Outcome, count: usize, why_not: Option<String>) -> Self {
        Self { outcomes: vec![outcome; count], why_not }
    }
}

/// Items of a diff, found among those of another.
struct Found {
    patch: Patch,
    /// Its items and whose each one is.
    items: Vec<Item>,
    /// For each of the items that were looked for: where it is.
    at: Vec<Option<usize>>,
    /// For each of them: whether nothing of it is there, and its lines are those of the base.
    absent: Vec<bool>,
}

impl Found {
    fn chosen(&self, which: impl Fn(usize) -> bool) -> HashSet<(usize, Option<usize>)> {
        let at = self.at.iter().enumerate().filter(|(i, _)| which(*i));
        at.filter_map(|(_, at)| at.map(|at| (self.items[at].file, self.items[at].hunk))).collect()
    }
}

impl Judged<'_> {
    fn file(&self, item: usize) -> &FileDiff {
        &self.patch.files[self.items[item].file]
    }

    fn name(&self, item: usize) -> String {
        self.file(item).path()
    }

    fn place(&self, item: usize) -> PathBuf {
        self.repository.root.join(OsStr::from_bytes(&self.file(item).new_path))
    }

    /// The paths that items are about, for git.
    fn paths(&self, of: &[usize]) -> Vec<&[u8]> {
        let mut paths: Vec<&[u8]> =
            of.iter().flat_map(|&item| [&self.file(item).old_path[..], &self.file(item).new_path[..]]).collect();
        paths.sort_unstable();
        paths.dedup();
        // A renamed file is one only beside all the others that it might come from.
        let moved = |&item: &usize| matches!(self.file(item).change, Change::Renamed | Change::Copied);
        if of.iter().any(moved) { Vec::new() } else { paths }
    }

    /// Looks for items in a diff of today.
    fn find(&self, wanted: &[usize], patch: Patch) -> Found {
        let now = items(&patch);
        let (old, new): (Vec<Key>, Vec<Key>) = (keys(self.patch, self.items), keys(&patch, &now));
        let mut at = vec![None; self.items.len()];
        for (new, old) in matches(&old, &new, |_| false).into_iter().enumerate() {
            if let Some(old) = old {
                at[old] = Some(new);
            }
        }
        let there: HashSet<&Key> = new.iter().collect();
        let shifts = Shifts::new(self.patch, &patch);
        // A hunk that was edited, or became one with a change beside it, is another hunk and not an absent one.
        let as_before = |item: usize| match self.items[item] {
            // The working tree need never have had what is between two commits.
            _ if self.kind == Kind::Range => false,
            // What is ignored meanwhile is in no diff.
            _ if self.file(item).change == Change::Added && self.place(item).symlink_metadata().is_ok() => false,
            Item { file, hunk: Some(hunk), .. } => shifts.of(file, hunk).is_some(),
            Item { file, hunk: None, .. } => !shifts.touched(file),
        };
        let absent = wanted.iter().map(|&item| !there.contains(&old[item]) && as_before(item)).collect();
        Found { at: wanted.iter().map(|&item| at[item]).collect(), absent, items: now, patch }
    }

    /// Takes items out of the working tree, and out of the index where it has exactly them, all or none.
    pub(super) fn revert(&self, wanted: &[usize]) -> Done {
        if wanted.is_empty() {
            return Done::all(Outcome::PleaseRevert, 0, None);
        }
        let all = |outcome, why| Done::all(outcome, wanted.len(), why);
        match self.try_revert(wanted) {
            Ok(outcome) => all(outcome, None),
            Err(error) => {
                let mut done = all(Outcome::PleaseRevert, Some(format!("nothing was reverted: {error}")));
                // Those that somebody has taken out meanwhile need not be asked for.
                if let Ok(found) = self.in_tree(wanted) {
                    for (outcome, absent) in done.outcomes.iter_mut().zip(&found.absent) {
                        if *absent {
                            *outcome = Outcome::Gone;
                        }
                    }
                }
                done
            }
        }
    }

    fn in_tree(&self, wanted: &[usize]) -> Result<Found> {
        Ok(self.find(wanted, tree_now(self.repository, self.base, &self.paths(wanted))?))
    }

    fn try_revert(&self, wanted: &[usize]) -> Result<Outcome> {
        if let Some(&item) = wanted.iter().find(|&&item| self.file(item).is_submodule()) {
            return Err(refused(&self.name(item), "is a submodule, whose checkout is its own"));
        }
        for &item in wanted {
            if let Some(owner) = file::emacs_lock(&self.place(item)) {
                return Err(refused(&self.name(item), &format!("has unsaved changes in Emacs ({owner})")));
            }
        }
        let tree = self.in_tree(wanted)?;
        let staged = self.find(wanted, index_now(self.repository, self.base, &self.paths(wanted))?);
        if tree.absent.iter().all(|&absent| absent) {
            // An earlier submission did it and was killed before it could say so, or whoever wrote them took them out. What
            // is still in the index would be committed all the same.
            let in_index = staged.chosen(|_| true);
            self.apply(&staged.patch, &in_index, Direction::Reverse, &["--cached"])?;
            return Ok(Outcome::Gone);
        }
        if let Some(i) = tree.at.iter().position(Option::is_none) {
            let why =
                if tree.absent[i] { "holds a hunk no more" } else { "does not hold exactly the judged hunk any more" };
            return Err(refused(&self.name(wanted[i]), &format!("changed since it was asked about: it {why}")));
        }
        if self.kind == Kind::Staged
            && let Some(i) = staged.at.iter().position(Option::is_none)
        {
            return Err(refused(&self.name(wanted[i]), "changed in the index since it was asked about"));
        }
        let (in_tree, in_index) = (tree.chosen(|_| true), staged.chosen(|_| true));
        // Both are tried before either is done.
        self.apply(&tree.patch, &in_tree, Direction::Reverse, &["--check"])?;
        self.apply(&staged.patch, &in_index, Direction::Reverse, &["--cached"])?;
        if let Err(error) = self.apply(&tree.patch, &in_tree, Direction::Reverse, &[]) {
            self.apply(&staged.patch, &in_index, Direction::Forward, &["--cached"])?;
            return Err(error);
        }
        Ok(Outcome::Reverted)
    }

    /// Puts items into the index; what is staged there already stays.
    pub(super) fn stage(&self, wanted: &[usize]) -> Done {
        self.try_stage(wanted).unwrap_or_else(|error| {
            Done::all(Outcome::NotStaged, wanted.len(), Some(format!("nothing was staged: {error}")))
        })
    }

    fn try_stage(&self, wanted: &[usize]) -> Result<Done> {
        if wanted.is_empty() {
            return Ok(Done::all(Outcome::Staged, 0, None));
        }
        let index = self.find(wanted, index_now(self.repository, self.base, &self.paths(wanted))?);
        let mut outcomes: Vec<Outcome> =
            index.at.iter().map(|at| if at.is_some() { Outcome::Staged } else { Outcome::NotStaged }).collect();
        let missing: Vec<usize> = (0..wanted.len()).filter(|&i| index.at[i].is_none()).collect();
        let shifts = Shifts::new(self.patch, &index.patch);
        let fits = |i: &&usize| match self.items[wanted[**i]] {
            Item { file, hunk: Some(hunk), .. } => shifts.of(file, hunk).is_some(),
            Item { file, hunk: None, .. } => shifts.takes_header(file),
        };
        let fitting: Vec<usize> = missing.iter().filter(fits).copied().collect();
        let mut why_not = (fitting.len() < missing.len())
            .then(|| "the index has other changes at the same lines, which were left as they are".to_owned());
        let patch = shifts.moved();
        let apply = |of: &[usize]| {
            let chosen = of.iter().map(|&i| (self.items[wanted[i]].file, self.items[wanted[i]].hunk)).collect();
            self.apply_at(&patch, &chosen, Direction::Forward, &["--cached"], |file, hunk| {
                shifts.of(file, hunk).unwrap_or(self.patch.files[file].hunks[hunk].old_start)
            })
        };
        if let Err(error) = apply(&fitting) {
            // What hinders one file need not hinder the others.
            why_not = Some(error.to_string());
            for group in fitting.chunk_by(|&a, &b| self.items[wanted[a]].file == self.items[wanted[b]].file) {
                if apply(group).is_ok() {
                    group.iter().for_each(|&i| outcomes[i] = Outcome::Staged);
                }
            }
        } else {
            fitting.iter().for_each(|&i| outcomes[i] = Outcome::Staged);
        }
        let left = outcomes.iter().filter(|outcome| **outcome == Outcome::NotStaged).count();
        let why_not = why_not.filter(|_| left > 0).map(|why| format!("{left} of {} not staged: {why}", wanted.len()));
        Ok(Done { outcomes, why_not })
    }

    fn apply(
        &self,
        patch: &Patch,
        chosen: &HashSet<(usize, Option<usize>)>,
        way: Direction,
        how: &[&str],
    ) -> Result<()> {
        let start = |file: usize, hunk: usize| {
            let hunk = &patch.files[file].hunks[hunk];
            if way == Direction::Forward { hunk.old_start } else { hunk.new_start }
        };
        self.apply_at(patch, chosen, way, how, start)
    }

    fn apply_at(
        &self,
        patch: &Patch,
        chosen: &HashSet<(usize, Option<usize>)>,
        way: Direction,
        how: &[&str],
        start: impl Fn(usize, usize) -> usize,
    ) -> Result<()> {
        if chosen.is_empty() {
            return Ok(());
        }
        let text = patch.select_at(way, |file, hunk| chosen.contains(&(file, hunk)), start);
        let mut args = vec!["-c", "apply.ignoreWhitespace=no", "apply", "--whitespace=nowarn"];
        args.extend((way == Direction::Reverse).then_some("--reverse"));
        args.extend(how);
        args.push("-");
        self.repository.output(&args, &text, None).map(drop)
    }
}

fn refused(file: &str, why: &str) -> Error {
    Error::Conflict(format!("{file} {why}"))
}

/// Where hunks against the base stand in an index that has changes of its own.
struct Shifts<'a> {
    patch: &'a Patch,
    index: std::collections::HashMap<&'a [u8], &'a FileDiff>,
}

impl<'a> Shifts<'a> {
    fn new(patch: &'a Patch, index: &'a Patch) -> Self {
        Self { patch, index: index.files.iter().map(|file| (&file.old_path[..], file)).collect() }
    }

    fn touched(&self, file: usize) -> bool {
        self.index.contains_key(&self.patch.files[file].old_path[..])
    }

    /// Whether what a file's header says can be done in the index: where nothing but lines of the file changed there.
    fn takes_header(&self, file: usize) -> bool {
        let file = &self.patch.files[file];
        let only_lines = |index: &FileDiff| {
            index.change == Change::Modified && !index.binary && !index.mode_changed() && !file.binary
        };
        self.index.get(&file.old_path[..]).is_none_or(|index| only_lines(index))
    }

    /// The patch with the old names of files as the index has them: one that is staged under its new name is changed there.
    fn moved(&self) -> std::borrow::Cow<'a, Patch> {
        let mut patch = std::borrow::Cow::Borrowed(self.patch);
        for (at, file) in self.patch.files.iter().enumerate().filter(|(_, file)| file.change == Change::Renamed) {
            let index = self.index.get(&file.old_path[..]);
            if index.is_some_and(|index| index.change == Change::Renamed && index.new_path == file.new_path) {
                patch.to_mut().files[at].old_path.clone_from(&file.new_path);
            }
        }
        patch
    }

    /// The line in the index where a hunk begins; none where the index has other lines than the base there.
    fn of(&self, file: usize, hunk: usize) -> Option<usize> {
        let hunk = &self.patch.files[file].hunks[hunk];
        let Some(index) = self.index.get(&self.patch.files[file].old_path[..]) else { return Some(hunk.old_start) };
        if index.hunks.is_empty() && index.change == Change::Modified && !index.binary {
            return Some(hunk.old_start);
        }
        let mut shift = 0isize;
        for other in &index.hunks {
            // Only the lines that changed are in the way: what is around them is the same in both.
            let (first, last) = other.old_span();
            if last < hunk.old_start {
                shift += other.new_len as isize - other.old_len as isize;
            } else if first < hunk.old_start + hunk.old_len.max(1) {
                return None;
            }
        }
        hunk.old_start.checked_add_signed(shift)
    }
}
