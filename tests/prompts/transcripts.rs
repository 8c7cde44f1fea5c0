//! Transcripts of Claude Code's.

use memento::prompts::{Source, Turn};

use crate::home::{Home, all, append, line, sync, texts};

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
