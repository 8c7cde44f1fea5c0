//! Where a remark's line is today, on real git histories.

use crate::home::Home;

const CODE: &str = "fn a() {\n    one();\n}\n\nfn b() {\n    two(1, 2);\n}\n";

/// A repository `app` with `src.rs`, and a remark on line 6, `two(1, 2);`.
fn remark_on_line_6() -> (Home, String) {
    let home = Home::new();
    home.repository("app", &[("src.rs", CODE)]);
    let id = home.add("app/src.rs:6", "why two?", &[]);
    (home, id)
}

fn here(home: &Home, status: &str, line: u64) -> (String, u64, std::path::PathBuf) {
    (status.to_owned(), line, home.path("app/src.rs"))
}

#[test]
fn an_untouched_line_is_exact() {
    let (home, id) = remark_on_line_6();
    assert_eq!(home.place(&id), here(&home, "exact", 6));
}

#[test]
fn insertions_above_move_it_committed_or_not() {
    let (home, id) = remark_on_line_6();
    home.write("app/src.rs", &format!("// new\n// lines\n{CODE}"));
    assert_eq!(home.place(&id), here(&home, "moved", 8));
    home.commit("app");
    home.write("app/src.rs", &format!("// more\n// new\n// lines\n{CODE}"));
    assert_eq!(home.place(&id), here(&home, "moved", 9));
}

#[test]
fn a_renamed_file_is_followed() {
    let (home, id) = remark_on_line_6();
    home.git("app", &["mv", "src.rs", "renamed.rs"]);
    home.commit("app");
    assert_eq!(home.place(&id), ("moved".into(), 6, home.path("app/renamed.rs")));
    home.write("app/renamed.rs", &format!("// new\n{CODE}"));
    assert_eq!(home.place(&id), ("moved".into(), 7, home.path("app/renamed.rs")));
}

#[test]
fn a_deleted_line_is_stale() {
    let (home, id) = remark_on_line_6();
    home.write("app/src.rs", &CODE.replace("    two(1, 2);\n", ""));
    let (status, line, _) = home.place(&id);
    assert_eq!(status, "stale");
    assert!((5..=6).contains(&line), "{line}");
}

#[test]
fn a_deleted_file_is_stale() {
    let (home, id) = remark_on_line_6();
    std::fs::remove_file(home.path("app/src.rs")).unwrap();
    home.commit("app");
    assert_eq!(home.place(&id), here(&home, "stale", 6));
}

#[test]
fn a_reformatted_line_is_found_again() {
    let (home, id) = remark_on_line_6();
    home.write("app/src.rs", &CODE.replace("    two(1, 2);", "\ttwo(1,2);"));
    home.commit("app");
    assert_eq!(home.place(&id), here(&home, "moved", 6));
}

#[test]
fn a_rewritten_line_is_stale() {
    let (home, id) = remark_on_line_6();
    home.write("app/src.rs", &CODE.replace("two(1, 2)", "three()"));
    assert_eq!(home.place(&id), here(&home, "stale", 6));
}

#[test]
fn a_line_that_was_moved_within_the_file_is_found() {
    let (home, id) = remark_on_line_6();
    home.write("app/src.rs", "fn b() {\n    two(1, 2);\n}\n\nfn a() {\n    one();\n}\n");
    assert_eq!(home.place(&id), here(&home, "moved", 2));
}

#[test]
fn of_twenty_equal_lines_the_right_one_is_followed() {
    let home = Home::new();
    let code: String = (0..20).map(|i| format!("fn f{i}() {{\n    log();\n}}\n")).collect();
    home.repository("app", &[("src.rs", &code)]);
    let eleventh = home.add("app/src.rs:32", "the eleventh", &[]);
    // Two of them go above it, and one is new.
    let changed = code.replace("fn f3() {\n    log();\n}\n", "").replace("fn f0()", "// top\nfn f0()");
    home.write("app/src.rs", &changed);
    assert_eq!(home.place(&eleventh), here(&home, "moved", 30));
    // Its own function goes: the nineteen others are not it.
    home.write("app/src.rs", &changed.replace("fn f10() {\n    log();\n}\n", ""));
    assert_eq!(home.place(&eleventh).0, "stale");
}

