//! The odd forms of a diff, and what is none.

use memento::diff::patch::{Change, FileDiff, Origin, Patch};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::home::Home;
use crate::model::{self, Tree};

fn read(diff: &[u8]) -> Patch {
    let patch = Patch::parse(diff).unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(diff)));
    assert!(patch.to_bytes() == diff, "written otherwise:\n{}", String::from_utf8_lossy(diff));
    patch
}

fn one(diff: &[u8]) -> FileDiff {
    let mut files = read(diff).files;
    assert_eq!(files.len(), 1);
    files.remove(0)
}

fn refused(diff: &[u8]) -> String {
    match Patch::parse(diff) {
        Err(memento::Error::Invalid(message)) => message,
        other => panic!("{other:?} of:\n{}", String::from_utf8_lossy(diff)),
    }
}

/// What git says of a change from one tree to another.
fn diff(old: &Tree, new: &Tree, args: &[&str]) -> (Home, Vec<u8>) {
    let home = Home::with_repository();
    model::write(&home.repository(), old);
    home.commit();
    model::write(&home.repository(), new);
    home.git(&["add", "-A"]);
    let bytes = home.git(&[&["diff", "--cached", "--binary"], args, &["HEAD"]].concat());
    (home, bytes)
}

fn files(files: &[(&str, u32, &[u8])]) -> Tree {
    files.iter().map(|(name, mode, content)| (name.as_bytes().to_vec(), (*mode, content.to_vec()))).collect()
}

#[test]
fn nothing_is_no_file() {
    assert!(read(b"").files.is_empty());
}

#[test]
fn a_hunk_has_lines_with_their_ends() {
    let file = one(
        b"diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -3,3 +3,2 @@ fn x() {\r\n one\r\n-two\rtoo\n-\n\
          \\ No newline at end of file\n+\xff\n\\ No newline at end of file\n",
    );
    assert_eq!((file.change, file.old_mode, file.new_mode), (Change::Modified, Some(0o100_644), Some(0o100_644)));
    let hunk = &file.hunks[0];
    assert_eq!((hunk.old_start, hunk.old_len, hunk.new_start, hunk.new_len), (3, 3, 3, 2));
    assert_eq!(hunk.section, b" fn x() {\r");
    let lines: Vec<_> = hunk.lines.iter().map(|line| (line.origin, &line.text[..], line.no_newline)).collect();
    assert_eq!(
        lines,
        [
            (Origin::Context, &b"one\r"[..], false),
            (Origin::Removed, b"two\rtoo", false),
            (Origin::Removed, b"", true),
            (Origin::Added, b"\xff", true),
        ]
    );
    assert_eq!(hunk.counts(), (1, 2));
}

#[test]
fn lines_of_a_hunk_may_look_like_headers() {
    let file = one(
        b"diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1,2 +1,4 @@\n--- a/y\n+++ b/y\n+@@ -1 +1 @@\n\
          +diff --git a/y b/y\n  No newline\n@@ -9 +9,0 @@\n-- \n",
    );
    assert_eq!(file.hunks.len(), 2);
    assert_eq!(file.hunks[0].lines[0].text, b"-- a/y");
}

