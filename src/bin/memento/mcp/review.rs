//! The tools of the review log.

use memento::review::{Closing, Entry, Located, Locator, Progress, Project, Query, Remark, State};
use memento::{Error, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::call::Call;
use super::render::{BUDGET, count, cut, list};
use super::tool::{Effect, Tool};
use crate::review::{View, absolute};

/// How many remarks come at once.
const LIMIT: usize = 20;

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new(
            "review_list",
            "List review remarks",
            "Lists the remarks of the person's code review with the line where their code is today. Without a project: those \
             of the project that this server was started in. Give `id` to read one in full.",
            Effect::Reads,
            review_list,
        ),
        Tool::new(
            "review_next",
            "Take the next review remark",
            "Takes the first open remark that nobody holds: correctness first, then architecture, security, performance and \
             the rest, the oldest first. It is yours for some time, which every call of yours renews. Fix it, commit, then \
             call review_done; or give it back with review_release.",
            Effect::Adds,
            review_next,
        ),
        Tool::new(
            "review_add",
            "Log a review remark",
            "Logs a remark of your own on a line or region of a file, for the person or for whoever works off the log: what \
             you saw on the way and should not fix now. The place must exist.",
            Effect::Adds,
            review_add,
        ),
        Tool::new(
            "review_done",
            "Close a review remark",
            "Runs the project's tests and closes the remark if, and only if, they pass. If they fail it stays open and \
             yours, and you get the end of their output. Commit the fix first. May take minutes; reports progress and can \
             be cancelled.",
            Effect::Runs,
            review_done,
        ),
        Tool::new(
            "review_release",
            "Give a review remark back",
            "Gives back a remark that you hold and did not fix.",
            Effect::Adds,
            review_release,
        ),
    ]
}

#[derive(Deserialize, JsonSchema, Default, Clone, Copy)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Wanted {
    #[default]
    Open,
    Done,
    All,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListArgs {
    /// Only this remark, in full: its id or the start of it
    id: Option<String>,
    /// Only from this project (the name of the repository's root folder); "*" for all
    project: Option<String>,
    /// Open remarks, done ones or all [default: open]
    state: Option<Wanted>,
    /// Only those on this file
    file: Option<String>,
    /// Only those that you hold
    mine: Option<bool>,
    /// How many to leave out at the start [default: 0]
    offset: Option<usize>,
    /// At most so many [default: 20]
    limit: Option<usize>,
}

