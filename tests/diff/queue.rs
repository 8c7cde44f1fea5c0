//! Requests, rounds, who has what open, and waiting.

use std::time::{Duration, Instant};

use memento::diff::{
    Ask, Decision, Judgement, Mark, NewComment, Query, Queue, Review, Reviewer, State, Submission, Waited,
};
use memento::{Error, Result};

use super::home::{Home, numbered};

pub(crate) fn reviewer() -> Reviewer {
    Reviewer::here("ann")
}

pub(crate) fn approve(item: usize) -> Mark {
    Mark { item, judgement: Some(Judgement::Approve), reason: None }
}

pub(crate) fn reject(item: usize, reason: &str) -> Mark {
    Mark { item, judgement: Some(Judgement::Reject), reason: Some(reason.to_owned()) }
}

pub(crate) fn submission(decision: Decision) -> Submission {
    Submission { decision, remark: None, approve_rest: false, revert: false, stage: false }
}

/// A repository with one file of 40 lines in its only commit, and changes in the lines 5, 20 and 35.
pub(crate) fn three_hunks() -> Home {
    let home = Home::with_repository();
    home.put("a.txt", &numbered(40, &[]));
    home.commit();
    home.put("a.txt", &numbered(40, &[5, 20, 35]));
    home
}

fn judgements(review: &Review) -> Vec<Option<Judgement>> {
    review.marks.iter().map(|mark| mark.judgement).collect()
}

fn conflict<T: std::fmt::Debug>(result: Result<T>, words: &str) {
    match result {
        Err(Error::Conflict(why)) => assert!(why.contains(words), "{why}"),
        other => panic!("no conflict: {other:?}"),
    }
}

#[test]
fn a_request_becomes_a_verdict() {
    let home = three_hunks();
    home.put("new.txt", "new\n");
    let queue = home.queue();
    let request = queue.request(&Ask { summary: Some("Three lines.\n".into()), ..home.ask("alice") }).unwrap();
    assert_eq!((request.state, request.round, request.files, request.items), (State::Waiting, 1, 2, 4));
    assert_eq!((request.added, request.removed, request.unmarked), (4, 3, 4));
    assert_eq!((request.branch.as_deref(), request.scope.as_str()), (Some("main"), "HEAD"));
    assert!(request.id.len() == 6 && queue.get(&request.id[2..4]).unwrap() == request);

    let review = queue.begin(&request.id, &reviewer(), false).unwrap();
    assert_eq!(review.request.state, State::InReview);
    let before = queue.mark(&request.id, &reviewer(), &[approve(0), reject(1, " too loud ")]).unwrap();
    assert_eq!(before, [Mark { judgement: None, ..approve(0) }, Mark { item: 1, judgement: None, reason: None }]);
    let before = queue.mark(&request.id, &reviewer(), &[approve(1)]).unwrap();
    assert_eq!(before, [reject(1, "too loud")]);
    queue.mark(&request.id, &reviewer(), &before).unwrap();
    let new = NewComment { id: None, item: 2, first: 4, last: 4, text: "why?".into() };
    let comment = queue.comment(&request.id, &reviewer(), &new).unwrap();
    queue
        .comment(&request.id, &reviewer(), &NewComment { id: Some(comment.id), text: "why 35?".into(), ..new })
        .unwrap();
    assert!(queue.verdict(&request.id).unwrap().is_none());

    let refused = queue.submit(&request.id, &reviewer(), &submission(Decision::Approved));
    assert!(matches!(refused, Err(Error::Invalid(_))), "{refused:?}");
    let given = Submission { remark: Some("Nearly.".into()), ..submission(Decision::ChangesRequested) };
    let verdict = queue.submit(&request.id, &reviewer(), &given).unwrap();
    let text = verdict.text();
    for told in [
        "CHANGES REQUESTED",
        "Nearly.",
        "1. a.txt:20: REJECTED",
        "too loud",
        "| -line 20",
        "| +changed 20",
        "2. a.txt:35: comment",
        "On line 35",
        "why 35?",
        "Of 4 hunks: 1 approved, 1 rejected, 2 not judged.",
    ] {
        assert!(text.contains(told), "{told} is not in:\n{text}");
    }
    assert!(!text.contains("changed 5"), "what was approved is a count:\n{text}");
    // It is read as often as one likes, and never changes.
    assert_eq!(queue.verdict(&request.id).unwrap().unwrap(), verdict);
    conflict(queue.submit(&request.id, &reviewer(), &submission(Decision::Abandoned)), "decided already");
    conflict(queue.mark(&request.id, &reviewer(), &[approve(3)]), "decided already");
    // Whatever program tries.
    let db = memento::db::open(&home.path(".local/share/memento/memento.db"), memento::db::STATE_MIGRATIONS).unwrap();
    for change in [
        "UPDATE diff_verdict SET verdict = '{}'",
        "DELETE FROM diff_verdict",
        "UPDATE diff_mark SET judgement = 'approve'",
        "DELETE FROM diff_comment",
        "UPDATE diff_request SET state = 'waiting'",
    ] {
        let refused = db.execute(change, []).unwrap_err().to_string();
        assert!(refused.contains("never changes"), "{change}: {refused}");
    }
    assert_eq!(home.text("a.txt"), numbered(40, &[5, 20, 35]));
}

