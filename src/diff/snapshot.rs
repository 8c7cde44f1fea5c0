//! A snapshot: what changed in a repository, as git's own diff.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

use super::patch::Patch;
use super::request::Ask;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::file;
use crate::git::Repository;

/// As much as is kept of one snapshot, in bytes: more is build products or data, and nobody's to review.
const LIMIT: u64 = 64 << 20;

/// More paths than these are not given to git one by one.
const MANY: usize = 2000;

/// What a snapshot compares with its base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The working tree.
    Tree,
    /// The index.
    Staged,
    /// A commit.
    Range,
}

impl Kind {
    /// Its name, as it is stored.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Tree => "tree",
            Self::Staged => "staged",
            Self::Range => "range",
        }
    }
}

/// What changed in a repository.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) repository: Repository,
    pub(super) branch: Option<String>,
    /// The full hash of the commit, or of the empty tree before the first one.
    pub(super) base: String,
    pub(super) kind: Kind,
    /// The same in words.
    pub(super) scope: String,
    pub(super) bytes: Vec<u8>,
    pub(super) patch: Patch,
}

impl Snapshot {
    /// Takes the snapshot that `ask` describes. It may be empty.
    pub(super) fn take(ask: &Ask, config: &Config) -> Result<Self> {
        let repository = repository(&ask.directory)?;
        let hidden = hidden(&repository, ask, config)?;
        let (kind, base, tip, scope) = sides(&repository, ask)?;
        let paths: Vec<OsString> = hidden.iter().map(|dir| exclusion(dir)).collect();
        let bytes = match (kind, tip) {
            (Kind::Tree, _) => {
                let untracked = if ask.no_untracked { Vec::new() } else { untracked(&repository, hidden.as_deref())? };
                tree(&repository, &base, &untracked, &paths)?
            }
            (Kind::Staged, _) => diff(&repository, &[OsStr::new("--cached"), OsStr::new(&base)], &paths, None)?,
            (Kind::Range, tip) => {
                let tip = tip.unwrap_or_default();
                diff(&repository, &[OsStr::new(&base), OsStr::new(&tip)], &paths, None)?
            }
        };
        check_size(bytes.len() as u64)?;
        let patch = Patch::parse(&bytes)?;
        Ok(Self { branch: repository.branch(), repository, base, kind, scope, bytes, patch })
    }
}

/// The repository around a directory, under its one name without links: rounds are told by it.
pub(super) fn repository(directory: &Path) -> Result<Repository> {
    let found = Repository::enclosing(&file::canonical(directory));
    let found = found.filter(|repository| repository.root.is_dir()).ok_or_else(|| {
        let dir = directory.display();
        Error::NotFound(format!("{dir} is in no git repository: name a directory of one, or make one with git init"))
    })?;
    // Of a `.git` that is none git thinks nothing, and would speak of the repository around it.
    Ok(Repository { root: asked(&found, "--show-toplevel")? })
}

/// A directory that git names, under its one name without links.
fn asked(repository: &Repository, what: &str) -> Result<PathBuf> {
    let mut path = repository.output(&["rev-parse", "--path-format=absolute", what], &[], None)?;
    path.pop();
    Ok(file::canonical(Path::new(&OsString::from_vec(path))))
}

/// The working tree now, against a commit, with new files; of these paths alone, unless they are many.
pub(super) fn tree_now(repository: &Repository, base: &str, paths: &[&[u8]]) -> Result<Patch> {
    let new = untracked(repository, None)?;
    Patch::parse(&tree(repository, base, &new, &literal(paths))?)
}

/// The index now, against a commit; of these paths alone, unless they are many.
pub(super) fn index_now(repository: &Repository, base: &str, paths: &[&[u8]]) -> Result<Patch> {
    Patch::parse(&diff(repository, &[OsStr::new("--cached"), OsStr::new(base)], &literal(paths), None)?)
}

fn literal(paths: &[&[u8]]) -> Vec<OsString> {
    if paths.len() > MANY {
        return Vec::new();
    }
    paths.iter().map(|path| OsString::from_vec([b":(top,literal)", *path].concat())).collect()
}