fn review_list(call: &Call, args: ListArgs) -> Result<String> {
    let log = call.log();
    let view = View::now(&call.config.env);
    if let Some(id) = &args.id {
        return Ok(whole(&view, located(log.show(id)?)));
    }
    let state = match args.state.unwrap_or_default() {
        Wanted::Open => State::Todo,
        Wanted::Done => State::Done,
        Wanted::All => State::All,
    };
    let scope = scope(args.project.as_deref().or_else(|| args.file.as_ref().map(|_| "*")));
    let query = Query {
        state,
        file: args.file.as_deref().map(absolute).transpose()?,
        held_by: args.mine.unwrap_or(false).then(|| call.session.clone()),
        ..scope.clone()
    };
    let found = log.list_located(&query)?;
    if found.is_empty() {
        return Ok(format!("No remark{} fits.{}", named(&scope), elsewhere(&scope)));
    }
    let offset = args.offset.unwrap_or(0);
    let shown = found.iter().skip(offset).take(args.limit.unwrap_or(LIMIT));
    Ok(format!("{}:\n\n{}", count(found.len(), "remark"), list(shown.map(|l| row(&view, l)), offset, found.len())))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NextArgs {
    /// Only from this project (the name of the repository's root folder); "*" for all [default: the one that this server was
    /// started in]
    project: Option<String>,
}

fn review_next(call: &Call, args: NextArgs) -> Result<String> {
    let scope = scope(args.project.as_deref());
    let view = View::now(&call.config.env);
    match call.log().next(&call.session, &scope)? {
        Some(entry) => Ok(format!("It is yours; review_done closes it.\n\n{}", whole(&view, located(entry)))),
        None => Ok(format!("Nothing is left to take{}: no open remark is free.{}", named(&scope), elsewhere(&scope))),
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AddArgs {
    /// The file; a relative path starts where this server was started
    file: String,
    /// The line, or the first one of a region, counted from 1
    line: usize,
    /// The last line of a region
    end_line: Option<usize>,
    /// What is wrong with the code and why it matters
    comment: String,
    /// correctness, architecture, security, performance or another single word
    category: String,
}

fn review_add(call: &Call, args: AddArgs) -> Result<String> {
    if args.category.trim().is_empty() {
        let message =
            "review_add: the category is empty: give correctness, architecture, security, performance or another word";
        return Err(Error::Invalid(message.to_owned()));
    }
    let entry = call.log().add(Remark {
        file: absolute(&args.file)?,
        line: args.line,
        end_line: args.end_line.filter(|end| *end != args.line),
        text: None,
        comment: args.comment,
        category: Some(args.category),
        author: Some(call.session.clone()),
    })?;
    Ok(format!("Logged as {} on {}.", entry.id, entry.place()))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DoneArgs {
    /// The remark's id, or the start of it
    id: String,
    /// What you did, in a sentence
    summary: String,
    /// The commit that fixed it [default: the last one since the remark that changed its file]
    commit: Option<String>,
}

fn review_done(call: &Call, args: DoneArgs) -> Result<String> {
    let log = call.log();
    let entry = log.show(&args.id)?;
    let project = Project { name: entry.project.clone(), ..Project::of_file(&entry.file) };
    if !entry.done && project.test_command(&call.config).is_none() {
        return Err(Error::Invalid(format!(
            "{} has no test command, and without one nothing closes its remarks here: tell the person to set test_command \
             for it in {} or to add a target test to its Makefile, and keep the remark or give it back with review_release",
            project.name,
            call.config.env.abbreviate(&call.config.file)
        )));
    }
    let closing = Closing {
        session: call.session.clone(),
        test: None,
        no_test: None,
        commit: args.commit,
        summary: Some(args.summary),
    };
    let mut report = |progress: Progress<'_>| match progress {
        Progress::Line(line) => call.progress.say(line),
        Progress::Waiting(why) => call.progress.say(&format!("the tests passed; waiting: {why}")),
    };
    let entry = log.done(&entry.id, &closing, &mut report, &call.cancel)?;
    let fix = entry.fix_commit.as_ref().map_or_else(String::new, |commit| format!(" Fixed in {commit}."));
    Ok(format!("{} is {}: {}.{fix}", entry.id, entry.keyword, entry.tested.as_deref().unwrap_or("closed")))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReleaseArgs {
    /// The remark's id, or the start of it
    id: String,
}

fn review_release(call: &Call, args: ReleaseArgs) -> Result<String> {
    let entry = call.log().release(&args.id, Some(&call.session))?;
    Ok(format!("{} is free again.", entry.id))
}

/// Which remarks a project's name means: the one of that name, with `*` every one, and without a name those on files of the
/// repository that the server was started in.
pub(super) fn scope(project: Option<&str>) -> Query {
    match project {
        Some("*") => Query::default(),
        Some(name) => Query { project: Some(name.to_owned()), ..Query::default() },
        None => {
            let here = absolute(".").ok().map(|dir| Project::of_dir(&dir)).filter(|project| project.git);
            Query { root: here.map(|project| project.root), ..Query::default() }
        }
    }
}

fn named(scope: &Query) -> String {
    match (&scope.project, &scope.root) {
        (Some(name), _) => format!(" in {name}"),
        (None, Some(root)) => format!(" in {}", Project::of_dir(root).name),
        (None, None) => String::new(),
    }
}

fn elsewhere(scope: &Query) -> &'static str {
    if scope.project.is_none() && scope.root.is_none() { "" } else { " The project \"*\" means all of them." }
}

fn located(entry: Entry) -> Located {
    Located::new(entry, &mut Locator::new())
}

fn whole(view: &View<'_>, located: Located) -> String {
    cut(&view.whole(&located), BUDGET, "read the file at its place")
}

/// A remark in a list: where, what, and who is at it.
fn row(view: &View<'_>, located: &Located) -> String {
    let entry = &located.entry;
    let held = view.holder(entry).map_or_else(String::new, |holder| format!(", held by {holder}"));
    let category = entry.category.as_deref().unwrap_or("no category");
    let mut row = format!("- {} {} [{category}] {}{held}", entry.id, entry.keyword, view.place(located));
    for line in cut(&entry.comment, 600, "give its id").lines() {
        row.push_str(format!("\n  {line}").trim_end());
    }
    row
}
