//! What a verdict does with the working tree and the index.

use std::io::Write;
use std::os::unix::fs::symlink;

use memento::diff::{Ask, Decision, Mark, Outcome, Queue, Submission, Verdict};

use super::home::{Home, numbered};
use super::queue::{approve, reject, reviewer, submission, three_hunks};

fn both() -> Submission {
    Submission { revert: true, stage: true, ..submission(Decision::ChangesRequested) }
}

/// Asks, marks, lets `meanwhile` happen, and submits.
fn judge(home: &Home, ask: &Ask, marks: &[Mark], submission: &Submission, meanwhile: impl FnOnce()) -> Verdict {
    let queue = home.queue();
    let id = queue.request(ask).unwrap().id;
    queue.begin(&id, &reviewer(), false).unwrap();
    queue.mark(&id, &reviewer(), marks).unwrap();
    meanwhile();
    queue.submit(&id, &reviewer(), submission).unwrap()
}

fn outcomes(verdict: &Verdict) -> Vec<Outcome> {
    verdict.items.iter().map(|item| item.outcome).collect()
}

#[test]
fn rejected_hunks_leave_the_tree_and_approved_ones_enter_the_index() {
    let home = three_hunks();
    let verdict = judge(&home, &home.ask("alice"), &[approve(0), reject(1, "no")], &both(), || {});
    assert_eq!(outcomes(&verdict), [Outcome::Staged, Outcome::Reverted, Outcome::Nothing]);
    assert_eq!((verdict.not_reverted.as_deref(), verdict.not_staged.as_deref()), (None, None));
    assert_eq!(home.text("a.txt"), numbered(40, &[5, 35]));
    assert_eq!(home.git_text(&["show", ":a.txt"]), numbered(40, &[5]));
    assert!(verdict.text().contains("it was reverted"), "{}", verdict.text());
}

#[test]
fn a_tree_that_changed_is_not_touched() {
    let home = three_hunks();
    let marks = [reject(0, "no"), reject(1, "no")];
    // Another line of the second hunk.
    let verdict =
        judge(&home, &home.ask("alice"), &marks, &both(), || home.put("a.txt", &numbered(40, &[5, 20, 21, 35])));
    assert_eq!(home.text("a.txt"), numbered(40, &[5, 20, 21, 35]));
    // The second one is there still, only different.
    assert_eq!(outcomes(&verdict), [Outcome::PleaseRevert, Outcome::PleaseRevert, Outcome::Nothing]);
    assert!(verdict.not_reverted.as_ref().unwrap().contains("a.txt changed since it was asked about"));
    assert!(verdict.text().contains("please revert"), "{}", verdict.text());
}

#[test]
fn a_hunk_that_was_edited_is_not_gone() {
    for lines in [&[5, 20, 21, 35], &[5, 20, 23, 35]] {
        let home = three_hunks();
        let verdict = judge(&home, &home.ask("alice"), &[reject(1, "no")], &both(), || {
            home.put("a.txt", &numbered(40, lines));
        });
        assert_eq!(outcomes(&verdict)[1], Outcome::PleaseRevert, "{lines:?}");
        assert!(verdict.not_reverted.as_ref().unwrap().contains("does not hold exactly the judged hunk"));
        assert_eq!(home.text("a.txt"), numbered(40, lines));
    }
}

#[test]
fn what_changed_elsewhere_is_in_nobody_s_way() {
    let home = three_hunks();
    let marks = [approve(0), reject(1, "no")];
    let text = format!("top\n{}", numbered(40, &[5, 20, 35]));
    let verdict = judge(&home, &home.ask("alice"), &marks, &both(), || {
        home.put("a.txt", &text);
        home.put("b.txt", "b\n");
    });
    assert_eq!(outcomes(&verdict)[..2], [Outcome::Staged, Outcome::Reverted], "{:?}", verdict.not_reverted);
    assert_eq!(home.text("a.txt"), text.replace("changed 20", "line 20"));
    assert_eq!(home.git_text(&["show", ":a.txt"]), numbered(40, &[5]));
}