#[test]
fn a_remark_made_on_a_dirty_file_is_followed_from_its_line_in_the_commit() {
    let home = Home::new();
    home.repository("app", &[("src.rs", CODE)]);
    home.write("app/src.rs", &format!("// not committed\n{CODE}"));
    let id = home.add("app/src.rs:7", "why two?", &[]);
    assert!(home.log_text().contains(":COMMIT_LINE: 6\n"), "{}", home.log_text());
    assert_eq!(home.place(&id), here(&home, "exact", 7));
    home.write("app/src.rs", CODE);
    assert_eq!(home.place(&id), here(&home, "moved", 6));
}

#[test]
fn a_remark_on_a_line_that_is_not_committed_goes_by_its_text() {
    let home = Home::new();
    home.repository("app", &[("src.rs", CODE)]);
    home.write("app/src.rs", &format!("{CODE}fn new() {{}}\n"));
    let id = home.add("app/src.rs:8", "why?", &[]);
    assert!(!home.log_text().contains(":COMMIT"), "{}", home.log_text());
    assert_eq!(home.place(&id), here(&home, "exact", 8));
    home.write("app/src.rs", &format!("\n\n{CODE}fn new() {{}}\n"));
    assert_eq!(home.place(&id), here(&home, "moved", 10));
    home.write("app/src.rs", CODE);
    assert_eq!(home.place(&id).0, "stale");
}

#[test]
fn a_file_that_git_does_not_know_goes_by_its_text() {
    let home = Home::new();
    home.repository("app", &[("src.rs", CODE)]);
    home.write("app/new.rs", "one\ntwo\n");
    let id = home.add("app/new.rs:2", "why?", &[]);
    assert!(!home.log_text().contains(":COMMIT"), "{}", home.log_text());
    home.write("app/new.rs", "zero\none\ntwo\n");
    home.commit("app");
    assert_eq!(home.place(&id), ("moved".into(), 3, home.path("app/new.rs")));
}

#[test]
fn without_git_the_nearest_equal_line_counts() {
    let home = Home::new();
    home.write("app/src.rs", CODE);
    let id = home.add("app/src.rs:6", "why two?", &[]);
    home.write("app/src.rs", &format!("two(1, 2);\n\n\n\n{CODE}"));
    assert_eq!(home.place(&id), here(&home, "moved", 10));
}

#[test]
fn a_commit_that_is_gone_leaves_the_text() {
    let (home, id) = remark_on_line_6();
    let text = home.log_text();
    let commit = home.git("app", &["rev-parse", "HEAD"]);
    home.write_log(&text.replace(&commit, "0123456789012345678901234567890123456789"));
    home.write("app/src.rs", &format!("// new\n{CODE}"));
    assert_eq!(home.place(&id), here(&home, "moved", 7));
}

#[test]
fn nothing_is_known_of_a_remark_without_commit_and_anchor() {
    let home = Home::new();
    home.write("x.py", "a\nb\n");
    home.write_log("** TODO [[file:~/x.py::2][x.py:2]]\n   by hand\n");
    let id = home.json(&["list"])[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(home.place(&id), ("stale".into(), 2, home.path("x.py")));
}

#[test]
fn a_region_keeps_its_length() {
    let home = Home::new();
    home.repository("app", &[("src.rs", CODE)]);
    let id = home.add("app/src.rs:5-7", "the whole of b", &[]);
    home.write("app/src.rs", &format!("// new\n{CODE}"));
    let place = home.json(&["show", &id])["place"].clone();
    assert_eq!((place["line"].as_u64(), place["end_line"].as_u64()), (Some(6), Some(8)));
}
