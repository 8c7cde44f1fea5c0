//! Org files with cards, ours and those of others: a heading with its text, or one with headings for question and answer below
//! it, as org-drill, org-fc and anki-editor have them.

use super::MARK;
use super::escape::unescape;
use crate::cards::card::{NewCard, Source, State};
use crate::cards::exchange::plain::source_of;
use crate::cards::import::Incoming;
use crate::org::Outline;

/// What other programs call the headings below a card.
const QUESTION: &[&str] = &["question", "front"];
const ANSWER: &[&str] = &["answer", "the answer", "back"];
const NOTES: &[&str] = &["notes", "note", "extra"];

/// Tags with which other programs mark their cards; they say nothing of what the card is about.
const MARKS: &[&str] = &["fc", "drill", "suspended", "noexport"];

/// Reads cards; `default` is the state of those that name none.
pub(in crate::cards::exchange) fn read(text: &str, default: State) -> Vec<Incoming> {
    let outline = Outline::scan(text);
    let own = outline.keyword_values(MARK.0).any(|value| value == MARK.1);
    let reader = Reader { outline: &outline, own, default };
    let all = 0..outline.headlines().len();
    let marked: Vec<usize> = all.clone().filter(|&i| !own && reader.is_marked(i)).collect();
    let of = |i: &usize| marked.is_empty() || marked.binary_search(i).is_ok();
    let cards = all.filter(|&i| reader.part_of(i).is_none()).filter(of).filter(|&i| reader.is_card(i));
    cards
        .enumerate()
        .map(|(index, i)| {
            let line = Some(outline.line_of(outline.entry(i).start));
            Incoming { index, line, card: reader.card(i) }
        })
        .collect()
}

struct Reader<'o, 't> {
    outline: &'o Outline<'t>,
    /// Whether it is ours, so that texts are taken as they stand.
    own: bool,
    default: State,
}

impl Reader<'_, '_> {
    fn children(&self, i: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.outline.subtree(i).end;
        let below = (i + 1..self.outline.headlines().len()).take_while(move |&j| self.outline.entry(j).start < end);
        below.filter(move |&j| self.outline.parent(j) == Some(i))
    }

    /// Whether another program has marked the heading as a card.
    fn is_marked(&self, i: usize) -> bool {
        self.outline.tags(i).any(|tag| tag == "fc" || tag == "drill")
            || ["FC_TYPE", "DRILL_CARD_TYPE", "ANKI_NOTE_TYPE"]
                .iter()
                .any(|key| self.outline.property(i, key).is_some())
    }

    /// The card that the heading is a part of.
    fn part_of(&self, i: usize) -> Option<usize> {
        let title = self.outline.title(i).trim().to_lowercase();
        let parent = self.outline.parent(i)?;
        [QUESTION, ANSWER, NOTES].iter().any(|names| names.contains(&title.as_str())).then_some(parent)
    }

    /// A heading that only holds others is none.
    fn is_card(&self, i: usize) -> bool {
        let mut children = self.children(i).peekable();
        children.peek().is_none()
            || children.any(|child| self.part_of(child).is_some())
            || !self.outline.body(i).trim().is_empty()
    }

    fn part(&self, i: usize, names: &[&str]) -> Option<String> {
        let named = |&child: &usize| names.contains(&self.outline.title(child).trim().to_lowercase().as_str());
        self.children(i).find(named).map(|child| self.text(child))
    }

    /// The text below a heading.
    fn text(&self, i: usize) -> String {
        let body = self.outline.body(i);
        if self.own {
            // The end of its last line, and before another card a line that parts them.
            let body = body.strip_suffix('\n').unwrap_or(body);
            return unescape(body.strip_suffix('\n').unwrap_or(body));
        }
        let lines = body.lines().skip_while(|line| line.trim().is_empty()).collect::<Vec<_>>();
        unescape(lines.join("\n").trim_end())
    }

    fn property(&self, i: usize, keys: &[&str]) -> Option<String> {
        let of =
            |i: usize| keys.iter().find_map(|key| self.outline.property(i, key)).map(|value| value.trim().to_owned());
        of(i).filter(|value| !value.is_empty())
    }

    fn card(&self, i: usize) -> Result<NewCard, String> {
        let outline = self.outline;
        let (question, answer) = (self.part(i, QUESTION), self.part(i, ANSWER));
        let body = self.text(i);
        // org-drill asks for the text below the heading, where there is one, and shows the heading with it.
        let question = question.unwrap_or_else(|| match &answer {
            Some(_) if !body.trim().is_empty() && !self.own => format!("{}\n\n{body}", outline.title(i).trim()),
            _ => outline.title(i).trim().to_owned(),
        });
        let id = self.property(i, &["ID"]);
        let note = if self.own { self.property(i, &["SOURCE_NOTE"]) } else { id.clone() };
        let file = self.property(i, &["SOURCE_FILE"]);
        let algorithm = self.property(i, &["ALGORITHM"]).map(|text| text.parse());
        Ok(NewCard {
            id: id.filter(|_| self.own),
            question,
            answer: answer.unwrap_or(body),
            notes: self.part(i, NOTES).or_else(|| self.property(i, &["NOTES"])).unwrap_or_default(),
            tags: self.tags(i),
            project: self.project(i),
            source: note.map(Source::Note).or_else(|| file.as_deref().and_then(source_of)),
            algorithm: algorithm.transpose().map_err(|error: crate::Error| error.to_string())?,
            state: self.state(i)?,
            entry: self.property(i, &["ENTRY"]),
        })
    }

    fn state(&self, i: usize) -> Result<State, String> {
        match self.property(i, &["STATE"]).as_deref() {
            Some("draft") if self.own => Ok(State::Draft),
            Some("active") if self.own => Ok(State::Active),
            Some("suspended") if self.own => Ok(State::Suspended),
            Some(other) if self.own => Err(format!("{other:?} is no state: give draft, active or suspended")),
            _ if !self.own && self.outline.tags(i).any(|tag| tag == "suspended") => Ok(State::Suspended),
            _ => Ok(self.default),
        }
    }

    /// Its own tags, and those it inherits.
    fn tags(&self, i: usize) -> Vec<String> {
        let mut tags: Vec<String> = self.outline.tags(i).map(str::to_owned).collect();
        if !self.own {
            let mut above = self.outline.parent(i);
            while let Some(parent) = above {
                tags.extend(self.outline.tags(parent).map(str::to_owned));
                above = self.outline.parent(parent);
            }
            let file = self.outline.keyword_values("filetags").flat_map(|value| value.split([':', ' ']));
            tags.extend(file.filter(|tag| !tag.is_empty()).map(str::to_owned));
            tags.retain(|tag| !MARKS.contains(&tag.as_str()));
        }
        tags
    }

    /// Its project: as it says, or a heading above it, or the file.
    fn project(&self, i: usize) -> String {
        let keys: &[&str] = if self.own { &["PROJECT"] } else { &["PROJECT", "ANKI_DECK"] };
        let mut at = Some(i);
        while let Some(i) = at {
            if let Some(project) = self.property(i, keys) {
                return project;
            }
            at = if self.own { None } else { self.outline.parent(i) };
        }
        if self.own {
            return String::new();
        }
        let said = self.outline.keyword_values("property").find_map(|value| value.strip_prefix("ANKI_DECK "));
        said.map(|project| project.trim().to_owned()).unwrap_or_default()
    }
}
