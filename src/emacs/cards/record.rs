//! Cards and what is told of them as Lisp.

use super::super::lisp::Lisp;
use crate::cards::{
    Answered, Asked, Band, Card, Counts, Day, DayCount, Imported, Period, ProjectCount, Queue, Retention, Review,
    Schedule, Source, State, Stats, TagCount,
};

fn number(n: u32) -> Lisp<'static> {
    Lisp::Int(n.into())
}

fn text(text: &str) -> Lisp<'_> {
    if text.is_empty() { Lisp::Nil } else { Lisp::string(text) }
}

fn strings(strings: &[String]) -> Lisp<'_> {
    if strings.is_empty() { Lisp::Nil } else { Lisp::List(strings.iter().map(Into::into).collect()) }
}

fn list<'a, T: 'a>(items: &'a [T], one: impl Fn(&'a T) -> Lisp<'a>) -> Lisp<'a> {
    if items.is_empty() { Lisp::Nil } else { Lisp::List(items.iter().map(one).collect()) }
}

pub(super) fn day(day: Day) -> Lisp<'static> {
    Lisp::string(day.to_string())
}

fn state(state: State) -> Lisp<'static> {
    Lisp::Symbol(match state {
        State::Draft => "draft",
        State::Active => "active",
        State::Suspended => "suspended",
    })
}

fn source(source: &Source) -> Lisp<'_> {
    match source {
        Source::Note(id) => Lisp::plist([("note", id.into())]),
        Source::File { path, line } => Lisp::plist([("file", path.into()), ("line", line.map_or(Lisp::Nil, number))]),
    }
}

fn schedule(schedule: &Schedule, today: Day) -> Lisp<'static> {
    Lisp::plist([
        ("due", day(schedule.due)),
        ("due-in", Lisp::Int(i64::from(schedule.due.number()) - i64::from(today.number()))),
        ("interval", number(schedule.interval)),
        ("answers", number(schedule.answers)),
        ("repetitions", number(schedule.repetitions)),
        ("lapses", number(schedule.lapses)),
        ("last", day(schedule.last)),
        ("last-time", schedule.last_time.into()),
        ("confidence", Lisp::Int(u8::from(schedule.confidence).into())),
        ("strength", schedule.strength.into()),
        ("difficulty", schedule.difficulty.into()),
    ])
}

fn fields(card: &Card, today: Day) -> Vec<(&'static str, Lisp<'_>)> {
    vec![
        ("id", (&card.id).into()),
        ("question", (&card.question).into()),
        ("answer", (&card.answer).into()),
        ("notes", text(&card.notes)),
        ("tags", strings(&card.tags)),
        ("project", text(&card.project)),
        ("source", card.source.as_ref().map_or(Lisp::Nil, source)),
        ("algorithm", Lisp::string(card.algorithm.to_string())),
        ("own-algorithm", Lisp::bool(card.own_algorithm)),
        ("state", state(card.state)),
        ("leech", Lisp::bool(card.leech)),
        ("entry", card.entry.as_ref().into()),
        ("created", card.created.into()),
        ("edited", card.edited.into()),
        ("schedule", card.schedule.as_ref().map_or(Lisp::Nil, |s| schedule(s, today))),
    ]
}

/// A card; `:schedule` tells in `:due-in` how many days from today it is due.
pub(super) fn card(card: &Card, today: Day) -> Lisp<'_> {
    Lisp::plist(fields(card, today))
}

pub(super) fn cards(cards: &[Card], today: Day) -> Lisp<'_> {
    list(cards, |one| card(one, today))
}

pub(super) fn counts(counts: &Counts) -> Lisp<'static> {
    Lisp::plist([
        ("again", counts.again.into()),
        ("due", counts.due.into()),
        ("new", counts.new.into()),
        ("resting", counts.resting.into()),
        ("done", counts.done.into()),
        ("left", counts.left().into()),
    ])
}

/// `:cards`, each with why it is asked in `:asked`, and `:counts`.
pub(super) fn queue(queue: &Queue, today: Day) -> Lisp<'_> {
    let asked = |(asked, card): &'_ (Asked, Card)| {
        Lisp::Symbol(match (asked, card) {
            (Asked::Again, _) => "again",
            (Asked::Due, _) => "due",
            (Asked::New, _) => "new",
        })
    };
    let one = |pair| {
        let (_, card): &(Asked, Card) = pair;
        let mut all = fields(card, today);
        all.push(("asked", asked(pair)));
        Lisp::plist(all)
    };
    Lisp::plist([("cards", list(&queue.cards, one)), ("counts", counts(&queue.counts))])
}

