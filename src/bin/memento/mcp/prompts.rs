//! Prompts that a person starts an assistant with.

use memento::notes::ListQuery;
use memento::{Error, Result};
use rmcp::model::{self, ErrorData, GetPromptResult, JsonObject, PromptArgument, PromptMessage, Role};
use serde_json::Value;

use crate::args::Part;

use super::call::Call;
use super::notes::{heading, row};
use super::render::{BUDGET, count, cut, list, quoted};
use super::review::scope;

/// The note that every session starts with, where the person has one.
const CONTEXT_NOTE: &str = "claude-global-context";
/// How many notes the index names.
const INDEX: usize = 60;
/// The tag by which the next session finds what the last one handed over.
const HANDOVER: &str = "handover";

/// A prompt with its arguments.
pub(super) enum Prompt {
    /// Work off the review of this project.
    CodeReviewFix(Option<String>),
    /// Ask for a review of this change.
    RequestReview(Option<String>),
    /// Know what the person has written down.
    StartSession,
    /// Write down where this session stands, on this topic.
    Checkpoint(Option<String>),
    /// Write flashcards: on this topic, for this project, so many.
    MakeFlashcards { topic: Option<String>, project: Option<String>, count: Option<u32> },
}

/// What is told of a prompt, the part it belongs to, and its arguments.
struct About {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    part: Part,
    arguments: &'static [(&'static str, &'static str)],
}

const PROMPTS: [About; 5] = [
    About {
        name: "code_review_fix",
        title: "Work off the code review",
        description: "Sends the assistant to fix the open remarks one by one, through the tests",
        part: Part::Review,
        arguments: &[("project", "The name of the repository's root folder; * for all [default: the one here]")],
    },
    About {
        name: "request_review",
        title: "Ask for a review",
        description: "Has the assistant ask for a review of what it changed, and work until it is approved",
        part: Part::Diff,
        arguments: &[("title", "What the change is, in a line [default: the assistant says]")],
    },
    About {
        name: "start_session",
        title: "Start a session",
        description: "Gives the assistant the note claude-global-context and an index of the notes",
        part: Part::Notes,
        arguments: &[],
    },
    About {
        name: "checkpoint",
        title: "Hand over",
        description: "Has the assistant write a hand-over note: what was done, what is next, key decisions, files",
        part: Part::Notes,
        arguments: &[("topic", "What the work is about [default: the assistant says]")],
    },
    About {
        name: "make_flashcards",
        title: "Make flashcards",
        description: "Has the assistant write good flashcards, which arrive as drafts",
        part: Part::Cards,
        arguments: &[
            ("topic", "What to learn [default: what this session was about]"),
            ("project", "The project of the cards [default: the assistant says]"),
            ("count", "How many at most, 1 to 200 [default: as many as there are facts worth keeping, at most 30]"),
        ],
    },
];

fn offered(only: Option<Part>) -> impl Iterator<Item = &'static About> {
    PROMPTS.iter().filter(move |about| only.is_none_or(|only| only == about.part))
}

pub(super) fn all(only: Option<Part>) -> Vec<model::Prompt> {
    let prompt = |about: &About| {
        let argument = |(name, description): &(&str, &str)| {
            PromptArgument::new(*name).with_description::<&str>(*description).with_required(false)
        };
        let arguments: Vec<PromptArgument> = about.arguments.iter().map(argument).collect();
        let arguments = (!arguments.is_empty()).then_some(arguments);
        model::Prompt::new(about.name, Some(about.description), arguments).with_title(about.title)
    };
    offered(only).map(prompt).collect()
}

pub(super) fn result(text: String) -> GetPromptResult {
    GetPromptResult::new(vec![PromptMessage::new_text(Role::User, text)])
}

