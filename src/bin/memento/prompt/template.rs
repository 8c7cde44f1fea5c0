//! `memento prompt template`.

use std::collections::BTreeMap;

use memento::prompts::{self, Library, literal};
use memento::{Error, Result};
use serde_json::json;

use super::display::rows;
use super::{nothing, shown};
use crate::args::prompt::Template;
use crate::output::Answer;
use crate::review::read_stdin;
use crate::screen::{columns, exact, line, plain, width};

pub(super) fn run(command: Template, library: &Library) -> Result<Answer> {
    match command {
        Template::Save { name, text, from, literal, placeholder, replace, output } => {
            let text = match (text.as_deref(), from) {
                (Some("-"), _) => read_stdin()?,
                (Some(text), _) => text.to_owned(),
                (None, Some(id)) => library.get(id)?.text,
                (None, None) => String::new(),
            };
            let text = with_placeholders(&text, &placeholder, literal)?;
            let saved = library.save_template(&name, &text, from, replace)?;
            let taken = takes(&saved);
            Ok(Answer::data(output, &saved, || format!("{}: {taken}\n", saved.name)))
        }
        Template::List { output } => {
            let templates = library.templates()?;
            let answer = Answer::data(output, &templates, || table(&templates));
            Ok(if templates.is_empty() {
                let next =
                    "there are no templates: memento prompt template save NAME TEXT makes one, propose says of what";
                answer.note(next).fail_if(true)
            } else {
                answer
            })
        }
        Template::Show { name, output } => {
            let template = library.template(&name)?;
            let answer = Answer::data(output, &template, || plain(&ended(&template.text)));
            Ok(answer.note(takes(&template)))
        }
        Template::Fill { name, values, keep, output } => {
            let mut values = read(&values)?;
            if keep {
                for name in library.template(&name)?.placeholders {
                    values.entry(name.clone()).or_insert_with(|| format!("{{{name}}}"));
                }
            }
            let text = library.fill_template(&name, &values)?;
            Ok(Answer::data(output, &json!({ "name": name, "text": text }), || exact(ended(&text))))
        }
        Template::Delete { name, dry_run, output } => {
            let template = if dry_run { library.template(&name)? } else { library.delete_template(&name)? };
            let done = if dry_run { "would be deleted" } else { "deleted" };
            Ok(Answer::data(output, &template, || plain(&ended(&template.text))).note(format!("{name} {done}")))
        }
        Template::Propose { limit, secrets, output, .. } => {
            let proposed = library.propose_templates(limit)?;
            let proposed: Vec<_> = proposed.into_iter().map(|prompt| shown(prompt, secrets)).collect();
            let answer = Answer::data(output, &proposed, || rows(&proposed, |_| None));
            Ok(if proposed.is_empty() {
                let none = "no prompt rated 4 or 5 is left to make a template of: memento prompt rate ID 5";
                answer.note(nothing(library, none)?).fail_if(true)
            } else {
                answer.note("memento prompt template save NAME --from ID makes one of it")
            })
        }
    }
}

/// The text with the named pieces as placeholders.
fn with_placeholders(text: &str, named: &[String], escape: bool) -> Result<String> {
    let wrong = |given: &str| {
        Error::Invalid(format!("--placeholder {given}: give a name and a piece of the text, as in file=src/main.rs"))
    };
    let mut named: Vec<(&str, &str)> = named
        .iter()
        .map(|given| given.split_once('=').filter(|(_, piece)| !piece.is_empty()).ok_or_else(|| wrong(given)))
        .collect::<Result<_>>()?;
    // Of two pieces at one place the longer one is meant.
    named.sort_by_key(|(_, piece)| std::cmp::Reverse(piece.len()));
    let mut found = vec![false; named.len()];
    let escaped = |text: &str| if escape { literal(text) } else { text.to_owned() };
    let (mut out, mut from, mut at) = (String::new(), 0, 0);
    while let Some(c) = text[at..].chars().next() {
        match named.iter().position(|(_, piece)| text[at..].starts_with(piece)) {
            Some(i) => {
                out.push_str(&escaped(&text[from..at]));
                out.push_str(&format!("{{{}}}", named[i].0));
                found[i] = true;
                at += named[i].1.len();
                from = at;
            }
            None => at += c.len_utf8(),
        }
    }
    out.push_str(&escaped(&text[from..]));
    match found.iter().position(|found| !found) {
        Some(i) => Err(Error::Invalid(format!("--placeholder {}={}: that is not in the text", named[i].0, named[i].1))),
        None => Ok(out),
    }
}

/// `NAME=VALUE`s; one value may be standard input.
fn read(given: &[String]) -> Result<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    let mut input: Option<&str> = None;
    for pair in given {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(Error::Invalid(format!("{pair}: give NAME=VALUE, as in file=src/main.rs")));
        };
        let value = if value == "-" {
            if let Some(other) = input.replace(name) {
                return Err(Error::Invalid(format!("{other} and {name} are both -: standard input is there once")));
            }
            read_stdin()?.trim_end_matches('\n').to_owned()
        } else {
            value.to_owned()
        };
        if values.insert(name.to_owned(), value).is_some() {
            return Err(Error::Invalid(format!("{name} has two values: give one")));
        }
    }
    Ok(values)
}

fn takes(template: &prompts::Template) -> String {
    match &template.placeholders[..] {
        [] => format!("{} has no placeholders", template.name),
        names => format!("{} takes {}", template.name, names.join(", ")),
    }
}

fn ended(text: &str) -> String {
    if text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}

fn table(templates: &[prompts::Template]) -> String {
    let room = width().saturating_sub(40).max(20);
    let row = |template: &prompts::Template| {
        vec![
            template.name.clone(),
            format!("{}×", template.used),
            line(&template.placeholders.join(", "), 40),
            line(&template.text, room),
        ]
    };
    columns(&templates.iter().map(row).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_a_text_become_placeholders() {
        let named = |pairs: &[&str]| pairs.iter().map(|pair| (*pair).to_owned()).collect::<Vec<_>>();
        let made = |text, pairs: &[&str], literal| with_placeholders(text, &named(pairs), literal).unwrap();
        assert_eq!(made("fix a.rs and a.rs.bak", &["file=a.rs", "old=a.rs.bak"], false), "fix {file} and {old}");
        assert_eq!(made("f\"{x}\" in a.rs", &["file=a.rs"], true), "f\"{{x}}\" in {file}");
        assert_eq!(made("{x}", &[], false), "{x}");
        assert!(with_placeholders("a", &named(&["b=c"]), false).unwrap_err().to_string().contains("not in the text"));
        assert!(with_placeholders("a", &named(&["b"]), false).is_err());
    }

    #[test]
    fn values_are_named_once() {
        let given = |pairs: &[&str]| read(&pairs.iter().map(|pair| (*pair).to_owned()).collect::<Vec<_>>());
        assert_eq!(given(&["a=b=c", "d="]).unwrap()["a"], "b=c");
        assert!(given(&["a"]).is_err() && given(&["a=b", "a=c"]).is_err());
    }
}