#[test]
fn files_come_and_go_whole() {
    let home = Home::with_repository();
    home.put("old.txt", "old\n");
    home.put("gone.txt", "gone\n");
    home.put("tool.sh", "#!/bin/sh\n");
    home.put("moved.txt", &numbered(30, &[]));
    home.put("data.bin", "a\0b");
    home.commit();
    home.git(&["mv", "moved.txt", "there.txt"]);
    home.git(&["reset", "-q"]);
    home.put("there.txt", &numbered(30, &[15]));
    std::fs::remove_file(home.repository().join("gone.txt")).unwrap();
    home.put("new dir/n\u{e9}w.txt", "new\n");
    home.put("empty", "");
    home.put("data.bin", "a\0c");
    std::os::unix::fs::symlink("old.txt", home.repository().join("link")).unwrap();
    let mode = |mode| std::fs::set_permissions(home.repository().join("tool.sh"), mode).unwrap();
    mode(std::os::unix::fs::PermissionsExt::from_mode(0o755));
    let before = home.git_text(&["status", "--porcelain"]);
    let queue = home.queue();
    let id = queue.request(&home.ask("alice")).unwrap().id;
    let review = queue.begin(&id, &reviewer(), false).unwrap();
    let whats: Vec<Mark> = (0..review.items.len()).map(|item| reject(item, "no")).collect();
    assert_eq!(home.git_text(&["status", "--porcelain"]), before, "a snapshot changes nothing");
    queue.mark(&id, &reviewer(), &whats).unwrap();
    let verdict = queue.submit(&id, &reviewer(), &both()).unwrap();
    assert!(outcomes(&verdict).iter().all(|outcome| *outcome == Outcome::Reverted), "{verdict:#?}");
    assert_eq!(home.git_text(&["status", "--porcelain"]), "");
    let whats: Vec<&str> = verdict.items.iter().map(|item| item.what.as_str()).collect();
    for what in ["rename", "hunk", "deleted file", "new file", "new empty file", "binary", "mode"] {
        assert!(whats.contains(&what), "{what} is not in {whats:?}");
    }
}

#[test]
fn what_is_written_in_the_instant_of_the_index_is_seen() {
    let home = Home::with_repository();
    // Nothing but the time could tell, and that is the index's own: an hour ago, since git looks at whole seconds.
    home.git(&["config", "core.trustctime", "false"]);
    let time = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    let set = |name: &str| {
        let file = std::fs::File::options().append(true).open(home.repository().join(name)).unwrap();
        file.set_modified(time).unwrap();
    };
    home.put("a.txt", "one\n");
    set("a.txt");
    home.commit();
    home.put("a.txt", "two\n");
    home.put("new.txt", "new\n");
    set("a.txt");
    set(".git/index");
    assert_eq!(home.queue().request(&home.ask("alice")).unwrap().files, 2);
}

#[test]
fn approved_files_are_staged_whole() {
    let home = Home::with_repository();
    home.put("gone.txt", "gone\n");
    home.put("moved.txt", &numbered(30, &[]));
    home.put("data.bin", "a\0b");
    home.commit();
    std::fs::remove_file(home.repository().join("gone.txt")).unwrap();
    std::fs::rename(home.repository().join("moved.txt"), home.repository().join("there.txt")).unwrap();
    home.put("there.txt", &numbered(30, &[15]));
    home.put("new.txt", "new\n");
    home.put("data.bin", "a\0c");
    let all = Submission { approve_rest: true, stage: true, ..submission(Decision::Approved) };
    let verdict = judge(&home, &home.ask("alice"), &[], &all, || {});
    assert!(outcomes(&verdict).iter().all(|outcome| *outcome == Outcome::Staged), "{verdict:#?}");
    assert_eq!(home.git_text(&["diff"]), "");
    assert_eq!(home.git_text(&["ls-files", "--others"]), "");
}

#[test]
fn what_somebody_else_staged_stays() {
    let home = three_hunks();
    // Staged by hand: line 1, and another version of line 35.
    let theirs = numbered(40, &[1]).replace("line 35", "their 35");
    home.put("a.txt", &format!("first\n{theirs}"));
    home.git(&["add", "a.txt"]);
    home.put("a.txt", &numbered(40, &[5, 20, 35]));
    let verdict = judge(&home, &home.ask("alice"), &[approve(1), approve(2)], &both(), || {});
    let staged = format!("first\n{}", theirs.replace("line 20", "changed 20"));
    assert_eq!(home.git_text(&["show", ":a.txt"]), staged);
    assert_eq!(outcomes(&verdict), [Outcome::Nothing, Outcome::Staged, Outcome::NotStaged]);
    assert!(verdict.not_staged.as_ref().unwrap().contains("1 of 2 not staged: the index has other changes"));
    assert_eq!(home.text("a.txt"), numbered(40, &[5, 20, 35]));
}

