//! Reading a diff.

use super::paths::{octal, unquoted};
use super::{Change, FileDiff, Hunk, Line, Origin, Patch};
use crate::error::{Error, Result};

pub(super) const NO_NEWLINE: &[u8] = b"\\ No newline at end of file\n";

impl Patch {
    /// Reads a diff. What it accepts, [`Patch::to_bytes`] writes again byte for byte.
    ///
    /// # Errors
    /// [`crate::Error::Invalid`] with the line where it is none of git's, and for a combined diff (of a merge) or an unmerged file,
    /// which have no two sides to choose between.
    pub fn parse(diff: &[u8]) -> Result<Self> {
        let mut reader = Reader { rest: diff, number: 0, path: None };
        let mut files = Vec::new();
        while !reader.rest.is_empty() {
            files.push(reader.file()?);
        }
        Ok(Self { files })
    }
}

/// The lines of a diff that are still to be read.
struct Reader<'a> {
    rest: &'a [u8],
    /// The number of the line that was read last, from 1.
    number: usize,
    /// The file it is in, for messages.
    path: Option<Vec<u8>>,
}

/// What the lines below `diff --git` say.
#[derive(Default)]
struct Header {
    change: Option<Change>,
    from: Option<Vec<u8>>,
    to: Option<Vec<u8>>,
    old_mode: Option<u32>,
    new_mode: Option<u32>,
    binary: bool,
}

