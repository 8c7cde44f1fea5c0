//! Private notes asked for by name: every call gives the answer for what does not exist.

use std::os::unix::fs::symlink;

use memento::Error;
use memento::notes::{Draft, ListQuery, PublicVault};

use crate::home::{Home, assert_clean, by_name, everything, note, public_note, told};

const ABSENT: &str = "n0wh3r3";

/// What somebody might call a private note. `HOME` stands for the home directory.
const NAMES: &[(&str, &str)] = &[
    ("its ID", "s3cr3t"),
    ("its ID in capitals", "S3CR3T"),
    ("its ID between blanks", " s3cr3t "),
    ("its ID with a NUL", "s3cr3t\0"),
    ("its ID with a line break", "s3cr3t\n"),
    ("its ID, percent-encoded", "%733cr3t"),
    ("its ID in wide letters", "ｓ３ｃｒ３ｔ"),
    ("a pattern of its ID", "s3cr3_"),
    ("another pattern of its ID", "s3cr3%"),
    ("a glob of its ID", "s3cr3*"),
    ("a link to its ID", "[[id:s3cr3t]]"),
    ("a type and its ID", "id:s3cr3t"),
    ("its title", "Canary title"),
    ("its title in small letters", "canary title"),
    ("its title in capitals", "CANARY TITLE"),
    ("its title with other blanks", "Canary\u{a0} title"),
    ("its title decomposed", "Canary caf\u{65}\u{301}"),
    ("its title by roam", "roam:Canary title"),
    ("its alias", "Canary alias"),
    ("its ref", "https://example.org/canary"),
    ("its ref without a scheme", "//example.org/canary"),
    ("its citation key", "@canary2020"),
    ("its file", "s3cr3t-plan.org"),
    ("its file without an end", "s3cr3t-plan"),
    ("its file by ./", "./s3cr3t-plan.org"),
    ("its file by ..", "sub/../s3cr3t-plan.org"),
    ("its file by its whole path", "HOME/notes/s3cr3t-plan.org"),
    ("its file by ~", "~/notes/s3cr3t-plan.org"),
    ("its file as a link", "file:s3cr3t-plan.org"),
    ("a file outside", "../s3cr3t-outside.org"),
    ("the ID of a note outside", "s3cr3t-outside"),
    ("a link to outside", "away.org"),
    ("a directory's link to outside", "away/s3cr3t-outside.org"),
    ("the ID of a hidden file", "s3cr3t-dot"),
    ("the ID of a private heading in a public file", "s3cr3t-inner"),
    ("the title of that heading", "Canary inner"),
    ("a heading below it", "s3cr3t-deep"),
    ("the file of a public heading", "s3cr3t-diary"),
    ("its title too", "Canary diary"),
    ("a heading with PUBLIC and PRIVATE", "s3cr3t-both"),
    ("a note that says no by its property", "s3cr3t-no"),
    ("a note whose mark is in a block", "s3cr3t-block"),
    ("a note whose mark is below a heading", "s3cr3t-below"),
    ("a note with the mark in small letters", "s3cr3t-small"),
    ("a note that is excluded", "s3cr3t-excluded"),
    ("an expression of the database", "' OR 1=1 --"),
    ("another one", "\" OR \"\"=\""),
    ("everything", "%"),
    ("no name", ""),
    (
        "a long name",
        "s3cr3t s3cr3t s3cr3t s3cr3t s3cr3t s3cr3t s3cr3t s3cr3t s3cr3t s3cr3t s3cr3t s3cr3t s3cr3t s3cr3t s3cr3t",
    ),
];

