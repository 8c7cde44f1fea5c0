//! A request comes in: its snapshot is stored, and what was said of the round before is kept where it still fits.

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, Instant, SystemTime};

use rusqlite::{OptionalExtension, Transaction, params};

use super::id;
use super::item::{Comment, Item, Mark, items};
use super::judge;
use super::key::{Key, keys, matches};
use super::patch::Patch;
use super::queue::{Queue, now, set_state};
use super::request::{Ask, Request, State};
use super::snapshot::Snapshot;
use crate::db::Stop;
use crate::error::{Error, Result};

/// How long a verdict that is being submitted is waited for before its request is superseded.
const PATIENCE: Duration = Duration::from_secs(10);

impl Queue {
    /// Takes a snapshot and puts it into the queue. A later request of one session on one repository is a new round of it.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is no repository or nothing to review, [`Error::Invalid`] where what is asked for
    /// makes no sense, is too much, or lies in the notes directory, [`Error::Git`] where git fails; nothing is stored then.
    pub fn request(&self, ask: &Ask) -> Result<Request> {
        let snapshot = Snapshot::take(ask, &self.config)?;
        if snapshot.patch.files.is_empty() {
            let root = snapshot.repository.root.display();
            return Err(Error::NotFound(format!("{root}: nothing to review: {}", nothing(&snapshot.scope))));
        }
        self.store(ask, &snapshot)
    }

    /// [`Queue::request`], where something has changed that nobody has judged yet: an item that is not in the last request on
    /// this repository that was decided, whoever made it, in a file that was changed after `since`. Where exactly this waits
    /// for an answer already, it is that request.
    ///
    /// # Errors
    /// Those of [`Queue::request`].
    pub fn request_if_new(&self, ask: &Ask, since: Option<SystemTime>) -> Result<Option<Request>> {
        let snapshot = Snapshot::take(ask, &self.config)?;
        let root = snapshot.repository.root.to_string_lossy().into_owned();
        let items = items(&snapshot.patch);
        let mut keys = keys(&snapshot.patch, &items);
        let sql = "SELECT patch FROM diff_patch WHERE request = (SELECT id FROM diff_request \
                   WHERE repository = ?1 AND state = 'decided' AND own = 0 ORDER BY number DESC LIMIT 1)";
        let judged: Option<Vec<u8>> = self.read(|db| Ok(db.query_row(sql, [&root], |row| row.get(0)).optional()?))?;
        let judged: HashSet<Key> = judged.map(|bytes| keys_of(&bytes)).transpose()?.into_iter().flatten().collect();
        let is_new = |(item, key): (&Item, &Key)| {
            !judged.contains(key) && !since.is_some_and(|since| is_older(&snapshot, item.file, since))
        };
        if !items.iter().zip(&keys).any(is_new) {
            return Ok(None);
        }
        keys.sort_unstable();
        match self.waiting(&root, &keys)? {
            Some(request) => Ok(Some(request)),
            None => self.store(ask, &snapshot).map(Some),
        }
    }

    /// The open request on a repository's working tree with exactly these keys, sorted.
    fn waiting(&self, root: &str, keys: &[Key]) -> Result<Option<Request>> {
        let sql = "SELECT id, patch FROM diff_request JOIN diff_patch ON request = id \
                   WHERE repository = ?1 AND kind = 'tree' AND own = 0 \
                   AND state IN ('waiting', 'in-review') AND items = ?2 ORDER BY number DESC";
        let open: Vec<(String, Vec<u8>)> = self.read(|db| {
            let mut select = db.prepare_cached(sql)?;
            let rows = select.query_map(params![root, keys.len() as i64], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        })?;
        for (id, bytes) in open {
            let mut there = keys_of(&bytes)?;
            there.sort_unstable();
            if there == keys {
                return self.get(&id).map(|request| Some(request).filter(|request| request.state.is_open()));
            }
        }
        Ok(None)
    }

    fn store(&self, ask: &Ask, snapshot: &Snapshot) -> Result<Request> {
        if ask.session.trim().is_empty() {
            return Err(Error::Invalid("a request needs a session: say who asks".into()));
        }
        let start = Instant::now();
        loop {
            let stored = self.write(|tx| self.insert(tx, ask, snapshot));
            match stored {
                Err(Error::Locked(_)) if start.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(50)),
                other => return other,
            }
        }
    }

