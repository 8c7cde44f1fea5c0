//! Closing a remark through the project's tests.

use std::time::{Duration, Instant};

use crate::home::Home;

fn project(makefile: &str) -> (Home, String) {
    let home = Home::new();
    home.repository("app", &[("src.rs", "bad\n"), ("Makefile", makefile)]);
    let id = home.add("app/src.rs:1", "bad", &[]);
    (home, id)
}

const TEST: &str = "test:\n\tgrep -q good src.rs\n";

#[test]
fn a_failing_test_keeps_the_remark_open_and_claimed() {
    let (home, id) = project(TEST);
    home.json(&["next", "--session", "a"]);
    let run = home.run(&["review", "done", &id, "--session", "a"]);
    assert_eq!(run.code(), 1);
    assert!(run.err().contains("the tests failed with exit code 2: make test (in ~/app)"), "{}", run.err());
    let entry = home.json(&["show", &id]);
    assert_eq!((entry["done"].as_bool(), entry["claimed_by"].as_str()), (Some(false), Some("a")));
    let keys = ["closed", "tested", "resolved_by", "fix_commit"];
    assert!(keys.iter().all(|key| entry[key].is_null()), "{entry}");
}

#[test]
fn a_passing_test_closes_it_with_the_evidence() {
    let (home, id) = project(TEST);
    home.write("app/src.rs", "good\n");
    let fix = home.commit("app");
    let run = home.run(&["review", "done", &id, "--session", "a", "--summary", "it is\ngood"]);
    assert_eq!(run.code(), 0, "{}", run.err());
    let entry = home.json(&["show", &id]);
    assert_eq!(entry["keyword"], "DONE");
    assert_eq!(entry["resolved_by"], "a");
    assert_eq!(entry["fix_commit"], fix);
    assert_eq!(entry["summary"], "it is good");
    assert!(entry["tested"].as_str().unwrap().starts_with("make test passed in "), "{entry}");
    assert!(entry["closed"].as_str().unwrap().starts_with('['), "{entry}");
    assert!(entry["claimed_by"].is_null(), "{entry}");
}

#[test]
fn a_fix_that_is_not_committed_names_no_commit_unless_told() {
    let (home, id) = project(TEST);
    home.write("app/src.rs", "good\n");
    assert!(home.json(&["done", &id])["fix_commit"].is_null());
    home.json(&["reopen", &id]);
    let run = home.run(&["review", "done", &id, "--commit", "no-such"]);
    assert_eq!((run.code(), run.err().contains("no commit is called no-such")), (2, true), "{}", run.err());
    let head = home.git("app", &["rev-parse", "HEAD"]);
    assert_eq!(home.json(&["done", &id, "--commit", "HEAD"])["fix_commit"], head);
}

#[test]
fn the_fixing_commit_is_the_last_that_changed_the_file() {
    let (home, id) = project(TEST);
    home.write("app/src.rs", "good\n");
    let fix = home.commit("app");
    home.write("app/other.rs", "unrelated\n");
    home.commit("app");
    assert_eq!(home.json(&["done", &id])["fix_commit"], fix);
    home.json(&["reopen", &id]);
    assert!(home.json(&["done", &id, "--no-test", "will not do"])["fix_commit"].is_null(), "a reason fixes nothing");
    home.json(&["reopen", &id]);
    home.git("app", &["checkout", "-q", "HEAD~2"]);
    assert!(home.json(&["done", &id, "--test", "true"])["fix_commit"].is_null(), "nothing came since");
    let by_hand = home.log_text().replace(":COMMIT:", ":OTHER:");
    home.write_log(&by_hand);
    home.json(&["reopen", &id]);
    assert!(home.json(&["done", &id, "--test", "true"])["fix_commit"].is_null(), "since when is not known");
}

#[test]
fn a_commit_is_not_taken_for_the_fix_while_the_file_has_changes() {
    let (home, id) = project(TEST);
    home.write("app/src.rs", "bad\nanother line\n");
    home.commit("app");
    home.write("app/src.rs", "good\nanother line\n");
    assert!(home.json(&["done", &id])["fix_commit"].is_null());
}

#[test]
fn a_passed_test_run_waits_for_an_emacs_with_unsaved_changes() {
    let (home, id) = project(TEST);
    let lock = home.path(".#code_review.org");
    let (lock, host) = (lock.display(), std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap());
    let command = format!("ln -s ann@{}.$PPID:1 '{lock}'; (sleep 4; rm '{lock}') >/dev/null 2>&1 &", host.trim());
    let run = home.run(&["review", "done", &id, "--test", &command]);
    assert_eq!(run.code(), 0, "{}", run.err());
    assert!(run.err().contains("ready to close, waiting:"), "{}", run.err());
    assert_eq!(home.json(&["show", &id])["done"], true);
}

