//! A tool: what clients are told of it, and strict arguments for what it does.

use memento::{Error, Result};
use rmcp::model::{self, JsonObject, ToolAnnotations};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::call::Call;

/// What a tool does to the world, for clients that ask before they call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing.
    Reads,
    /// Nothing, and it waits for a person.
    Waits,
    /// It adds, and the same call again adds again.
    Adds,
    /// It may change or take away what was there.
    Changes,
    /// It runs a command of the project's, which may do anything.
    Runs,
}

impl Effect {
    fn hints(self, title: &str) -> ToolAnnotations {
        ToolAnnotations::with_title(title)
            .read_only(matches!(self, Self::Reads | Self::Waits))
            .destructive(matches!(self, Self::Changes))
            .idempotent(matches!(self, Self::Reads | Self::Waits))
            .open_world(matches!(self, Self::Runs))
    }
}

type Run = Box<dyn Fn(&Call, JsonObject) -> Result<String> + Send + Sync>;

/// A tool.
pub(super) struct Tool {
    /// What clients are told.
    pub(super) definition: model::Tool,
    /// It may take minutes without doing anything.
    pub(super) waits: bool,
    run: Run,
}

impl Tool {
    /// A tool whose arguments are the fields of `A`.
    pub(super) fn new<A: DeserializeOwned + JsonSchema + 'static>(
        name: &'static str,
        title: &'static str,
        description: &'static str,
        effect: Effect,
        run: fn(&Call, A) -> Result<String>,
    ) -> Self {
        let mut schema = Value::Object(
            (*rmcp::handler::server::tool::schema_for_input::<A>().expect("the arguments are a struct")).clone(),
        );
        tidy(&mut schema);
        let Value::Object(schema) = schema else { unreachable!("an object was put in") };
        let usage = usage(&schema);
        let definition =
            model::Tool::new(name, description, schema).with_title(title).with_annotations(effect.hints(title));
        let run = move |call: &Call, arguments: JsonObject| {
            let arguments =
                read(arguments).map_err(|why| Error::Invalid(format!("{name}: {why}; {name} takes {usage}")))?;
            run(call, arguments)
        };
        Self { definition, waits: effect == Effect::Waits, run: Box::new(run) }
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.definition.name
    }

    /// Calls it.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the arguments are not its own, else those of what it does.
    pub(super) fn call(&self, call: &Call, arguments: JsonObject) -> Result<String> {
        (self.run)(call, arguments)
    }
}

/// Reads the arguments and, where they do not fit, names the one that does not.
fn read<A: DeserializeOwned>(arguments: JsonObject) -> Result<A, String> {
    let parse = |arguments: JsonObject| {
        serde_json::from_value::<A>(Value::Object(arguments))
            .map_err(|e| e.to_string().replace("usize", "a whole number"))
    };
    let error = match parse(arguments.clone()) {
        Ok(read) => return Ok(read),
        Err(error) => error,
    };
    if error.starts_with("unknown field") || error.starts_with("missing field") {
        return Err(error);
    }
    // serde says what is wrong and not where: it is the one without which something else is wrong, or nothing.
    let culprit = arguments.keys().find(|key| {
        let mut rest = arguments.clone();
        rest.remove(*key);
        parse(rest).err().is_none_or(|other| other != error)
    });
    Err(culprit.map_or_else(|| error.clone(), |key| format!("`{key}`: {error}")))
}

/// Makes the schema plainer than schemars writes it. `uint` is a word of its own, which validators complain about; and that
/// an argument may be left out is said by `required`: where a type is a choice of two, the inspector sends text.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.get("format").is_some_and(Value::is_string) {
                object.remove("format");
            }
            if let Some(Value::Array(values)) = object.get_mut("enum") {
                values.retain(|value| !value.is_null());
            }
            if let Some(Value::Array(types)) = object.get_mut("type") {
                types.retain(|name| name != "null");
                if let [only] = &types[..] {
                    let only = only.clone();
                    object.insert("type".to_owned(), only);
                }
            }
            object.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// The arguments in words: `name (string, required), format ("org" or "markdown"), ...`.
fn usage(schema: &JsonObject) -> String {
    let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let Some(properties) = schema.get("properties").and_then(Value::as_object).filter(|p| !p.is_empty()) else {
        return "no arguments".to_owned();
    };
    let one = |(name, property): (&String, &Value)| {
        let must = if required.iter().any(|r| r == name) { ", required" } else { "" };
        format!("{name} ({}{must})", kind(property))
    };
    properties.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn kind(property: &Value) -> String {
    if let Some(values) = property.get("enum").and_then(Value::as_array) {
        return values.iter().map(Value::to_string).collect::<Vec<_>>().join(" or ");
    }
    match property.get("type").and_then(Value::as_str) {
        Some("array") => format!("array of {}", property.get("items").map_or_else(String::new, kind)),
        other => other.unwrap_or("anything").to_owned(),
    }
}