fn exclusion(dir: &Path) -> OsString {
    OsString::from_vec([b":(top,exclude,literal)", dir.as_os_str().as_bytes()].concat())
}

/// The part of the repository, relative to its root, that assistants may not see: notes are read through their gate alone.
pub(super) fn hidden(repository: &Repository, ask: &Ask, config: &Config) -> Result<Option<PathBuf>> {
    if ask.own {
        return Ok(None);
    }
    let (root, notes) = (file::canonical(&repository.root), file::canonical(&config.notes_dir));
    if root.starts_with(&notes) {
        let root = repository.root.display();
        return Err(Error::Invalid(format!("{root}: a review is on code, and this is in the notes directory")));
    }
    if let Ok(within) = notes.strip_prefix(&root) {
        return Ok(Some(within.to_path_buf()));
    }
    // In another working tree of the repository that they are in, and in its history, notes are the same notes.
    let Some(theirs) = self::repository(&notes).ok() else { return Ok(None) };
    if asked(&theirs, "--git-common-dir")? != asked(repository, "--git-common-dir")? {
        return Ok(None);
    }
    let within = notes.strip_prefix(&theirs.root).unwrap_or(Path::new(""));
    if within.as_os_str().is_empty() {
        let root = repository.root.display();
        return Err(Error::Invalid(format!(
            "{root}: a review is on code, and this is the notes directory's repository"
        )));
    }
    Ok(Some(within.to_path_buf()))
}

/// What is compared with what: the kind, the base's hash, the other side's hash of a range, and the whole in words.
fn sides(repository: &Repository, ask: &Ask) -> Result<(Kind, String, Option<String>, String)> {
    if let Some(range) = &ask.range {
        if ask.staged || ask.base.is_some() {
            return Err(Error::Invalid("give a range, or staged and a base: not both".into()));
        }
        let (left, dots, right) = match range.split_once("...") {
            Some((left, right)) => (left, "...", right),
            None => {
                let (left, right) = range.split_once("..").ok_or_else(|| {
                    Error::Invalid(format!("{range} is no range: give two revisions, as in main..topic"))
                })?;
                (left, "..", right)
            }
        };
        let name = |side: &str| if side.is_empty() { "HEAD".to_owned() } else { side.to_owned() };
        let (mut base, tip) = (repository.commit(&name(left))?, repository.commit(&name(right))?);
        if dots == "..." {
            let merge_base = repository.run(&["merge-base", &base, &tip]);
            base = merge_base.map(|hash| hash.trim().to_owned()).map_err(|_| {
                Error::Invalid(format!("{}: {range} has no common ancestor", repository.root.display()))
            })?;
        }
        return Ok((Kind::Range, base, Some(tip), range.clone()));
    }
    let base = match &ask.base {
        Some(name) => repository.commit(name)?,
        None => match repository.head() {
            Some(head) => head,
            // Before the first commit everything is new.
            None => repository.run(&["hash-object", "-t", "tree", "/dev/null"])?.trim().to_owned(),
        },
    };
    // Nobody reads a whole hash.
    let named = ask.base.as_ref().map(|name| if *name == base { base[..10].to_owned() } else { name.clone() });
    let (kind, scope) = if ask.staged {
        (Kind::Staged, named.map_or_else(|| "staged".to_owned(), |base| format!("staged since {base}")))
    } else {
        (Kind::Tree, named.map_or_else(|| "HEAD".to_owned(), |base| format!("since {base}")))
    };
    Ok((kind, base, None, scope))
}

/// The files that git does not know and does not ignore, relative to the root.
fn untracked(repository: &Repository, hidden: Option<&Path>) -> Result<Vec<Vec<u8>>> {
    let listed = repository.output(&["ls-files", "-z", "--others", "--exclude-standard", "--full-name"], &[], None)?;
    let path = |name: &[u8]| PathBuf::from(OsString::from_vec(name.to_vec()));
    // What ends in a slash is another repository within this one.
    let files = listed.split(|&b| b == 0).filter(|name| !name.is_empty() && !name.ends_with(b"/"));
    let files = files.filter(|name| !is_lock(&repository.root.join(path(name))));
    let files: Vec<Vec<u8>> =
        files.filter(|name| !hidden.is_some_and(|dir| path(name).starts_with(dir))).map(<[u8]>::to_vec).collect();
    let size = |name: &Vec<u8>| repository.root.join(path(name)).symlink_metadata().map_or(0, |meta| meta.len());
    check_size(files.iter().map(size).sum())?;
    Ok(files)
}

