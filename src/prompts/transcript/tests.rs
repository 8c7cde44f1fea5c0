use super::*;

const SESSION: &str = include_str!("../../../tests/data/transcripts/session.jsonl");

fn read(transcript: &mut Transcript, lines: &str) -> Vec<Event> {
    lines.lines().filter_map(|line| transcript.line(line.as_bytes()).unwrap()).collect()
}

/// The prompts with the last of what is told of each.
fn prompts(events: Vec<Event>) -> Vec<(NewPrompt, Turn)> {
    let mut all: Vec<(NewPrompt, Turn)> = Vec::new();
    for event in events {
        match event {
            Event::Prompt { new, turn, .. } => all.push((new, turn)),
            Event::Turn { identity, turn, .. } => {
                let last = all.last_mut().unwrap();
                assert_eq!(identity, last.0.identity());
                last.1 = turn;
            }
        }
    }
    all
}

#[test]
fn only_what_a_person_typed_is_a_prompt() {
    let prompts = prompts(read(&mut Transcript::default(), SESSION));
    let texts: Vec<&str> = prompts.iter().map(|(prompt, _)| prompt.text.as_str()).collect();
    assert_eq!(
        texts,
        ["/model opus", "fix the failing test in parser.rs", "why is this 😀 cut off? [Image #1]", "also run clippy"]
    );
    let first = &prompts[1].0;
    assert_eq!(first.project, "/home/ann/src/app");
    assert_eq!(first.session.as_deref(), Some("5a0ddcd0-5487-4794-99ac-143f6bb9e248"));
    assert_eq!(first.time, 1_759_403_045_123);
}

#[test]
fn a_turn_sums_answers_once_and_knows_the_context_before_and_after() {
    let prompts = prompts(read(&mut Transcript::default(), SESSION));
    let (main, fix) = (Some("main".to_owned()), Some("fix-parser".to_owned()));
    let model = Some("claude-opus-4-1".to_owned());
    assert_eq!(prompts[0].1, Turn { branch: main.clone(), ..Turn::default() });
    // msg_01 has two lines, the last of which counts; the answer of the sidechain is none to the person.
    let first = Turn {
        branch: main,
        model: model.clone(),
        input: 10,
        output: 306,
        cache_read: 12_000,
        cache_written: 12_500,
        context_before: 0,
        context_after: 6 + 500 + 12_000 + 210,
    };
    assert_eq!(prompts[1].1, first);
    let second = Turn {
        branch: fix.clone(),
        model,
        input: 7,
        output: 50,
        cache_read: 12_500,
        cache_written: 300,
        context_before: first.context_after,
        context_after: 12_857,
    };
    assert_eq!(prompts[2].1, second);
    // Not answered yet.
    assert_eq!(prompts[3].1, Turn { branch: fix, context_before: 12_857, context_after: 12_857, ..Turn::default() });
}

#[test]
fn it_goes_on_behind_any_line() {
    let whole = prompts(read(&mut Transcript::default(), SESSION));
    let mut one = Transcript::default();
    let mut events = Vec::new();
    for line in SESSION.lines() {
        events.extend(one.line(line.as_bytes()).unwrap());
        one = Transcript::resume(one.state().as_deref());
    }
    assert_eq!(prompts(events), whole);
    assert!(Transcript::resume(Some("no JSON")).current.is_none());
}

#[test]
fn an_answer_without_names_and_with_nulls_counts() {
    let mut transcript = Transcript::default();
    let lines = "{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":\"a\"},\"timestamp\":\"2025-10-02T11:04:05Z\"}\n\
      {\"type\":\"assistant\",\"uuid\":\"1\",\"message\":{\"usage\":{\"input_tokens\":1,\"output_tokens\":2,\"cache_read_input_tokens\":null}}}\n\
      {\"type\":\"assistant\",\"uuid\":\"2\",\"message\":{\"usage\":{\"input_tokens\":1,\"output_tokens\":2}}}";
    let prompts = prompts(read(&mut transcript, lines));
    assert_eq!((prompts[0].1.input, prompts[0].1.output, prompts[0].1.context_after), (2, 4, 3));
}

#[test]
fn wrappers_are_taken_off_and_what_others_say_is_passed_over() {
    let text = |content: Value| {
        let line = serde_json::json!({"type": "user", "message": {"content": content}}).to_string();
        match Transcript::default().line(line.as_bytes()).unwrap() {
            Some(Event::Prompt { new, .. }) => Some(new.text),
            _ => None,
        }
    };
    for (content, want) in [
        (
            serde_json::json!(
                "<command-message>deploy is running…</command-message>\n<command-name>deploy</command-name>"
            ),
            Some("/deploy"),
        ),
        (
            serde_json::json!([{"type": "text", "text": "<command-name>/x</command-name><command-args>a b</command-args>"}, {"type": "text", "text": "You are to"}]),
            Some("/x a b"),
        ),
        (
            serde_json::json!([{"type": "text", "text": "<ide_opened_file>a.rs</ide_opened_file>"}, {"type": "text", "text": "hi"}]),
            Some("hi"),
        ),
        (serde_json::json!("<system-reminder>x</system-reminder>do <it>\n"), Some("do <it>")),
        (serde_json::json!([{"type": "image", "source": {}}]), Some("[Image #1]")),
        (serde_json::json!([{"type": "text", "text": "[Request interrupted by user for tool use]"}]), None),
        (serde_json::json!("<task-notification>\n<task-id>x</task-id></task-notification>"), None),
        (serde_json::json!(""), None),
        (serde_json::json!(null), None),
    ] {
        assert_eq!(text(content.clone()).as_deref(), want, "{content}");
    }
    for field in [
        "\"isMeta\":true",
        "\"toolUseResult\":{}",
        "\"userType\":\"internal\"",
        "\"agentId\":\"a\"",
        "\"origin\":{\"kind\":\"hook\"}",
    ] {
        let line = format!("{{\"type\":\"user\",\"message\":{{\"content\":\"x\"}},{field}}}");
        assert_eq!(Transcript::default().line(line.as_bytes()), Ok(None), "{field}");
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    for (line, reason) in [
        ("{\"type\":\"user\"", "EOF"),
        ("{\"type\":\"user\"}", "without a \"message\""),
        ("{\"type\":\"user\",\"message\":{\"content\":\"x\"},\"timestamp\":\"soon\"}", "is no time"),
        ("{\"type\":\"assistant\",\"message\":{\"usage\":{\"input_tokens\":-1}}}", "invalid value"),
    ] {
        let error = Transcript::default().line(line.as_bytes()).unwrap_err();
        assert!(error.contains(reason), "{line}: {error}");
    }
    let half = Transcript::default().line(br#"{"type":"user","message":{"content":"a \ud83d"}}"#);
    assert!(matches!(half, Ok(Some(Event::Prompt { new, .. })) if new.text == "a \u{fffd}"));
}
