//! Private notes searched for: nothing is found, and nothing that is found, counted or put in order hangs on them.

use memento::notes::{Found, PublicNode, PublicVault};

use crate::home::{Home, assert_clean, note, public_note, told};

/// Queries that would find something private.
const QUERIES: &[(&str, &str)] = &[
    ("a word", "canary"),
    ("a word in capitals", "CANARY"),
    ("a word with an accent", "canáry"),
    ("a word in wide letters", "ｃａｎａｒｙ"),
    ("a prefix", "cana*"),
    ("a letter", "s3*"),
    ("a phrase", "\"canary body\""),
    ("a phrase with a prefix", "\"canary bo\"*"),
    ("a phrase over a public and a private word", "\"text canary\""),
    ("words of both", "text canary"),
    ("a word and not another", "canary -nothing"),
    ("an operator", "nothing OR canary"),
    ("another operator", "canary AND canary"),
    ("a third", "canary NOT nothing"),
    ("nearness", "NEAR(canary body, 5)"),
    ("a column", "title:canary"),
    ("a column and a blank", "body : canary"),
    ("columns", "{title alias tags body cjk} : canary"),
    ("all but a column", "-{title} : canary"),
    ("the start of a column", "^canary"),
    ("a quote that stays open", "\"canary"),
    ("quotes", "\"\"canary\"\""),
    ("a quote's end of an expression", "\" OR body : canary OR \""),
    ("an end of an expression", "canary) OR (text"),
    ("a NUL", "canary\0"),
    ("a plus", "canary + body"),
    ("the table", "public_text : canary"),
    ("the other table", "text : canary"),
    ("a function", "rank canary"),
    ("an ID", "s3cr3t"),
    ("a title", "\"canary title\""),
    ("an alias", "Canaryalias"),
    ("a tag", "canarytag"),
    ("a ref", "canary2020"),
    ("a property", "canaryvalue"),
    ("a file's name", "s3cr3t-plan"),
    ("a private heading", "\"canary heading\""),
    ("a link's description", "\"canary description\""),
    ("words of a language without blanks", "秘密"),
    ("a letter of it", "密"),
];

const LIMITS: [usize; 5] = [0, 1, 20, 501, usize::MAX];

fn open(n: usize, body: &str) -> (String, String) {
    (format!("open-{n}.org"), public_note(&format!("open-{n}"), &format!("Open {n}"), body))
}

fn public() -> Vec<(String, String)> {
    vec![
        open(1, "text one, a [[id:s3cr3t][canary description]] and more text"),
        open(2, "rare text with many other words that make it long, longer and longer still"),
        open(3, "rare rare words\n* Canary heading :PRIVATE:\ncanary body 秘密 rare text\n* More\ntext"),
        open(4, "text 公開 text text"),
    ]
}

fn private(n: usize) -> (String, String) {
    let body =
        "canary body 秘密 rare text\nrare rare rare text one text 公開 [[id:open-1][canary]]\n* Canary heading\nlong "
            .to_owned();
    let drawer = ":ROAM_ALIASES: Canaryalias rare\n:ROAM_REFS: @canary2020\n:CANARY: canaryvalue\n:END:";
    let text =
        note(&format!("s3cr3t-{n}"), "Canary title", &(body + &"rare words ".repeat(n))).replace(":END:", drawer);
    (format!("s3cr3t-plan-{n}.org"), text.replace("\n\n", "\n#+filetags: :canarytag:rare:\n\n"))
}

fn homes() -> (Home, Home) {
    (Home::with(public()), Home::with(public().into_iter().chain((0..30).map(private))))
}

/// As it is but for the time of the files.
fn plain(found: memento::Result<Found<PublicNode>>) -> String {
    let mut found = found;
    found.iter_mut().flat_map(|found| &mut found.hits).for_each(|hit| hit.node.changed = 0);
    told(&found)
}

