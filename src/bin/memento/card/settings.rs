//! `memento card projects`, `tags`, `algorithm`, `optimize` and `replay`.

use std::sync::atomic::Ordering;

use memento::cards::{Algorithm, Change, Collection, Optimized, ProjectCount};
use memento::{Error, Result};
use serde_json::json;

use super::display::{in_days, named};
use super::make::own_algorithm;
use super::nothing;
use crate::args::Output;
use crate::meter::Meter;
use crate::output::Answer;
use crate::review::cancel_on_signal;
use crate::screen::{columns, line, plain};

/// Ended by Ctrl-C, as shells count it.
const INTERRUPTED: u8 = 130;

pub(super) fn projects(output: Output, collection: &Collection) -> Result<Answer> {
    let projects = collection.projects()?;
    let answer = Answer::data(output, &projects, || plain(&table(&projects)));
    Ok(if projects.is_empty() {
        answer.note(nothing(collection, "there is no project")?).fail_if(true)
    } else {
        answer
    })
}

fn table(projects: &[ProjectCount]) -> String {
    if projects.is_empty() {
        return String::new();
    }
    let head = ["project", "cards", "due", "new", "drafts", "suspended", "algorithm"].map(str::to_owned).to_vec();
    let some = |n: usize| if n == 0 { "-".to_owned() } else { n.to_string() };
    let row = |project: &ProjectCount| {
        vec![
            line(project_name(&project.project), 24),
            project.cards.to_string(),
            some(project.due),
            some(project.new),
            some(project.drafts),
            some(project.suspended),
            project.algorithm.to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = std::iter::once(head).chain(projects.iter().map(row)).collect();
    columns(&right(rows, 1..6))
}

/// With numbers that stand at the right of their columns.
pub(super) fn right(mut rows: Vec<Vec<String>>, numbers: std::ops::Range<usize>) -> Vec<Vec<String>> {
    for column in numbers {
        let width = rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        rows.iter_mut().for_each(|row| row[column] = format!("{:>width$}", row[column]));
    }
    rows
}

pub(super) fn project_name(name: &str) -> &str {
    if name.is_empty() { "(no project)" } else { name }
}

pub(super) fn tags(output: Output, collection: &Collection) -> Result<Answer> {
    let tags = collection.tags()?;
    let row = |tag: &memento::cards::TagCount| vec![line(&tag.tag, 40), tag.cards.to_string()];
    let answer = Answer::data(output, &tags, || plain(&columns(&tags.iter().map(row).collect::<Vec<_>>())));
    Ok(if tags.is_empty() { answer.note(nothing(collection, "no card has a tag")?).fail_if(true) } else { answer })
}

pub(super) fn algorithm(
    given: Option<&str>,
    project: Option<&str>,
    card: Option<&str>,
    output: Output,
    collection: &Collection,
) -> Result<Answer> {
    match (given, project, card) {
        (None, project, None) => show_algorithms(project, output, collection),
        (None, _, Some(id)) => {
            let card = collection.get(id)?;
            let value = json!({ "card": card.id, "algorithm": card.algorithm, "own": card.own_algorithm });
            let whose = if card.own_algorithm { "its own" } else { "its project's" };
            Ok(Answer::data(output, &value, || format!("{} ({whose})\n", card.algorithm)))
        }
        (Some(given), Some(project), _) => set_of_project(own_algorithm(given)?, project, output, collection),
        (Some(given), None, Some(id)) => set_of_card(own_algorithm(given)?, id, output, collection),
        (Some(given), None, None) => {
            own_algorithm(given)?;
            Err(Error::Invalid(format!(
                "{given} for which cards? --project NAME or --card ID; for all others it is [cards] algorithm in config.toml"
            )))
        }
    }
}

fn show_algorithms(project: Option<&str>, output: Output, collection: &Collection) -> Result<Answer> {
    let default = &collection.config().cards.algorithm;
    if let Some(project) = project {
        let algorithm = collection.algorithm(project)?;
        let own = collection.projects()?.iter().any(|known| known.project == project && known.own_algorithm);
        let value = json!({ "project": project, "algorithm": algorithm, "own": own });
        let whose = if own { "its own" } else { "the default" };
        return Ok(Answer::data(output, &value, || format!("{algorithm} ({whose})\n")));
    }
    let projects = collection.projects()?;
    let row = |project: &ProjectCount| json!({ "project": project.project, "algorithm": project.algorithm, "own": project.own_algorithm });
    let value = json!({ "default": default, "projects": projects.iter().map(row).collect::<Vec<_>>() });
    Ok(Answer::data(output, &value, || {
        let mut rows = vec![vec!["(default)".to_owned(), default.clone(), "config.toml sets it".to_owned()]];
        rows.extend(projects.iter().map(|project| {
            let whose = if project.own_algorithm { "its own" } else { "" };
            vec![line(project_name(&project.project), 24), project.algorithm.to_string(), whose.to_owned()]
        }));
        plain(&columns(&rows))
    }))
}

fn set_of_project(
    algorithm: Option<Algorithm>,
    project: &str,
    output: Output,
    collection: &Collection,
) -> Result<Answer> {
    let mut meter = Meter::new();
    let mut progress = |done: usize, all: usize| meter.bar(done as f64 / all.max(1) as f64, "replayed");
    let moved = collection.set_algorithm(project, algorithm, &mut progress)?;
    drop(meter);
    let now = collection.algorithm(project)?;
    let value = json!({ "project": project, "algorithm": now, "moved": moved });
    let name = project_name(project);
    Ok(Answer::data(output, &value, || plain(&format!("{}: {now}\n", line(name, 40))))
        .note(format!("{} due on another day now", are(moved))))
}

fn are(cards: usize) -> String {
    if cards == 1 { "1 card is".to_owned() } else { format!("{cards} cards are") }
}

fn set_of_card(algorithm: Option<Algorithm>, id: &str, output: Output, collection: &Collection) -> Result<Answer> {
    let before = collection.get(id)?;
    let after = collection.update(&before.id, &Change { algorithm: Some(algorithm), ..Change::default() })?;
    let due = |card: &memento::cards::Card| card.schedule.as_ref().map(|schedule| schedule.due);
    let moved = due(&before) != due(&after);
    let value = json!({ "card": after.id, "algorithm": after.algorithm, "own": after.own_algorithm, "moved": usize::from(moved) });
    let today = collection.today()?;
    let text = format!("{}: {}\n", named(&after), after.algorithm);
    let answer = Answer::data(output, &value, || plain(&text));
    Ok(match due(&after).filter(|_| moved) {
        Some(day) => answer.note(format!("it is due {} now, on {day}", in_days(day, today))),
        None => answer,
    })
}

pub(super) fn optimize(
    project: Option<&str>,
    dry_run: bool,
    output: Output,
    collection: &Collection,
) -> Result<Answer> {
    let cancel = cancel_on_signal();
    let mut meter = Meter::new();
    let done = collection.optimize(project, dry_run, &mut |share| {
        meter.bar(f64::from(share), "fitted; Ctrl-C stops it");
        !cancel.load(Ordering::Relaxed)
    });
    drop(meter);
    let optimized = match done {
        Err(_) if cancel.load(Ordering::Relaxed) => {
            return Ok(Answer::text(String::new()).note("stopped: nothing has changed").code(INTERRUPTED));
        }
        done => done?,
    };
    let note = match (optimized.adopted, dry_run) {
        (true, _) => "they are in use from now on, and all answers were replayed",
        (false, true) if optimized.after < optimized.before => {
            "nothing was changed; without --dry-run they would be used"
        }
        _ => "those before foretell as well: they stay in use",
    };
    Ok(Answer::data(output, &optimized, || text(&optimized)).note(note))
}

fn text(optimized: &Optimized) -> String {
    let parameters: Vec<String> = optimized.parameters.iter().map(|value| format!("{value:.4}")).collect();
    let rows = vec![
        vec!["project".to_owned(), optimized.project.clone().unwrap_or_else(|| "all".to_owned())],
        vec!["answers".to_owned(), optimized.reviews.to_string()],
        vec![
            "log loss".to_owned(),
            format!("{:.4} before, {:.4} with these (less is better)", optimized.before, optimized.after),
        ],
    ];
    let lines = parameters.chunks(7).map(|some| format!("  {}\n", some.join(", ")));
    plain(&format!("{}parameters\n{}", columns(&rows), lines.collect::<String>()))
}

pub(super) fn replay(output: Output, collection: &Collection) -> Result<Answer> {
    let mut meter = Meter::new();
    let moved = collection.replay(&mut |done, all| meter.bar(done as f64 / all.max(1) as f64, "replayed"))?;
    drop(meter);
    let what = format!(
        "{} elsewhere now\n",
        if moved == 1 { "1 card stands".to_owned() } else { format!("{moved} cards stand") }
    );
    Ok(Answer::data(output, &json!({ "moved": moved }), || what))
}
