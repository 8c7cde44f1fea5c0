//! Note types: which fields a note has, and how cards are made of them.

use std::collections::HashMap;

use rusqlite::Connection;
use serde::Deserialize;

/// A note type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct NoteType {
    pub(super) name: String,
    pub(super) cloze: bool,
    pub(super) fields: Vec<String>,
    /// Question and answer of each card, by its ordinal.
    pub(super) templates: HashMap<i64, (String, String)>,
}

/// All note types by their ids: rows of tables since schema 15, JSON before.
pub(super) fn all(db: &Connection) -> rusqlite::Result<HashMap<i64, NoteType>> {
    let sql = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('notetypes', 'fields', 'templates')";
    let tables: i64 = db.query_row(sql, [], |row| row.get(0))?;
    if tables == 3 { of_tables(db) } else { of_json(db) }
}

fn of_tables(db: &Connection) -> rusqlite::Result<HashMap<i64, NoteType>> {
    let mut types = HashMap::new();
    let mut statement = db.prepare("SELECT id, name, config FROM notetypes")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let config: Vec<u8> = row.get(2)?;
        let cloze = message(&config).into_iter().any(|field| matches!(field, (1, Field::Number(1))));
        types.insert(row.get(0)?, NoteType { name: row.get(1)?, cloze, ..NoteType::default() });
    }
    let mut statement = db.prepare("SELECT ntid, name FROM fields ORDER BY ntid, ord")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(of) = types.get_mut(&row.get(0)?) {
            of.fields.push(row.get(1)?);
        }
    }
    let mut statement = db.prepare("SELECT ntid, ord, config FROM templates")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let config: Vec<u8> = row.get(2)?;
        let fields = message(&config);
        let text = |number| {
            fields.iter().find_map(|field| match field {
                (n, Field::Bytes(bytes)) if *n == number => Some(String::from_utf8_lossy(bytes).into_owned()),
                _ => None,
            })
        };
        if let Some(of) = types.get_mut(&row.get(0)?) {
            of.templates.insert(row.get(1)?, (text(1).unwrap_or_default(), text(2).unwrap_or_default()));
        }
    }
    Ok(types)
}

#[derive(Debug, Deserialize)]
struct Model {
    #[serde(default)]
    name: String,
    #[serde(default, rename = "type")]
    kind: i64,
    #[serde(default)]
    flds: Vec<ModelField>,
    #[serde(default)]
    tmpls: Vec<ModelTemplate>,
}

#[derive(Debug, Deserialize)]
struct ModelField {
    name: String,
    #[serde(default)]
    ord: i64,
}

#[derive(Debug, Deserialize)]
struct ModelTemplate {
    #[serde(default)]
    ord: i64,
    #[serde(default)]
    qfmt: String,
    #[serde(default)]
    afmt: String,
}

fn of_json(db: &Connection) -> rusqlite::Result<HashMap<i64, NoteType>> {
    let json: String = db.query_row("SELECT models FROM col", [], |row| row.get(0))?;
    let models: HashMap<String, Model> = serde_json::from_str(&json)
        .map_err(|error| rusqlite::Error::InvalidParameterName(format!("its note types make no sense: {error}")))?;
    let of = |(id, mut model): (String, Model)| {
        model.flds.sort_by_key(|field| field.ord);
        let note_type = NoteType {
            name: model.name,
            cloze: model.kind == 1,
            fields: model.flds.into_iter().map(|field| field.name).collect(),
            templates: model.tmpls.into_iter().map(|card| (card.ord, (card.qfmt, card.afmt))).collect(),
        };
        Some((id.parse().ok()?, note_type))
    };
    Ok(models.into_iter().filter_map(of).collect())
}

/// A field of a protobuf message.
#[derive(Debug, PartialEq, Eq)]
enum Field<'b> {
    Number(u64),
    Bytes(&'b [u8]),
    Other,
}

/// The fields of a protobuf message, as far as it is one.
fn message(bytes: &[u8]) -> Vec<(u64, Field<'_>)> {
    let mut fields = Vec::new();
    let mut rest = bytes;
    while let Some(tag) = varint(&mut rest) {
        let field = match tag & 7 {
            0 => varint(&mut rest).map(Field::Number),
            1 => rest.split_at_checked(8).map(|(_, after)| {
                rest = after;
                Field::Other
            }),
            2 => varint(&mut rest).and_then(|length| {
                let (value, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
                rest = after;
                Some(Field::Bytes(value))
            }),
            5 => rest.split_at_checked(4).map(|(_, after)| {
                rest = after;
                Field::Other
            }),
            _ => None,
        };
        let Some(field) = field else { break };
        fields.push((tag >> 3, field));
    }
    fields
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read_as_far_as_they_go() {
        assert_eq!(message(b"\x08\x01\x1a\x02ab"), [(1, Field::Number(1)), (3, Field::Bytes(b"ab"))]);
        assert_eq!(message(b"\x08\x01\x1a\xff\xff\xff\xff\xff\xff\xff\xff\x7fab"), [(1, Field::Number(1))]);
        assert_eq!(message(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), []);
    }
}