impl<'a> Reader<'a> {
    /// The next line with its LF, which stays there; none at the end.
    fn peek(&self) -> Option<&'a [u8]> {
        let end = memchr::memchr(b'\n', self.rest).map_or(self.rest.len(), |at| at + 1);
        (end > 0).then(|| &self.rest[..end])
    }

    fn skip(&mut self, line: &[u8]) {
        self.rest = &self.rest[line.len()..];
        self.number += 1;
    }

    /// Whether the next line starts with `prefix`.
    fn at(&self, prefix: &[u8]) -> bool {
        self.rest.starts_with(prefix)
    }

    /// The next line without its LF.
    fn line(&mut self, expected: &str) -> Result<&'a [u8]> {
        let Some(line) = self.peek() else {
            self.number += 1;
            return self.invalid(&format!("the diff ends where {expected} should be; was it cut off?"));
        };
        self.skip(line);
        match line.strip_suffix(b"\n") {
            Some(line) => Ok(line),
            None => self.invalid("the diff ends in the middle of a line; was it cut off?"),
        }
    }

    /// The next line without its LF and without `prefix`, which it must have.
    fn line_with(&mut self, prefix: &str) -> Result<&'a [u8]> {
        let line = self.line(&format!("a line with \"{}\"", prefix.trim_end()))?;
        match line.strip_prefix(prefix.as_bytes()) {
            Some(rest) => Ok(rest),
            None => self.invalid(&format!("\"{}\" stands where \"{}\" should be", clip(line), prefix.trim_end())),
        }
    }

    fn invalid<T>(&self, what: &str) -> Result<T> {
        let file = self.path.as_ref().map_or(String::new(), |path| format!(", file {}", String::from_utf8_lossy(path)));
        Err(Error::Invalid(format!("the diff, line {}{file}: {what}", self.number)))
    }

    fn file(&mut self) -> Result<FileDiff> {
        let start = self.rest;
        let line = self.line("a file")?;
        let Some(names) = line.strip_prefix(b"diff --git ") else { return self.no_file(line) };
        self.path = same_name(names);
        let header = self.header()?;
        let change = header.change.unwrap_or(Change::Modified);
        let (old_path, new_path) = match (header.from, header.to, &self.path) {
            (Some(from), Some(to), _) => (from, to),
            (None, None, Some(path)) => (path.clone(), path.clone()),
            _ => return self.invalid(&format!("\"diff --git {}\" does not say which file it is", clip(names))),
        };
        if !is_pair(names, &old_path, &new_path) {
            return self.invalid(&format!(
                "\"diff --git {}\" and the lines below it name different files, or not with a/ and b/",
                clip(names)
            ));
        }
        self.path = Some(if change == Change::Deleted { old_path.clone() } else { new_path.clone() });
        let text = self.at(b"--- ");
        if text {
            let old = self.line_with("--- ")?;
            self.name(old, "a/", (change != Change::Added).then_some(&old_path))?;
            let new = self.line_with("+++ ")?;
            self.name(new, "b/", (change != Change::Deleted).then_some(&new_path))?;
        }
        let header_bytes = start[..start.len() - self.rest.len()].to_vec();
        let mut hunks = Vec::new();
        while text && (hunks.is_empty() || self.at(b"@@ ")) {
            hunks.push(self.hunk()?);
        }
        Ok(FileDiff {
            change,
            old_path,
            new_path,
            old_mode: header.old_mode,
            new_mode: header.new_mode,
            binary: header.binary,
            header: header_bytes,
            hunks,
        })
    }

    /// Says why `line` is no start of a file.
    fn no_file<T>(&self, line: &[u8]) -> Result<T> {
        if let Some(name) = line.strip_prefix(b"diff --cc ").or_else(|| line.strip_prefix(b"diff --combined ")) {
            return self.invalid(&format!(
                "the diff of a merge against all its parents ({}) cannot be judged hunk by hunk; compare with one commit, \
                 such as HEAD or the merge's first parent",
                clip(name)
            ));
        }
        if let Some(name) = line.strip_prefix(b"* Unmerged path ") {
            return self.invalid(&format!(
                "{} is not merged yet; resolve the conflict and git add it, then try again",
                clip(name)
            ));
        }
        if line.starts_with(b"Submodule ") {
            return self.invalid("a submodule's log is no diff; use git diff --submodule=short");
        }
        self.invalid(&format!("\"{}\" is nothing that git diff writes here; was a hunk cut off or edited?", clip(line)))
    }

    /// The lines between `diff --git` and `---`, of a binary file also its data.
    fn header(&mut self) -> Result<Header> {
        let mut header = Header::default();
        while let Some(line) = self.peek() {
            let Some((key, value)) =
                HEADER_LINES.iter().find_map(|key| Some((*key, line.strip_prefix(key.as_bytes())?)))
            else {
                break;
            };
            self.line(key)?;
            let value = value.strip_suffix(b"\n").unwrap_or(value);
            match key {
                "old mode " => header.old_mode = Some(self.mode(value)?),
                "new mode " => header.new_mode = Some(self.mode(value)?),
                "new file mode " => {
                    header.new_mode = Some(self.mode(value)?);
                    self.change(&mut header, Change::Added)?;
                }
                "deleted file mode " => {
                    header.old_mode = Some(self.mode(value)?);
                    self.change(&mut header, Change::Deleted)?;
                }
                "rename from " | "copy from " => header.from = Some(self.whole_name(value)?),
                "rename to " | "copy to " => {
                    header.to = Some(self.whole_name(value)?);
                    self.change(&mut header, if key == "copy to " { Change::Copied } else { Change::Renamed })?;
                }
                "index " => {
                    if let Some(at) = memchr::memchr(b' ', value) {
                        let mode = self.mode(&value[at + 1..])?;
                        header.old_mode = Some(mode);
                        header.new_mode = Some(mode);
                    }
                }
                "Binary files " if value.ends_with(b" differ") => {
                    header.binary = true;
                    break;
                }
                "GIT binary patch" if value.is_empty() => {
                    header.binary = true;
                    self.binary_data()?;
                    break;
                }
                "similarity index " | "dissimilarity index " if value.ends_with(b"%") => {}
                _ => return self.invalid(&format!("\"{}\" is nothing that git diff writes", clip(line))),
            }
        }
        Ok(header)
    }

    fn change(&self, header: &mut Header, change: Change) -> Result<()> {
        match header.change.replace(change) {
            None => Ok(()),
            Some(_) => self.invalid("the file is said to be new, deleted, renamed or copied twice"),
        }
    }

    fn mode(&self, digits: &[u8]) -> Result<u32> {
        match octal(digits) {
            Some(mode) if digits.len() == 6 => Ok(mode),
            _ => self.invalid(&format!("\"{}\" is no mode of a file", clip(digits))),
        }
    }

    fn whole_name(&self, text: &[u8]) -> Result<Vec<u8>> {
        match unquoted(text) {
            Some((name, b"")) if !name.is_empty() => Ok(name),
            _ => self.invalid(&format!("\"{}\" is no name of a file", clip(text))),
        }
    }

    /// Checks the name behind `---` or `+++`; `path` is none where there is no file on that side.
    fn name(&self, text: &[u8], prefix: &str, path: Option<&Vec<u8>>) -> Result<()> {
        // Git puts a TAB behind names with blanks.
        let name = unquoted(text.strip_suffix(b"\t").unwrap_or(text));
        let right = match (&name, path) {
            (Some((name, b"")), Some(path)) => name.strip_prefix(prefix.as_bytes()) == Some(path.as_slice()),
            (Some((name, b"")), None) => name == b"/dev/null",
            _ => false,
        };
        if right {
            Ok(())
        } else {
            self.invalid(&format!("\"{}\" is not the file that \"diff --git\" names", clip(text)))
        }
    }

    /// The data of a binary file: what makes the new content of the old one, and maybe the other way round.
    fn binary_data(&mut self) -> Result<()> {
        for way in 0..2 {
            if way == 1 && !self.at(b"literal ") && !self.at(b"delta ") {
                break;
            }
            let line = self.line("the data of a binary file")?;
            let size = line.strip_prefix(b"literal ").or_else(|| line.strip_prefix(b"delta "));
            if !size.is_some_and(|size| !size.is_empty() && size.iter().all(u8::is_ascii_digit)) {
                return self.invalid(&format!("\"{}\" does not say how long the binary data is", clip(line)));
            }
            loop {
                let line = self.line("the data of a binary file")?;
                let Some((first, data)) = line.split_first() else { break };
                let bytes = match first {
                    b'A'..=b'Z' => usize::from(first - b'A') + 1,
                    b'a'..=b'z' => usize::from(first - b'a') + 27,
                    _ => 0,
                };
                // Five letters stand for four bytes.
                if bytes == 0 || data.len() != bytes.div_ceil(4) * 5 {
                    return self.invalid("this is no binary data of git's; was it cut off or edited?");
                }
            }
        }
        Ok(())
    }

    fn hunk(&mut self) -> Result<Hunk> {
        let line = self.line_with("@@ ")?;
        let Some(mut hunk) = hunk_header(line) else {
            return self
                .invalid(&format!("\"@@ {}\" is no hunk of git's: it must be as in @@ -1,3 +1,4 @@", clip(line)));
        };
        let head = self.number;
        let (mut old, mut new) = (hunk.old_len, hunk.new_len);
        while old > 0 || new > 0 || self.at(b"\\") {
            let Some(line) = self.peek() else {
                self.number += 1;
                return self.invalid(&format!("the diff ends in the hunk of line {head}; was it cut off?"));
            };
            self.skip(line);
            if line == NO_NEWLINE {
                match hunk.lines.last_mut() {
                    Some(last) if !last.no_newline && ends(last.origin, old, new) => last.no_newline = true,
                    _ => return self.invalid("this is not the end of a file"),
                }
                continue;
            }
            let (origin, left) = match line[0] {
                b' ' => (Origin::Context, old.min(new)),
                b'-' => (Origin::Removed, old),
                b'+' => (Origin::Added, new),
                b'\n' => {
                    return self.invalid(
                        "an empty line in a hunk needs its blank; set diff.suppressBlankEmpty to false, \
                         and let no editor cut blanks off",
                    );
                }
                _ => return self.invalid(&format!("the hunk of line {head} is shorter than it says")),
            };
            if left == 0 {
                return self.invalid(&format!("the hunk of line {head} has other lines than it says"));
            }
            let Some(text) = line[1..].strip_suffix(b"\n") else {
                return self.invalid("the diff ends in the middle of a line; was it cut off?");
            };
            old -= usize::from(origin != Origin::Added);
            new -= usize::from(origin != Origin::Removed);
            hunk.lines.push(Line { origin, text: text.to_vec(), no_newline: false });
        }
        Ok(hunk)
    }
}

