//! The tables of `index.db`.
//!
//! Two halves. What the person sees is in `file`, `node`, `name`, `link`, `problem` and `text`; what assistants see is in
//! the tables whose names start with `public_`, and the connection of [`PublicVault`](super::PublicVault) can read no
//! other: SQLite itself refuses (`sqlite3_set_authorizer`).

use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

/// The prefix of the tables that assistants' queries may read.
const PUBLIC: &str = "public_";

/// The columns of full text that have words.
pub(super) const WORDS: &str = "title alias tags body";

/// Full text: no copy of the text is kept, only its words. `cjk` has the pairs of neighbouring characters of scripts that
/// do not part words.
macro_rules! full_text {
    ($name:literal) => {
        concat!(
            "CREATE VIRTUAL TABLE ",
            $name,
            " USING fts5(title, alias, tags, body, cjk, content='', contentless_delete=1, ",
            "tokenize=\"unicode61 remove_diacritics 2\");\n",
            "INSERT INTO ",
            $name,
            "(",
            $name,
            ", rank) VALUES ('hashsize', 33554432);\n"
        )
    };
}

/// `index.db`, step by step.
pub(super) const MIGRATIONS: &[&str] = &[concat!(
    "
-- What the index was made of: another notes directory or another reader starts it afresh.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE file (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,        -- in the notes directory
  mtime INTEGER NOT NULL,           -- nanoseconds
  size INTEGER NOT NULL,
  inode INTEGER NOT NULL,
  hash BLOB NOT NULL,
  published INTEGER NOT NULL        -- whether its public half is up to date
);
CREATE INDEX file_unpublished ON file (id) WHERE published = 0;

CREATE TABLE node (
  rowid INTEGER PRIMARY KEY,
  file INTEGER NOT NULL,
  id TEXT NOT NULL,
  level INTEGER NOT NULL,
  line INTEGER NOT NULL,
  title TEXT NOT NULL,
  path TEXT NOT NULL,               -- lists are joined with U+001F
  todo TEXT,
  priority TEXT,
  tags TEXT NOT NULL,
  aliases TEXT NOT NULL,
  refs TEXT NOT NULL,
  access INTEGER NOT NULL           -- 1: public
);
CREATE INDEX node_id ON node (id);
CREATE INDEX node_file ON node (file);

-- Titles and aliases, folded, of public nodes.
CREATE TABLE name (name TEXT NOT NULL, file INTEGER NOT NULL);
CREATE INDEX name_name ON name (name);
CREATE INDEX name_file ON name (file);

CREATE TABLE link (
  file INTEGER NOT NULL,
  source INTEGER NOT NULL,          -- node.rowid
  kind TEXT NOT NULL,
  target TEXT NOT NULL,
  place INTEGER NOT NULL            -- byte in the file
);
CREATE INDEX link_target ON link (target);
CREATE INDEX link_file ON link (file);

CREATE TABLE problem (file INTEGER NOT NULL, line INTEGER NOT NULL, message TEXT NOT NULL);
CREATE INDEX problem_file ON problem (file);

-- What the public half of a file was made to hang on: names that were looked up, public or not.
CREATE TABLE need (file INTEGER NOT NULL, name TEXT NOT NULL);
CREATE INDEX need_name ON need (name);
CREATE INDEX need_file ON need (file);

CREATE TABLE public_node (
  rowid INTEGER PRIMARY KEY,
  source INTEGER NOT NULL,          -- file.id
  path TEXT NOT NULL,               -- where to read it; never shown
  id TEXT NOT NULL,
  level INTEGER NOT NULL,
  title TEXT NOT NULL,
  above TEXT NOT NULL,
  todo TEXT,
  priority TEXT,
  tags TEXT NOT NULL,
  aliases TEXT NOT NULL,
  refs TEXT NOT NULL,
  file TEXT,
  hash BLOB NOT NULL,               -- of what is shown
  changed INTEGER NOT NULL
);
CREATE INDEX public_node_id ON public_node (id);
CREATE INDEX public_node_source ON public_node (source);
CREATE TABLE public_name (name TEXT NOT NULL, node INTEGER NOT NULL);
CREATE INDEX public_name_name ON public_name (name);
CREATE INDEX public_name_node ON public_name (node);
CREATE TABLE public_link (node INTEGER NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL);
CREATE INDEX public_link_target ON public_link (target);
CREATE INDEX public_link_node ON public_link (node);
",
    full_text!("text"),
    full_text!("public_text"),
)];

/// Allows a connection to read the public tables and to do nothing else.
pub(super) fn restrict(db: &mut Connection) -> rusqlite::Result<()> {
    db.authorizer(Some(|context: AuthContext<'_>| match context.action {
        AuthAction::Select | AuthAction::Function { .. } | AuthAction::Recursive => Authorization::Allow,
        AuthAction::Read { table_name, .. } if table_name.starts_with(PUBLIC) => Authorization::Allow,
        // The full text module asks whether its tables have changed; transactions change nothing by themselves.
        AuthAction::Pragma { pragma_name: "data_version", .. } | AuthAction::Transaction { .. } => Authorization::Allow,
        _ => Authorization::Deny,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assistants_queries_reach_the_public_tables_and_nothing_else() {
        let mut db = Connection::open_in_memory().unwrap();
        MIGRATIONS.iter().for_each(|step| db.execute_batch(step).unwrap());
        db.execute("INSERT INTO public_text (rowid, title, body) VALUES (1, 'open', 'word')", []).unwrap();
        db.execute("INSERT INTO text (rowid, title, body) VALUES (1, 'closed', 'secret')", []).unwrap();
        restrict(&mut db).unwrap();
        let found: i64 = db
            .query_row("SELECT count(*) FROM public_text WHERE public_text MATCH 'word'", [], |row| row.get(0))
            .unwrap();
        assert_eq!(found, 1);
        db.prepare(
            "SELECT id, bm25(public_text) FROM public_text JOIN public_node ON source = 1 WHERE public_text MATCH 'a'",
        )
        .unwrap();
        for table in [
            "node",
            "name",
            "file",
            "link",
            "problem",
            "need",
            "meta",
            "text",
            "text_content",
            "text_data",
            "sqlite_schema",
        ] {
            for sql in [
                format!("SELECT * FROM {table}"),
                format!("SELECT count(*) FROM {table}"),
                format!("SELECT 1 FROM public_node WHERE EXISTS (SELECT 1 FROM {table})"),
                format!("SELECT 1 FROM public_node UNION SELECT 1 FROM {table}"),
            ] {
                let denied = db.prepare(&sql).and_then(|mut query| query.query_row([], |row| row.get::<_, i64>(0)));
                assert!(!matches!(denied, Ok(_) | Err(rusqlite::Error::QueryReturnedNoRows)), "{sql}: {denied:?}");
            }
        }
        for sql in [
            "SELECT rowid FROM text WHERE text MATCH 'secret'",
            "SELECT * FROM public_text WHERE public_text MATCH (SELECT title FROM node)",
            "INSERT INTO public_name VALUES ('a', 1)",
            "DELETE FROM public_node",
            "DROP TABLE public_node",
            "ATTACH 'other.db' AS other",
            "PRAGMA writable_schema = 1",
            "PRAGMA table_info(node)",
            "CREATE TEMP TABLE t (a)",
        ] {
            assert!(db.execute_batch(sql).is_err(), "{sql}");
        }
    }
}