#[test]
fn a_mode_is_staged_beside_lines_that_are_staged_already() {
    let home = three_hunks();
    home.git(&["add", "a.txt"]);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(home.repository().join("a.txt"), mode).unwrap();
    let all = Submission { approve_rest: true, stage: true, ..submission(Decision::Approved) };
    let verdict = judge(&home, &home.ask("alice"), &[], &all, || {});
    assert_eq!(outcomes(&verdict), [Outcome::Staged; 4], "{:?}", verdict.not_staged);
    assert_eq!(home.git_text(&["diff"]), "");
}

#[test]
fn a_hunk_is_staged_at_its_own_place_in_repetitive_text() {
    let home = Home::with_repository();
    let block = "a\nb\nc\nsame\nd\ne\nf\n";
    let base = block.repeat(4);
    home.put("a.txt", &base);
    home.commit();
    // As many lines as a block has: where the second one was there is the first one now.
    let top = numbered(7, &[]);
    home.put("a.txt", &format!("{top}{base}"));
    home.git(&["add", "a.txt"]);
    let changed = format!("{block}{}{}", block.replace("same", "other"), block.repeat(2));
    home.put("a.txt", &changed);
    let all = Submission { approve_rest: true, stage: true, ..submission(Decision::Approved) };
    let verdict = judge(&home, &home.ask("alice"), &[], &all, || {});
    assert_eq!(outcomes(&verdict), [Outcome::Staged]);
    assert_eq!(home.git_text(&["show", ":a.txt"]), format!("{top}{changed}"));
}

#[test]
fn what_is_staged_and_rejected_is_not_committed() {
    let home = three_hunks();
    home.git(&["add", "-A"]);
    let verdict = judge(&home, &home.ask("alice"), &[approve(0), reject(1, "no")], &both(), || {});
    assert_eq!(outcomes(&verdict), [Outcome::Staged, Outcome::Reverted, Outcome::Nothing]);
    assert_eq!(home.text("a.txt"), numbered(40, &[5, 35]));
    assert_eq!(home.git_text(&["show", ":a.txt"]), numbered(40, &[5, 35]));
    let staged = Ask { staged: true, ..home.ask("bob") };
    judge(&home, &staged, &[reject(0, "no")], &both(), || {});
    assert_eq!((home.text("a.txt"), home.git_text(&["show", ":a.txt"])), (numbered(40, &[35]), numbered(40, &[35])));
}

#[test]
fn a_range_is_judged_too() {
    let home = three_hunks();
    home.commit();
    let range = Ask { range: Some("HEAD~1..HEAD".into()), ..home.ask("alice") };
    let verdict = judge(&home, &range, &[approve(0), reject(1, "no")], &both(), || {});
    assert_eq!(outcomes(&verdict), [Outcome::Staged, Outcome::Reverted, Outcome::Nothing]);
    assert_eq!(home.text("a.txt"), numbered(40, &[5, 35]));
}

#[test]
fn before_the_first_commit_everything_is_new() {
    let home = Home::with_repository();
    home.put("a.txt", "a\n");
    home.put("b.txt", "b\n");
    let verdict = judge(&home, &home.ask("alice"), &[approve(0), reject(1, "no")], &both(), || {});
    assert_eq!(outcomes(&verdict), [Outcome::Staged, Outcome::Reverted]);
    assert_eq!(home.git_text(&["status", "--porcelain"]), "A  a.txt\n");
}

#[test]
fn unsaved_edits_and_git_s_own_lock_are_respected() {
    let home = three_hunks();
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let lock = home.repository().join(".#a.txt");
    let verdict = judge(&home, &home.ask("alice"), &[reject(1, "no")], &both(), || {
        symlink(format!("ann@{host}.{}:17", std::process::id()), &lock).unwrap();
    });
    assert!(verdict.not_reverted.as_ref().unwrap().contains("a.txt has unsaved changes in Emacs"));
    assert_eq!(home.text("a.txt"), numbered(40, &[5, 20, 35]));
    std::fs::remove_file(&lock).unwrap();
    let verdict = judge(&home, &home.ask("alice"), &[approve(0), reject(1, "no")], &both(), || {
        std::fs::File::create(home.repository().join(".git/index.lock")).unwrap().write_all(b"").unwrap();
    });
    assert_eq!(outcomes(&verdict)[..2], [Outcome::NotStaged, Outcome::Reverted], "{verdict:?}");
    assert!(verdict.not_staged.as_ref().unwrap().contains("index.lock"));
}

