//! The tools of diff review.

use std::sync::atomic::Ordering;
use std::time::Duration;

use memento::diff::{Ask, Query, Queue, Request, State, Waited};
use memento::{Error, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::call::Call;
use super::render::{BUDGET, count, cut, list, quoted};
use super::tool::{Effect, Tool};
use crate::diff::{decision, got, outline, standing};
use crate::review::{absolute, age, now};

/// How long diff_wait waits where it is not told: clients give up on a call after a minute.
const WAIT: u64 = 50;
const LONGEST_WAIT: u64 = 600;
/// How many requests come at once.
const LIMIT: usize = 20;

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new(
            "diff_request",
            "Ask for a review",
            "Asks the person to review what you changed in a repository: the working tree against HEAD with new files, \
             unless you say otherwise. Returns at once with an id; call diff_wait with it. Your next request on the same \
             repository is a new round, in which the person sees only what is new since the last one.",
            Effect::Adds,
            diff_request,
        ),
        Tool::new(
            "diff_wait",
            "Wait for the verdict",
            "Waits for the person's verdict on a request: what to change first, each with file, line, the hunk and the reason. \
             Answers `pending` where there is none yet: call it again, as often as you like. Nothing is lost when a call is \
             cancelled or ends. Reports progress.",
            Effect::Waits,
            diff_wait,
        ),
        Tool::new(
            "diff_status",
            "Look at a review request",
            "Says where a request stands, without waiting: state, round, who has it open, how much of it is marked.",
            Effect::Reads,
            diff_status,
        ),
        Tool::new(
            "diff_list",
            "List review requests",
            "Lists your own requests that wait for an answer, the oldest first; or everybody's, or closed ones too.",
            Effect::Reads,
            diff_list,
        ),
    ]
}

fn queue(call: &Call) -> Result<Queue> {
    Queue::for_assistants(&call.config)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RequestArgs {
    /// What the change is, in one line
    title: String,
    /// What the person should know of it: why, how it was tested, what you are unsure of
    summary: Option<String>,
    /// A directory of the repository; a relative path starts where this server was started [default: there]
    directory: Option<String>,
    /// The revision to compare the working tree with [default: HEAD]
    base: Option<String>,
    /// What is staged, not the working tree [default: false]
    staged: Option<bool>,
    /// Two commits, not the working tree: A..B or A...B
    range: Option<String>,
    /// With files that git does not know yet; ignored ones are never part of it [default: true]
    untracked: Option<bool>,
}

fn diff_request(call: &Call, args: RequestArgs) -> Result<String> {
    if args.title.trim().is_empty() {
        return Err(Error::Invalid("diff_request: the title is empty: say in a line what you changed".to_owned()));
    }
    let request = queue(call)?.request(&Ask {
        directory: absolute(args.directory.as_deref().unwrap_or("."))?,
        session: call.session.clone(),
        title: args.title,
        summary: args.summary,
        base: args.base,
        staged: args.staged.unwrap_or(false),
        range: args.range,
        no_untracked: !args.untracked.unwrap_or(true),
        own: false,
    })?;
    let previous = request.previous.as_ref().map_or_else(String::new, |id| format!(" It comes after {id}."));
    Ok(format!(
        "{}: the person is asked to review {}.{previous}\nNow call diff_wait with the id {}. Do not change these files before \
         the verdict; the request holds them as they are now.",
        request.id,
        outline(&request),
        request.id
    ))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WaitArgs {
    /// The request's id, or the start of it
    id: String,
    /// How many seconds to wait, at most 600 [default: 50]
    #[serde(alias = "timeout_seconds")]
    timeout: Option<u64>,
}

fn diff_wait(call: &Call, args: WaitArgs) -> Result<String> {
    let seconds = args.timeout.unwrap_or(WAIT);
    if seconds > LONGEST_WAIT {
        return Err(Error::Invalid(format!(
            "diff_wait: timeout is {seconds}: give at most {LONGEST_WAIT}, and call diff_wait again where the answer is \
             pending"
        )));
    }
    let mut tell = |request: &Request| call.progress.say(&standing(request));
    let cancelled = || call.cancel.load(Ordering::Relaxed);
    let queue = queue(call)?;
    Ok(match queue.wait(&args.id, Duration::from_secs(seconds), &cancelled, &mut tell)? {
        Waited::Decided(verdict) => {
            // Nobody hears the answer to a call that was cancelled.
            if !cancelled() {
                got(&queue, &verdict, &call.session)?;
            }
            cut(&verdict.text(), BUDGET, &more(&verdict.request))
        }
        Waited::Pending(request) => format!(
            "pending: {}. Call diff_wait again with the id {}; the request stays in the queue until then.",
            standing(&request),
            request.id
        ),
        Waited::Closed(request) => format!("closed: {}.", standing(&request)),
    })
}

fn more(id: &str) -> String {
    format!("change what is above, then `memento diff verdict {id}` prints all of it")
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct StatusArgs {
    /// The request's id, or the start of it
    id: String,
}

fn diff_status(call: &Call, args: StatusArgs) -> Result<String> {
    let request = queue(call)?.get(&args.id)?;
    let mut rounds = format!("round {}", request.round);
    if let Some(previous) = &request.previous {
        rounds.push_str(&format!(", after {previous}"));
    }
    if let Some(next) = &request.next {
        rounds.push_str(&format!(", before {next}"));
    }
    let next = match request.state {
        state if state.is_open() => " diff_wait waits for the verdict.",
        State::Decided => " diff_wait returns the verdict.",
        _ => "",
    };
    Ok(format!(
        "{}.{next}\n{} by {}, {} ago: {}; {rounds}; {} of {} have no mark yet.",
        standing(&request),
        quoted(&request.title),
        request.session,
        age(now() - request.created),
        outline(&request),
        request.unmarked,
        count(request.items, "item"),
    ))
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ListArgs {
    /// Those of other sessions too [default: false]
    everyone: Option<bool>,
    /// Closed ones too: decided, superseded, taken back, expired [default: false]
    closed: Option<bool>,
    /// How many to leave out at the start [default: 0]
    offset: Option<usize>,
    /// At most so many [default: 20]
    limit: Option<usize>,
}

fn diff_list(call: &Call, args: ListArgs) -> Result<String> {
    let everyone = args.everyone.unwrap_or(false);
    let closed = args.closed.unwrap_or(false);
    let session = (!everyone).then(|| call.session.clone());
    let found = queue(call)?.list(&Query { all: closed, session, directory: None })?;
    if found.is_empty() {
        let whose = if everyone { "" } else { " of yours" };
        return Ok(match closed {
            true => format!("There is no request{whose}."),
            false => format!("No request{whose} waits for an answer; with closed you get those that have one."),
        });
    }
    let offset = args.offset.unwrap_or(0);
    let shown = found.iter().skip(offset).take(args.limit.unwrap_or(LIMIT));
    Ok(format!("{}:\n\n{}", count(found.len(), "request"), list(shown.map(row), offset, found.len())))
}

fn row(request: &Request) -> String {
    let state = match (request.state, request.decision) {
        (State::Decided, Some(made)) => decision(made),
        (state, _) => state.as_str(),
    };
    format!(
        "- {} {state}, {}, by {}: {} ({})",
        request.id,
        age(now() - request.created),
        request.session,
        quoted(&request.title),
        outline(request)
    )
}