#[test]
fn without_a_test_command_a_reason_is_wanted_and_recorded() {
    let (home, id) = project("all:\n");
    let before = home.log_text();
    let run = home.run(&["review", "done", &id]);
    assert_ne!(run.code(), 0);
    assert!(run.err().contains("--no-test REASON"), "{}", run.err());
    assert_eq!(home.log_text(), before);
    assert_eq!(home.run(&["review", "done", &id, "--no-test", " "]).code(), 2);
    assert_eq!(home.json(&["done", &id, "--no-test", "a typo"])["tested"], "not tested: a typo");
}

#[test]
fn the_configured_command_wins_over_the_makefile_and_the_given_one_over_both() {
    let (home, id) = project(TEST);
    home.write(".config/memento/config.toml", "[projects.app]\ntest_command = 'test \"$PWD\" = \"$HOME/app\"'\n");
    assert!(home.json(&["done", &id])["tested"].as_str().unwrap().starts_with("test \"$PWD\""));
    home.json(&["reopen", &id]);
    assert_eq!(home.run(&["review", "done", &id, "--test", "false"]).code(), 1);
}

#[test]
fn the_whole_process_group_ends_at_the_timeout() {
    let (home, id) = project(TEST);
    home.write(".config/memento/config.toml", "test_timeout = 1\n");
    let start = Instant::now();
    let command = "sleep 300 & echo $! > pid; trap '' TERM; sleep 300; sleep 300";
    let run = home.run(&["review", "done", &id, "--test", command]);
    assert_eq!(run.code(), 1);
    assert!(run.err().contains("took longer than 1 s"), "{}", run.err());
    assert!(start.elapsed() < Duration::from_secs(60));
    let pid: i32 = std::fs::read_to_string(home.path("app/pid")).unwrap().trim().parse().unwrap();
    let gone = |pid| {
        let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        state.is_empty() || state.contains(") Z ")
    };
    while !gone(pid) {
        assert!(start.elapsed() < Duration::from_secs(60), "the background process lives");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_last_fifty_lines_are_the_answer_and_the_log_file_has_all() {
    let (home, id) = project(TEST);
    let run = home.run(&["review", "done", &id, "--json", "--test", "seq 1 120; printf 'the end'; exit 3"]);
    assert_eq!(run.code(), 1);
    let answer: serde_json::Value = serde_json::from_str(&run.out()).unwrap();
    let output = answer["error"]["output"].as_str().unwrap();
    assert_eq!(output.lines().count(), 50);
    assert!(output.starts_with("72\n") && output.ends_with("120\nthe end\n"), "{output}");
    let all = std::fs::read_to_string(answer["error"]["log"].as_str().unwrap()).unwrap();
    assert_eq!(all.lines().count(), 121);
}

#[test]
fn an_interrupt_ends_the_tests() {
    let (home, id) = project(TEST);
    let mut command = home.memento(&["review", "done", &id, "--test", "echo up; sleep 300"]);
    let mut child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    let mut err = std::io::BufReader::new(child.stderr.take().unwrap());
    std::io::BufRead::read_line(&mut err, &mut first).unwrap();
    assert_eq!(first, "up\n");
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn done_is_refused_twice_and_reopen_of_an_open_one_too() {
    let (home, id) = project(TEST);
    assert_eq!(home.run(&["review", "reopen", &id]).code(), 1);
    home.json(&["done", &id, "--no-test", "x"]);
    let again = home.run(&["review", "done", &id, "--no-test", "x"]);
    assert_eq!((again.code(), again.err().contains("reopen")), (1, true), "{}", again.err());
}

#[test]
fn reopening_takes_back_all_that_closing_wrote_and_remembers_it() {
    let (home, id) = project(TEST);
    let before = home.log_text();
    home.json(&["done", &id, "--no-test", "a typo", "--summary", "mended"]);
    home.json(&["reopen", &id]);
    let lines: Vec<String> =
        home.log_text().lines().filter(|l| !l.contains(":REOPENED: [")).map(str::to_owned).collect();
    assert_eq!(lines, before.lines().collect::<Vec<_>>());
    assert!(home.log_text().contains(" by ann@"), "{}", home.log_text());
    assert!(home.log_text().contains(" summary: mended\n"), "{}", home.log_text());
}