#[test]
fn a_repository_that_is_gone_is_said() {
    let home = three_hunks();
    let verdict = judge(&home, &home.ask("alice"), &[approve(0), reject(1, "no")], &both(), || {
        std::fs::remove_dir_all(home.repository()).unwrap();
    });
    assert_eq!(outcomes(&verdict)[..2], [Outcome::NotStaged, Outcome::PleaseRevert]);
    assert!(verdict.not_reverted.as_ref().unwrap().contains("is not there any more"));
}

#[test]
fn a_submission_that_was_killed_half_way_is_done_again() {
    let home = three_hunks();
    let marks = [approve(0), reject(1, "no")];
    // As a process that ended after git and before SQLite leaves it.
    let verdict = judge(&home, &home.ask("alice"), &marks, &both(), || {
        home.put("a.txt", &numbered(40, &[5, 35]));
    });
    assert_eq!(outcomes(&verdict)[..2], [Outcome::Staged, Outcome::Gone]);
    assert_eq!(home.text("a.txt"), numbered(40, &[5, 35]));
    assert_eq!(home.git_text(&["show", ":a.txt"]), numbered(40, &[5]));
}

#[test]
fn a_person_s_configuration_changes_nothing() {
    let home = three_hunks();
    for (key, value) in [
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.context", "9"),
        ("diff.renames", "false"),
        ("diff.external", "/bin/false"),
        ("diff.suppressBlankEmpty", "true"),
        ("color.diff", "always"),
        ("core.pager", "/bin/false"),
        ("apply.whitespace", "fix"),
        ("apply.ignoreWhitespace", "change"),
        ("core.quotePath", "true"),
    ] {
        home.git(&["config", key, value]);
    }
    home.put("n\u{e9}w.txt", "x  \n");
    let verdict = judge(&home, &home.ask("alice"), &[approve(0), reject(1, "no"), approve(3)], &both(), || {});
    assert_eq!(outcomes(&verdict), [Outcome::Staged, Outcome::Reverted, Outcome::Nothing, Outcome::Staged]);
    assert_eq!(verdict.items[3].file, "n\u{e9}w.txt");
    assert_eq!(home.git_text(&["show", ":n\u{e9}w.txt"]), "x  \n");
    assert!(Queue::open(&home.config()).unwrap().verdict(&verdict.request).unwrap().is_some());
}

#[test]
fn hunks_of_a_file_that_is_staged_under_its_new_name_are_staged_there() {
    let home = Home::with_repository();
    home.put("a.txt", &numbered(40, &[]));
    home.commit();
    home.git(&["mv", "a.txt", "b.txt"]);
    home.put("b.txt", &numbered(40, &[5, 30]));
    let verdict = judge(&home, &home.ask("alice"), &[approve(1), reject(2, "no")], &both(), || {});
    assert_eq!(outcomes(&verdict), [Outcome::Nothing, Outcome::Staged, Outcome::Reverted], "{:?}", verdict.not_staged);
    assert_eq!(home.git_text(&["show", ":b.txt"]), numbered(40, &[5]));
    assert_eq!(home.text("b.txt"), numbered(40, &[5]));
}

#[test]
fn a_mode_that_is_staged_and_rejected_is_not_committed() {
    let home = Home::with_repository();
    home.put("a.txt", &numbered(40, &[]));
    home.commit();
    let run = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(home.repository().join("a.txt"), run).unwrap();
    home.git(&["add", "-A"]);
    home.put("a.txt", &numbered(40, &[5]));
    let verdict = judge(&home, &home.ask("alice"), &[reject(0, "no"), approve(1)], &both(), || {});
    assert_eq!(outcomes(&verdict), [Outcome::Reverted, Outcome::Staged]);
    assert!(home.git_text(&["ls-files", "-s"]).starts_with("100644 "));
}