/// What the lines between `diff --git` and `---` start with.
const HEADER_LINES: [&str; 13] = [
    "old mode ",
    "new mode ",
    "new file mode ",
    "deleted file mode ",
    "similarity index ",
    "dissimilarity index ",
    "rename from ",
    "rename to ",
    "copy from ",
    "copy to ",
    "index ",
    "Binary files ",
    "GIT binary patch",
];

/// Whether a line of that side may be the last of its file, when so many old and new lines are to come in the hunk.
fn ends(origin: Origin, old: usize, new: usize) -> bool {
    (origin == Origin::Added || old == 0) && (origin == Origin::Removed || new == 0)
}

/// The name in `a/NAME b/NAME`, both being the same: then there is but one place to part it.
fn same_name(names: &[u8]) -> Option<Vec<u8>> {
    let old = if names.starts_with(b"\"") { unquoted(names)?.0 } else { names[..names.len() / 2].to_vec() };
    let name = old.strip_prefix(b"a/")?;
    is_pair(names, name, name).then(|| name.to_vec())
}

/// Whether `names` are `a/OLD b/NEW`.
fn is_pair(names: &[u8], old: &[u8], new: &[u8]) -> bool {
    let rest = if names.starts_with(b"\"") {
        unquoted(names).and_then(|(name, rest)| (name.strip_prefix(b"a/") == Some(old)).then_some(rest))
    } else {
        names.strip_prefix(b"a/").and_then(|names| names.strip_prefix(old))
    };
    let name = rest.and_then(|rest| rest.strip_prefix(b" ")).and_then(unquoted);
    matches!(name, Some((name, b"")) if !new.is_empty() && name.strip_prefix(b"b/") == Some(new))
}