pub(crate) fn home() -> Home {
    let secret = ":PROPERTIES:\n:ID: s3cr3t\n:ROAM_ALIASES: \"Canary alias\" \"Canary caf\u{e9}\"\n:ROAM_REFS: https://example.org/canary https://example.org/shared @canary2020\n:END:\n\
                  #+title: Canary title\n#+filetags: :canarytag:shut:\n\ncanary body, [[id:open][canary]], open text\n* Plan\ncanary\n";
    let open = "text, https://example.org/shared\n* Plan\ntext\n* Canary inner :PRIVATE:\n:PROPERTIES:\n:ID: s3cr3t-inner\n:END:\ncanary [[id:open]]\n** Canary deep\n:PROPERTIES:\n:ID: s3cr3t-deep\n:END:\ncanary\n*** Granted :PUBLIC:\n:PROPERTIES:\n:ID: granted\n:END:\ntext\n**** Canary last :PRIVATE:\ncanary\n***** Great :PUBLIC:\n:PROPERTIES:\n:ID: great\n:END:\ntext\n* Canary both :PUBLIC:PRIVATE:\n:PROPERTIES:\n:ID: s3cr3t-both\n:END:\ncanary\n";
    let diary = ":PROPERTIES:\n:ID: s3cr3t-diary\n:CATEGORY: canary\n:END:\n#+title: Canary diary\n#+filetags: :canarytag:\n\ncanary\n* Canary day :canarytag:\ncanary\n** Recipe :PUBLIC:food:\n:PROPERTIES:\n:ID: recipe\n:END:\ntext\n*** Canary price :PRIVATE:\ncanary\n*** Plan\ntext\n* Canary night\ncanary\n";
    let home = Home::with([
        ("open.org", public_note("open", "Open", open)),
        ("s3cr3t-plan.org", secret.to_owned()),
        ("2020-canary-diary.org", diary.to_owned()),
        (
            "no.org",
            note("s3cr3t-no", "Canary no", "canary")
                .replace(":END:", ":PUBLIC: No\n:END:")
                .replace("\n\n", "\n#+filetags: :PUBLIC:\n\n"),
        ),
        ("block.org", note("s3cr3t-block", "Canary block", "#+begin_src org\n#+filetags: :PUBLIC:\n#+end_src\ncanary")),
        (
            "below.org",
            note("s3cr3t-below", "Canary below", "canary\n* H\n#+filetags: :PUBLIC:\n:PROPERTIES:\n:PUBLIC: t\n:END:"),
        ),
        ("small.org", note("s3cr3t-small", "Canary small", "#+filetags: :public:\ncanary")),
        (
            "excluded.org",
            note("s3cr3t-excluded", "Canary excluded", "canary").replace(":END:", ":ROAM_EXCLUDE: t\n:END:"),
        ),
        (".hidden/x.org", public_note("s3cr3t-dot", "Canary dot", "canary")),
        ("sub/s3cr3t-sub.org", note("s3cr3t-sub", "Canary sub", "canary")),
        ("../s3cr3t-outside.org", public_note("s3cr3t-outside", "Canary outside", "canary")),
        ("shut.org.gpg", "canary".to_owned()),
        ("plain.txt", "canary".to_owned()),
    ]);
    symlink(home.path("s3cr3t-outside.org"), home.note("away.org")).unwrap();
    symlink(home.path(""), home.note("away")).unwrap();
    home
}

fn names(home: &Home) -> impl Iterator<Item = (&'static str, String)> {
    let dir = home.path("").display().to_string();
    NAMES.iter().map(move |(attempt, name)| (*attempt, name.replace("HOME/", &dir)))
}

#[test]
fn no_name_of_a_private_note_leads_anywhere() {
    let home = home();
    let vault = home.public();
    let before = home.files();
    let open = vault.get("open", None).unwrap().revision;
    for revision in ["", "0000000000000000", open.as_str()] {
        let absent = by_name(&vault, ABSENT, revision);
        assert!(absent.iter().all(|(_, said)| said.starts_with("not-found: ")), "{absent:?}");
        for (attempt, name) in names(&home) {
            for ((call, said), (_, absent)) in by_name(&vault, &name, revision).into_iter().zip(&absent) {
                assert_eq!(said, absent.replace(ABSENT, &name), "{attempt}, {call}");
            }
        }
    }
    assert!(NAMES.len() >= 50);
    assert_eq!(home.files(), before);
}

/// As a section of a public note, a tag of a list, the target of a link, they are not there either.
#[test]
fn nor_does_it_as_a_section_a_tag_or_a_target() {
    let home = home();
    let vault = home.public();
    let before = home.files();
    let revision = vault.get("open", None).unwrap().revision;
    let more = [
        "Canary day",
        "Canary day/Recipe",
        "Canary price",
        "Recipe/Canary price",
        "canarytag",
        "shut",
        "..",
        "/",
        "PRIVATE",
    ];
    let all: Vec<String> = names(&home).map(|(_, name)| name).chain(more.map(str::to_owned)).collect();
    for name in all.iter().filter(|name| !name.is_empty()) {
        for (call, of, section) in [("get", "open", name), ("get", "recipe", name)] {
            let absent = told(&vault.get(of, Some(ABSENT)));
            assert_eq!(told(&vault.get(of, Some(section))), absent.replace(ABSENT, name), "{call} {of} {section:?}");
        }
        let (found, total) = vault.list(&ListQuery { tags: vec![name.clone()], ..ListQuery::default() }).unwrap();
        assert!(found.is_empty() && total == 0, "{name:?}");
        let absent = told(&vault.link("open", &revision, None, ABSENT));
        assert_eq!(told(&vault.link("open", &revision, None, name)), absent.replace(ABSENT, name), "link to {name:?}");
    }
    assert_eq!(home.files(), before);
}

