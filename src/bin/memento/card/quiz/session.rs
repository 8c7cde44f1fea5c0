//! A quiz with keys. Each answer is stored when it is given, and what comes next is asked of the collection each time: leaving,
//! in whatever way, loses nothing, and another front end may go on meanwhile.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use memento::cards::{Asked, Card, Collection, Confidence, Counts, Filter, Preview, State};
use memento::{Error, Result};

use super::super::display::{asked_again, time};
use super::super::make;
use super::keys::{Key, Terminal};
use super::nothing_due;
use super::view::View;
use crate::output::Answer;
use crate::review::{cancel_on_signal, count};
use crate::screen::line;

/// How long a signal or another size of the terminal may go unnoticed.
const NAP: Duration = Duration::from_millis(100);
/// Who takes longer has done something else.
const LONGEST: Duration = Duration::from_secs(60);

pub(super) fn run(collection: &Collection, filter: &Filter, limit: Option<usize>) -> Result<Answer> {
    let first = collection.queue(filter, 1)?;
    if first.cards.is_empty() {
        return Ok(Answer::text(String::new()).note(nothing_due(collection, filter, &first.counts)?).fail_if(true));
    }
    let mut session = Session {
        collection,
        filter,
        limit: limit.unwrap_or(usize::MAX),
        ended: cancel_on_signal(),
        styled: std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        done: Vec::new(),
        asked: BTreeSet::new(),
        again: Vec::new(),
        next: None,
        message: String::new(),
        answers: 0,
        known: 0,
        spent: Duration::ZERO,
    };
    let mut terminal = Terminal::open()?;
    let asked = session.ask_all(&mut terminal);
    drop(terminal);
    asked?;
    session.summary().map(Answer::text)
}

/// What can be taken back.
enum Done {
    Answered { id: String, known: bool, spent: Duration, first: bool },
    Suspended(String),
}

/// A card with why it is asked.
struct Next {
    card: Card,
    asked: Asked,
    counts: Counts,
}

struct Session<'a> {
    collection: &'a Collection,
    filter: &'a Filter,
    /// How many different cards it asks.
    limit: usize,
    ended: Arc<AtomicBool>,
    styled: bool,
    done: Vec<Done>,
    /// The cards that were answered.
    asked: BTreeSet<String>,
    /// Those of them that come again, in this order.
    again: Vec<String>,
    /// This one next, whatever the queue says.
    next: Option<String>,
    message: String,
    answers: usize,
    known: usize,
    spent: Duration,
}

/// What becomes of the quiz.
enum Then {
    GoOn,
    Leave,
}

