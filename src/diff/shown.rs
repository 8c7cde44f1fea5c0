//! A diff as a person reads it.

use super::patch::{FileDiff, Patch};

/// The text of a diff for a person, and where in it what is.
///
/// It is a diff still, but none to be applied where it is not text: `index` lines (but those of links) and the data of binary
/// files are left out, and what is not UTF-8 stands as U+FFFD.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The text; it ends with a newline.
    pub text: String,
    /// For each file the line of its `diff --git`, from 1.
    pub files: Vec<usize>,
    /// For each [item](FileDiff::items) of all files its first line, from 1 (of a hunk `@@`, of a header `diff --git`), and how
    /// many lines below that belong to it.
    pub items: Vec<(usize, usize)>,
}

/// Writes `patch` for a person.
pub fn shown(patch: &Patch) -> Shown {
    let mut shown = Shown::default();
    let mut text = Vec::new();
    let mut next = 1;
    for file in &patch.files {
        let first = next;
        shown.files.push(first);
        next += header(file, &mut text);
        for item in file.items() {
            let Some(hunk) = item else {
                shown.items.push((first, next - first - 1));
                continue;
            };
            let hunk = &file.hunks[hunk];
            hunk.write(&mut text, hunk.old_start, hunk.new_start);
            let lines = hunk.lines.len() + hunk.lines.iter().filter(|line| line.no_newline).count();
            shown.items.push((next, lines));
            next += 1 + lines;
        }
    }
    shown.text = match String::from_utf8(text) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    };
    shown
}

/// Writes the header of `file` and returns how many lines that are.
fn header(file: &FileDiff, text: &mut Vec<u8>) -> usize {
    let mut lines = 0;
    let mut header = file.header.split_inclusive(|byte| *byte == b'\n');
    while let Some(line) = header.next() {
        // That a link leads elsewhere now, and is no file with one line, is said there alone.
        if line.starts_with(b"index ") && !line.ends_with(b" 120000\n") {
            continue;
        }
        lines += 1;
        if line.starts_with(b"GIT binary patch") {
            // The sizes, new and old, are told where git stored the contents and not what differs.
            let size =
                |line: &[u8]| Some(std::str::from_utf8(line.strip_prefix(b"literal ")?).ok()?.trim_end().to_owned());
            let new = header.next().and_then(size);
            let old = header.skip_while(|line| *line != b"\n").nth(1).and_then(size);
            text.extend_from_slice(
                match (old, new) {
                    (Some(old), Some(new)) => format!("Binary files differ ({old} -> {new} bytes)\n"),
                    _ => "Binary files differ\n".to_owned(),
                }
                .as_bytes(),
            );
            break;
        }
        text.extend_from_slice(line);
    }
    lines
}
