//! Claude Code's transcript of a session: a line of JSON for each message.
//!
//! Its form is nobody's promise, so what is not understood is passed over.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::SystemTime;

use chrono::DateTime;
use serde_json::Value;

/// The first lines may be snapshots and summaries, without a time.
const FIRST_LINES: usize = 50;
/// What the assistant said last is near the end.
const END: u64 = 1 << 20;

/// What a transcript tells.
#[derive(Debug, Default)]
pub(super) struct Transcript {
    /// When the session began.
    pub(super) started: Option<SystemTime>,
    /// What the assistant said last.
    pub(super) said: Option<String>,
}

/// Reads a transcript; what there is not is left out.
pub(super) fn read(path: &Path) -> Transcript {
    // Another kind of file could have no end, and to open a pipe waits for somebody who writes into it.
    let is_file = std::fs::metadata(path).is_ok_and(|meta| meta.is_file());
    let Some(mut file) = is_file.then(|| File::open(path).ok()).flatten() else { return Transcript::default() };
    let first = BufReader::new((&file).take(END)).split(b'\n').map_while(Result::ok).take(FIRST_LINES);
    let started = first.filter_map(|line| time(&json(&line)?)).next();
    let said = end(&mut file).and_then(|end| end.rsplit(|&byte| byte == b'\n').find_map(|line| said(&json(line)?)));
    Transcript { started, said }
}

fn end(file: &mut File) -> Option<Vec<u8>> {
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(END))).ok()?;
    let mut end = Vec::new();
    file.take(END).read_to_end(&mut end).ok()?;
    Some(end)
}

fn json(line: &[u8]) -> Option<Value> {
    serde_json::from_slice(line).ok()
}

fn time(line: &Value) -> Option<SystemTime> {
    DateTime::parse_from_rfc3339(line.get("timestamp")?.as_str()?).ok().map(SystemTime::from)
}

/// The text of an assistant's message, of a helper's not.
fn said(line: &Value) -> Option<String> {
    if line.get("type")?.as_str()? != "assistant" || line.get("isSidechain").is_some_and(|is| is == true) {
        return None;
    }
    let parts = line.get("message")?.get("content")?.as_array()?;
    let text = |part: &Value| Some(part.get("text")?.as_str()?.to_owned());
    let said: Vec<_> =
        parts.iter().filter(|part| part.get("type").is_some_and(|t| t == "text")).filter_map(text).collect();
    Some(said.join("\n\n")).filter(|said| !said.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Transcript {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::io::Write::write_all(&mut file.as_file(), text.as_bytes()).unwrap();
        read(file.path())
    }

    #[test]
    fn the_first_time_and_the_last_words_are_found_among_other_lines() {
        let transcript = of(concat!(
            r#"{"type":"file-history-snapshot","snapshot":{}}"#,
            "\nno json\n",
            r#"{"type":"user","timestamp":"2026-03-01T10:00:00.5Z","message":{"role":"user","content":"go"}}"#,
            "\n",
            r#"{"type":"assistant","timestamp":"2026-03-01T10:01:00Z","message":{"content":[{"type":"text","text":"one"}]}}"#,
            "\n",
            r#"{"type":"assistant","message":{"content":[{"type":"text","text":"two"},{"type":"tool_use","text":"x"}]}}"#,
            "\n",
            r#"{"type":"assistant","isSidechain":true,"message":{"content":[{"type":"text","text":"three"}]}}"#,
            "\n",
            r#"{"type":"assistant","message":{"content":[{"type":"tool_use"}]}}"#,
            "\n{\"type\":\"assis"
        ));
        assert_eq!(transcript.said.as_deref(), Some("two"));
        let started = DateTime::parse_from_rfc3339("2026-03-01T10:00:00.5Z").unwrap();
        assert_eq!(transcript.started, Some(SystemTime::from(started)));
    }

    #[test]
    fn what_is_no_transcript_tells_nothing() {
        for text in ["", "\n\n", "[1]", "\u{feff}{}", r#"{"timestamp":5}"#, r#"{"timestamp":"soon"}"#] {
            let transcript = of(text);
            assert!(transcript.started.is_none() && transcript.said.is_none(), "{text}");
        }
        assert!(read(Path::new("/dev/zero")).started.is_none());
        assert!(read(Path::new("/nowhere")).said.is_none());
    }
}