fn same(attempt: &str, bare: &PublicVault, full: &PublicVault) {
    for (name, query) in QUERIES {
        for limit in LIMITS {
            let found = full.search(query, limit);
            let nothing = plain(bare.search(query, limit));
            assert_eq!(plain(full.search(query, limit)), nothing, "{attempt}, {name}: {query}");
            if let Ok(found) = found {
                assert_clean(name, &serde_json::to_string(&found.hits).unwrap());
                assert!(found.hits.len() <= found.total, "{name}");
            }
        }
    }
    for query in
        ["rare", "text", "rare text", "open rare", "words*", "公開", "rare -long", "\"rare words\"", "long", "text one"]
    {
        assert_eq!(plain(full.search(query, 500)), plain(bare.search(query, 500)), "{attempt}: {query}");
    }
}

#[test]
fn no_query_finds_counts_or_orders_by_what_is_private() {
    assert_eq!(QUERIES.len(), 40);
    let (bare, full) = homes();
    same("at first", &bare.public(), &full.public());
}

/// Weights of words come from statistics of all texts: those of a text that was public once must be gone with it.
#[test]
fn notes_that_were_public_and_are_private_now_leave_no_statistics() {
    let (bare, full) = homes();
    let (bare_vault, full_vault) = (bare.public(), full.public());
    for n in 0..30 {
        let (name, text) = private(n);
        full.write(&name, text.replace(":canarytag:", ":canarytag:PUBLIC:"));
    }
    assert!(full_vault.search("canary", 500).unwrap().total >= 30);
    for n in 0..30 {
        let (name, text) = private(n);
        full.write(&name, text);
    }
    same("afterwards", &bare_vault, &full_vault);
    for (name, _) in (0..30).map(private) {
        std::fs::remove_file(full.note(&name)).unwrap();
    }
    same("removed", &bare_vault, &full_vault);
}

/// The weights themselves, as SQLite computes them for what assistants search.
#[test]
fn the_weights_of_public_notes_are_the_same_to_the_last_bit() {
    let (bare, full) = homes();
    let weights = |home: &Home| {
        home.public().search("text", 5).unwrap();
        let db = rusqlite::Connection::open(home.path("data/index.db")).unwrap();
        let sql = "SELECT n.id, bm25(public_text, 10, 6, 4, 1, 1) FROM public_text JOIN public_node AS n \
                   ON n.rowid = public_text.rowid WHERE public_text MATCH ?1 ORDER BY n.id";
        let mut query = db.prepare(sql).unwrap();
        let mut all = Vec::new();
        for words in ["rare", "text", "words", "open AND text", "long*"] {
            let rows = query.query_map([words], |row| Ok((row.get::<_, String>(0)?, row.get::<_, f64>(1)?.to_bits())));
            all.extend(rows.unwrap().map(|row| row.unwrap()));
        }
        all
    };
    let of_bare = weights(&bare);
    assert!(of_bare.len() > 8);
    assert_eq!(weights(&full), of_bare);
    for (name, text) in (0..30).map(private) {
        full.write(&name, text.replace(":canarytag:", ":PUBLIC:"));
    }
    assert_ne!(weights(&full), of_bare);
    for (name, text) in (0..30).map(private) {
        full.write(&name, text);
    }
    assert_eq!(weights(&full), of_bare);
}

/// All that the full text of assistants has of a private note would be in its vocabulary.
#[test]
fn no_private_word_is_in_the_full_text_that_assistants_search() {
    let (_, full) = homes();
    let words = |home: &Home| {
        home.public().search("text", 5).unwrap();
        let db = rusqlite::Connection::open(home.path("data/index.db")).unwrap();
        db.execute_batch("CREATE VIRTUAL TABLE temp.v USING fts5vocab(main, public_text, row)").unwrap();
        let mut query = db.prepare("SELECT term FROM temp.v").unwrap();
        query.query_map([], |row| row.get::<_, String>(0)).unwrap().map(|row| row.unwrap()).collect::<Vec<_>>()
    };
    let found = words(&full);
    assert!(found.iter().any(|word| word == "rare"));
    assert_clean("the words", &found.join(" "));
    assert!(!found.iter().any(|word| word.contains('密')), "{found:?}");
}
