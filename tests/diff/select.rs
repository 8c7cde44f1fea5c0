//! Chosen hunks, applied by git itself.

use memento::diff::patch::{Change, Direction, Patch};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::home::Home;
use crate::model::{self, Tree};

/// Names that git quotes, and names that look like something else in a diff.
const NAMES: [&[u8]; 18] = [
    b"plain.txt",
    b"with blank.txt",
    b"tab\tname",
    b"quote\"d",
    b"back\\slash",
    "\u{fc}n\u{ef}.txt".as_bytes(),
    b"\xff\xfe.bin",
    b"dir b/inner",
    b"a/a b/b/x",
    b" first",
    b"last ",
    b"new\nline",
    b"-dash",
    "\u{e9} with blank".as_bytes(),
    b"cr\rname",
    b"deep/deeper/deepest",
    b"deep/deeper b/other",
    b"x b",
];

/// Lines that look like something else in a diff.
const LINES: [&str; 12] = [
    "",
    " ",
    "-- a/plain.txt",
    "++ b/plain.txt",
    "diff --git a/x b/x",
    "@@ -1 +1 @@",
    "\\ No newline at end of file",
    "crlf\r",
    "lone\rcr",
    "\u{e9}",
    "GIT binary patch",
    "-",
];

#[derive(Debug, Clone)]
enum Becomes {
    Edited,
    Renamed,
    Copied,
    Deleted,
    Added,
    Crlf,
}

#[derive(Debug, Clone)]
struct File {
    lines: Vec<String>,
    /// Where lines go, how many, and what comes in their place.
    edits: Vec<(Index, usize, Vec<String>)>,
    becomes: Becomes,
    binary: bool,
    /// Whether it may be run, before and after.
    modes: (bool, bool),
    /// Whether its last line lacks its LF, before and after.
    open: (bool, bool),
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![2 => select(&LINES[..]).prop_map(str::to_owned), 3 => "[a-d]{1,2}"]
}

fn file() -> impl Strategy<Value = File> {
    let becomes = prop_oneof![
        6 => Just(Becomes::Edited),
        3 => Just(Becomes::Renamed),
        1 => Just(Becomes::Copied),
        1 => Just(Becomes::Deleted),
        1 => Just(Becomes::Added),
        1 => Just(Becomes::Crlf),
    ];
    let edit = (any::<Index>(), 0_usize..4, prop::collection::vec(line(), 0..4));
    (
        prop::collection::vec(line(), 0..60),
        prop::collection::vec(edit, 0..5),
        becomes,
        prop::bool::weighted(0.1),
        (prop::bool::weighted(0.2), prop::bool::weighted(0.2)),
        (prop::bool::weighted(0.3), prop::bool::weighted(0.3)),
    )
        .prop_map(|(lines, edits, becomes, binary, modes, open)| File {
            lines,
            edits,
            becomes,
            binary,
            modes,
            open,
        })
}

fn content(lines: &[String], open: bool, binary: bool) -> Vec<u8> {
    let mut text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    if open {
        text.pop();
    }
    if binary && !text.is_empty() {
        text.insert(0, '\0');
    }
    text.into_bytes()
}

/// The trees before and after; file N has the Nth name.
fn trees(files: &[File]) -> (Tree, Tree) {
    let (mut old, mut new) = (Tree::new(), Tree::new());
    for (at, file) in files.iter().enumerate() {
        let name = NAMES[at].to_vec();
        let mode = |run| if run { 0o100_755 } else { 0o100_644 };
        if !matches!(file.becomes, Becomes::Added) {
            old.insert(name.clone(), (mode(file.modes.0), content(&file.lines, file.open.0, file.binary)));
        }
        let mut lines = file.lines.clone();
        for (place, len, with) in &file.edits {
            let start = place.index(lines.len() + 1);
            let end = lines.len().min(start + len);
            lines.splice(start..end, with.clone());
        }
        if matches!(file.becomes, Becomes::Crlf) {
            lines.iter_mut().for_each(|line| line.push('\r'));
        }
        let after = (mode(file.modes.1), content(&lines, file.open.1, file.binary));
        let other = [&b"other/"[..], &name].concat();
        match file.becomes {
            Becomes::Deleted => {}
            Becomes::Renamed => drop(new.insert(other, after)),
            Becomes::Copied => {
                new.insert(name.clone(), old[&name].clone());
                new.insert(other, after);
            }
            _ => drop(new.insert(name, after)),
        }
    }
    (old, new)
}