/// A hunk without its lines, from what is behind its first `@@`.
fn hunk_header(line: &[u8]) -> Option<Hunk> {
    let (old_start, old_len, rest) = range(line.strip_prefix(b"-")?)?;
    let (new_start, new_len, rest) = range(rest.strip_prefix(b" +")?)?;
    let section = rest.strip_prefix(b" @@")?.to_vec();
    let possible = |start, len| start > 0 || len == 0;
    (possible(old_start, old_len) && possible(new_start, new_len) && old_len + new_len > 0).then_some(Hunk {
        old_start,
        old_len,
        new_start,
        new_len,
        section,
        lines: Vec::new(),
    })
}

/// Start and length in `START,LENGTH` or `START`, and what is behind them. Git leaves out a length of 1.
fn range(text: &[u8]) -> Option<(usize, usize, &[u8])> {
    let (start, rest) = number(text)?;
    let Some(rest) = rest.strip_prefix(b",") else { return Some((start, 1, rest)) };
    let (len, rest) = number(rest)?;
    (len != 1).then_some((start, len, rest))
}

/// The number at the start of `text`, as git writes it; none where no file is so long.
fn number(text: &[u8]) -> Option<(usize, &[u8])> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits > 1 && text[0] == b'0' {
        return None;
    }
    let number: u32 = std::str::from_utf8(&text[..digits]).ok()?.parse().ok()?;
    Some((number.try_into().ok()?, &text[digits..]))
}

/// The start of a line, for a message.
fn clip(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(&line[..line.len().min(240)]);
    text.trim_end_matches('\n').chars().take(80).collect::<String>().escape_debug().to_string()
}
