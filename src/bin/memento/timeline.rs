//! The timeline as a page, and a server of them.

mod days;
#[cfg(feature = "web")]
mod guard;
#[cfg(feature = "web")]
mod open;
#[cfg(feature = "web")]
mod page;
#[cfg(feature = "web")]
mod serve;

use chrono::{Local, NaiveDate};
use memento::prompts::{self, Bubble, Library, SyncOptions, masked};
use memento::{Config, Error, Result};

use crate::args::Output;
use crate::args::timeline::{Serve, Timeline};
use crate::output::Answer;

#[cfg(not(feature = "web"))]
const NO_PAGE: &str = "this memento was built without the page: install Node.js with npm, then run `make install` again; \
                       --json, and M-x memento-prompts-timeline in Emacs, work without";

pub(crate) fn timeline(args: Timeline, config: &Config) -> Result<Answer> {
    let (from, to) = days::read(&args.date, args.to.as_deref(), Local::now())?;
    let library = Library::open(config)?;
    let stale = sync(&library);
    if args.json {
        let timeline = masked_timeline(&library, from, to, args.commands)?;
        return Ok(noted(Answer::data(Output { json: true }, &timeline, String::new), stale));
    }
    #[cfg(feature = "web")]
    {
        let timeline = masked_timeline(&library, from, to, args.commands)?;
        page::write(&args, &timeline, config).map(|answer| noted(answer, stale))
    }
    #[cfg(not(feature = "web"))]
    Err(Error::Invalid(NO_PAGE.to_owned()))
}

pub(crate) fn serve(args: Serve, config: &Config) -> Result<Answer> {
    #[cfg(feature = "web")]
    return serve::run(&args, config).map(|()| Answer::text(String::new()));
    #[cfg(not(feature = "web"))]
    {
        let _ = (args, config);
        Err(Error::Invalid(NO_PAGE.to_owned()))
    }
}

/// Reads what was typed since the last time, and says in a line where that fails: the prompts until then can be shown.
fn sync(library: &Library) -> Option<String> {
    let failed: Error = library.sync(&SyncOptions::default(), &mut |_| true).err()?;
    Some(format!("what was typed last is missing: {failed}"))
}

fn noted(answer: Answer, note: Option<String>) -> Answer {
    match note {
        Some(note) => answer.note(note),
        None => answer,
    }
}

/// The timeline of some days with keys and tokens masked: it is made to be looked at, and may be passed on.
fn masked_timeline(library: &Library, from: NaiveDate, to: NaiveDate, commands: bool) -> Result<prompts::Timeline> {
    let mut timeline = library.timeline(from, to, commands)?;
    for lane in &mut timeline.lanes {
        let bubbles = std::mem::take(&mut lane.bubbles).into_iter();
        lane.bubbles = bubbles.map(|bubble| Bubble { prompt: masked(bubble.prompt), ..bubble }).collect();
        lane.project = prompts::mask(&lane.project).into_owned();
        lane.name = prompts::mask(&lane.name).into_owned();
    }
    Ok(timeline)
}
