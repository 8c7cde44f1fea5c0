//! Git as an engine: which repository, and what changed since a commit.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::ScopedJoinHandle;

use crate::error::{Error, Result};
use crate::file;

/// As many of git's arguments as an error names: a diff may be of thousands of files.
const SHOWN_ARGUMENTS: usize = 12;

/// Called from a git hook, the first of these point to another repository; the others change what paths and diffs mean.
const NOT_INHERITED: [&str; 13] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_DIFF_OPTS",
];

/// A working tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Its top directory.
    pub root: PathBuf,
}

impl Repository {
    /// The working tree that a file or directory lies in; the path itself need not exist.
    ///
    /// It looks for `.git` itself: a process of git costs 3 ms, and `SPC r c` must feel instant.
    pub fn enclosing(path: &Path) -> Option<Self> {
        path.ancestors().find(|dir| dir.join(".git").exists()).map(|root| Self { root: root.to_path_buf() })
    }

    /// The project's name: that of the root folder.
    pub fn name(&self) -> String {
        self.root.file_name().map_or_else(|| "root".into(), |n| n.to_string_lossy().into_owned())
    }

    /// Runs git here and returns its standard output.
    ///
    /// # Errors
    /// Those of [`Repository::output`].
    pub fn run(&self, args: &[&str]) -> Result<String> {
        Ok(String::from_utf8_lossy(&self.output(args, &[], None)?).into_owned())
    }

