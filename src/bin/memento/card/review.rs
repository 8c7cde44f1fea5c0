//! `memento card review`, `bulk-review` and `undo`.

use std::time::Duration;

use memento::cards::{Answered, Collection, Confidence};
use memento::{Error, Result};
use serde::Deserialize;
use serde_json::Value;

use super::display::{asked_again, in_days, named};
use crate::args::Output;
use crate::files;
use crate::output::Answer;
use crate::review::count;
use crate::screen::plain;

pub(super) fn review(
    id: &str,
    confidence: u8,
    duration: Option<f64>,
    output: Output,
    collection: &Collection,
) -> Result<Answer> {
    let took = duration.map(|seconds| length(seconds, "--duration")).transpose()?;
    let answered = collection.answer(id, Confidence::new(confidence)?, took)?;
    let text = told(std::slice::from_ref(&answered), collection)?;
    Ok(Answer::data(output, &answered, || text))
}

/// A line for each answer: what came of it.
fn told(answered: &[Answered], collection: &Collection) -> Result<String> {
    let today = collection.today()?;
    let row = |answered: &Answered| {
        let said = answered.review.confidence.map_or_else(String::new, |confidence| format!("{confidence}, "));
        format!("{}: {said}{}\n", named(&answered.card), asked_again(answered, today))
    };
    Ok(plain(&answered.iter().map(row).collect::<String>()))
}

fn length(seconds: f64, name: &str) -> Result<Duration> {
    let wrong = || Error::Invalid(format!("{name} {seconds}: give seconds, 0 to 86400"));
    Duration::try_from_secs_f64(seconds).ok().filter(|time| time.as_secs() <= 86_400).ok_or_else(wrong)
}

/// An answer as it comes in a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    id: String,
    confidence: Confidence,
    /// In seconds.
    #[serde(default)]
    duration: Option<f64>,
}

pub(super) fn bulk_review(file: &str, output: Output, collection: &Collection) -> Result<Answer> {
    let (name, bytes) = files::read(file)?;
    let text = String::from_utf8(bytes).map_err(|_| Error::Invalid(format!("{name} is not UTF-8: save it as such")))?;
    let answers = answers(&name, &text)?;
    if answers.is_empty() {
        let empty: [Answered; 0] = [];
        return Ok(Answer::data(output, &empty, String::new)
            .note(format!(
                "{name} has no answers: give {{\"id\": ..., \"confidence\": 1 to 5}}, a line each or as an array"
            ))
            .fail_if(true));
    }
    let answered = collection.answer_all(&answers)?;
    let text = told(&answered, collection)?;
    Ok(Answer::data(output, &answered, || text).note(format!("{} stored", count(answered.len(), "answer"))))
}

/// Reads an array, or an object a line.
fn answers(name: &str, text: &str) -> Result<Vec<(String, Confidence, Option<Duration>)>> {
    let text = text.trim_start_matches('\u{feff}');
    let wrong = |place: &str, why: &dyn std::fmt::Display| {
        Error::Invalid(format!(
            "{name}:{place}: {why}; an answer is {{\"id\": \"3f2a9c10\", \"confidence\": 4, \"duration\": 7.5}}: nothing was stored"
        ))
    };
    let one = |value: Value, place: &str| {
        let given: Given = serde_json::from_value(value).map_err(|error| wrong(place, &error))?;
        let took = given.duration.map(|seconds| length(seconds, "duration")).transpose();
        Ok((given.id, given.confidence, took.map_err(|error| wrong(place, &error))?))
    };
    if text.trim_start().starts_with('[') {
        let all: Vec<Value> = serde_json::from_str(text).map_err(|error| wrong(&error.line().to_string(), &error))?;
        return all.into_iter().enumerate().map(|(index, value)| one(value, &format!(" answer {index}"))).collect();
    }
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            let place = (index + 1).to_string();
            one(serde_json::from_str(line).map_err(|error| wrong(&place, &error))?, &place)
        })
        .collect()
}

pub(super) fn undo(id: Option<&str>, output: Output, collection: &Collection) -> Result<Answer> {
    let undone = collection.undo(id)?;
    let today = collection.today()?;
    let what = match undone.review.confidence {
        Some(confidence) => format!("the answer {confidence} is taken back"),
        None => "the reset is taken back".to_owned(),
    };
    let now = undone.card.schedule.as_ref();
    let now =
        now.map_or_else(|| "new again".to_owned(), |schedule| format!("due {} again", in_days(schedule.due, today)));
    Ok(Answer::data(output, &undone, || plain(&format!("{}: {what}, {now}\n", named(&undone.card)))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_come_as_an_array_or_a_line_each() {
        let array =
            "\u{feff} [{\"id\": \"a\", \"confidence\": 5}, {\"id\": \"b\", \"confidence\": 1, \"duration\": 2.5}]";
        let lines = "{\"id\": \"a\", \"confidence\": 5}\n\n{\"id\": \"b\", \"confidence\": 1, \"duration\": 2.5}\r\n";
        assert_eq!(answers("x", array).unwrap(), answers("x", lines).unwrap());
        assert_eq!(answers("x", array).unwrap()[1].2, Some(Duration::from_millis(2500)));
        assert!(answers("x", " \n").unwrap().is_empty() && answers("x", "[]").unwrap().is_empty());
    }

    #[test]
    fn a_bad_answer_is_named_by_its_place() {
        let error = |text: &str| answers("a.json", text).unwrap_err().to_string();
        assert!(
            error("[{\"id\": \"a\", \"confidence\": 5}, {\"id\": \"b\"}]")
                .starts_with("a.json: answer 1: missing field")
        );
        assert!(
            error("{\"id\": \"a\", \"confidence\": 5}\n{\"id\": \"b\", \"confidence\": 6}")
                .starts_with("a.json:2: 6 is no confidence")
        );
        assert!(error("{\"id\": \"a\", \"confidence\": 5, \"duration\": -1}").contains("give seconds"));
        assert!(error("nonsense").starts_with("a.json:1: "));
        assert!(error("[1,\n").starts_with("a.json:"));
    }
}
