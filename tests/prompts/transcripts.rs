//! Transcripts of Claude Code's.

use memento::prompts::{Source, Turn};

use crate::home::{Home, T, all, append, line, sync, texts};

const SESSION: &str = include_str!("../data/transcripts/session.jsonl");
const NAME: &str = "5a0ddcd0-5487-4794-99ac-143f6bb9e248";

fn transcript(home: &Home, name: &str, text: &str) -> std::path::PathBuf {
    let dir = home.path(".claude/projects/-home-ann-src-app");
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join(format!("{name}.jsonl"));
    append(&path, text);
    path
}

#[test]
fn prompts_come_with_what_they_cost() {
    let home = Home::new();
    transcript(&home, NAME, SESSION);
    transcript(&home, "agent-1", "{\"type\":\"user\",\"message\":{\"content\":\"an agent's\"}}\n");
    let library = home.library();
    let synced = sync(&library);
    assert_eq!((synced.new, synced.known, synced.turns, synced.bad, synced.files), (4, 0, 4, 0, 1));
    let prompts = all(&library);
    assert_eq!(texts(&prompts)[1], "fix the failing test in parser.rs");
    assert!(prompts[0].command && prompts.iter().all(|prompt| prompt.source == Source::Transcript));
    assert_eq!(prompts[1].turn.as_ref().map(|turn| turn.output), Some(306));
    let again = sync(&library);
    assert_eq!((again.lines, again.new, again.turns), (0, 0, 0));
}

#[test]
fn an_answer_that_comes_later_completes_the_turn() {
    let home = Home::new();
    let library = home.library();
    let lines: Vec<&str> = SESSION.lines().collect();
    // Up to the first half of an answer, the second half of whose line is not written yet.
    let (torn, rest) = lines[7].split_at(200);
    let path = transcript(&home, NAME, &format!("{}\n{torn}", lines[..7].join("\n")));
    assert_eq!(sync(&library).bad, 0);
    let turn = || all(&library)[1].turn.clone().unwrap();
    assert_eq!((turn().output, turn().context_after), (1, 12_005));
    append(&path, &format!("{rest}\n"));
    let synced = sync(&library);
    assert_eq!((synced.lines, synced.new, synced.turns), (1, 0, 1));
    assert_eq!((turn().output, turn().input), (96, 4));
    append(&path, &(lines[8..].join("\n") + "\n"));
    sync(&library);
    assert_eq!((turn().output, turn().input, turn().cache_written), (306, 10, 12_500));
}

#[test]
fn the_history_and_a_transcript_tell_of_one_prompt() {
    for transcript_first in [false, true] {
        let home = Home::new();
        let library = home.library();
        let write_history = || {
            home.append(&[line("fix the failing test in parser.rs", 1_759_403_045_100, "/home/ann/src/app", NAME)]);
            sync(&library);
        };
        if !transcript_first {
            write_history();
        }
        transcript(&home, NAME, SESSION);
        sync(&library);
        if transcript_first {
            write_history();
        }
        let prompts = all(&library);
        assert_eq!(prompts.len(), 4, "{:?}", texts(&prompts));
        let fixed: Vec<&Turn> = prompts
            .iter()
            .filter(|prompt| prompt.text.starts_with("fix"))
            .filter_map(|prompt| prompt.turn.as_ref())
            .collect();
        assert_eq!(fixed.len(), 1);
        assert_eq!(fixed[0].output, 306);
    }
}

#[test]
fn a_resumed_session_begins_with_a_copy() {
    let home = Home::new();
    let library = home.library();
    transcript(&home, NAME, SESSION);
    sync(&library);
    // The copy ends amid the first prompt's answers and goes on with another prompt.
    let copied: Vec<String> = SESSION.lines().take(8).map(|line| line.replace(NAME, "resumed")).collect();
    let more = concat!(
        r#"{"type":"user","sessionId":"resumed","cwd":"/home/ann/src/app","gitBranch":"main","uuid":"n-1","#,
        r#""timestamp":"2025-10-03T08:00:00.000Z","message":{"role":"user","content":"go on"}}"#,
    );
    transcript(&home, "resumed", &format!("{}\n{more}\n", copied.join("\n")));
    let synced = sync(&library);
    assert_eq!((synced.new, synced.known), (1, 2));
    let prompts = all(&library);
    assert_eq!(texts(&prompts).iter().filter(|text| text.starts_with("fix")).count(), 1);
    assert_eq!(prompts[1].turn.as_ref().map(|turn| turn.output), Some(306));
    let last = prompts.last().unwrap();
    assert_eq!((last.text.as_str(), last.session.as_deref()), ("go on", Some("resumed")));
    assert_eq!(last.turn.as_ref().map(|turn| turn.context_before), Some(12_100));
}