impl Prompt {
    /// Reads a request for one of those that are offered.
    pub(super) fn read(name: &str, arguments: &JsonObject, only: Option<Part>) -> Result<Self, ErrorData> {
        let wrong = |message: String| ErrorData::invalid_params(message, None);
        let about = offered(only).find(|about| about.name == name).ok_or_else(|| {
            let names = offered(only).map(|about| about.name).collect::<Vec<_>>().join(", ");
            wrong(format!("there is no prompt {name}: there are {names}"))
        })?;
        let takes: Vec<&str> = about.arguments.iter().map(|(name, _)| *name).collect();
        if let Some(other) = arguments.keys().find(|key| !takes.contains(&key.as_str())) {
            let known = match takes[..] {
                [] => "no arguments".to_owned(),
                [only] => format!("{only} alone"),
                _ => takes.join(", "),
            };
            return Err(wrong(format!("{name} has no argument {other}: it takes {known}")));
        }
        let argument = |takes: &str| match arguments.get(takes) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.trim().to_owned()).filter(|text| !text.is_empty())),
            Some(_) => Err(wrong(format!("{name}: {takes} must be a string"))),
        };
        Ok(match about.name {
            "code_review_fix" => Self::CodeReviewFix(argument("project")?),
            "request_review" => Self::RequestReview(argument("title")?),
            "start_session" => Self::StartSession,
            "checkpoint" => Self::Checkpoint(argument("topic")?),
            _ => {
                let read = |text: String| {
                    let count = text.parse().ok().filter(|count| (1..=200).contains(count));
                    count.ok_or_else(|| wrong(format!("{name}: count is {text}: give 1 to 200")))
                };
                let count = argument("count")?.map(read).transpose()?;
                Self::MakeFlashcards { topic: argument("topic")?, project: argument("project")?, count }
            }
        })
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::CodeReviewFix(_) => "code_review_fix",
            Self::RequestReview(_) => "request_review",
            Self::StartSession => "start_session",
            Self::Checkpoint(_) => "checkpoint",
            Self::MakeFlashcards { .. } => "make_flashcards",
        }
    }

    /// What it says.
    pub(super) fn text(&self, call: &Call) -> Result<String> {
        match self {
            Self::CodeReviewFix(project) => code_review_fix(call, project.as_deref()),
            Self::RequestReview(title) => Ok(request_review(title.as_deref())),
            Self::StartSession => start_session(call),
            Self::Checkpoint(topic) => Ok(checkpoint(topic.as_deref())),
            Self::MakeFlashcards { topic, project, count } => {
                Ok(make_flashcards(topic.as_deref(), project.as_deref(), *count))
            }
        }
    }
}

fn code_review_fix(call: &Call, project: Option<&str>) -> Result<String> {
    let prompt = call.log().prompt(&scope(project))?;
    let tools = "\
The tools review_next, review_list, review_done and review_release are the commands that this names, and hold your session's \
name: use them instead of the commands.";
    Ok(cut(&format!("{tools}\n\n{prompt}"), BUDGET, "review_list and review_next give the rest"))
}

fn request_review(title: Option<&str>) -> String {
    let title = title.map_or_else(|| "the change in one line".to_owned(), quoted);
    format!(
        "Have the person review what you changed, and work until it is approved.\n\n\
         1. Run the tests. Look at `git status` and `git diff`: take out what does not belong to the change.\n\
         2. diff_request with the title {title} and a summary: why, how it was tested, what you are unsure of.\n\
         3. diff_wait with the id that you get; where it answers `pending`, call it again. Change none of these files \
         meanwhile.\n\
         4. Where changes are requested, make them one by one, in the order of the verdict. A hunk that was reverted is out of \
         the files already: read them again before you edit. Then go on with step 1: a new request is the next round.\n\
         5. Where it is approved, say so and go on. Where it is to be dropped, stop working on it and say so."
    )
}