impl Session<'_> {
    fn ask_all(&mut self, terminal: &mut Terminal) -> Result<()> {
        while let Some(next) = self.next()? {
            if let Then::Leave = self.ask(&next, terminal)? {
                break;
            }
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Option<Next>> {
        let queue = self.collection.queue(self.filter, 1)?;
        let counts = queue.counts;
        let with = |card: Card| {
            let asked = match &card.schedule {
                None => Asked::New,
                Some(schedule) if schedule.again() => Asked::Again,
                Some(_) => Asked::Due,
            };
            Next { card, asked, counts }
        };
        if let Some(card) = self.next.take().and_then(|id| self.collection.get(&id).ok())
            && card.state == State::Active
        {
            return Ok(Some(with(card)));
        }
        if self.asked.len() < self.limit {
            return Ok(queue.cards.into_iter().next().map(|(asked, card)| Next { card, asked, counts }));
        }
        // All that may be asked were: what is left are those that come again.
        while let Some(id) = self.again.first() {
            match self.collection.get(id) {
                Ok(card) if card.state == State::Active && card.schedule.as_ref().is_some_and(|at| at.again()) => {
                    return Ok(Some(with(card)));
                }
                Ok(_) | Err(Error::NotFound(_)) => drop(self.again.remove(0)),
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    fn ask(&mut self, next: &Next, terminal: &mut Terminal) -> Result<Then> {
        let start = Instant::now();
        let mut preview: Option<Preview> = None;
        let (mut help, mut scroll, mut drawn) = (false, 0, None);
        loop {
            if self.ended.load(Ordering::Relaxed) {
                return Ok(Then::Leave);
            }
            let size = terminal.size();
            let state = (size, help, scroll, preview.is_some(), self.message.clone());
            if drawn.as_ref() != Some(&state) {
                let view = self.view(next, preview.as_ref(), help);
                terminal.show(&view.screen(size, &mut scroll));
                drawn = Some((size, help, scroll, preview.is_some(), self.message.clone()));
            }
            let Some(key) = terminal.key(NAP) else { continue };
            if help && !matches!(key, Key::Gone | Key::Interrupt) {
                help = false;
                continue;
            }
            match key {
                Key::Gone | Key::Interrupt | Key::Char('q') => return Ok(Then::Leave),
                Key::Char('?') => help = true,
                Key::Stop => {
                    terminal.stop()?;
                    drawn = None;
                }
                Key::Redraw => drawn = None,
                Key::Up => scroll = scroll.saturating_sub(1),
                Key::Down => scroll += 1,
                Key::PageUp => scroll = scroll.saturating_sub(View::room(size.1) - 1),
                Key::PageDown => scroll += View::room(size.1) - 1,
                Key::Char('u') => {
                    if self.undo()? {
                        return Ok(Then::GoOn);
                    }
                }
                Key::Char('s') => return self.suspend(&next.card),
                Key::Char('e') if preview.is_none() => return self.edit(&next.card, terminal),
                Key::Char('E') => return self.edit(&next.card, terminal),
                Key::Enter | Key::Char(' ') if preview.is_none() => {
                    preview = Some(self.collection.preview(&next.card.id)?);
                    self.message.clear();
                    // Of a long card the answer is what is to be seen.
                    let view = self.view(next, preview.as_ref(), false);
                    let (answer, room) = (view.answer_line(size.0), View::room(size.1));
                    scroll = if answer + 3 > room { answer } else { 0 };
                }
                Key::Char(c) => match (confidence(c), preview.is_some()) {
                    (Some(confidence), true) => {
                        return self.answer(&next.card, confidence, start.elapsed().min(LONGEST));
                    }
                    (Some(_), false) => self.message = "first the answer: Enter shows it".to_owned(),
                    (None, _) => {}
                },
                Key::Enter | Key::Escape | Key::Other => {}
            }
        }
    }

    fn view<'v>(&'v self, next: &'v Next, preview: Option<&'v Preview>, help: bool) -> View<'v> {
        let done = self.asked.len() - self.again.len();
        let left = self.limit.saturating_sub(done).min(next.counts.left().max(1));
        View {
            card: &next.card,
            asked: next.asked,
            counts: next.counts,
            done,
            left,
            preview,
            message: &self.message,
            help,
            source: View::source_of(&next.card, &self.collection.config().env),
            styled: self.styled,
        }
    }

    fn answer(&mut self, card: &Card, confidence: Confidence, spent: Duration) -> Result<Then> {
        let answered = match self.collection.answer(&card.id, confidence, Some(spent)) {
            Ok(answered) => answered,
            Err(error) => return self.told(error),
        };
        let known = confidence.passed();
        self.answers += 1;
        self.known += usize::from(known);
        self.spent += spent;
        let first = self.asked.insert(card.id.clone());
        self.again.retain(|id| *id != card.id);
        if answered.again && !answered.leech {
            self.again.push(card.id.clone());
        }
        self.done.push(Done::Answered { id: card.id.clone(), known, spent, first });
        let today = self.collection.today()?;
        self.message = format!("{confidence}: {} · {}", asked_again(&answered, today), words(card));
        Ok(Then::GoOn)
    }

    /// What goes wrong with one card is said, and the quiz goes on; else it would be lost for nothing.
    fn told(&mut self, error: Error) -> Result<Then> {
        match error {
            Error::NotFound(_) | Error::Invalid(_) | Error::Conflict(_) | Error::Locked(_) => {
                self.message = error.to_string();
                Ok(Then::GoOn)
            }
            other => Err(other),
        }
    }

    /// Takes back what was done last; whether there was something.
    fn undo(&mut self) -> Result<bool> {
        let (undone, of) = match self.done.pop() {
            Some(Done::Suspended(id)) => {
                let card = self.collection.set_state(std::slice::from_ref(&id), State::Active)?.pop();
                (card.map(|card| format!("asked again · {}", words(&card))), id)
            }
            Some(Done::Answered { id, known, spent, first }) => match self.collection.undo(Some(&id)) {
                Ok(undone) => {
                    self.answers -= 1;
                    self.known -= usize::from(known);
                    self.spent -= spent;
                    self.again.retain(|other| *other != id);
                    if first {
                        self.asked.remove(&id);
                    } else {
                        // It was asked again because it had not been known.
                        self.again.push(id.clone());
                    }
                    (Some(format!("taken back · {}", words(&undone.card))), id)
                }
                Err(error) => {
                    self.told(error)?;
                    return Ok(false);
                }
            },
            None => match self.collection.undo(None) {
                Ok(undone) => (Some(format!("taken back · {}", words(&undone.card))), undone.card.id),
                Err(error) => {
                    self.told(error)?;
                    return Ok(false);
                }
            },
        };
        self.message = undone.unwrap_or_default();
        self.next = Some(of);
        Ok(true)
    }

    fn suspend(&mut self, card: &Card) -> Result<Then> {
        match self.collection.set_state(std::slice::from_ref(&card.id), State::Suspended) {
            Ok(_) => {
                self.again.retain(|id| *id != card.id);
                self.message = format!("suspended, u takes it back · {}", words(card));
                self.done.push(Done::Suspended(card.id.clone()));
                Ok(Then::GoOn)
            }
            Err(error) => self.told(error),
        }
    }

    fn edit(&mut self, card: &Card, terminal: &mut Terminal) -> Result<Then> {
        self.next = Some(card.id.clone());
        match terminal.lent(|| make::edit(card, self.collection))? {
            Ok(Some(_)) => self.message = "changed".to_owned(),
            Ok(None) => self.message = "nothing was changed".to_owned(),
            Err(error) => return self.told(error),
        }
        Ok(Then::GoOn)
    }

    /// What came of it.
    fn summary(&self) -> Result<String> {
        let counts = self.collection.queue(self.filter, 1)?.counts;
        let mut out = String::new();
        if self.answers > 0 {
            let cards = count(self.asked.len(), "card");
            let more =
                if self.answers == self.asked.len() { String::new() } else { format!(" in {} answers", self.answers) };
            let share = self.known * 100 / self.answers;
            let spent = time(u64::try_from(self.spent.as_millis()).unwrap_or(u64::MAX));
            out = format!("{cards}{more}, {share}% known, {spent}.\n");
        }
        let left = [(counts.again, "again"), (counts.due, "due"), (counts.new, "new")];
        let left: Vec<String> = left.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        out.push_str(&match left.is_empty() {
            false => format!("Left today: {}.\n", left.join(", ")),
            true => {
                let said = nothing_due(self.collection, self.filter, &counts)?;
                let mut chars = said.chars();
                let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
                format!("{first}{}.\n", chars.as_str())
            }
        });
        Ok(out)
    }
}

/// How a card begins, for a message that has to fit a line.
fn words(card: &Card) -> String {
    line(&card.question, 40)
}

/// The answer that a key stands for.
fn confidence(key: char) -> Option<Confidence> {
    let number = match key {
        '1'..='5' => key.to_digit(10).and_then(|digit| u8::try_from(digit).ok())?,
        'a' => 1,
        'h' => 3,
        'g' => 4,
        'e' => 5,
        _ => return None,
    };
    Confidence::new(number).ok()
}