#[test]
fn a_bad_line_is_named_and_the_rest_is_read() {
    let home = Home::new();
    let library = home.library();
    let path = transcript(&home, NAME, &format!("{{broken\n{SESSION}"));
    let synced = sync(&library);
    assert_eq!((synced.new, synced.bad), (4, 1));
    assert_eq!((synced.bad_lines[0].file.as_path(), synced.bad_lines[0].line), (path.as_path(), 1));
}

#[test]
fn a_deleted_prompt_stays_deleted() {
    let home = Home::new();
    let library = home.library();
    let path = transcript(&home, NAME, SESSION);
    sync(&library);
    let ids: Vec<i64> = all(&library).iter().map(|prompt| prompt.id).collect();
    library.delete(&ids).unwrap();
    let again = memento::prompts::SyncOptions { all: true, ..Default::default() };
    let synced = library.sync(&again, &mut |_| true).unwrap();
    assert_eq!((synced.new, synced.deleted, synced.turns), (0, 4, 0));
    let restore = memento::prompts::SyncOptions { restore: true, ..Default::default() };
    let synced = library.sync(&restore, &mut |_| true).unwrap();
    assert_eq!(synced.new, 4);
    assert_eq!(all(&library)[1].turn.as_ref().map(|turn| turn.output), Some(306));
    assert!(path.exists());
}

fn typed(uuid: &str, text: &str, time: i64) -> String {
    let message = serde_json::json!({"type": "user", "uuid": uuid, "sessionId": "s", "cwd": "/r/app", "timestamp": time,
        "message": {"role": "user", "content": text}});
    format!("{message}\n")
}

#[test]
fn what_was_pasted_or_seen_is_not_taken_for_another_prompt() {
    let pasted = |display: &str, entry: serde_json::Value| {
        serde_json::json!({"display": display, "timestamp": T, "project": "/r/app", "sessionId": "s",
            "pastedContents": {"1": entry}})
        .to_string()
    };
    let known = serde_json::json!({"id": 1, "type": "text", "content": "a\nb"});
    let elsewhere = serde_json::json!({"id": 1, "type": "text", "contentHash": "abc"});
    let half_an_hour = 1_800_000;
    for (display, entry, text, apart, prompts) in [
        ("[Image #1]", known.clone(), "fix the other bug", 1000, 2),
        ("[Pasted text #1 +1 lines]", known.clone(), "fix the other bug", 1000, 2),
        ("[Pasted text #1 +1 lines]", known.clone(), "a\nb", half_an_hour, 1),
        ("[...Truncated text #1 +1 lines...] now", known, "a\nb now", 1000, 1),
        ("[Pasted text #1 +1 lines]", elsewhere.clone(), "a\nb", 1000, 1),
        ("[Pasted text #1 +1 lines]", elsewhere, "fix the other bug", half_an_hour, 2),
    ] {
        for transcript_first in [false, true] {
            let home = Home::new();
            let library = home.library();
            if transcript_first {
                transcript(&home, "s", &typed("u", text, T + apart));
                sync(&library);
            }
            home.append(&[pasted(display, entry.clone())]);
            sync(&library);
            if !transcript_first {
                transcript(&home, "s", &typed("u", text, T + apart));
                sync(&library);
            }
            assert_eq!(all(&library).len(), prompts, "{display} {text} {transcript_first}");
        }
    }
}

#[test]
fn the_same_words_are_better_than_the_same_time() {
    let home = Home::new();
    let library = home.library();
    let pasted = serde_json::json!({"display": "[Pasted text #1 +9 lines]", "timestamp": T + 5000, "project": "/r/app",
        "sessionId": "s", "pastedContents": {"1": {"id": 1, "type": "text", "contentHash": "abc"}}});
    home.append(&[line("fix the bug", T, "/r/app", "s"), pasted.to_string()]);
    sync(&library);
    transcript(&home, "s", &(typed("u1", "fix the bug", T + 6000) + &typed("u2", "much\ntext", T + 7000)));
    sync(&library);
    assert_eq!(texts(&all(&library)), ["fix the bug", "[Pasted text #1 +9 lines]"]);
}

#[test]
fn more_tokens_than_can_be_counted_are_no_end() {
    let home = Home::new();
    let answer = |id: &str| {
        let usage = serde_json::json!({"input_tokens": u64::MAX, "output_tokens": u64::MAX});
        let line = serde_json::json!({"type": "assistant", "uuid": id, "sessionId": "s", "requestId": id,
            "message": {"id": id, "model": "m", "content": [], "usage": usage}});
        format!("{line}\n")
    };
    transcript(&home, "s", &(typed("u", "x", T) + &answer("a") + &answer("b")));
    let library = home.library();
    assert_eq!(sync(&library).new, 1);
}