/// Applies `patch` in the home's repository; an empty one git would refuse.
fn apply(home: &Home, patch: &[u8], args: &[&str]) {
    if patch.is_empty() {
        return;
    }
    let args = [&["apply", "--whitespace=nowarn", "--unidiff-zero"], args].concat();
    let output = home.git_with(&args, patch);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {args:?}: {error}\n{}", String::from_utf8_lossy(patch));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_chosen_and_nothing_else_is_applied(
        files in prop::collection::vec(file(), 1..6),
        context in select(vec!["-U0", "-U1", "-U3", "-U10"]),
        quote in any::<bool>(),
        mut choice in prop::collection::vec(any::<bool>(), 64),
    ) {
        let (old, new) = trees(&files);
        let home = Home::with_repository();
        model::write(&home.repository(), &old);
        home.commit();
        model::write(&home.repository(), &new);
        home.git(&["add", "-A"]);
        let quote = format!("core.quotePath={quote}");
        let diff = |copies| home.git(&["-c", &quote, "diff", "--cached", "--binary", context, copies, "HEAD"]);

        let bytes = diff("-M");
        let patch = Patch::parse(&bytes).unwrap();
        prop_assert!(patch.to_bytes() == bytes);
        choice.resize(patch.files.iter().map(|file| 1 + file.hunks.len()).sum(), true);
        let chosen = |file: usize, item: Option<usize>| {
            let above: usize = patch.files[..file].iter().map(|file| 1 + file.hunks.len()).sum();
            choice[above + item.map_or(0, |hunk| hunk + 1)]
        };
        let repository = home.repository();
        apply(&home, &patch.select(Direction::Reverse, chosen), &["--reverse"]);
        let expected = model::applied(&new, &old, &patch, Direction::Reverse, chosen);
        prop_assert!(model::read(&repository) == expected, "in reverse, of:\n{}", String::from_utf8_lossy(&bytes));

        let bytes = diff("-C");
        let patch = Patch::parse(&bytes).unwrap();
        prop_assert!(patch.to_bytes() == bytes);
        let chosen = |file: usize, item: Option<usize>| {
            // The hunks of a copy go with it.
            let header = patch.files[file].change == Change::Copied && item.is_some();
            choice[(file * 7 + item.map_or(0, |hunk| hunk + 1)) % choice.len()] && (!header || choice[file * 7 % choice.len()])
        };
        home.git(&["read-tree", "HEAD"]);
        apply(&home, &patch.select(Direction::Forward, chosen), &["--cached"]);
        let out = format!("{}/", home.path("out").display());
        home.git(&["checkout-index", "-a", &format!("--prefix={out}")]);
        let there = if home.path("out").exists() { model::read(&home.path("out")) } else { Tree::new() };
        let expected = model::applied(&old, &new, &patch, Direction::Forward, chosen);
        prop_assert!(there == expected, "forwards, of:\n{}", String::from_utf8_lossy(&bytes));
    }
}

fn files(files: &[(&str, u32, &str)]) -> Tree {
    files.iter().map(|(name, mode, content)| (name.as_bytes().to_vec(), (*mode, content.as_bytes().to_vec()))).collect()
}

/// A repository at `old` with `new` in working tree and index, and the diff between them.
fn changed(old: &Tree, new: &Tree) -> (Home, Patch) {
    let home = Home::with_repository();
    model::write(&home.repository(), old);
    home.commit();
    model::write(&home.repository(), new);
    home.git(&["add", "-A"]);
    let patch = Patch::parse(&home.git(&["diff", "--cached", "--binary", "-M", "HEAD"])).unwrap();
    (home, patch)
}

#[test]
fn names_and_types_may_change_places() {
    let text = |from: usize| (from..from + 20).map(|line| format!("{line}\n")).collect::<String>();
    let (one, two) = (text(0), text(100));
    let old = files(&[("a", 0o100_644, &one), ("b", 0o100_755, &two), ("c", 0o100_755, "c\n"), ("d", 0o120_000, "a")]);
    let new = files(&[("a", 0o100_755, &two), ("b", 0o100_644, &one), ("c", 0o120_000, "b"), ("d", 0o100_644, "d\n")]);
    let (home, patch) = changed(&old, &new);
    apply(&home, &patch.select(Direction::Reverse, |_, _| true), &["--reverse"]);
    assert_eq!(model::read(&home.repository()), old);
    home.git(&["add", "-A"]);
    apply(&home, &patch.select(Direction::Forward, |_, _| true), &["--index"]);
    assert_eq!(model::read(&home.repository()), new);
}

#[test]
fn a_link_can_be_changed_back_and_brought_back() {
    let old = files(&[("gone", 0o120_000, "a"), ("link", 0o120_000, "a")]);
    let (home, patch) = changed(&old, &files(&[("link", 0o120_000, "b"), ("new", 0o120_000, "b")]));
    apply(&home, &patch.select(Direction::Reverse, |_, _| true), &["--reverse"]);
    assert_eq!(model::read(&home.repository()), old);
}

