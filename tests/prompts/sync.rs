//! Reading a history that grows, is cut, is rotated, and has lines that are none.

use std::fs;
use std::time::Duration;

use memento::prompts::{Query, SyncOptions};

use crate::home::{Home, T, all, append, line, overwrite, sync, texts};

#[test]
fn only_what_is_new_is_read() {
    let home = Home::new();
    let library = home.library();
    assert_eq!(sync(&library).files, 0, "no history is no error");
    home.append(&[line("one", T, "/r/app", "s"), line("two", T + 1, "/r/app", "s")]);
    let first = sync(&library);
    assert_eq!((first.lines, first.new, first.known), (2, 2, 0));
    home.append(&[line("three", T + 2, "/r/app", "s")]);
    let second = sync(&library);
    assert_eq!((second.lines, second.new, second.known), (1, 1, 0));
    assert_eq!(sync(&library).files, 0);
    assert_eq!(texts(&all(&library)), ["one", "two", "three"]);
}

#[test]
fn two_prompts_in_one_millisecond_are_two_and_one_line_read_twice_is_one() {
    let home = Home::new();
    let library = home.library();
    let lines = [
        line("a", T, "/r/app", "s"),
        line("b", T, "/r/app", "s"),
        line("a", T, "/r/app", "s"),
        line("a", T, "/r/app", "s2"),
        line("a", T, "/r/other", "s"),
        line("a", T + 1, "/r/app", "s"),
    ];
    home.append(&lines);
    let synced = sync(&library);
    assert_eq!((synced.new, synced.known), (5, 1));
    let again = library.sync(&SyncOptions { all: true, ..SyncOptions::default() }, &mut |_| true).unwrap();
    assert_eq!((again.lines, again.new, again.known), (6, 0, 6));
    assert_eq!(all(&library).len(), 5);
}

#[test]
fn many_prompts_of_one_moment_and_of_none_are_all_kept() {
    let home = Home::new();
    let library = home.library();
    let mut lines: Vec<String> = (0..1000).map(|i| line(&format!("same time {i}"), T, "/r/app", "s")).collect();
    lines.push(line("next", T + 1, "/r/app", "s"));
    lines.extend((0..300).map(|i| format!("{{\"display\":\"undated {i}\"}}")));
    lines.push(line("late", T, "/r/app", "s"));
    home.append(&lines);
    assert_eq!(sync(&library).new, 1302);
    let found = all(&library);
    assert_eq!(found.len(), 1302);
    assert_eq!((found[0].text.as_str(), found[0].time), ("undated 0", 0));
    for word in ["999", "late", "undated"] {
        let query = Query { text: Some(word.into()), ..Query::default() };
        assert!(!library.list(&query).unwrap().prompts.is_empty(), "{word}");
    }
}

#[test]
fn a_torn_last_line_waits() {
    let home = Home::new();
    let library = home.library();
    let whole = line("torn", T, "/r/app", "s");
    home.append(&[line("whole", T - 1, "/r/app", "s")]);
    append(&home.history(), &whole[..20]);
    let first = sync(&library);
    assert_eq!((first.new, first.bad), (1, 0));
    append(&home.history(), &whole[20..]);
    assert_eq!(sync(&library).new, 0, "it has no end yet");
    append(&home.history(), "\n");
    let last = sync(&library);
    assert_eq!((last.new, last.bad), (1, 0));
    assert_eq!(texts(&all(&library)), ["whole", "torn"]);
}

#[test]
fn a_bad_line_is_counted_and_named_and_stops_nothing() {
    let home = Home::new();
    let library = home.library();
    home.append(&[line("one", T, "/r/app", "s"), String::new(), "{\"display\": ".into()]);
    append(&home.history(), "\0\0\0\0\n{\"timestamp\":3}\n");
    home.append(&[line("two", T + 1, "/r/app", "s")]);
    let synced = sync(&library);
    assert_eq!((synced.new, synced.bad), (2, 3));
    let named: Vec<usize> = synced.bad_lines.iter().map(|bad| bad.line).collect();
    assert_eq!(named, [3, 4, 5]);
    assert_eq!(synced.bad_lines[0].file, home.history());
    home.append(&["nonsense".into()]);
    assert_eq!(sync(&library).bad_lines[0].line, 7, "lines are counted from the first one of the file");
}

