//! A patch as text, with the place of each file and item.

use crate::diff::patch::{FileDiff, Origin, Patch};

/// The text that a person sees.
pub(super) struct Shown {
    pub(super) text: String,
    /// The line of each file's `diff --git`, from 1.
    pub(super) files: Vec<usize>,
    /// Of each item the line that it begins at, from 1, and how many lines below belong to it.
    pub(super) items: Vec<(usize, usize)>,
}

pub(super) fn shown(patch: &Patch) -> Shown {
    let mut shown = Shown { text: String::new(), files: Vec::new(), items: Vec::new() };
    let mut line = 1;
    for file in &patch.files {
        let header = String::from_utf8_lossy(&file.header);
        shown.files.push(line);
        if has_header_item(file) {
            shown.items.push((line, header.lines().count() - 1));
        }
        shown.text.push_str(&header);
        line += header.lines().count();
        for hunk in &file.hunks {
            let (old, new) = ((hunk.old_start, hunk.old_len), (hunk.new_start, hunk.new_len));
            let section = String::from_utf8_lossy(&hunk.section);
            shown.text.push_str(&format!("@@ -{},{} +{},{} @@{section}\n", old.0, old.1, new.0, new.1));
            let mut lines = 0;
            for text in &hunk.lines {
                shown.text.push(match text.origin {
                    Origin::Context => ' ',
                    Origin::Added => '+',
                    Origin::Removed => '-',
                });
                shown.text.push_str(&String::from_utf8_lossy(&text.text));
                shown.text.push_str(if text.no_newline { "\n\\ No newline at end of file\n" } else { "\n" });
                lines += if text.no_newline { 2 } else { 1 };
            }
            shown.items.push((line, lines));
            line += lines + 1;
        }
    }
    shown
}

fn has_header_item(file: &FileDiff) -> bool {
    file.hunks.is_empty()
        || file.old_path != file.new_path
        || file.old_mode != file.new_mode && file.old_mode.is_some() && file.new_mode.is_some()
}
