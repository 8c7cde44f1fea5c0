//! A card as a text that a person edits.

use memento::cards::{Card, Change, NewCard};
use memento::{Error, Result};

use crate::editor;

const PARTS: [&str; 5] = ["question", "answer", "notes", "tags", "project"];

/// What stands in a form.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) question: String,
    pub(super) answer: String,
    pub(super) notes: String,
    pub(super) tags: Vec<String>,
    pub(super) project: String,
}

impl Form {
    pub(super) fn of(card: &Card) -> Self {
        Self {
            question: card.question.clone(),
            answer: card.answer.clone(),
            notes: card.notes.clone(),
            tags: card.tags.clone(),
            project: card.project.clone(),
        }
    }

    /// As the person leaves it.
    ///
    /// # Errors
    /// [`Error::Invalid`] where nobody can be asked, the editor failed, or a line that parts the form is gone.
    pub(super) fn edited(&self, else_say: &str) -> Result<Self> {
        Self::read(&editor::edit(&self.text(), "card", ".md", else_say)?)
    }

    fn text(&self) -> String {
        let values = [&self.question, &self.answer, &self.notes, &self.tags.join(" "), &self.project];
        PARTS.iter().zip(values).map(|(part, value)| format!("--- {part} ---\n{value}\n")).collect()
    }

    fn read(text: &str) -> Result<Self> {
        let text = text.replace("\r\n", "\n");
        let mut rest = text.as_str();
        let mut values = Vec::new();
        for (i, part) in PARTS.iter().enumerate() {
            let line = format!("--- {part} ---");
            let gone = || Error::Invalid(format!("the line \"{line}\" is gone: the card stays as it was"));
            let (above, below) = part_at(rest, &line).ok_or_else(gone)?;
            if i > 0 {
                values.push(above);
            } else if !above.trim().is_empty() {
                return Err(Error::Invalid(format!("there is text above \"{line}\": the card stays as it was")));
            }
            rest = below;
        }
        values.push(rest);
        let value = |i: usize| values[i].trim_matches('\n').trim_end().to_owned();
        Ok(Self {
            question: value(0),
            answer: value(1),
            notes: value(2),
            tags: value(3).split([' ', ',', '\n']).filter(|tag| !tag.is_empty()).map(str::to_owned).collect(),
            project: value(4).trim().to_owned(),
        })
    }

    /// What is another than it was; none: nothing.
    pub(super) fn change(self, before: &Self) -> Option<Change> {
        let text = |new: String, old: &String| (new != old.trim_matches('\n').trim_end()).then_some(new);
        let change = Change {
            question: text(self.question, &before.question),
            answer: text(self.answer, &before.answer),
            notes: text(self.notes, &before.notes),
            tags: (self.tags != before.tags).then_some(self.tags),
            project: (self.project != before.project).then_some(self.project),
            ..Change::default()
        };
        (change != Change::default()).then_some(change)
    }

    pub(super) fn card(self) -> NewCard {
        let Self { question, answer, notes, tags, project } = self;
        NewCard { question, answer, notes, tags, project, ..NewCard::default() }
    }
}

/// What stands above a line, and what below.
fn part_at<'a>(text: &'a str, line: &str) -> Option<(&'a str, &'a str)> {
    let mut at = 0;
    for each in text.split_inclusive('\n') {
        if each.trim_end() == line {
            return Some((&text[..at], &text[at + each.len()..]));
        }
        at += each.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> Form {
        Form {
            question: "# What?\n\n--- really".to_owned(),
            answer: "  indented\nשלום".to_owned(),
            notes: String::new(),
            tags: vec!["a".to_owned(), "b".to_owned()],
            project: "rust book".to_owned(),
        }
    }

    #[test]
    fn a_form_is_read_as_it_was_written() {
        assert_eq!(Form::read(&form().text()).unwrap(), form());
        assert_eq!(Form::read(&form().text().replace('\n', "\r\n")).unwrap(), form());
        assert!(form().change(&form()).is_none());
        let changed = Form { notes: "n".to_owned(), ..form() }.change(&form()).unwrap();
        assert_eq!(changed, Change { notes: Some("n".to_owned()), ..Change::default() });
    }

    #[test]
    fn a_form_without_its_lines_is_none() {
        let error = Form::read(&form().text().replace("--- answer ---", "")).unwrap_err().to_string();
        assert!(error.contains("--- answer ---") && error.contains("stays as it was"), "{error}");
        assert!(Form::read("").is_err() && Form::read("x\n--- question ---\n").is_err());
    }
}
