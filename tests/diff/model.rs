//! Files as bytes, and what hunks make of them: what the patches under test are measured by.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use memento::diff::patch::{Change, Direction, Hunk, Origin, Patch};

/// Mode and content of every file by its name; of a link the content is where it points to.
pub(crate) type Tree = BTreeMap<Vec<u8>, (u32, Vec<u8>)>;

/// Reads the files below `root`, but not git's own.
pub(crate) fn read(root: &Path) -> Tree {
    let mut tree = Tree::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().as_os_str().as_bytes().to_vec();
            let meta = path.symlink_metadata().unwrap();
            if meta.is_dir() {
                if name != b".git" {
                    folders.push(path);
                }
            } else if meta.is_symlink() {
                tree.insert(name, (0o120_000, path.read_link().unwrap().as_os_str().as_bytes().to_vec()));
            } else {
                let mode = if meta.permissions().mode() & 0o100 == 0 { 0o100_644 } else { 0o100_755 };
                tree.insert(name, (mode, std::fs::read(&path).unwrap()));
            }
        }
    }
    tree
}

/// Makes `root` hold `tree` and nothing else, but for git's own.
#[allow(clippy::disallowed_methods)]
pub(crate) fn write(root: &Path, tree: &Tree) {
    for entry in std::fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name() == Some(OsStr::new(".git")) {
        } else if path.is_dir() && !path.is_symlink() {
            std::fs::remove_dir_all(&path).unwrap();
        } else {
            std::fs::remove_file(&path).unwrap();
        }
    }
    for (name, (mode, content)) in tree {
        let path = root.join(OsStr::from_bytes(name));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        if *mode == 0o120_000 {
            std::os::unix::fs::symlink(OsStr::from_bytes(content), &path).unwrap();
        } else {
            std::fs::write(&path, content).unwrap();
            std::fs::set_permissions(&path, PermissionsExt::from_mode(mode & 0o777)).unwrap();
        }
    }
}

/// What `from` becomes by the chosen items, when they go from old to new, or from new to old.
pub(crate) fn applied(
    from: &Tree,
    to: &Tree,
    patch: &Patch,
    way: Direction,
    chosen: impl Fn(usize, Option<usize>) -> bool,
) -> Tree {
    let mut result = from.clone();
    let mut written = Vec::new();
    for (at, file) in patch.files.iter().enumerate() {
        let header = file.items().any(|item| item.is_none()) && chosen(at, None);
        let hunks: Vec<&Hunk> =
            file.hunks.iter().enumerate().filter(|(hunk, _)| chosen(at, Some(*hunk))).map(|(_, hunk)| hunk).collect();
        if !header && hunks.is_empty() {
            continue;
        }
        let (source, target) = match way {
            Direction::Forward => (&file.old_path, &file.new_path),
            Direction::Reverse => (&file.new_path, &file.old_path),
        };
        let goes = if way == Direction::Forward { Change::Deleted } else { Change::Added };
        let comes = if way == Direction::Forward { Change::Added } else { Change::Deleted };
        if file.change == goes {
            result.remove(source);
        } else if file.change == comes {
            written.push((target, to[target].clone()));
        } else {
            let (mode, content) = &from[source];
            let content = if file.binary && header { to[target].1.clone() } else { changed(content, &hunks, way) };
            let mode = if header && file.mode_changed() { to[target].0 } else { *mode };
            if file.change == Change::Renamed && header {
                result.remove(source);
            }
            written.push((if header { target } else { source }, (mode, content)));
        }
    }
    for (name, file) in written {
        result.insert(name.clone(), file);
    }
    result
}

/// What hunks make of a file, line by line.
pub(crate) fn changed(content: &[u8], hunks: &[&Hunk], way: Direction) -> Vec<u8> {
    let lines: Vec<&[u8]> = content.split_inclusive(|byte| *byte == b'\n').collect();
    let (mut result, mut at) = (Vec::new(), 0);
    let keep = |result: &mut Vec<u8>, from: usize, to: usize| result.extend(lines[from..to].concat());
    for hunk in hunks {
        let (start, len, gone) = match way {
            Direction::Forward => (hunk.old_start, hunk.old_len, Origin::Removed),
            Direction::Reverse => (hunk.new_start, hunk.new_len, Origin::Added),
        };
        let start = if len == 0 { start } else { start - 1 };
        keep(&mut result, at, start);
        at = start + len;
        let mut there = start;
        for line in &hunk.lines {
            let text = [&line.text[..], if line.no_newline { b"" } else { b"\n" }].concat();
            if line.origin == Origin::Context || line.origin == gone {
                assert!(lines[there] == text, "line {} is another one", there + 1);
                there += 1;
            }
            if line.origin != gone {
                result.extend(text);
            }
        }
        assert_eq!(there, at);
    }
    keep(&mut result, at, lines.len());
    result
}