#[test]
fn a_new_round_keeps_what_did_not_change() {
    let home = three_hunks();
    let queue = home.queue();
    let first = queue.request(&home.ask("alice")).unwrap();
    queue.begin(&first.id, &reviewer(), false).unwrap();
    queue.mark(&first.id, &reviewer(), &[approve(0), reject(1, "no"), approve(2)]).unwrap();
    let comment = NewComment { id: None, item: 2, first: 3, last: 4, text: "hm".into() };
    queue.comment(&first.id, &reviewer(), &comment).unwrap();
    // Lines above move the hunks, and one hunk is another.
    let text = numbered(40, &[5, 20, 35]).replace("changed 20", "better 20");
    home.put("a.txt", &format!("top\n{text}"));
    let second = queue.request(&home.ask("alice")).unwrap();
    assert_eq!((second.round, second.previous.as_deref(), second.unmarked), (2, Some(first.id.as_str()), 2));
    assert_eq!(queue.get(&first.id).unwrap().state, State::Superseded);
    assert_eq!(queue.get(&first.id).unwrap().next, Some(second.id.clone()));
    conflict(queue.mark(&first.id, &reviewer(), &[approve(0)]), &format!("open {}", second.id));
    let review = queue.begin(&second.id, &reviewer(), false).unwrap();
    // The new line at the top is in the hunk of line 5's neighbour or a hunk of its own, but never kept.
    let kept: Vec<bool> = review.items.iter().map(|item| item.kept).collect();
    let expected: &[bool] = if review.items.len() == 4 { &[false, true, false, true] } else { &[false, false, true] };
    assert_eq!(kept, expected);
    assert_eq!(judgements(&review).last().unwrap(), &Some(Judgement::Approve));
    assert_eq!(review.comments.iter().map(|c| (c.first, c.last, c.text.as_str())).collect::<Vec<_>>(), [(3, 4, "hm")]);
    // Another session's is a first round, and of another repository too.
    assert_eq!(queue.request(&home.ask("bob")).unwrap().round, 1);
}

#[test]
fn a_rejection_is_kept_with_its_reason_after_the_verdict() {
    let home = three_hunks();
    let queue = home.queue();
    let first = queue.request(&home.ask("alice")).unwrap();
    queue.begin(&first.id, &reviewer(), false).unwrap();
    queue.mark(&first.id, &reviewer(), &[reject(1, "no")]).unwrap();
    queue.submit(&first.id, &reviewer(), &submission(Decision::ChangesRequested)).unwrap();
    home.put("b.txt", "more\n");
    let second = queue.request(&home.ask("alice")).unwrap();
    assert_eq!(queue.get(&first.id).unwrap().state, State::Decided);
    let review = queue.begin(&second.id, &reviewer(), false).unwrap();
    assert_eq!(judgements(&review), [None, Some(Judgement::Reject), None, None]);
    let verdict = queue.submit(&second.id, &reviewer(), &submission(Decision::ChangesRequested)).unwrap();
    assert!(verdict.items[1].kept && verdict.items[1].reason.as_deref() == Some("no"));
    assert!(verdict.text().contains("as in the round before"));
}

