//! Anki's packages: `.apkg` and `.colpkg`, with schedules and the log of answers.

mod collection;
mod html;
mod notetype;
mod package;
mod read;
mod render;
mod write;

use super::ReadOptions;
use super::fact::{Fact, Facts, Mark, Texts, record};
use super::merge::merge;
use crate::cards::card::State;
use crate::cards::collection::Collection;
use crate::cards::import::{
    BadCard, Duplicate, Imported, OnDuplicate, known, merge_into, perhaps, refused, refused_duplicates, renamed_tags,
};
use crate::cards::store::{Record, Writer, find};
use crate::error::Result;

pub(super) use read::read;
pub(super) use write::write;

/// The note type of the cards that we write, by which we know them again.
const NOTE_TYPE: &str = "memento";
/// Its fields.
const FIELDS: [&str; 3] = ["Question", "Answer", "Notes"];

/// What a package holds.
#[derive(Debug, Default)]
pub(super) struct Package {
    /// Its cards by id, in the order of the package.
    cards: Vec<(String, Fact)>,
    /// Those that cannot be cards here.
    bad: Vec<BadCard>,
    /// Tags that had to be changed.
    renamed: Vec<(String, String)>,
    /// How many pictures and sounds were left out.
    media: usize,
}

/// Joins what a package holds with the collection. A card is known by Anki's id for its note, so that a package that was
/// imported before adds only what is new in it.
///
/// # Errors
/// Those of bad cards and of duplicates that were to be refused; nothing is imported then.
pub(super) fn import(collection: &Collection, package: Package, options: &ReadOptions) -> Result<Imported> {
    if !package.bad.is_empty() && !options.import.partial {
        return Err(refused(&package.bad));
    }
    let mut imported = Imported { bad: package.bad, ..Imported::default() };
    imported.warnings.extend(renamed_tags(package.renamed));
    if package.media > 0 {
        let what = if package.media == 1 { "picture or sound was" } else { "pictures and sounds were" };
        imported.warnings.push(format!("{} {what} left out: the cards have their names in brackets", package.media));
    }
    let mut facts = Facts::default();
    let mut twins = Vec::new();
    let cards = package.cards.into_iter().map(|(id, fact)| (id, prepared(fact, options))).enumerate();
    collection.read(|db| {
        for (index, (id, mut fact)) in cards {
            let Some(texts) = &mut fact.texts else { continue };
            let here = find(db, &id)?;
            if let Some((_, card)) = &here {
                keep_what_anki_has_no_place_for(texts, fact.mark.as_mut(), card);
            }
            match here {
                // What the person said of it since is not undone by what the options say.
                Some((_, card)) if !card.deleted => {
                    let suspended =
                        |fact: &Fact| fact.mark.as_ref().is_some_and(|mark| mark.state == State::Suspended.as_str());
                    if !suspended(&fact) {
                        fact.mark = None;
                    }
                }
                Some(_) => fact.mark = None,
                None if options.import.on_duplicate == OnDuplicate::Add => {}
                None => {
                    let card = record(&id, None, texts, &fact.mark.clone().unwrap_or_default());
                    if let Some(known) = known(db, &card)? {
                        twins.push((index, known, card));
                        continue;
                    }
                }
            }
            facts.card(&id).join(fact);
        }
        Ok(())
    })?;
    let named = |merged| {
        move |(index, id, card): &(usize, String, Record)| Duplicate {
            index: *index,
            question: card.question.clone(),
            id: id.clone(),
            merged,
        }
    };
    if options.import.on_duplicate == OnDuplicate::Refuse && !twins.is_empty() {
        return Err(refused_duplicates(&twins.iter().map(named(false)).collect::<Vec<_>>()));
    }
    let mut imported = merge(collection, facts, options.import.dry_run, imported)?;
    if options.import.on_duplicate != OnDuplicate::Merge {
        imported.duplicates.extend(twins.iter().map(named(false)));
        return Ok(imported);
    }
    collection.transact(|tx| {
        perhaps(tx, options.import.dry_run, || {
            let mut writer = Writer::new(tx);
            for twin in &twins {
                let merged = merge_into(tx, &mut writer, &twin.1, &twin.2, collection.clock.now())?;
                imported.duplicates.push(named(merged)(twin));
            }
            Ok(())
        })?;
        Ok(imported)
    })
}

/// Gives what comes from Anki the source, the siblings and the algorithm that the card has here: an edit there says nothing of them.
fn keep_what_anki_has_no_place_for(texts: &mut Texts, mark: Option<&mut Mark>, card: &Record) {
    let Texts { note, path, line, entry, .. } = Texts::of(card);
    (texts.note, texts.path, texts.line) = (note, path, line);
    texts.entry = entry.or(texts.entry.take());
    if let Some(mark) = mark {
        mark.algorithm = Mark::of(card).algorithm;
    }
}

/// A card with what the options say of all of them.
fn prepared(mut fact: Fact, options: &ReadOptions) -> Fact {
    if let Some(texts) = &mut fact.texts {
        let Texts { project, tags, .. } = texts;
        if project.is_empty() {
            *project = options.project.clone().unwrap_or_default();
        }
        tags.extend(options.tags.iter().filter_map(|tag| crate::cards::import::safe_tag(tag)));
        tags.sort();
        tags.dedup();
    }
    if let Some(mark) = fact.mark.as_mut().filter(|mark| mark.state == State::Active.as_str()) {
        mark.state = options.state.as_str();
    }
    fact
}
