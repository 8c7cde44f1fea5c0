//! The tools that write notes.

use memento::notes::{Draft, Markup, Note};
use memento::{Error, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::call::Call;
use super::notes::Format;
use super::render::quoted;
use super::tool::{Effect, Tool};

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new(
            "note_create",
            "Create a note",
            "Creates a note that assistants and the person see. Search first: one note a topic. Link to others with \
             [[id:ID][title]].",
            Effect::Adds,
            note_create,
        ),
        Tool::new(
            "note_update",
            "Change a note",
            "Changes a note. `revision` is the one that note_get or the last change answered; where the note is another by \
             now nothing is changed: read it again. append (text, section): adds text at the end. replace (text, section): \
             puts text in the place of the body or of a section. set_tags (tags): gives it these tags and no others. rename \
             (title). link (target, section): adds a link to another note.",
            Effect::Changes,
            note_update,
        ),
    ]
}

impl From<Format> for Markup {
    fn from(format: Format) -> Self {
        match format {
            Format::Org => Self::Org,
            Format::Markdown => Self::Markdown,
        }
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CreateArgs {
    /// The title, one line
    title: String,
    /// The text below the title
    body: String,
    /// How the body is written [default: org]
    format: Option<Format>,
    /// Tags: letters, digits, _ and @
    tags: Option<Vec<String>>,
    /// An id that people can read, as in claude-global-context [default: a UUID]
    id: Option<String>,
}

fn note_create(call: &Call, args: CreateArgs) -> Result<String> {
    let draft = Draft {
        id: args.id,
        title: args.title,
        tags: args.tags.unwrap_or_default(),
        body: args.body,
        markup: args.format.unwrap_or_default().into(),
    };
    let note = call.vault(|vault| vault.create(&draft))?;
    Ok(written("Created", &note))
}

#[derive(Deserialize, JsonSchema, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
enum Operation {
    Append,
    Replace,
    SetTags,
    Rename,
    Link,
}

impl Operation {
    fn name(self) -> &'static str {
        match self {
            Self::Append => "append",
            Self::Replace => "replace",
            Self::SetTags => "set_tags",
            Self::Rename => "rename",
            Self::Link => "link",
        }
    }

    /// The arguments besides operation, name and revision: what it wants, and what it may have.
    fn takes(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Append | Self::Replace => ("text", &["section", "format"]),
            Self::SetTags => ("tags", &[]),
            Self::Rename => ("title", &[]),
            Self::Link => ("target", &["section"]),
        }
    }
}

// One flat struct: clients do not accept a schema with alternatives at its top.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UpdateArgs {
    /// What to do
    operation: Operation,
    /// The note's id, title or alias
    name: String,
    /// The revision that you read
    revision: String,
    /// append, replace: the text
    text: Option<String>,
    /// append, replace: how the text is written [default: org]
    format: Option<Format>,
    /// append, replace, link: the heading to work under, by its title or path [default: the note itself]
    section: Option<String>,
    /// set_tags: the tags
    tags: Option<Vec<String>>,
    /// rename: the new title
    title: Option<String>,
    /// link: the note to link to, by id, title or alias
    target: Option<String>,
}

fn note_update(call: &Call, args: UpdateArgs) -> Result<String> {
    args.check()?;
    let UpdateArgs { operation, name, revision, text, format, section, tags, title, target } = args;
    let (section, markup) = (section.as_deref(), format.unwrap_or_default().into());
    let (text, title, target) = (text.unwrap_or_default(), title.unwrap_or_default(), target.unwrap_or_default());
    let (done, note) = call.vault(|vault| {
        Ok(match operation {
            Operation::Append => ("Appended to", vault.append(&name, &revision, section, &text, markup)?),
            Operation::Replace => ("Replaced the text of", vault.replace(&name, &revision, section, &text, markup)?),
            Operation::SetTags => ("Set the tags of", vault.set_tags(&name, &revision, &tags.unwrap_or_default())?),
            Operation::Rename => ("Renamed", vault.rename(&name, &revision, &title)?),
            Operation::Link => ("Added a link to", vault.link(&name, &revision, section, &target)?),
        })
    })?;
    Ok(written(done, &note))
}

impl UpdateArgs {
    /// Whether what was given is what the operation takes.
    fn check(&self) -> Result<()> {
        let given = [
            ("text", self.text.is_some()),
            ("format", self.format.is_some()),
            ("section", self.section.is_some()),
            ("tags", self.tags.is_some()),
            ("title", self.title.is_some()),
            ("target", self.target.is_some()),
        ];
        let (wanted, optional) = self.operation.takes();
        let name = self.operation.name();
        let given = given.iter().filter(|(_, given)| *given).map(|(name, _)| *name);
        let (mut missing, mut extra) = (true, None);
        for argument in given {
            missing &= argument != wanted;
            if argument != wanted && !optional.contains(&argument) {
                extra = Some(argument);
            }
        }
        let also =
            if optional.is_empty() { String::new() } else { format!(" and may have {}", optional.join(" and ")) };
        match (missing, extra) {
            (false, None) => Ok(()),
            (true, _) => Err(Error::Invalid(format!("note_update: {name} wants {wanted}{also}: give {wanted}"))),
            (false, Some(extra)) => Err(Error::Invalid(format!(
                "note_update: {name} takes no {extra}: leave it out; it wants {wanted}{also}"
            ))),
        }
    }
}

fn written(done: &str, note: &Note) -> String {
    format!("{done} {} (id {}). Its revision is now {}.", quoted(&note.node.title), note.node.id, note.revision)
}