#[test]
fn equal_hunks_are_told_apart_by_order() {
    let home = Home::with_repository();
    let block = |n: usize| format!("{}same\n{}", numbered(6, &[]), numbered(6, &[])).repeat(n);
    home.put("a.txt", &block(3));
    home.commit();
    let with = |which: &[usize]| {
        (0..3).map(|i| block(1).replace("same", if which.contains(&i) { "other" } else { "same" })).collect::<String>()
    };
    home.put("a.txt", &with(&[0, 1, 2]));
    let queue = home.queue();
    let first = queue.request(&home.ask("alice")).unwrap();
    queue.begin(&first.id, &reviewer(), false).unwrap();
    queue.mark(&first.id, &reviewer(), &[approve(0), reject(1, "no"), approve(2)]).unwrap();
    home.put("b.txt", "");
    let second = queue.request(&home.ask("alice")).unwrap();
    let review = queue.begin(&second.id, &reviewer(), false).unwrap();
    let [yes, no] = [Some(Judgement::Approve), Some(Judgement::Reject)];
    assert_eq!(judgements(&review), [yes, no, yes, None]);
    // Which of the three went cannot be known, and they were not judged alike: nothing is guessed.
    home.put("a.txt", &with(&[0, 2]));
    let third = queue.request(&home.ask("alice")).unwrap();
    assert_eq!(judgements(&queue.review(&third.id).unwrap()), [None, None, None]);
}

#[test]
fn two_emacsen_do_not_judge_one_request() {
    let home = three_hunks();
    let queue = home.queue();
    let id = queue.request(&home.ask("alice")).unwrap().id;
    let (ann, bob) = (reviewer(), Reviewer::here("bob"));
    queue.begin(&id, &ann, false).unwrap();
    queue.begin(&id, &ann, false).unwrap();
    queue.mark(&id, &ann, &[approve(0)]).unwrap();
    conflict(queue.begin(&id, &bob, false), "ann has");
    conflict(queue.mark(&id, &bob, &[approve(1)]), "ann has taken");
    let review = queue.begin(&id, &bob, true).unwrap();
    assert_eq!(judgements(&review)[0], Some(Judgement::Approve));
    conflict(queue.mark(&id, &ann, &[approve(1)]), "bob has taken");
    conflict(queue.submit(&id, &ann, &submission(Decision::Approved)), "bob has taken");
    assert_eq!(queue.put_back(&id, &bob).unwrap().state, State::Waiting);
    conflict(queue.mark(&id, &bob, &[approve(1)]), "not open for review");
    // One that was killed has given back what it had.
    let dead = Reviewer { process: 999_999_999, ..Reviewer::here("dead") };
    queue.begin(&id, &dead, false).unwrap();
    assert_eq!((queue.get(&id).unwrap().state, queue.get(&id).unwrap().reviewer), (State::Waiting, None));
    assert_eq!(judgements(&queue.begin(&id, &ann, false).unwrap())[0], Some(Judgement::Approve));
}

#[test]
fn waiting_ends_with_the_verdict() {
    let home = three_hunks();
    let queue = home.queue();
    let id = queue.request(&home.ask("alice")).unwrap().id;
    let never = || false;
    let start = Instant::now();
    let waited = queue.wait(&id, Duration::from_millis(250), &never, &mut |_| {}).unwrap();
    assert!(matches!(waited, Waited::Pending(_)) && start.elapsed() >= Duration::from_millis(250));
    let waited = queue.wait(&id, Duration::from_secs(60), &|| true, &mut |_| {}).unwrap();
    assert!(matches!(waited, Waited::Pending(_)) && start.elapsed() < Duration::from_secs(30));

    let emacs = home.queue();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let mut told = Vec::new();
            let assistant = Queue::for_assistants(&home.config()).unwrap();
            let waited = assistant.wait(&id, Duration::from_secs(60), &never, &mut |request| told.push(request.state));
            (waited.unwrap(), told)
        });
        std::thread::sleep(Duration::from_millis(300));
        emacs.begin(&id, &reviewer(), false).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        let all = Submission { approve_rest: true, ..submission(Decision::Approved) };
        emacs.submit(&id, &reviewer(), &all).unwrap();
        let (waited, told) = waiting.join().unwrap();
        let Waited::Decided(verdict) = waited else { panic!("{waited:?}") };
        assert_eq!((verdict.decision, verdict.count(Some(Judgement::Approve))), (Decision::Approved, 3));
        assert_eq!(told, [State::Waiting, State::InReview]);
    });
    // Asked again it is the same, at once.
    assert!(matches!(queue.wait(&id, Duration::ZERO, &never, &mut |_| {}).unwrap(), Waited::Decided(_)));
    let again = queue.request(&home.ask("alice")).unwrap().id;
    conflict(queue.abandon(&again, Some("bob")), "is alice's");
    assert_eq!(queue.abandon(&again, Some("alice")).unwrap().state, State::Abandoned);
    assert!(matches!(queue.wait(&again, Duration::from_secs(60), &never, &mut |_| {}).unwrap(), Waited::Closed(_)));
    conflict(queue.abandon(&again, None), "abandoned already");
}