#[test]
fn a_history_that_was_cut_or_written_anew_is_read_from_its_start() {
    let home = Home::new();
    let library = home.library();
    home.append(&[line("one", T, "/r/app", "s"), line("two", T + 1, "/r/app", "s")]);
    sync(&library);
    // Shorter.
    overwrite(&home.history(), &(line("three", T + 2, "/r/app", "s") + "\n"));
    assert_eq!(sync(&library).new, 1);
    // Written anew in place, and longer than it was.
    let text: String = (0..50).map(|i| line(&format!("new {i}"), T + 10 + i, "/r/app", "s") + "\n").collect();
    overwrite(&home.history(), &text);
    assert_eq!(sync(&library).new, 50);
    // Another file under the name, with what was there before.
    let other = home.path(".claude/other");
    fs::copy(home.history(), &other).unwrap();
    append(&other, &(line("last", T + 100, "/r/app", "s") + "\n"));
    fs::rename(&other, home.history()).unwrap();
    let synced = sync(&library);
    assert_eq!((synced.new, synced.known), (1, 50));
    assert_eq!(all(&library).len(), 54);
}

#[test]
fn what_was_written_before_a_rotation_is_not_lost() {
    let home = Home::new();
    let library = home.library();
    home.append(&[line("one", T, "/r/app", "s")]);
    sync(&library);
    home.append(&[line("two", T + 1, "/r/app", "s")]);
    append(&home.history(), &line("three", T + 2, "/r/app", "s"));
    fs::rename(home.history(), home.path(".claude/history.jsonl.1")).unwrap();
    home.append(&[line("four", T + 3, "/r/app", "s")]);
    let synced = sync(&library);
    assert_eq!((synced.files, synced.new), (2, 3));
    assert_eq!(texts(&all(&library)), ["one", "two", "three", "four"]);
    assert_eq!(sync(&library).files, 0);
}

#[test]
fn what_was_written_before_a_copy_was_made_and_the_file_cut_is_not_lost() {
    let home = Home::new();
    let library = home.library();
    home.append(&[line("one", T, "/r/app", "s")]);
    sync(&library);
    home.append(&[line("two", T + 1, "/r/app", "s")]);
    fs::copy(home.history(), home.path(".claude/history.jsonl.1")).unwrap();
    overwrite(&home.history(), &(line("three", T + 3, "/r/app", "s") + "\n"));
    assert_eq!(sync(&library).new, 2);
    assert_eq!(texts(&all(&library)), ["one", "two", "three"]);
    assert_eq!(sync(&library).files, 0);
}

#[test]
fn the_history_is_never_written_and_can_be_read_only() {
    let home = Home::new();
    let library = home.library();
    home.append(&[line("one", T, "/r/app", "s")]);
    let before = fs::metadata(home.history()).unwrap();
    let mut rights = before.permissions();
    rights.set_readonly(true);
    fs::set_permissions(home.history(), rights).unwrap();
    let bytes = fs::read(home.history()).unwrap();
    assert_eq!(sync(&library).new, 1);
    assert_eq!(fs::read(home.history()).unwrap(), bytes);
    assert_eq!(fs::metadata(home.history()).unwrap().modified().unwrap(), before.modified().unwrap());
    assert_eq!(fs::read_dir(home.path(".claude")).unwrap().count(), 1);
}

#[test]
fn a_stopped_sync_keeps_what_it_has_and_goes_on_there() {
    let home = Home::new();
    let library = home.library();
    let text = "word ".repeat(200);
    let lines: Vec<String> = (0..60_000).map(|i| line(&format!("{i} {text}"), T + i, "/r/app", "s")).collect();
    home.append(&lines);
    let mut told = 0;
    let stopped = library
        .sync(&SyncOptions::default(), &mut |progress| {
            assert!(progress.done <= progress.total);
            told += 1;
            told < 2
        })
        .unwrap();
    assert!(stopped.stopped && stopped.new > 0 && stopped.new < lines.len(), "{stopped:?}");
    assert_eq!(library.count().unwrap(), stopped.new);
    let rest = sync(&library);
    assert_eq!((stopped.new + rest.new, rest.known), (lines.len(), 0));
}

#[test]
fn half_an_emoji_and_a_huge_line_are_read() {
    let home = Home::new();
    let library = home.library();
    let huge = "x ".repeat(3 << 20);
    home.append(&[
        r#"{"display":"cut \ud83d","timestamp":5}"#.into(),
        line(&huge, T, "/r/app", "s"),
        line("NUL \0 and \u{1b}[31m", T + 1, "/r/app", "s"),
    ]);
    let synced = sync(&library);
    assert_eq!((synced.new, synced.bad), (3, 0));
    let found = all(&library);
    assert_eq!(found[0].text, "cut \u{fffd}");
    assert_eq!(found[1].text, huge);
    assert_eq!(found[2].text, "NUL \0 and \u{1b}[31m");
}