    /// Runs git here with `input` on its standard input, with `index` in the place of the repository's own index, and returns
    /// its standard output.
    ///
    /// The person's configuration must not change what is read: no pager, no colours, no external diff, no optional locks
    /// (a status in the background must not break a `git commit` at the terminal).
    ///
    /// # Errors
    /// [`Error::Git`] with git's own words where it fails or is not installed.
    pub fn output<S: AsRef<OsStr>>(&self, args: &[S], input: &[u8], index: Option<&Path>) -> Result<Vec<u8>> {
        let fail = |message: String| {
            let words: Vec<_> = args.iter().take(SHOWN_ARGUMENTS).map(|a| a.as_ref().to_string_lossy()).collect();
            Error::Git { command: words.join(" "), message }
        };
        let mut command = Command::new("git");
        for name in NOT_INHERITED {
            command.env_remove(name);
        }
        command
            .arg("-C")
            .arg(&self.root)
            .args(["--no-pager", "--no-optional-locks", "-c", "core.quotePath=false"])
            // `color.ui` is overruled by what the person says of single commands.
            .args(["-c", "color.ui=false", "-c", "color.diff=false", "-c", "color.status=false"])
            .args(args)
            .env("LC_ALL", "C")
            .stdin(if input.is_empty() { Stdio::null() } else { Stdio::piped() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(index) = index {
            command.env("GIT_INDEX_FILE", index);
        }
        let mut child = command.spawn().map_err(|e| fail(format!("cannot be run: {e}: install git")))?;
        let finished = finish(&mut child, input);
        let output = finished.map_err(|e| fail(e.to_string()))?;
        if !output.status.success() {
            return Err(fail(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        Ok(output.stdout)
    }

    /// The branch that `HEAD` is on, also before its first commit; none where it is on no branch.
    pub fn branch(&self) -> Option<String> {
        self.run(&["symbolic-ref", "-q", "--short", "HEAD"]).ok().map(|s| s.trim().to_owned()).filter(|s| !s.is_empty())
    }

    /// The commit that `HEAD` names, in full; none before the first commit.
    pub fn head(&self) -> Option<String> {
        self.run(&["rev-parse", "--verify", "-q", "HEAD"]).ok().map(|s| s.trim().to_owned()).filter(|s| !s.is_empty())
    }

    /// The full hash of the commit that `revision` names.
    ///
    /// # Errors
    /// [`Error::Invalid`] where it names none.
    pub fn commit(&self, revision: &str) -> Result<String> {
        let found = self.run(&["rev-parse", "--verify", "-q", "--end-of-options", &format!("{revision}^{{commit}}")]);
        found.map(|s| s.trim().to_owned()).map_err(|_| {
            Error::Invalid(format!("{}: no commit is called {revision}: see git log", self.root.display()))
        })
    }

    /// Whether the working tree's `path` (relative to the root) is the one of `HEAD`.
    pub fn is_clean(&self, path: &str) -> bool {
        self.run(&["status", "--porcelain", "--", &format!(":(literal,top){path}")]).is_ok_and(|s| s.is_empty())
    }

    /// The last commit after `since` on the way to `HEAD` that changed `path` (relative to the root), else the last one of
    /// any kind.
    pub fn last_change(&self, since: &str, path: &str) -> Option<String> {
        if since.starts_with('-') {
            return None;
        }
        let range = format!("{since}..HEAD");
        // On another branch than `since` the range would hold commits that were there before it.
        self.run(&["merge-base", "--is-ancestor", since, "HEAD"]).ok()?;
        let last = |args: &[&str]| {
            let found = self.run(&[&["log", "-1", "--format=%H", &range][..], args].concat()).ok()?;
            Some(found.trim().to_owned()).filter(|hash| !hash.is_empty())
        };
        last(&["--", &format!(":(literal,top){path}")]).or_else(|| last(&[]))
    }

    /// Whether `commit` has the file `path` (relative to the root).
    pub fn has(&self, commit: &str, path: &str) -> bool {
        !commit.starts_with('-') && self.run(&["cat-file", "-e", &format!("{commit}:{path}")]).is_ok()
    }

    /// What became of `path` (relative to the root) from `commit` to the working tree: where it is now, and its line changes.
    ///
    /// A rename is followed. `None`: git cannot say, because the commit is gone or the file came later. Of a file that it
    /// has never known git says that nothing changed; ask [`Repository::has`] where that matters.
    pub fn changes_since(&self, commit: &str, path: &str) -> Option<Changes> {
        if commit.starts_with('-') {
            return None;
        }
        let flags = ["diff", "--no-ext-diff", "--no-textconv", "--unified=0", "--inter-hunk-context=0"];
        // One file is cheap; only a file that is gone makes git look for where it went.
        if self.root.join(path).exists() {
            let one = ["--no-renames", commit, "--", &format!(":(literal,top){path}")];
            let diff = self.run(&[&flags[..], &one].concat()).ok()?;
            let came_later = diff.lines().take_while(|l| !l.starts_with("@@")).any(|l| l.starts_with("new file mode "));
            (!came_later).then(|| Changes::parse(&diff, path))
        } else {
            let diff = self.run(&[&flags[..], &["-M", "--diff-filter=R", commit, "--"]].concat()).ok()?;
            Changes::renamed(&diff, path)
        }
    }
}

/// Gives a process its input and waits for its end. C-g, or a client that waits no longer, ends the process.
fn finish(child: &mut Child, input: &[u8]) -> std::io::Result<Output> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    std::thread::scope(|scope| {
        // It may write before it has read everything. That it does not read on is said by its exit code.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
        let stdout = scope.spawn(move || read_all(stdout));
        let stderr = scope.spawn(move || read_all(stderr));
        let status = file::wait(child)?;
        let joined = |read: ScopedJoinHandle<'_, _>| read.join().unwrap_or_else(|_| Ok(Vec::new()));
        Ok(Output { status, stdout: joined(stdout)?, stderr: joined(stderr)? })
    })
}

fn read_all(from: Option<impl Read>) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.map_or(Ok(0), |mut from| from.read_to_end(&mut bytes))?;
    Ok(bytes)
}

/// The line changes of one file between two states of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// Its path now, relative to the root.
    pub path: String,
    hunks: Vec<Hunk>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Hunk {
    old_start: usize,
    old_len: usize,
    new_start: usize,
    new_len: usize,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It stands, unchanged, at this line now.
    At(usize),
    /// It was changed or deleted; this is where it would be.
    Gone(usize),
}

impl Changes {
    fn parse(diff: &str, path: &str) -> Self {
        Self { path: path.to_owned(), hunks: diff.lines().filter_map(Hunk::parse).collect() }
    }

    fn renamed(diff: &str, path: &str) -> Option<Self> {
        let section =
            diff.split("\ndiff --git ").find(|s| s.lines().any(|l| l.strip_prefix("rename from ") == Some(path)))?;
        let to = section.lines().find_map(|l| l.strip_prefix("rename to "))?;
        Some(Self::parse(section, to))
    }

    /// The lines that are new or changed in the new state.
    pub fn changed(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        self.hunks.iter().map(|h| h.new_start..h.new_start + h.new_len)
    }

    /// Where a line (1-based) of the new state stands in the old one; `None` for a line that was added or changed.
    pub fn origin(&self, line: usize) -> Option<usize> {
        let back =
            |h: &Hunk| Hunk { old_start: h.new_start, old_len: h.new_len, new_start: h.old_start, new_len: h.old_len };
        let inverse = Self { path: String::new(), hunks: self.hunks.iter().map(back).collect() };
        match inverse.follow(line) {
            Fate::At(line) => Some(line),
            Fate::Gone(_) => None,
        }
    }

    /// Follows a line (1-based) of the old state.
    pub fn follow(&self, line: usize) -> Fate {
        let mut shift = 0isize;
        for hunk in &self.hunks {
            // A hunk that only adds names the old line that it comes after.
            if hunk.old_len == 0 {
                if hunk.old_start >= line {
                    break;
                }
            } else if hunk.old_start > line {
                break;
            } else if line < hunk.old_start + hunk.old_len {
                let within = (line - hunk.old_start).min(hunk.new_len.saturating_sub(1));
                return Fate::Gone((hunk.new_start + within).max(1));
            }
            shift += hunk.new_len as isize - hunk.old_len as isize;
        }
        Fate::At(line.saturating_add_signed(shift).max(1))
    }
}

impl Hunk {
    /// Reads `@@ -OLD[,LEN] +NEW[,LEN] @@`.
    fn parse(line: &str) -> Option<Self> {
        let (old, rest) = line.strip_prefix("@@ -")?.split_once(" +")?;
        let new = rest.split(" @@").next()?;
        let span = |s: &str| match s.split_once(',') {
            Some((start, len)) => Some((start.parse().ok()?, len.parse().ok()?)),
            None => Some((s.parse().ok()?, 1)),
        };
        let ((old_start, old_len), (new_start, new_len)) = (span(old)?, span(new)?);
        Some(Self { old_start, old_len, new_start, new_len })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_followed_through_hunks() {
        let c = Changes::parse("@@ -0,0 +1,3 @@\n+a\n+b\n+c\n@@ -5 +8 @@\n-x\n+y\n@@ -9,2 +11,0 @@\n-p\n-q\n", "f");
        assert_eq!(c.follow(1), Fate::At(4));
        assert_eq!(c.follow(4), Fate::At(7));
        assert_eq!(c.follow(5), Fate::Gone(8));
        assert_eq!(c.follow(6), Fate::At(9));
        assert_eq!(c.follow(9), Fate::Gone(11));
        assert_eq!(c.follow(11), Fate::At(12));
        assert_eq!((c.origin(4), c.origin(2), c.origin(8), c.origin(12)), (Some(1), None, None, Some(11)));
        assert_eq!(c.changed().next(), Some(1..4));
    }
}