#[test]
fn an_emacs_hears_of_requests() {
    let home = three_hunks();
    let (queue, emacs) = (home.queue(), home.queue());
    std::thread::scope(|scope| {
        let (sender, heard) = std::sync::mpsc::channel();
        scope.spawn(move || {
            let stop = std::cell::Cell::new(false);
            let pause = |how_long: Duration| {
                std::thread::sleep(how_long);
                !stop.get()
            };
            let mut tell = |open: &[memento::diff::Request]| {
                let seen: Vec<_> = open.iter().map(|r| (r.session.clone(), r.state)).collect();
                stop.set(sender.send(seen).is_err());
            };
            emacs.watch(&pause, &mut tell).unwrap();
        });
        let next = || heard.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(next(), []);
        let id = queue.request(&home.ask("alice")).unwrap().id;
        assert_eq!(next(), [("alice".to_owned(), State::Waiting)]);
        queue.request(&home.ask("bob")).unwrap();
        assert_eq!(next().len(), 2);
        queue.begin(&id, &reviewer(), false).unwrap();
        assert_eq!(next()[0].1, State::InReview);
        queue.submit(&id, &reviewer(), &submission(Decision::Abandoned)).unwrap();
        assert_eq!(next(), [("bob".to_owned(), State::Waiting)]);
        drop(heard);
        queue.request(&home.ask("carol")).unwrap();
    });
}

#[test]
fn the_person_s_own_reviews_and_notes_are_no_assistant_s() {
    let home = three_hunks();
    let (queue, assistants) = (home.queue(), Queue::for_assistants(&home.config()).unwrap());
    let own = queue.request(&Ask { own: true, ..home.ask("ann") }).unwrap();
    assert!(matches!(assistants.get(&own.id), Err(Error::NotFound(_))));
    assert!(matches!(assistants.get(&own.id[..4]), Err(Error::NotFound(_))));
    assert!(assistants.list(&Query { all: true, ..Query::default() }).unwrap().is_empty());
    assert!(matches!(assistants.verdict(&own.id), Err(Error::NotFound(_))));
    assert!(matches!(assistants.abandon(&own.id, None), Err(Error::NotFound(_))));
    assert!(matches!(assistants.wait(&own.id, Duration::ZERO, &|| false, &mut |_| {}), Err(Error::NotFound(_))));
    assert_eq!(queue.list(&Query::default()).unwrap().len(), 1);

    // The notes are a repository, or lie in one.
    let notes = home.path(".roam");
    std::fs::create_dir(&notes).unwrap();
    home.git_in(&notes, &["init", "-q"]);
    let config = home.config();
    std::fs::copy(home.repository().join("a.txt"), notes.join("a.org")).unwrap();
    let asked = Queue::open(&config).unwrap().request(&Ask { directory: notes.clone(), ..home.ask("alice") });
    assert!(matches!(&asked, Err(Error::Invalid(why)) if why.contains("notes directory")), "{asked:?}");
    home.git_in(&home.path(""), &["init", "-q"]);
    let around = Ask { directory: home.path(""), ..home.ask("alice") };
    std::fs::remove_dir_all(notes.join(".git")).unwrap();
    std::fs::copy(home.repository().join("a.txt"), home.path("outside.txt")).unwrap();
    let review = queue.review(&queue.request(&around).unwrap().id).unwrap();
    let paths: Vec<String> = review.patch.files.iter().map(memento::diff::patch::FileDiff::path).collect();
    assert!(paths.contains(&"outside.txt".to_owned()) && !paths.iter().any(|path| path.contains(".roam")), "{paths:?}");
}