/// Whether it is the link `.#NAME` that Emacs keeps beside a file with unsaved changes: nobody's work, and soon gone.
fn is_lock(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_bytes().starts_with(b".#")) && path.is_symlink()
}

fn check_size(size: u64) -> Result<()> {
    if size <= LIMIT {
        return Ok(());
    }
    Err(Error::Invalid(format!(
        "the diff has {} MiB, and {} are the most that is reviewed: put build products and data into .gitignore, leave \
         untracked files out, or compare with a nearer base",
        size >> 20,
        LIMIT >> 20
    )))
}

/// The diff of the working tree, in which git sees the `untracked` files as new ones. The repository's own index stays as
/// it is: what the person has staged is the person's.
fn tree(repository: &Repository, base: &str, untracked: &[Vec<u8>], paths: &[OsString]) -> Result<Vec<u8>> {
    if untracked.is_empty() {
        return diff(repository, &[OsStr::new(base)], paths, None);
    }
    let scratch = tempfile::tempdir().map_err(Error::io(&std::env::temp_dir()))?;
    let index = scratch.path().join("index");
    let own = repository.run(&["rev-parse", "--path-format=absolute", "--git-path", "index"])?;
    let own = PathBuf::from(own.trim_end_matches('\n'));
    if own.exists() {
        copy_index(&own, &index).map_err(Error::io(&own))?;
    }
    // Each gets an empty entry, which no file is as young as: git looks at the file. To add them with intent (`add -N`) is the
    // same, but takes seconds for thousands of them, and adds none where one has gone since they were listed.
    let empty = repository.run(&["hash-object", "-t", "blob", "/dev/null"])?;
    let entry = |name: &Vec<u8>| [b"100644 ", empty.trim().as_bytes(), b"\t", name, b"\0"].concat();
    let entries = untracked.iter().map(entry).collect::<Vec<_>>().concat();
    repository.output(&["update-index", "-z", "--index-info"], &entries, Some(&index))?;
    diff(repository, &[OsStr::new(base)], paths, Some(&index))
}

/// Copies an index with its time. Git takes a file for unchanged whose time is the one in the index, unless that is as late as
/// the index's own: then the file may have been written again in the same instant ("racy git").
fn copy_index(from: &Path, to: &Path) -> std::io::Result<()> {
    // Before it is read: where somebody replaces it meanwhile, an earlier time is the safe one.
    let time = from.metadata()?.modified()?;
    std::fs::copy(from, to)?;
    std::fs::File::options().append(true).open(to)?.set_modified(time)
}

/// Runs git diff so that nothing a person has configured changes what comes out.
fn diff(repository: &Repository, sides: &[&OsStr], paths: &[OsString], index: Option<&Path>) -> Result<Vec<u8>> {
    const FLAGS: [&str; 18] = [
        "-c",
        "diff.orderFile=/dev/null",
        "-c",
        "diff.suppressBlankEmpty=false",
        "-c",
        "diff.renameLimit=1000",
        "diff",
        "--no-ext-diff",
        "--no-textconv",
        "--no-relative",
        "--src-prefix=a/",
        "--dst-prefix=b/",
        "--unified=3",
        "--inter-hunk-context=0",
        "--find-renames",
        "--binary",
        "--full-index",
        "--submodule=short",
    ];
    let mut args: Vec<&OsStr> = FLAGS.iter().map(OsStr::new).collect();
    args.push(OsStr::new("--ignore-submodules=dirty"));
    args.extend(sides);
    args.push(OsStr::new("--"));
    args.extend(paths.iter().map(OsString::as_os_str));
    repository.output(&args, &[], index)
}
