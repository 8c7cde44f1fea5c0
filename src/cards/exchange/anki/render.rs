//! Templates: the question and the answer of a card, as HTML, out of the fields of its note.

use std::collections::HashMap;

/// How deep conditions and deletions may be within others; deeper ones are text.
const DEEPEST: usize = 32;

/// The fields of a note, and which card is made of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Note<'n> {
    pub(super) fields: &'n HashMap<&'n str, &'n str>,
    /// With a cloze note the number of the deletion that is asked for.
    pub(super) cloze: Option<u32>,
    /// Whether it is the answer that is made.
    pub(super) answer: bool,
}

impl Note<'_> {
    /// What a template makes of the note.
    pub(super) fn render(&self, template: &str) -> String {
        let mut out = String::new();
        self.part(template, None, 0, true, &mut out);
        out
    }

    /// Renders up to the end of the condition `until`; returns what is left of the template.
    fn part<'t>(&self, mut rest: &'t str, until: Option<&str>, depth: usize, shown: bool, out: &mut String) -> &'t str {
        while let Some((before, after)) = rest.split_once("{{") {
            if shown {
                out.push_str(before);
            }
            let Some((tag, after)) = after.split_once("}}") else {
                rest = &rest[before.len()..];
                break;
            };
            let tag = tag.trim();
            rest = after;
            match tag.chars().next() {
                Some(kind @ ('#' | '^')) if depth < DEEPEST => {
                    let name = tag[1..].trim();
                    let holds = self.is_set(name) == (kind == '#');
                    rest = self.part(after, Some(name), depth + 1, shown && holds, out);
                }
                Some('/') if until == Some(tag[1..].trim()) => return rest,
                Some('#' | '^' | '/' | '!') | None => {}
                Some(_) if shown => out.push_str(&self.field(tag)),
                Some(_) => {}
            }
        }
        if shown {
            out.push_str(rest);
        }
        ""
    }

    fn is_set(&self, name: &str) -> bool {
        if let Some(number) = name.strip_prefix('c').and_then(|number| number.parse::<u32>().ok()) {
            return self.cloze == Some(number);
        }
        self.fields.get(name).is_some_and(|text| !text.trim().is_empty())
    }

    /// What a field with its filters stands for, such as `cloze:Text`.
    fn field(&self, tag: &str) -> String {
        let mut parts = tag.rsplit(':').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let filters: Vec<&str> = parts.collect();
        // The answer has the question above it already; what is typed or spoken has no place here.
        if name == "FrontSide" || filters.iter().any(|filter| filter.starts_with("tts")) {
            return String::new();
        }
        if !self.answer && filters.contains(&"type") {
            return String::new();
        }
        let text = self.fields.get(name).copied().unwrap_or_default();
        match self.cloze {
            Some(number) if filters.iter().any(|filter| filter.starts_with("cloze")) => {
                cloze(text, number, self.answer)
            }
            _ => text.to_owned(),
        }
    }
}

/// Number and text of a deletion that begins here: `{{c1::`.
fn start(text: &str) -> Option<(u32, &str)> {
    let rest = text.strip_prefix("{{c")?;
    let digits = rest.bytes().take(10).take_while(u8::is_ascii_digit).count();
    Some((rest[..digits].parse().ok()?, rest[digits..].strip_prefix("::")?))
}

/// A text with its deletions: as a question with a gap for those that are asked for, as an answer with these in bold.
fn cloze(text: &str, number: u32, answer: bool) -> String {
    /// A deletion that was not closed yet.
    struct Open {
        number: u32,
        at: usize,
        hint: Option<usize>,
    }
    let mut out = String::with_capacity(text.len());
    let mut open: Vec<Open> = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((number, after)) = start(rest).filter(|_| open.len() < DEEPEST) {
            open.push(Open { number, at: out.len(), hint: None });
            rest = after;
        } else if let Some(after) = rest.strip_prefix("}}").filter(|_| !open.is_empty()) {
            if let Some(closed) = open.pop() {
                let hint = closed.hint.map(|at| out.split_off(at));
                if closed.number == number && answer {
                    let inner = out.split_off(closed.at);
                    out.push_str(&format!("<b>{inner}</b>"));
                } else if closed.number == number {
                    out.truncate(closed.at);
                    out.push_str(&format!("[{}]", hint.as_deref().unwrap_or("...")));
                }
            }
            rest = after;
        } else if let (Some(after), Some(last)) =
            (rest.strip_prefix("::"), open.last_mut().filter(|open| open.hint.is_none()))
        {
            last.hint = Some(out.len());
            rest = after;
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(template: &str, cloze: Option<u32>, answer: bool) -> String {
        let fields = HashMap::from([
            ("Front", "dog"),
            ("Empty", " "),
            ("Text", "The {{c1::{{c2::big::size}} capital::what}} of {{c2::France}} is x::y"),
        ]);
        Note { fields: &fields, cloze, answer }.render(template)
    }

    #[test]
    fn fields_and_conditions() {
        for (template, want) in [
            ("a {{Front}} b", "a dog b"),
            ("{{text:Front}}{{Nothing}}", "dog"),
            ("{{#Front}}x{{^Empty}}y{{/Empty}}{{/Front}}z", "xyz"),
            ("{{#Empty}}x{{#Front}}{{Front}}{{/Front}}{{/Empty}}z", "z"),
            ("{{FrontSide}}<hr>{{Front}}", "<hr>dog"),
            ("{{type:Front}}", ""),
            ("{{Front", "{{Front"),
            ("{{#Front}}never closed", "never closed"),
        ] {
            assert_eq!(render(template, None, false), want, "{template}");
        }
    }

    #[test]
    fn deletions() {
        let text = "{{cloze:Text}}";
        assert_eq!(render(text, Some(1), false), "The [what] of France is x::y");
        assert_eq!(render(text, Some(2), false), "The [size] capital of [...] is x::y");
        assert_eq!(render(text, Some(2), true), "The <b>big</b> capital of <b>France</b> is x::y");
    }
}