#[test]
fn emacs_s_lock_on_an_unsaved_file_is_no_change() {
    let home = three_hunks();
    std::os::unix::fs::symlink("ann@host.42:1", home.repository().join(".#a.txt")).unwrap();
    home.put(".#mine", "a file\n");
    let request = home.queue().request(&home.ask("alice")).unwrap();
    let files = home.queue().review(&request.id).unwrap().patch.files;
    assert_eq!(files.iter().map(|file| file.path()).collect::<Vec<_>>(), [".#mine", "a.txt"]);
}

#[test]
fn what_was_judged_is_not_asked_again() {
    let home = three_hunks();
    let queue = home.queue();
    let ask = home.ask("alice");
    let long_ago = std::time::SystemTime::UNIX_EPOCH;
    let soon = std::time::SystemTime::now() + Duration::from_secs(60);
    assert!(queue.request_if_new(&ask, Some(soon)).unwrap().is_none(), "it changed before the session began");
    let first = queue.request_if_new(&ask, Some(long_ago)).unwrap().unwrap();
    queue.begin(&first.id, &reviewer(), false).unwrap();
    queue.mark(&first.id, &reviewer(), &[reject(0, "no")]).unwrap();
    queue.submit(&first.id, &reviewer(), &submission(Decision::ChangesRequested)).unwrap();
    assert_eq!(queue.undelivered("alice", &home.repository()).unwrap().unwrap().request, first.id);
    queue.deliver(&first.id).unwrap();
    assert!(queue.undelivered("alice", &home.repository()).unwrap().is_none());
    assert!(queue.request_if_new(&home.ask("bob"), None).unwrap().is_none(), "somebody has judged it");
    home.put("a.txt", &numbered(40, &[20, 35]));
    assert!(queue.request_if_new(&ask, None).unwrap().is_none(), "less of it is nothing new");
    home.put("a.txt", &numbered(40, &[5, 21, 35]));
    assert_eq!(queue.request_if_new(&ask, None).unwrap().unwrap().round, 2);
}

#[test]
fn what_makes_no_sense_is_refused_and_nothing_is_stored() {
    let home = three_hunks();
    let queue = home.queue();
    let ask = home.ask("alice");
    let refused = |ask: &Ask, words: &str| {
        let error = queue.request(ask).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    };
    refused(&Ask { base: Some("nowhere".into()), ..ask.clone() }, "no commit is called nowhere");
    refused(&Ask { range: Some("main".into()), ..ask.clone() }, "is no range");
    refused(&Ask { range: Some("main..--output=x".into()), ..ask.clone() }, "no commit is called --output=x");
    refused(&Ask { staged: true, ..ask.clone() }, "nothing is staged");
    refused(&Ask { directory: home.path(""), ..ask.clone() }, "is in no git repository");
    refused(&Ask { session: " ".into(), ..ask.clone() }, "needs a session");
    home.git(&["checkout", "-q", "."]);
    refused(&ask, "nothing to review");
    assert!(queue.list(&Query { all: true, ..Query::default() }).unwrap().is_empty());
}

#[test]
fn an_old_request_expires_unless_somebody_looks_at_it() {
    let home = three_hunks();
    std::fs::create_dir_all(home.path(".config/memento")).unwrap();
    let queue = home.queue();
    let (old, looked_at) = (queue.request(&home.ask("alice")).unwrap().id, queue.request(&home.ask("bob")).unwrap().id);
    queue.begin(&looked_at, &reviewer(), false).unwrap();
    let mut config = home.config();
    config.diff_expire_days = 0;
    std::thread::sleep(Duration::from_millis(1100));
    let queue = Queue::open(&config).unwrap();
    assert_eq!(queue.get(&old).unwrap().state, State::Expired);
    assert_eq!(queue.get(&looked_at).unwrap().state, State::InReview);
}
