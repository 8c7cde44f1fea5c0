//! What makes two items the same in two snapshots: the file, and the lines, wherever they stand.

use std::collections::HashMap;

use super::item::Item;
use super::patch::{Change, FileDiff, Origin, Patch};

/// The same for items with the same file and the same content.
pub(super) type Key = [u8; 32];

/// The keys of items, in their order.
pub(super) fn keys(patch: &Patch, items: &[Item]) -> Vec<Key> {
    items.iter().map(|item| key(&patch.files[item.file], item.hunk)).collect()
}

fn key(file: &FileDiff, hunk: Option<usize>) -> Key {
    let mut hash = blake3::Hasher::new();
    // With their lengths, so that no two lists of parts run together to the same bytes.
    let mut part = |bytes: &[u8]| {
        hash.update(&(bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    part(&file.new_path);
    match hunk {
        Some(hunk) => {
            part(match file.change {
                Change::Added => b"new",
                Change::Deleted => b"deleted",
                Change::Modified | Change::Renamed | Change::Copied => b"changed",
            });
            // That a new file can be run, or is a link, is said nowhere else. Of others the type is enough: a change of rights
            // is judged by itself.
            let mode = file.new_mode.or(file.old_mode).unwrap_or_default();
            let whole = matches!(file.change, Change::Added | Change::Deleted);
            part(&(if whole { mode } else { mode & 0o170_000 }).to_le_bytes());
            for line in &file.hunks[hunk].lines {
                part(match line.origin {
                    Origin::Context => b" ",
                    Origin::Added => b"+",
                    Origin::Removed => b"-",
                });
                part(&line.text);
                part(if line.no_newline { b"\\" } else { b"" });
            }
        }
        None => {
            part(&file.old_path);
            // Of a file that was moved as it was git does not say the mode, and does as soon as there is a hunk.
            let moved = matches!(file.change, Change::Renamed | Change::Copied) && !file.mode_changed();
            let modes = (!moved).then_some((file.old_mode, file.new_mode));
            part(format!("{:?} {modes:?}", file.change).as_bytes());
            // All that is known of its content. How similar a renamed file is changes with its hunks, which are judged by themselves.
            let whole =
                file.hunks.is_empty() && (file.binary || !(file.change == Change::Renamed || file.mode_changed()));
            part(if whole { &file.header } else { b"" });
        }
    }
    *hash.finalize().as_bytes()
}

/// Which item of `old` each one of `new` is. Equal ones are told apart by their order.
///
/// Where there is another number of equal ones than before, which of them went or came cannot be known: they are matched
/// only if `alike` says that it does not matter which.
pub(super) fn matches(old: &[Key], new: &[Key], alike: impl Fn(&[usize]) -> bool) -> Vec<Option<usize>> {
    let group = |keys: &[Key]| {
        let mut groups: HashMap<Key, Vec<usize>> = HashMap::with_capacity(keys.len());
        for (i, key) in keys.iter().enumerate() {
            groups.entry(*key).or_default().push(i);
        }
        groups
    };
    let before = group(old);
    let mut found = vec![None; new.len()];
    for (key, now) in group(new) {
        let Some(then) = before.get(&key) else { continue };
        if then.len() == now.len() || alike(then) {
            for (&new, &old) in now.iter().zip(then) {
                found[new] = Some(old);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_items_are_told_apart_by_order_where_that_can_be() {
        let key = |n: u8| [n; 32];
        let (a, b) = (key(1), key(2));
        assert_eq!(matches(&[a, b, a], &[b, a, a], |_| false), [Some(1), Some(0), Some(2)]);
        assert_eq!(matches(&[a, a], &[a], |_| false), [None]);
        assert_eq!(matches(&[a, a], &[a], |then| then == [0, 1]), [Some(0)]);
        assert_eq!(matches(&[a], &[b], |_| true), [None]);
    }
}
