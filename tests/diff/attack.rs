//! What was found by attack, and must not come back.

use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use memento::diff::{Ask, Decision, Outcome, Reviewer, Submission, Verdict};
use serde_json::json;

use super::cli::Ran;
use super::home::Home;
use super::queue::{approve, reject, reviewer, submission, three_hunks};

/// Rejects items, lets `meanwhile` happen, and submits with a revert.
fn rejected(home: &Home, ask: &Ask, items: &[usize], meanwhile: impl FnOnce()) -> Verdict {
    let queue = home.queue();
    let id = queue.request(ask).unwrap().id;
    queue.begin(&id, &reviewer(), false).unwrap();
    let marks: Vec<_> = items.iter().map(|&item| reject(item, "no")).collect();
    queue.mark(&id, &reviewer(), &marks).unwrap();
    meanwhile();
    let revert = Submission { revert: true, ..submission(Decision::ChangesRequested) };
    queue.submit(&id, &reviewer(), &revert).unwrap()
}

fn set_mode(home: &Home, name: &str, mode: u32) {
    std::fs::set_permissions(home.repository().join(name), PermissionsExt::from_mode(mode)).unwrap();
}

#[test]
fn an_approval_of_a_new_file_is_one_of_what_it_is() {
    let home = Home::with_repository();
    home.put("a", "../secret");
    let queue = home.queue();
    let ask = || queue.review(&queue.request(&home.ask("alice")).unwrap().id).unwrap();
    let id = ask().request.id;
    queue.begin(&id, &reviewer(), false).unwrap();
    queue.mark(&id, &reviewer(), &[approve(0)]).unwrap();
    assert_eq!(ask().request.unmarked, 0, "it did not change");
    set_mode(&home, "a", 0o755);
    assert_eq!(ask().request.unmarked, 1, "nobody has seen that it is a program");
    set_mode(&home, "a", 0o644);
    let id = ask().request.id;
    queue.begin(&id, &reviewer(), false).unwrap();
    queue.mark(&id, &reviewer(), &[approve(0)]).unwrap();
    std::fs::remove_file(home.repository().join("a")).unwrap();
    symlink("../secret", home.repository().join("a")).unwrap();
    assert_eq!(ask().request.unmarked, 1, "nobody has seen that it is a link");
}

#[test]
fn what_is_ignored_meanwhile_is_not_gone() {
    let home = Home::with_repository();
    home.put("new.txt", "new\n");
    let verdict = rejected(&home, &home.ask("alice"), &[0], || home.put(".git/info/exclude", "new.txt\n"));
    assert_eq!((verdict.items[0].outcome, home.text("new.txt").as_str()), (Outcome::PleaseRevert, "new\n"));
}

#[test]
fn what_is_on_another_branch_is_not_gone() {
    let home = three_hunks();
    home.git(&["checkout", "-q", "-b", "topic"]);
    home.commit();
    home.git(&["checkout", "-q", "main"]);
    let range = Ask { range: Some("main..topic".into()), ..home.ask("alice") };
    let verdict = rejected(&home, &range, &[1], || ());
    assert_eq!(verdict.items[1].outcome, Outcome::PleaseRevert, "{:?}", verdict.not_reverted);
    assert!(verdict.not_reverted.unwrap().contains("a.txt"));
}

#[test]
fn notes_are_seen_through_no_other_working_tree() {
    let home = Home::with_repository();
    home.put("code.txt", "code\n");
    home.put("notes/diary.org", "a secret\n");
    home.commit();
    home.put("notes/diary.org", "a canary\n");
    home.put("code.txt", "more code\n");
    let config = home.path(".config/memento");
    std::fs::create_dir_all(&config).unwrap();
    let text = format!("notes_dir = {:?}\n", home.repository().join("notes"));
    std::fs::File::create(config.join("config.toml")).and_then(|mut f| f.write_all(text.as_bytes())).unwrap();
    let leaks = |args: &[&str]| {
        let ran = home.run(&[&["diff", "request", "--session", "x"], args].concat());
        if ran.code != 0 {
            return false;
        }
        let shown = home.run(&["diff", "show", "--patch", ran.out.trim_end()]).out;
        shown.contains("secret") || shown.contains("canary")
    };
    assert!(!leaks(&[]));
    // What looks like a repository and is none: git goes up to the one around it.
    std::fs::create_dir_all(home.repository().join("x/.git")).unwrap();
    home.put("x/y.txt", "y\n");
    assert!(!leaks(&["-C", "x"]), "an empty .git");
    // The same repository with another working tree.
    home.put("z/.git", &format!("gitdir: {}\n", home.repository().join(".git").display()));
    assert!(!leaks(&["-C", "z"]), "a .git that points to it");
    let tree = home.path("tree");
    home.git(&["worktree", "add", "-q", "-f", tree.to_str().unwrap(), "HEAD"]);
    std::fs::File::create(tree.join("notes/diary.org")).and_then(|mut f| f.write_all(b"a canary\n")).unwrap();
    std::fs::File::create(tree.join("code.txt")).and_then(|mut f| f.write_all(b"even more code\n")).unwrap();
    assert!(!leaks(&["-C", tree.to_str().unwrap()]), "a working tree of it");
}