    fn insert(&self, tx: &Transaction<'_>, ask: &Ask, snapshot: &Snapshot) -> Result<Request, Stop> {
        let root = snapshot.repository.root.to_str().ok_or_else(|| {
            let root = &snapshot.repository.root;
            Error::Invalid(format!("{root:?}: the name of a repository must be UTF-8: rename it"))
        })?;
        let previous = tx
            .prepare_cached(
                "SELECT id FROM diff_request WHERE repository = ?1 AND session = ?2 AND own = ?3 ORDER BY number DESC LIMIT 1",
            )?
            .query_row(params![root, ask.session, ask.own], |row| row.get::<_, String>(0))
            .optional()?;
        let previous = previous.map(|id| self.find(tx, &id)).transpose()?;
        if let Some(previous) = previous.as_ref().filter(|previous| previous.is_being_submitted()) {
            let id = &previous.request.id;
            return Err(Error::Locked(format!("the verdict on {id} is being submitted: try again")).into());
        }
        let patch = &snapshot.patch;
        let items = items(patch);
        let counts = patch.files.iter().flat_map(|file| &file.hunks).map(super::patch::Hunk::counts);
        let (added, removed) = counts.fold((0, 0), |sum, hunk| (sum.0 + hunk.0, sum.1 + hunk.1));
        let id = free_id(tx)?;
        tx.prepare_cached(
            "INSERT INTO diff_request (id, round, previous, session, repository, branch, base, kind, scope, title, summary, \
             files, items, added, removed, own, created, state) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, 'waiting')",
        )?
        .execute(params![
            id,
            previous.as_ref().map_or(1, |previous| previous.request.round + 1) as i64,
            previous.as_ref().map(|previous| &previous.request.id),
            ask.session,
            root,
            snapshot.branch,
            snapshot.base,
            snapshot.kind.as_str(),
            snapshot.scope,
            title(&ask.title, patch),
            ask.summary.as_deref().map(str::trim).filter(|summary| !summary.is_empty()),
            patch.files.len() as i64,
            items.len() as i64,
            added as i64,
            removed as i64,
            ask.own,
            now(),
        ])?;
        tx.execute("INSERT INTO diff_patch (request, patch) VALUES (?1, ?2)", params![id, snapshot.bytes])?;
        if let Some(previous) = previous {
            keep(tx, &previous.request.id, &id, patch, &items)?;
            if previous.request.state.is_open() {
                set_state(tx, &previous.request.id, State::Superseded)?;
            }
        }
        Ok(self.find(tx, &id)?.request)
    }
}

fn nothing(scope: &str) -> String {
    match scope {
        "HEAD" => "the working tree is that of HEAD: name a base or a range for what is committed".to_owned(),
        "staged" => "nothing is staged: git add what is to be reviewed, or leave staged out".to_owned(),
        scope => format!("{scope} is empty"),
    }
}

/// The keys of a diff, in their order.
fn keys_of(bytes: &[u8]) -> Result<Vec<Key>> {
    let patch = Patch::parse(bytes)?;
    Ok(keys(&patch, &items(&patch)))
}

/// Whether a file was last changed before; of one that is gone nobody knows when it went. One that was moved, or got other
/// rights, was not modified, but its inode was.
fn is_older(snapshot: &Snapshot, file: usize, since: SystemTime) -> bool {
    let path = snapshot.repository.root.join(OsStr::from_bytes(&snapshot.patch.files[file].new_path));
    let since = chrono::DateTime::<chrono::Utc>::from(since);
    path.symlink_metadata().is_ok_and(|meta| {
        let (modified, changed) = ((meta.mtime(), meta.mtime_nsec()), (meta.ctime(), meta.ctime_nsec()));
        modified.max(changed) < (since.timestamp(), i64::from(since.timestamp_subsec_nanos()))
    })
}

/// The title on one line; where there is none, the names of files.
fn title(given: &str, patch: &Patch) -> String {
    let given = given.split_whitespace().collect::<Vec<_>>().join(" ");
    if !given.is_empty() {
        return given;
    }
    let names: Vec<String> = patch.files.iter().take(2).map(super::patch::FileDiff::path).collect();
    match patch.files.len() {
        0..=2 => names.join(", "),
        3 => format!("{} and another file", names.join(", ")),
        n => format!("{} and {} other files", names.join(", "), n - 2),
    }
}

/// Four letters are a million; where they run short it takes one more.
fn free_id(tx: &Transaction<'_>) -> rusqlite::Result<String> {
    let mut taken = tx.prepare_cached("SELECT EXISTS (SELECT 1 FROM diff_request WHERE id = ?1)")?;
    for attempt in 0.. {
        let id = id::new(4 + attempt / 8);
        if !taken.query_row([&id], |row| row.get::<_, bool>(0))? {
            return Ok(id);
        }
    }
    unreachable!("the attempts do not end")
}

/// Gives the items that did not change since the round before the marks and comments that they had there.
fn keep(tx: &Transaction<'_>, before: &str, id: &str, patch: &Patch, items: &[Item]) -> Result<(), Stop> {
    let old = judge::load(tx, before)?;
    let said: HashMap<usize, &Mark> =
        old.marks.iter().filter(|mark| mark.judgement.is_some()).map(|mark| (mark.item, mark)).collect();
    let comments = |item: usize| old.comments.iter().filter(move |comment| comment.item == item);
    let what = |item: &usize| {
        let mark = said.get(item).map(|mark| (mark.judgement, mark.reason.as_deref()));
        (mark, comments(*item).map(|c| (c.first, c.last, c.text.as_str())).collect::<Vec<_>>())
    };
    let alike = |group: &[usize]| group.windows(2).all(|pair| what(&pair[0]) == what(&pair[1]));
    let origin = matches(&keys(&old.patch, &old.items), &keys(patch, items), alike);
    let mut mark = tx.prepare_cached(
        "INSERT INTO diff_mark (request, item, judgement, reason, kept, touched) VALUES (?1, ?2, ?3, ?4, 1, 0)",
    )?;
    for (item, from) in origin.iter().enumerate().filter_map(|(item, from)| Some((item, (*from)?))) {
        let known = said.get(&from);
        if known.is_none() && comments(from).next().is_none() {
            continue;
        }
        let judgement = known.and_then(|mark| mark.judgement).map(judge::judgement_name);
        mark.execute(params![id, item as i64, judgement, known.and_then(|mark| mark.reason.as_ref())])?;
        for comment in comments(from) {
            judge::insert_comment(tx, id, &Comment { item, ..comment.clone() })?;
        }
    }
    Ok(())
}