#[test]
fn names_are_read_as_git_writes_them() {
    for (name, quoted) in [
        ("x", None),
        ("with blank", None),
        ("x b/x", None),
        ("a/a b/b/a", None),
        (" b/ b", None),
        ("trailing ", None),
        ("tab\tname", Some(r"tab\tname")),
        ("quote\"", Some(r#"quote\""#)),
        ("bell\u{7}\u{8}\u{b}\u{c}\r\n\u{1}", Some(r"bell\a\b\v\f\r\n\001")),
        ("back\\slash b", Some(r"back\\slash b")),
        ("\u{fc}", Some(r"\303\274")),
    ] {
        let (home, bytes) = diff(&files(&[(name, 0o100_644, b"1\n")]), &files(&[(name, 0o100_644, b"2\n")]), &[]);
        let file = one(&bytes);
        assert_eq!((&file.old_path[..], &file.new_path[..]), (name.as_bytes(), name.as_bytes()));
        let text = String::from_utf8(bytes).unwrap();
        let written = quoted.map_or(format!("a/{name} b/{name}"), |name| format!("\"a/{name}\" \"b/{name}\""));
        assert!(text.starts_with(&format!("diff --git {written}\n")), "{text}");

        let other = format!("{name}.2");
        std::fs::rename(home.repository().join(name), home.repository().join(&other)).unwrap();
        home.git(&["add", "-A"]);
        home.git(&["commit", "-q", "-m", "x", "--", name]);
        home.git(&["commit", "-q", "-m", "x"]);
        let renamed = home.git(&["diff", "-M", "HEAD~2", "HEAD"]);
        let paths: Vec<_> = read(&renamed).files.iter().map(|file| file.path()).collect();
        assert_eq!(paths.last(), Some(&other), "{}", String::from_utf8_lossy(&renamed));
    }
}

#[test]
fn every_change_has_its_items() {
    let text = b"1\n2\n3\n4\n5\n6\n7\n8\n9\n".to_vec();
    let edited = [&b"0\n"[..], &text, b"10\n"].concat();
    let file = |name: &str, mode: u32, content: &[u8]| files(&[(name, mode, content)]);
    let plain = 0o100_644;
    let run = 0o100_755;
    let (header, both) = (vec![None], vec![None, Some(0), Some(1)]);
    let some = vec![Some(0)];
    let none = Tree::new();
    for (old, new, change, binary, items) in [
        (file("x", plain, &text), file("x", plain, &edited), Change::Modified, false, vec![Some(0), Some(1)]),
        (file("x", plain, &text), file("x", run, &text), Change::Modified, false, header.clone()),
        (file("x", plain, &text), file("x", run, &edited), Change::Modified, false, both.clone()),
        (file("x", plain, &text), file("y", plain, &text), Change::Renamed, false, header.clone()),
        (file("x", plain, &text), file("y", run, &edited), Change::Renamed, false, both),
        (none.clone(), file("x", plain, &text), Change::Added, false, some.clone()),
        (none.clone(), file("x", plain, b""), Change::Added, false, header.clone()),
        (none.clone(), file("x", plain, b"\0"), Change::Added, true, header.clone()),
        (file("x", run, &text), none.clone(), Change::Deleted, false, some.clone()),
        (file("x", plain, b""), none.clone(), Change::Deleted, false, header.clone()),
        (file("x", plain, b"\0"), none, Change::Deleted, true, header.clone()),
        (file("x", plain, b"\0"), file("x", plain, b"\0\x01"), Change::Modified, true, header.clone()),
        (file("x", plain, b"\0"), file("y", run, b"\0"), Change::Renamed, false, header),
        (file("x", 0o120_000, b"1"), file("x", 0o120_000, b"2"), Change::Modified, false, some),
    ] {
        let (_, bytes) = diff(&old, &new, &["-M40", "-U1"]);
        let file = one(&bytes);
        let told = String::from_utf8_lossy(&bytes);
        assert_eq!((file.change, file.binary), (change, binary), "{told}");
        assert_eq!(file.items().collect::<Vec<_>>(), items, "{told}");
        let mode = |tree: &Tree| tree.values().next().map(|(mode, _)| *mode);
        if !file.header.windows(10).any(|bytes| bytes == b"similarity") {
            assert_eq!((file.old_mode, file.new_mode), (mode(&old), mode(&new)), "{told}");
        }
    }
}

#[test]
fn another_type_is_two_files() {
    let (_, bytes) = diff(&files(&[("x", 0o100_644, b"1\n")]), &files(&[("x", 0o120_000, b"1")]), &[]);
    let changes: Vec<_> = read(&bytes).files.iter().map(|file| (file.change, file.path())).collect();
    assert_eq!(changes, [(Change::Deleted, "x".to_owned()), (Change::Added, "x".to_owned())]);
}

#[test]
fn a_binary_file_may_be_without_its_data() {
    let file = one(b"diff --git a/x y b/x y\nindex 1..2 100644\nBinary files a/x y and b/x y differ\n");
    assert!(file.binary && file.hunks.is_empty());
    assert_eq!(file.path(), "x y");
}

#[test]
fn a_submodule_is_one_hunk() {
    let head = "index 36826df..70aa0d6 160000\n--- a/lib\n+++ b/lib\n@@ -1 +1 @@\n";
    let diff = format!("diff --git a/lib b/lib\n{head}-Subproject commit 36826df\n+Subproject commit 70aa0d6\n");
    let file = one(diff.as_bytes());
    assert!(file.is_submodule());
    assert_eq!(file.items().collect::<Vec<_>>(), [Some(0)]);
}

#[test]
fn an_unchanged_file_says_nothing() {
    // Git writes this where only the times of a file differ.
    let file = one(b"diff --git a/x b/x\n");
    assert_eq!(file.items().collect::<Vec<_>>(), [None]);
}

#[test]
fn the_diff_of_a_merge_is_refused() {
    let home = Home::with_repository();
    let write = |content: &[u8]| model::write(&home.repository(), &files(&[("x", 0o100_644, content)]));
    write(b"1\n");
    home.commit();
    home.git(&["checkout", "-q", "-b", "topic"]);
    write(b"2\n");
    home.commit();
    home.git(&["checkout", "-q", "main"]);
    write(b"3\n");
    home.commit();
    assert!(!home.git_with(&["merge", "-q", "topic"], b"").status.success());
    let unmerged = home.git(&["diff", "--cached"]);
    let message = refused(&unmerged);
    assert!(
        message.contains("line 1") && message.contains("x is not merged yet") && message.contains("git add"),
        "{message}"
    );
    for diff in [home.git(&["diff"]), home.git(&["diff", "-c"])] {
        let message = refused(&diff);
        assert!(message.contains("line 1") && message.contains("(x)") && message.contains("HEAD"), "{message}");
    }
    write(b"4\n");
    home.commit();
    let merge = home.git(&["show", "--format=", "-c", "--combined-all-paths"]);
    assert!(refused(merge.trim_ascii_start()).contains("merge"));
}

#[test]
fn what_is_no_diff_is_refused_with_line_file_and_reason() {
    let head = "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n";
    for (diff, said) in [
        ("hello\n".to_owned(), "line 1: \"hello\" is nothing"),
        ("\n".to_owned(), "line 1: "),
        ("--- x\n+++ x\n@@ -1 +1 @@\n-1\n+2\n".to_owned(), "line 1: "),
        ("diff --git x x\n".to_owned(), "line 1: \"diff --git x x\" does not say which file"),
        ("diff --git a/x b/y\n".to_owned(), "line 1: "),
        ("diff --git \"a/x b/x\n".to_owned(), "line 1: "),
        ("diff --git \"a/\\400\" \"b/\\400\"\n".to_owned(), "line 1: "),
        ("diff --git a/x b/x".to_owned(), "cut off"),
        ("diff --git a/x b/y\nrename from x\nrename to z\n".to_owned(), "name different files"),
        ("diff --git i/x w/x\nindex 1..2 100644\n".to_owned(), "does not say which file"),
        ("diff --git a/x b/x\nold mode 10064\n".to_owned(), "line 2, file x: \"10064\" is no mode"),
        ("diff --git a/x b/x\nnew file mode 100644\ndeleted file mode 100644\n".to_owned(), "twice"),
        ("diff --git a/x b/x\n--- a/y\n+++ b/x\n".to_owned(), "line 2, file x: \"a/y\" is not the file"),
        ("diff --git a/x b/x\n--- a/x\n".to_owned(), "line 3, file x: the diff ends"),
        ("diff --git a/x b/x\n--- a/x\n+++ b/x\n".to_owned(), "line 4, file x: the diff ends"),
        ("diff --git a/x b/x\nBinary files whatever\n".to_owned(), "line 2, file x"),
        ("diff --git a/x b/x\nGIT binary patch\nliteral x\n".to_owned(), "line 3, file x"),
        (
            "diff --git a/x b/x\nGIT binary patch\nliteral 1\nIcmZ\n\n".to_owned(),
            "line 4, file x: this is no binary data",
        ),
        ("diff --git a/x b/x\nGIT binary patch\nliteral 1\n".to_owned(), "cut off"),
        (format!("{head}@@ -1 +1 @\n"), "line 5, file x: \"@@ -1 +1 @\" is no hunk"),
        (format!("{head}@@ -1,1 +1 @@\n-1\n+2\n"), "no hunk"),
        (format!("{head}@@ -0 +1 @@\n-1\n+2\n"), "no hunk"),
        (format!("{head}@@ -0,0 +0,0 @@\n"), "no hunk"),
        (format!("{head}@@ -99999999999999999999 +1 @@\n"), "no hunk"),
        (format!("{head}@@ -1 +1 @@\n-1\n"), "line 7, file x: the diff ends in the hunk of line 5"),
        (format!("{head}@@ -1 +1 @@\n-1\n+2"), "cut off"),
        (format!("{head}@@ -1 +1 @@\n-1\n-2\n"), "line 7, file x: the hunk of line 5 has other lines"),
        (format!("{head}@@ -1,2 +1 @@\n-1\n+2\n 3\n"), "line 8, file x: the hunk of line 5 has other lines"),
        (format!("{head}@@ -1 +1 @@\n-1\n+2\n+3\n"), "line 8, file x: \"+3\" is nothing"),
        (
            format!("{head}@@ -1,2 +1,2 @@\n-1\n+2\ndiff --git a/y b/y\n"),
            "line 8, file x: the hunk of line 5 is shorter",
        ),
        (format!("{head}@@ -1,2 +1,2 @@\n-1\n+2\n\n"), "suppressBlankEmpty"),
        (format!("{head}@@ -1 +1 @@\n\\ No newline at end of file\n-1\n+2\n"), "line 6, file x: this is not the end"),
        (
            format!("{head}@@ -1 +1,2 @@\n-1\n+2\n\\ No newline at end of file\n+3\n"),
            "line 8, file x: this is not the end",
        ),
        (format!("{head}@@ -1 +1 @@\n-1\n+2\n\\ nothing\n"), "line 8, file x"),
        ("Submodule lib 1..2:\n  > x\n".to_owned(), "--submodule=short"),
        ("\u{1b}[1mdiff --git a/x b/x\u{1b}[m\n".to_owned(), "line 1: \"\\u{1b}"),
    ] {
        let message = refused(diff.as_bytes());
        assert!(message.contains(said), "{message}\nnot: {said}\n{diff}");
    }
}

/// A diff with nearly everything in it.
fn sample() -> Vec<u8> {
    let old = files(&[
        ("a b", 0o100_644, b"1\n2\n3\n4\n5\n6\n7\n8\n9\n"),
        ("bin", 0o100_644, b"\0\x01\x02"),
        ("gone", 0o100_755, b"x\n"),
        ("moved", 0o100_644, b"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n"),
        ("type", 0o100_644, b"1\n"),
        ("\u{e9}", 0o100_644, b"1"),
    ]);
    let new = files(&[
        ("a b", 0o100_755, b"0\n2\n3\n4\n5\n6\n7\n8\r\n9\n"),
        ("bin", 0o100_644, b"\0\x01\x02\x03"),
        ("empty", 0o100_644, b""),
        ("there", 0o100_644, b"1\n2\n3\n4\n5\n6\n7\n8\n9\n11\n"),
        ("type", 0o120_000, b"1"),
        ("\u{e9}", 0o100_644, b"1\n"),
    ]);
    let (_, bytes) = diff(&old, &new, &["-M", "-U1"]);
    assert_eq!(read(&bytes).files.len(), 8);
    bytes
}

#[test]
fn no_bytes_make_it_panic_and_what_it_accepts_it_writes_again() {
    let sample = sample();
    let cut = (any::<Index>(), 0_usize..40, any::<Index>(), 0_usize..40);
    let change = prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| (at, 1, vec![byte])),
        (any::<Index>(), prop::sample::select(&b" -+\\@\n\r\t\"/,0123456789ab"[..])).prop_map(|(at, byte)| (
            at,
            1,
            vec![byte]
        )),
        cut.prop_map(|(at, len, from, take)| {
            let from = from.index(1000);
            (at, len, vec![0xfe, u8::try_from(from % 250).unwrap(), u8::try_from(take).unwrap()])
        }),
    ];
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 3000,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let accepted = std::cell::Cell::new(0);
    runner
        .run(&prop::collection::vec(change, 1..4), |changes| {
            let mut bytes = sample.clone();
            for (at, len, with) in changes {
                let at = at.index(bytes.len() + 1);
                let end = bytes.len().min(at + len);
                // Other bytes, or a piece of the diff itself from elsewhere.
                let with = match with[..] {
                    [0xfe, from, take] => {
                        let from = usize::from(from) * bytes.len() / 250;
                        bytes[from..bytes.len().min(from + usize::from(take))].to_vec()
                    }
                    _ => with,
                };
                bytes.splice(at..end, with);
            }
            if let Ok(patch) = Patch::parse(&bytes) {
                accepted.set(accepted.get() + 1);
                prop_assert!(patch.to_bytes() == bytes, "{}", String::from_utf8_lossy(&bytes));
                for way in [memento::diff::patch::Direction::Forward, memento::diff::patch::Direction::Reverse] {
                    patch.select(way, |file, item| (file + item.unwrap_or(1)) % 2 == 0);
                }
                memento::diff::shown(&patch);
            }
            Ok(())
        })
        .unwrap();
    assert!(accepted.get() > 30, "only {} of the samples were diffs", accepted.get());
}

#[test]
fn a_long_diff_takes_its_time_and_not_its_square() {
    let mut diff = b"diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n".to_vec();
    for at in 0..100_000 {
        let line = 10 * at + 1;
        diff.extend_from_slice(format!("@@ -{line},2 +{line},2 @@\n one\n-two\n+three\n").as_bytes());
    }
    let start = std::time::Instant::now();
    assert_eq!(read(&diff).files[0].hunks.len(), 100_000);
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}