#[test]
fn what_git_takes_from_the_environment_changes_nothing() {
    let home = three_hunks();
    home.put("new.txt", "new\n");
    for (name, value) in [
        ("GIT_DIFF_OPTS", "--unified=0"),
        ("GIT_ICASE_PATHSPECS", "1"),
        ("GIT_GLOB_PATHSPECS", "1"),
        ("GIT_LITERAL_PATHSPECS", "1"),
        ("GIT_OBJECT_DIRECTORY", "/nowhere"),
        ("GIT_COMMON_DIR", "/nowhere"),
    ] {
        let ran = Ran::of(home.memento(&["diff", "request", "--session", name]).env(name, value).output().unwrap());
        assert_eq!(ran.code, 0, "{name}: {}", ran.err);
        let review = home.queue().review(ran.out.trim_end()).unwrap();
        assert_eq!((review.items.len(), review.patch.files[0].hunks[0].old_len), (4, 7), "{name}");
    }
}

#[test]
fn new_files_outside_of_a_sparse_checkout_are_seen() {
    let home = Home::with_repository();
    home.put("in/a", "1\n");
    home.put("out/b", "1\n");
    home.commit();
    home.git(&["sparse-checkout", "set", "in"]);
    home.put("in/a", "2\n");
    home.put("out/new", "new\n");
    let request = home.queue().request(&home.ask("alice")).unwrap();
    assert_eq!((request.files, request.added, request.removed), (2, 2, 1));
}

#[test]
fn a_transcript_that_is_a_pipe_is_not_waited_for() {
    let home = three_hunks();
    home.commit();
    let pipe = home.path("pipe");
    assert!(home.command("mkfifo").arg(&pipe).status().unwrap().success());
    let input = json!({
        "session_id": "s", "transcript_path": pipe, "cwd": home.repository(), "hook_event_name": "Stop",
        "stop_hook_active": false,
    });
    let input_file = home.path("input");
    std::fs::File::create(&input_file).and_then(|mut f| f.write_all(input.to_string().as_bytes())).unwrap();
    let start = Instant::now();
    let mut command = home.memento(&["hook", "stop"]);
    let ran = Ran::of(command.stdin(std::fs::File::open(input_file).unwrap()).output().unwrap());
    assert!(ran.code == 0 && start.elapsed() < Duration::from_secs(10), "{}", ran.err);
}

#[test]
fn a_submission_that_was_killed_holds_a_request_for_a_while_at_most() {
    let home = three_hunks();
    let queue = home.queue();
    let id = queue.request(&home.ask("alice")).unwrap().id;
    let killed = Reviewer { process: 1, ..reviewer() };
    queue.begin(&id, &killed, false).unwrap();
    // Its number is another process's now, which lives as long as the machine.
    let db = memento::db::open(&home.path(".local/share/memento/memento.db"), memento::db::STATE_MIGRATIONS).unwrap();
    db.execute("UPDATE diff_request SET submitting = 1", []).unwrap();
    queue.begin(&id, &reviewer(), true).unwrap();
    queue.begin(&id, &killed, true).unwrap();
    db.execute("UPDATE diff_request SET submitting = 1", []).unwrap();
    assert_eq!(queue.request(&home.ask("alice")).unwrap().round, 2);
}

#[test]
fn new_files_may_go_while_they_are_looked_at() {
    let home = three_hunks();
    (0..200).for_each(|n| home.put(&format!("new/{n}"), "new\n"));
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let path = |n: usize| home.repository().join(format!("scratch{n}"));
            for n in (0..).take_while(|_| !done.load(Ordering::Relaxed)) {
                std::fs::File::create(path(n)).unwrap();
                std::thread::sleep(Duration::from_millis(1));
                std::fs::remove_file(path(n)).unwrap();
            }
        });
        let queue = home.queue();
        let failed = (0..20).find_map(|n| queue.request(&home.ask(&format!("s{n}"))).err());
        done.store(true, Ordering::Relaxed);
        assert!(failed.is_none(), "{failed:?}");
    });
}

#[test]
fn what_was_moved_since_the_session_began_is_asked_about() {
    let home = three_hunks();
    home.commit();
    let old = SystemTime::now() - Duration::from_secs(3600);
    std::fs::File::open(home.repository().join("a.txt")).and_then(|file| file.set_modified(old)).unwrap();
    let since = SystemTime::now();
    let asked = |session: &str| home.queue().request_if_new(&home.ask(session), Some(since)).unwrap();
    // The clock of the disk may be a tick behind.
    std::thread::sleep(Duration::from_millis(20));
    set_mode(&home, "a.txt", 0o755);
    assert!(asked("alice").is_some(), "other rights");
    set_mode(&home, "a.txt", 0o644);
    std::fs::rename(home.repository().join("a.txt"), home.repository().join("b.txt")).unwrap();
    assert!(asked("bob").is_some(), "another name");
}
