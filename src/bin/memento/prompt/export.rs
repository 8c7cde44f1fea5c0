//! `memento prompt export`.

use std::io::{BufWriter, ErrorKind, Write};
use std::path::Path;

use memento::prompts::{Format, Library, Order, Query};
use memento::{Error, Result};
use serde_json::json;

use super::{nothing, say};
use crate::args::Output;
use crate::args::prompt::{Filter, Written};
use crate::files::into_file;
use crate::output::Answer;
use crate::review::{absolute, count};

pub(super) fn export(
    filter: Filter,
    format: Option<Written>,
    file: Option<&str>,
    secrets: bool,
    json: bool,
    library: &Library,
) -> Result<Answer> {
    let file = file.filter(|file| *file != "-");
    let format = format.or_else(|| file.and_then(by_name)).unwrap_or(Written::Jsonl);
    let format = match format {
        Written::Json => Format::Json,
        Written::Jsonl => Format::Jsonl,
        Written::Csv => Format::Csv,
        Written::Org => Format::Org,
    };
    // A file of them reads like a diary.
    let query = Query { order: Order::Oldest, ..filter.query()? };
    let Some(file) = file else {
        let mut out = BufWriter::new(std::io::stdout().lock());
        let written = library.export(&query, format, secrets, &mut out)?.and_then(|n| out.flush().map(|()| n));
        return match written {
            Ok(0) => Ok(Answer::text(String::new()).note(nothing(library, "no prompt fits")?).fail_if(true)),
            Ok(_) => Ok(Answer::text(String::new())),
            // The reader has what it wanted.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(Answer::text(String::new())),
            Err(error) => Err(Error::io(Path::new("standard output"))(error)),
        };
    };
    let path = absolute(file)?;
    let n = into_file(&path, |out| library.export(&query, format, secrets, out))?;
    if n == 0 {
        say(&nothing(library, "no prompt fits")?);
    }
    let value = json!({ "file": path, "prompts": n });
    let place = library.config().env.abbreviate(&path);
    Ok(Answer::data(Output { json }, &value, || format!("{} in {place}\n", count(n, "prompt"))).fail_if(n == 0))
}

fn by_name(file: &str) -> Option<Written> {
    match Path::new(file).extension()?.to_str()?.to_lowercase().as_str() {
        "json" => Some(Written::Json),
        "jsonl" | "ndjson" => Some(Written::Jsonl),
        "csv" => Some(Written::Csv),
        "org" => Some(Written::Org),
        _ => None,
    }
}