#[test]
fn two_syncs_at_once_make_nothing_double() {
    let home = Home::new();
    let lines: Vec<String> = (0..10_000).map(|i| line(&format!("prompt {i}"), T + i, "/r/app", "s")).collect();
    home.append(&lines);
    let new: usize = std::thread::scope(|scope| {
        let one = || scope.spawn(|| sync(&home.library()).new);
        let threads = [one(), one(), one()];
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(new, lines.len());
    assert_eq!(home.library().count().unwrap(), lines.len());
}

#[test]
fn a_watch_tells_of_what_comes() {
    let home = Home::new();
    home.append(&[line("one", T, "/r/app", "s")]);
    let (send, told) = std::sync::mpsc::channel();
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let pause = |time: Duration| {
                std::thread::sleep(time.min(Duration::from_millis(10)));
                !stop.load(std::sync::atomic::Ordering::Relaxed)
            };
            home.library()
                .watch(&SyncOptions::default(), &pause, &mut |synced| send.send(synced.new).unwrap())
                .unwrap();
        });
        let next = || told.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(next(), 1);
        home.append(&[line("two", T + 1, "/r/app", "s"), line("three", T + 2, "/r/app", "s")]);
        let mut new = next();
        while new < 2 {
            new += next();
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn a_person_rates_while_a_long_sync_goes_on() {
    let home = Home::new();
    let text = "word ".repeat(100);
    let lines: Vec<String> = (0..60_000).map(|i| line(&format!("{i} {text}"), T + i, "/r/app", "s")).collect();
    home.append(&lines[..1]);
    let library = home.library();
    sync(&library);
    home.append(&lines[1..]);
    std::thread::scope(|scope| {
        let syncing = scope.spawn(|| sync(&home.library()));
        while !syncing.is_finished() {
            library.rate(&[1], 4).unwrap();
        }
        assert_eq!(syncing.join().unwrap().new, lines.len() - 1);
    });
}

#[test]
fn what_was_rotated_more_than_once_between_two_syncs_is_not_lost() {
    for unread in [false, true] {
        let home = Home::new();
        let library = home.library();
        home.append(&[line("one", T, "/r/app", "s")]);
        sync(&library);
        if unread {
            home.append(&[line("two", T + 1, "/r/app", "s")]);
        }
        let at = |name: &str| home.path(&format!(".claude/history.jsonl{name}"));
        fs::rename(home.history(), at(".2")).unwrap();
        overwrite(&at(".1"), &line("three", T + 2, "/r/app", "s"));
        // Older than what was read, and nobody's history.
        overwrite(&at(".3"), &(line("older", T + 4, "/r/app", "s") + "\n"));
        fs::File::options().write(true).open(at(".3")).unwrap().set_modified(std::time::UNIX_EPOCH).unwrap();
        overwrite(&at(".backup"), "no JSON\n");
        home.append(&[line("four", T + 3, "/r/app", "s")]);
        let synced = sync(&library);
        assert_eq!((synced.new, synced.bad), (2 + usize::from(unread), 0));
        let want: &[&str] = if unread { &["one", "two", "three", "four"] } else { &["one", "three", "four"] };
        assert_eq!(texts(&all(&library)), want);
        assert_eq!(sync(&library).files, 0);
    }
}

#[test]
fn a_mark_before_the_first_line_loses_no_prompt() {
    let home = Home::new();
    let library = home.library();
    append(&home.history(), &format!("\u{feff}{}\r\n", line("one", T, "/r/app", "s")));
    let synced = sync(&library);
    assert_eq!((synced.new, synced.bad), (1, 0));
}

#[test]
fn fields_of_other_types_lose_no_prompt() {
    let home = Home::new();
    let library = home.library();
    let lines =
        [r#"{"display":"one","timestamp":1,"sessionId":5,"project":null}"#, r#"{"display":"two","project":[]}"#];
    home.append(&lines.map(str::to_owned));
    let synced = sync(&library);
    assert_eq!((synced.new, synced.bad), (2, 0));
    let prompts = all(&library);
    let session = |text: &str| prompts.iter().find(|prompt| prompt.text == text).unwrap().session.clone();
    assert_eq!((session("one").as_deref(), session("two")), (Some("5"), None));
}

#[test]
fn many_prompts_of_two_times_by_turns_take_no_long_time() {
    let home = Home::new();
    let library = home.library();
    let mut lines: Vec<String> = (0..10_000).map(|i| line(&format!("a {i}"), T + i % 2, "/r/app", "s")).collect();
    lines.extend((0..10_000).map(|i| format!(r#"{{"display":"undated {i}"}}"#)));
    // With one from a transcript, each line is looked up among those.
    let dir = home.path(".claude/projects/p");
    fs::create_dir_all(&dir).unwrap();
    append(
        &dir.join("s.jsonl"),
        "{\"type\":\"user\",\"uuid\":\"u\",\"sessionId\":\"s\",\"timestamp\":1759403045000,\"message\":{\"content\":\"x\"}}\n",
    );
    sync(&library);
    home.append(&lines);
    let begun = std::time::Instant::now();
    assert_eq!(sync(&library).new, 20_000);
    // It was minutes, and is a second.
    assert!(begun.elapsed() < std::time::Duration::from_secs(30), "{:?}", begun.elapsed());
}
