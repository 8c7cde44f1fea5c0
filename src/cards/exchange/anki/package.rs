//! The ZIP archive: which collection is in it, and out of it into a file of its own that SQLite can read.

use std::io::{Cursor, Read, Write};

use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;
use zip::ZipArchive;

/// No collection is larger when it is unpacked: what claims to be is a bomb.
const LARGEST: u64 = 1 << 30;
/// How many steps SQLite may take for one statement, in thousands of instructions; reading a million cards takes a tenth.
const STEPS: i32 = 2_000_000;

/// The names that collections go by, the newest form first: with it lies an old one that only says that Anki is too old.
const NAMES: [(&str, bool); 3] = [("collection.anki21b", true), ("collection.anki21", false), ("collection.anki2", false)];

/// An opened package. The file goes with it.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) db: Connection,
    _dir: TempDir,
}

/// Opens the collection of a package.
pub(super) fn open(bytes: &[u8]) -> Result<Opened, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| {
        format!("it is no package of Anki's: {error}: export it from Anki with File, Export, as .apkg or .colpkg")
    })?;
    let (name, packed) = NAMES
        .into_iter()
        .find(|(name, _)| archive.index_for_name(name).is_some())
        .ok_or("it is no package of Anki's: there is no collection in it")?;
    let torn = |error: &dyn std::fmt::Display| format!("{name} in it is damaged: {error}: export it from Anki anew");
    let entry = archive.by_name(name).map_err(|error| torn(&error))?;
    let dir = TempDir::with_prefix("memento-anki-").map_err(|error| format!("no room for what is in it: {error}"))?;
    let path = dir.path().join("collection.db");
    let mut file = std::fs::File::create(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let copied = if packed {
        let mut decoder = ruzstd::decoding::StreamingDecoder::new(entry).map_err(|error| torn(&error))?;
        copy(&mut decoder, &mut file)
    } else {
        let mut entry = entry;
        copy(&mut entry, &mut file)
    };
    copied.map_err(|error| torn(&error))?;
    drop(file);
    let db = sqlite(&path).map_err(|error| torn(&error))?;
    Ok(Opened { db, _dir: dir })
}

fn copy(from: &mut dyn Read, to: &mut dyn Write) -> std::io::Result<()> {
    let copied = std::io::copy(&mut from.take(LARGEST + 1), to)?;
    if copied > LARGEST {
        return Err(std::io::Error::other("it is larger than 1 GiB"));
    }
    Ok(())
}

/// Opens a database that anybody may have written: it is only read, and for so long.
fn sqlite(path: &std::path::Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(path, flags)?;
    db.pragma_update(None, "trusted_schema", false)?;
    // Names of decks and fields are sorted without regard to case; nothing here depends on how.
    db.create_collation("unicase", |a, b| a.to_lowercase().cmp(&b.to_lowercase()))?;
    let mut steps = 0;
    db.progress_handler(
        1_000,
        Some(move || {
            steps += 1;
            steps > STEPS
        }),
    )?;
    // A table that is none could run anything.
    for table in ["col", "notes", "cards", "revlog"] {
        let sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?1 AND sql NOT LIKE 'CREATE VIRTUAL%'";
        db.query_row(sql, [table], |_| Ok(())).map_err(|error| match error {
            rusqlite::Error::QueryReturnedNoRows => rusqlite::Error::InvalidParameterName(format!("it has no table {table}")),
            other => other,
        })?;
    }
    Ok(db)
}