pub(super) fn review(review: &Review) -> Lisp<'_> {
    Lisp::plist([
        ("card", (&review.card).into()),
        ("time", review.time.into()),
        ("day", day(review.day)),
        ("confidence", review.confidence.map_or(Lisp::Nil, |c| Lisp::Int(u8::from(c).into()))),
        ("duration", review.duration.map_or(Lisp::Nil, number)),
        ("before", number(review.before)),
        ("after", number(review.after)),
    ])
}

pub(super) fn reviews(reviews: &[Review]) -> Lisp<'_> {
    list(reviews, review)
}

pub(super) fn answered(answered: &Answered, today: Day) -> Lisp<'_> {
    Lisp::plist([
        ("card", card(&answered.card, today)),
        ("before", answered.before.as_ref().map_or(Lisp::Nil, |s| schedule(s, today))),
        ("review", review(&answered.review)),
        ("again", Lisp::bool(answered.again)),
        ("leech", Lisp::bool(answered.leech)),
    ])
}

pub(super) fn project(project: &ProjectCount) -> Lisp<'_> {
    Lisp::plist([
        ("project", (&project.project).into()),
        ("algorithm", Lisp::string(project.algorithm.to_string())),
        ("own-algorithm", Lisp::bool(project.own_algorithm)),
        ("cards", project.cards.into()),
        ("drafts", project.drafts.into()),
        ("suspended", project.suspended.into()),
        ("new", project.new.into()),
        ("due", project.due.into()),
    ])
}

pub(super) fn tag(tag: &TagCount) -> Lisp<'_> {
    Lisp::plist([("tag", (&tag.tag).into()), ("cards", tag.cards.into())])
}

fn retention(retention: &Retention) -> Lisp<'static> {
    Lisp::plist([
        ("answers", retention.answers.into()),
        ("passed", retention.passed.into()),
        ("share", retention.share().into()),
    ])
}

fn band(band: &Band) -> Lisp<'_> {
    Lisp::plist([("name", (&band.name).into()), ("retention", retention(&band.retention))])
}

fn day_count(count: &DayCount) -> Lisp<'_> {
    Lisp::plist([("day", day(count.day)), ("count", count.count.into())])
}

pub(super) fn stats(stats: &Stats) -> Lisp<'_> {
    let period = match stats.period {
        Period::Today => "today",
        Period::Week => "week",
        Period::Month => "month",
        Period::All => "all",
    };
    Lisp::plist([
        ("period", Lisp::Symbol(period)),
        ("from", stats.from.map_or(Lisp::Nil, day)),
        ("today", day(stats.today)),
        ("cards", stats.cards.into()),
        ("drafts", stats.drafts.into()),
        ("suspended", stats.suspended.into()),
        ("leeches", stats.leeches.into()),
        ("new", stats.new.into()),
        ("young", stats.young.into()),
        ("mature", stats.mature.into()),
        ("counts", counts(&stats.counts)),
        ("forecast", list(&stats.forecast, day_count)),
        ("days", list(&stats.days, day_count)),
        ("answers", stats.answers.into()),
        ("confidences", list(&stats.confidences, |&n| n.into())),
        ("time", Lisp::Int(i64::try_from(stats.time).unwrap_or(i64::MAX))),
        ("timed", stats.timed.into()),
        ("retention", retention(&stats.retention)),
        ("algorithms", list(&stats.algorithms, band)),
        ("projects", list(&stats.projects, band)),
        ("ages", list(&stats.ages, band)),
        ("streak", stats.streak.current.into()),
        ("longest-streak", stats.streak.longest.into()),
        ("hardest", list(&stats.hardest, |hard| card(&hard.card, stats.today))),
    ])
}

/// `:bad` and `:duplicates` name cards by their index, from 0, as the errors do.
pub(super) fn imported(imported: &Imported) -> Lisp<'_> {
    Lisp::plist([
        ("added", imported.added.len().into()),
        ("drafts", imported.added.iter().filter(|card| card.state == State::Draft).count().into()),
        ("ids", list(&imported.added, |card| (&card.id).into())),
        ("updated", imported.updated.into()),
        ("unchanged", imported.unchanged.into()),
        ("deleted", imported.deleted.into()),
        ("reviews", imported.reviews.into()),
        (
            "duplicates",
            list(&imported.duplicates, |one| {
                Lisp::plist([
                    ("index", Lisp::line(one.index)),
                    ("question", (&one.question).into()),
                    ("id", (&one.id).into()),
                    ("merged", Lisp::bool(one.merged)),
                ])
            }),
        ),
        (
            "bad",
            list(&imported.bad, |one| {
                Lisp::plist([
                    ("index", Lisp::line(one.index)),
                    ("line", one.line.into()),
                    ("reason", (&one.reason).into()),
                ])
            }),
        ),
        ("warnings", strings(&imported.warnings)),
    ])
}
