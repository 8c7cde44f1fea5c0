//! The diff as a person reads it.

use memento::diff::patch::Patch;
use memento::diff::shown;

const DIFF: &[u8] = b"diff --git a/bin b/bin\nindex 1..2 100644\nGIT binary patch\nliteral 3\nKcmZQzWMXCj00033\n\nliteral 0\n\
    HcmV?d00001\n\ndiff --git a/delta b/delta\nindex 1..2 100644\nGIT binary patch\ndelta 3\nKcmZQzWMXCj00033\n\ndelta 0\n\
    HcmV?d00001\n\ndiff --git a/x b/y\nold mode 100644\nnew mode 100755\nsimilarity index 90%\nrename from x\nrename to y\n\
    index 1..2\n--- a/x\n+++ b/y\n@@ -1 +1 @@\n-\xff\0\r\n+two\n@@ -9 +9 @@ index 3..4\n-index 1..2\n+index\n\
    \\ No newline at end of file\ndiff --git a/z b/z\nnew file mode 100644\nindex 0..1\n--- /dev/null\n+++ b/z\n\
    @@ -0,0 +1 @@\n+\xc3\xa9\ndiff --git a/plain b/plain\nindex 1..2\nBinary files a/plain and b/plain differ\n";

const SHOWN: &str = "diff --git a/bin b/bin\nBinary files differ (0 -> 3 bytes)\n\
    diff --git a/delta b/delta\nBinary files differ\ndiff --git a/x b/y\nold mode 100644\nnew mode 100755\nsimilarity index 90%\n\
    rename from x\nrename to y\n--- a/x\n+++ b/y\n@@ -1 +1 @@\n-\u{fffd}\0\r\n+two\n@@ -9 +9 @@ index 3..4\n-index 1..2\n+index\n\
    \\ No newline at end of file\ndiff --git a/z b/z\nnew file mode 100644\n--- /dev/null\n+++ b/z\n@@ -0,0 +1 @@\n+\u{e9}\n\
    diff --git a/plain b/plain\nBinary files a/plain and b/plain differ\n";

#[test]
fn hashes_and_data_are_left_out_and_every_item_is_found() {
    let patch = Patch::parse(DIFF).unwrap();
    assert!(patch.to_bytes() == DIFF);
    let shown = shown(&patch);
    assert_eq!(shown.text, SHOWN);
    assert_eq!(shown.files, [1, 3, 5, 20, 26]);
    assert_eq!(shown.items, [(1, 1), (3, 1), (5, 7), (13, 2), (16, 3), (24, 1), (26, 1)]);
    let lines: Vec<&str> = shown.text.split('\n').collect();
    for line in &shown.files {
        assert!(lines[line - 1].starts_with("diff --git "));
    }
    for (line, count) in &shown.items {
        assert!(lines[line - 1].starts_with("@@ ") || shown.files.contains(line));
        let next = lines[line + count];
        assert!(next.is_empty() || next.starts_with("@@ ") || next.starts_with("diff --git "), "{next}");
    }
}

#[test]
fn that_a_link_is_one_is_shown() {
    let link = "diff --git a/l b/l\nindex 1..2 120000\n--- a/l\n+++ b/l\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n\
                +b\n\\ No newline at end of file\n";
    assert_eq!(shown(&Patch::parse(link.as_bytes()).unwrap()).text, link);
}

#[test]
fn nothing_is_shown_of_nothing() {
    assert_eq!(shown(&Patch::default()), memento::diff::Shown::default());
}