fn start_session(call: &Call) -> Result<String> {
    let context = match call.vault(|vault| vault.get(CONTEXT_NOTE, None)) {
        Ok(note) => format!("{}\n{}", heading(&note), note.text),
        Err(Error::NotFound(_)) => format!("(There is none yet: its id would be {CONTEXT_NOTE}.)\n"),
        Err(other) => return Err(other),
    };
    let query = ListQuery { recent: true, limit: Some(INDEX), ..ListQuery::default() };
    let (nodes, total) = call.vault(|vault| vault.list(&query))?;
    let index = list(nodes.iter().map(row), 0, total);
    Ok(format!(
        "Before you start, know what the person has written down for you. Read with note_get, find with note_search; notes \
         with the tag {HANDOVER} say where earlier sessions stopped.\n\n\
         # The person's standing context\n\n{}\n\
         # The notes, the last changed first ({})\n\n{}",
        cut(&context, BUDGET / 2, &format!("note_get {CONTEXT_NOTE}")),
        count(total, "note"),
        cut(&index, BUDGET / 2, "note_list")
    ))
}

fn checkpoint(topic: Option<&str>) -> String {
    let topic = topic.map_or_else(|| "the topic of this session in a few words".to_owned(), str::to_owned);
    format!(
        "Write a hand-over note, so that another session can go on where you stop without asking you or the person.\n\n\
         1. Search for a note with the tag {HANDOVER} on this topic: {topic}. If there is one, note_get it and \
         note_update it with the operation replace; else note_create one with that tag and the title \"Hand-over: TOPIC\".\n\
         2. Give it these headings, each with what is true now and can be checked:\n   \
         - What was done: with commits, and how it was tested.\n   \
         - What is next: in the order of work, the first step concrete enough to start with.\n   \
         - Key decisions: with the reason, and what was decided against.\n   \
         - Files: those that matter, with a line each on why.\n\
         3. Link the notes that it rests on, as [[id:ID][title]].\n\
         4. Answer with the note's id, and nothing that the note does not say."
    )
}

fn make_flashcards(topic: Option<&str>, project: Option<&str>, count: Option<u32>) -> String {
    let topic = topic.unwrap_or("what this session was about, as far as the person will want to know it in a year");
    let project = match project {
        Some(project) => format!("the project {}", quoted(project)),
        None => {
            "a project named after the subject in a word or two, one that flashcard_list shows if it fits".to_owned()
        }
    };
    let many = count.map_or_else(
        || "as many as there are facts worth keeping, at most 30".to_owned(),
        |count| format!("at most {count}"),
    );
    format!(
        "Write flashcards for the person on: {topic}.\n\n\
         1. Look what there is: flashcard_search for the subject. Write nothing that a card asks already.\n\
         2. Be sure of what you write: read the notes (note_search), the files, the documentation. What you cannot verify is no card.\n\
         3. Write {many}. Fewer good ones are worth more than many:\n   \
         - Minimum information: one fact a card, the smallest that is worth knowing. Two facts are two cards.\n   \
         - One right answer, short: a word, a number, a line. If it needs \"and\", split it.\n   \
         - No lists to recite: ask for one member, for the order of two, or for what a group has in common.\n   \
         - The question has all the context: \"In Rust, what does ? do on None?\", not \"What does ? do?\". In a month nothing else \
         will be on the screen.\n   \
         - Ask why and when, and not only what; ask for the difference of what is easily confused.\n   \
         - Cloze for what is a sentence: \"A lease is renewed by [...].\", with the missing words as the answer.\n   \
         - No yes-or-no questions, nothing that the wording gives away, nothing that a search answers and nobody needs by heart.\n   \
         - notes: why it is so, an example, what it is confused with. The answer itself stays short.\n   \
         - Source: note (the id of a note) or file and line, wherever there is one.\n   \
         - Code, formulas and words of another language as they are written; vocabularies with direction both, one word an entry.\n\
         4. flashcard_bulk_create them all at once, for {project}, with a tag or two. Mend the cards that it names and send those again.\n\
         5. Tell the person how many drafts wait for them, and that they accept them in Emacs (memento-cards-accept) or with \
         `memento card accept`."
    )
}
