//! CSV, as spreadsheets and Anki's text exports have it.
//!
//! A spreadsheet takes a text that starts with `=`, `+`, `-` or `@` for a formula and runs it: such a cell gets a `'` in front,
//! which spreadsheets do not show and [`read`] takes off again.

use std::io::{self, Write};

use serde_json::{Map, Value};

use super::gather::Logged;
use super::plain::{self, field_of, known_fields};
use crate::cards::card::State;
use crate::cards::import::Incoming;

/// The columns that are written, and those of a file without a line of names, in this order.
const COLUMNS: [&str; 5] = ["question", "answer", "notes", "tags", "project"];

/// Writes cards with a line of names.
pub(super) fn write(cards: &[Logged], out: &mut dyn Write) -> io::Result<()> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    csv.write_record(COLUMNS)?;
    for Logged { card, .. } in cards {
        let tags = card.tags.join(" ");
        let texts = [&card.question, &card.answer, &card.notes, &tags, &card.project];
        csv.write_record(texts.map(|text| cell(text)))?;
    }
    csv.flush()
}

/// Whether a spreadsheet takes it for a formula, with any `'` that may be in front.
fn is_formula(text: &str) -> bool {
    let text = text.trim_start_matches('\'');
    text.starts_with(['\t', '\r'])
        || text.trim_start().starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'])
}

fn cell(text: &str) -> String {
    if is_formula(text) { format!("'{text}") } else { text.to_owned() }
}

fn uncell(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|_| is_formula(cell)).unwrap_or(cell)
}

/// Reads cards. Columns have names, in any order, or else are question, answer, notes, tags, project; they are parted by
/// commas, semicolons or tabs.
///
/// # Errors
/// What makes all of it unreadable, with the line.
pub(super) fn read(text: &str, default: State) -> Result<Vec<Incoming>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (said, skip) = directives(text);
    let body = &text[skip..];
    let above = text[..skip].matches('\n').count() as u64;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(said.unwrap_or_else(|| delimiter(body)))
        .from_reader(body.as_bytes());
    let mut names: Option<Vec<&'static str>> = None;
    let mut cards = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| format!("it is no CSV: {error}"))?;
        let line = record.position().map(|position| usize::try_from(position.line() + above).unwrap_or(0));
        let Some(names) = &names else {
            let first = header(&record)?;
            let headed = first.is_some();
            names = Some(first.unwrap_or_else(|| COLUMNS.to_vec()));
            if !headed {
                cards.push((line, record));
            }
            continue;
        };
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            debug_assert!(!names.is_empty());
            cards.push((line, record));
        }
    }
    let names = names.unwrap_or_default();
    let incoming = |(index, (line, record)): (usize, (Option<usize>, csv::StringRecord))| Incoming {
        index,
        line,
        card: object(&names, &record).and_then(|card| plain::card(&card, default)),
    };
    Ok(cards.into_iter().enumerate().map(incoming).collect())
}

/// The names of the columns, where the first line has them.
fn header(record: &csv::StringRecord) -> Result<Option<Vec<&'static str>>, String> {
    let fields: Vec<Option<&'static str>> = record.iter().map(field_of).collect();
    let has = |name| fields.contains(&Some(name));
    if !has("question") || !has("answer") {
        return Ok(None);
    }
    if let Some(at) = fields.iter().position(Option::is_none) {
        return Err(format!("line 1: {:?} is no field of a card: there are {}", &record[at], known_fields()));
    }
    Ok(Some(fields.into_iter().flatten().collect()))
}

/// A record as the object that it stands for.
fn object(names: &[&'static str], record: &csv::StringRecord) -> Result<Value, String> {
    if record.len() > names.len() && record.iter().skip(names.len()).any(|cell| !cell.trim().is_empty()) {
        return Err(format!(
            "it has {} columns where there are {} ({}): put texts with commas or quotes between quotes",
            record.len(),
            names.len(),
            names.join(", ")
        ));
    }
    let mut fields = Map::new();
    for (name, cell) in names.iter().zip(record) {
        let text = uncell(cell);
        if !text.is_empty() {
            fields.insert((*name).to_owned(), text.into());
        }
    }
    Ok(Value::Object(fields))
}

/// What parts the columns: of tabs, commas and semicolons those that the first line has most of, outside quotes.
fn delimiter(text: &str) -> u8 {
    let (mut counts, mut quoted) = ([0_usize; 3], false);
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            b'\t' if !quoted => counts[0] += 1,
            b',' if !quoted => counts[1] += 1,
            b';' if !quoted => counts[2] += 1,
            _ => {}
        }
    }
    match counts {
        [tabs, commas, semicolons] if tabs > 0 && tabs >= commas && tabs >= semicolons => b'\t',
        [_, commas, semicolons] if semicolons > commas => b';',
        _ => b',',
    }
}

/// What Anki's text exports say in their first lines, `#separator:tab` and others: the delimiter, and where the cards begin.
fn directives(text: &str) -> (Option<u8>, usize) {
    let (mut said, mut skip) = (None, 0);
    for line in text.split_inclusive('\n') {
        let known = ["separator:", "html:", "tags", "deck", "notetype", "guid", "columns:", "if matches:"];
        let Some(rest) = line.strip_prefix('#').filter(|rest| known.iter().any(|known| rest.starts_with(known))) else {
            break;
        };
        if !rest.contains(':') {
            break;
        }
        if let Some(separator) = rest.strip_prefix("separator:") {
            said = match separator.trim().to_ascii_lowercase().as_str() {
                "tab" | "\\t" => Some(b'\t'),
                "comma" | "," => Some(b','),
                "semicolon" | ";" => Some(b';'),
                "pipe" | "|" => Some(b'|'),
                "space" => Some(b' '),
                "colon" | ":" => Some(b':'),
                _ => None,
            };
        }
        skip += line.len();
    }
    (said, skip)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_no_formula_and_comes_back() {
        for text in ["=1+1", " -x", "'=1", "''", "plain", "\tx", "'quoted'", "＝x", "", "'", "@a"] {
            assert_eq!(uncell(&cell(text)), text);
            let first = cell(text);
            assert!(!first.trim_start().starts_with(['=', '+', '-', '@']), "{first}");
        }
    }

    #[test]
    fn delimiters_are_found() {
        for (text, want) in [("a,b", b','), ("a\tb,c", b'\t'), ("a;b;c,d", b';'), ("\"a;b;c\",d", b','), ("a", b',')] {
            assert_eq!(delimiter(text), want, "{text}");
        }
        assert_eq!(directives("#separator:tab\n#html:true\na\tb\n"), (Some(b'\t'), 26));
        assert_eq!(directives("#C is a language\tb\n"), (None, 0));
    }
}