#[test]
fn a_submodule_goes_into_the_index() {
    let home = Home::with_repository();
    let cache = |hash: &str| {
        home.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{},lib", hash.repeat(40))]);
    };
    cache("1");
    home.git(&["commit", "-q", "-m", "x"]);
    cache("2");
    let patch = Patch::parse(&home.git(&["diff", "--cached", "HEAD"])).unwrap();
    home.git(&["read-tree", "HEAD"]);
    apply(&home, &patch.select(Direction::Forward, |_, _| true), &["--cached"]);
    assert!(home.git(&["ls-files", "-s"]).starts_with(format!("160000 {}", "2".repeat(40)).as_bytes()));
}

#[test]
fn nothing_chosen_is_an_empty_patch() {
    let old = files(&[("a", 0o100_644, "1\n"), ("b", 0o100_644, "")]);
    let (_, patch) = changed(&old, &files(&[("a", 0o100_755, "2\n"), ("c", 0o100_644, "\0")]));
    for way in [Direction::Forward, Direction::Reverse] {
        assert!(patch.select(way, |_, _| false).is_empty());
    }
    let untouched = Patch::parse(b"diff --git a/x b/x\n").unwrap();
    assert!(untouched.select(Direction::Forward, |_, _| true).is_empty());
}

#[test]
fn a_hunk_can_be_applied_where_it_has_moved_to() {
    // All lines are the same, so that only the right line number finds the place.
    let lines = |count: usize| "same\n".repeat(count);
    let text = |above: &str| [above, &lines(20), "new\n", &lines(20), "newer\n", &lines(20)].concat();
    let (home, patch) = changed(&files(&[("a", 0o100_644, &lines(60))]), &files(&[("a", 0o100_644, &text(""))]));
    for (above, moved) in [("", 0), ("above\n", 1), (&lines(10), 10)] {
        for chosen in [0, 1] {
            model::write(&home.repository(), &files(&[("a", 0o100_644, &text(above))]));
            let start = |_, hunk: usize| patch.files[0].hunks[hunk].new_start + moved;
            let bytes = patch.select_at(Direction::Reverse, |_, hunk| hunk == Some(chosen), start);
            apply(&home, &bytes, &["--reverse"]);
            let expected = text(above).replace(["new\n", "newer\n"][chosen], "");
            assert_eq!(model::read(&home.repository()), files(&[("a", 0o100_644, &expected)]));

            let base = [above, &lines(60)].concat();
            model::write(&home.repository(), &files(&[("a", 0o100_644, &base)]));
            let start = |_, hunk: usize| patch.files[0].hunks[hunk].old_start + moved;
            apply(&home, &patch.select_at(Direction::Forward, |_, hunk| hunk == Some(chosen), start), &[]);
            let expected = text(above).replace(["newer\n", "new\n"][chosen], "");
            assert_eq!(model::read(&home.repository()), files(&[("a", 0o100_644, &expected)]));
        }
    }
}

#[test]
fn the_hunks_of_a_copy_go_nowhere_without_it() {
    let text: String = (0..20).map(|line| format!("{line}\n")).collect();
    let old = files(&[("a", 0o100_644, &text)]);
    let new = files(&[("a", 0o100_644, &text), ("b", 0o100_644, &text.replace("10\n", "ten\n"))]);
    let (home, _) = changed(&old, &new);
    let patch = Patch::parse(&home.git(&["diff", "--cached", "-C", "--find-copies-harder", "HEAD"])).unwrap();
    assert_eq!(patch.files[0].change, Change::Copied);
    assert!(patch.select(Direction::Forward, |_, item| item.is_some()).is_empty(), "this would change what was copied");
    // In reverse the copy is there, and is changed where it is.
    apply(&home, &patch.select(Direction::Reverse, |_, item| item.is_some()), &["--reverse"]);
    assert_eq!(model::read(&home.repository()), files(&[("a", 0o100_644, &text), ("b", 0o100_644, &text)]));
    model::write(&home.repository(), &new);
    let refused = home.git_with(&["apply", "--reverse"], &patch.select(Direction::Reverse, |_, _| true));
    let error = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && error.contains("a: already exists"), "{error}");
    assert_eq!(model::read(&home.repository()), new);
}

#[test]
fn line_ends_that_git_converts_stay_as_they_are_in_the_working_tree() {
    let text = |changed: &[usize]| -> String {
        (0..40).map(|n| format!("{}{n}\r\n", if changed.contains(&n) { "changed " } else { "" })).collect()
    };
    let home = Home::with_repository();
    home.git(&["config", "core.autocrlf", "true"]);
    model::write(&home.repository(), &files(&[("a", 0o100_644, &text(&[]))]));
    home.commit();
    model::write(&home.repository(), &files(&[("a", 0o100_644, &text(&[5, 30]))]));
    let patch = Patch::parse(&home.git(&["diff", "HEAD"])).unwrap();
    apply(&home, &patch.select(Direction::Reverse, |_, item| item == Some(0)), &["--reverse"]);
    assert_eq!(model::read(&home.repository()), files(&[("a", 0o100_644, &text(&[30]))]));
}