#[test]
fn what_is_listed_is_public_and_says_nothing_of_the_rest() {
    let home = home();
    let vault = home.public();
    assert_clean("everything", &everything(&vault));
    let listed = vault.list(&ListQuery::default()).unwrap();
    let ids: Vec<&str> = listed.0.iter().map(|node| node.id.as_str()).collect();
    assert_eq!((ids, listed.1), (vec!["granted", "great", "open", "recipe"], 4));
    let recipe = vault.get("recipe", None).unwrap().node;
    assert_eq!((recipe.level, recipe.path.len(), recipe.file), (1, 0, None));
    assert_eq!(recipe.tags, ["PUBLIC", "food"]);
    for (id, path) in [("granted", vec!["Open"]), ("great", vec!["Open", "Granted"])] {
        assert_eq!(vault.get(id, None).unwrap().node.path, path, "{id}");
    }
    let tags: Vec<(String, usize)> = vault.tags().unwrap().into_iter().map(|tag| (tag.tag, tag.notes)).collect();
    assert_eq!(tags, [("PUBLIC".to_owned(), 4), ("food".to_owned(), 1)]);
    for (offset, limit, shown) in [(0, 2, 2), (3, 10, 1), (4, 10, 0), (usize::MAX, usize::MAX, 0), (0, usize::MAX, 4)] {
        let page = vault.list(&ListQuery { offset, limit: Some(limit), ..ListQuery::default() }).unwrap();
        assert_eq!((page.0.len(), page.1), (shown, 4), "{offset} {limit}");
    }
    // A ref that it shares with a private note, and a private link to it, show nothing of that one.
    let links = vault.links("open").unwrap();
    assert_eq!((links.back.len(), links.reflinks.len(), links.forward.len()), (0, 0, 1));
}

/// The answer to a new note with the name of another one.
fn create(vault: &PublicVault, id: Option<&str>, title: &str, body: &str) -> memento::Result<memento::notes::Note> {
    vault.create(&Draft {
        id: id.map(str::to_owned),
        title: title.to_owned(),
        body: body.to_owned(),
        ..Draft::default()
    })
}

#[test]
fn a_new_note_neither_goes_over_a_private_one_nor_tells_it_from_a_public_one() {
    let home = home();
    let vault = home.public();
    let before = home.files();
    let taken = [
        "open",
        "granted",
        "s3cr3t",
        "s3cr3t-inner",
        "s3cr3t-deep",
        "s3cr3t-diary",
        "s3cr3t-both",
        "s3cr3t-no",
        "s3cr3t-sub",
    ];
    let mut said: Vec<String> = Vec::new();
    for id in taken {
        let as_id = create(&vault, Some(id), "New", "text");
        let below = create(&vault, None, "New", &format!("* H\n:PROPERTIES:\n:ID: {id}\n:END:\n"));
        let revision = vault.get("recipe", None).unwrap().revision;
        let heading = format!("* H\n:PROPERTIES:\n:ID: {id}\n:END:\n");
        let added = vault.append("recipe", &revision, None, &heading, memento::notes::Markup::Org);
        for result in [as_id, below, added] {
            assert!(matches!(result, Err(Error::Conflict(_))), "{id}");
            said.push(told(&result).replace(id, "ID"));
        }
    }
    assert!(said.iter().all(|answer| *answer == said[0]), "{said:#?}");
    assert_eq!(home.files(), before);
    // A title or a file's name is nobody's own: the new note has a file of its own.
    for title in [
        "Canary title",
        "Canary alias",
        "s3cr3t plan",
        "../s3cr3t-plan",
        "/etc/passwd",
        "s3cr3t-plan.org",
        "Canary diary",
    ] {
        let made = create(&vault, None, title, "text").unwrap();
        assert_eq!(made.node.title, title);
        assert!(home.note(made.node.file.as_deref().unwrap()).is_file());
        assert_eq!(vault.get(title, None).unwrap().node.id, made.node.id);
    }
    let after = home.files();
    assert!(before.iter().all(|(path, bytes)| after.get(path) == Some(bytes)));
    assert_eq!(after.len(), before.len() + 7);
}
