//! Random vaults and random calls. What is private is computed from how the vault was made, not from how it is read.

use memento::notes::{Draft, ListQuery, Markup, PublicVault};
use proptest::prelude::*;

use crate::home::{Home, told};

/// The mark of a heading, or of a file.
#[derive(Debug, Clone, Copy)]
enum Mark {
    None,
    Public,
    Private,
    Yes,
    No,
    Both,
}

#[derive(Debug, Clone)]
struct Heading {
    depth: usize,
    mark: Mark,
    has_id: bool,
    pieces: Vec<(usize, usize)>,
}

#[derive(Debug, Clone)]
struct File {
    mark: Mark,
    has_id: bool,
    pieces: Vec<(usize, usize)>,
    headings: Vec<Heading>,
}

fn mark() -> impl Strategy<Value = Mark> {
    prop::sample::select(vec![
        Mark::None,
        Mark::None,
        Mark::Public,
        Mark::Public,
        Mark::Private,
        Mark::Yes,
        Mark::No,
        Mark::Both,
    ])
}

fn pieces() -> impl Strategy<Value = Vec<(usize, usize)>> {
    prop::collection::vec((0..PIECES.len(), 0..40_usize), 0..4)
}

fn heading() -> impl Strategy<Value = Heading> {
    (1..4_usize, mark(), prop::bool::weighted(0.7), pieces()).prop_map(|(depth, mark, has_id, pieces)| Heading {
        depth,
        mark,
        has_id,
        pieces,
    })
}

fn file() -> impl Strategy<Value = File> {
    (mark(), prop::bool::weighted(0.8), pieces(), prop::collection::vec(heading(), 0..7))
        .prop_map(|(mark, has_id, pieces, headings)| File { mark, has_id, pieces, headings })
}

/// What a text is made of. `TO` is the number of a place, `FILE` that of its file; a description is a canary where the
/// place that it leads to is private.
const PIECES: &[&str] = &[
    "WORD text\n",
    "[[id:id-TO][DESC]]\n",
    "see id:id-TO there\n",
    "<id:id-TO>\n",
    "[[roam:Title TO WORD-OF]]\n",
    "[[file:FILE.org][DESC-FILE]]\n",
    "# [[id:id-TO][DESC]]\n",
    "#+begin_src org\n[[id:id-TO][DESC]]\n#+end_src\n",
    "- item [[https://example.org][good [[id:id-TO][DESC]]]]\n",
    "| a | [[id:id-TO][DESC]] |\n",
    ":LOGBOOK:\n- [[id:id-TO][DESC]]\n:END:\n",
    "[[id:id-TO][DESC\nDESC]]\n",
    "#+include: \"FILE.org\"\n",
    "text[fn:1]\n",
    "#+begin_quote\nWORD\n#+end_quote\n",
];

/// A place: a file's own part, or a heading.
struct Place {
    file: usize,
    public: bool,
    has_id: bool,
}

fn own(mark: Mark) -> Option<bool> {
    match mark {
        Mark::None => None,
        Mark::Public | Mark::Yes => Some(true),
        Mark::Private | Mark::No | Mark::Both => Some(false),
    }
}

/// The places in the order of the text; the first of each file is its own part.
fn places(files: &[File]) -> Vec<Place> {
    let mut places = Vec::new();
    for (n, file) in files.iter().enumerate() {
        let of_file = own(file.mark).unwrap_or(false);
        places.push(Place { file: n, public: of_file, has_id: file.has_id });
        let mut above: Vec<(usize, bool)> = Vec::new();
        for heading in &file.headings {
            above.retain(|(depth, _)| *depth < heading.depth);
            let public = own(heading.mark).unwrap_or(above.last().map_or(of_file, |(_, public)| *public));
            above.push((heading.depth, public));
            places.push(Place { file: n, public, has_id: heading.has_id });
        }
    }
    places
}

/// The word of a place: a canary where it is private.
fn word(places: &[Place], at: usize) -> String {
    if places[at].public { format!("open{at}word") } else { format!("canary{at}word") }
}

fn drawer(places: &[Place], at: usize, mark: Mark) -> String {
    let word = word(places, at);
    let id = if places[at].has_id {
        format!(":ID: id-{at}\n:ROAM_ALIASES: \"Alias {word}\"\n:ROAM_REFS: https://{word}.org/\n")
    } else {
        String::new()
    };
    let says = match mark {
        Mark::Yes => ":PUBLIC: t\n",
        Mark::No => ":PUBLIC: no\n",
        _ => "",
    };
    format!(":PROPERTIES:\n{id}{says}:NOTE: {word}\n:END:\n")
}

fn tags(mark: Mark, word: &str) -> String {
    match mark {
        Mark::Public => format!(":PUBLIC:{word}:"),
        Mark::Private => format!(":PRIVATE:{word}:"),
        Mark::Both => format!(":PUBLIC:PRIVATE:{word}:"),
        _ => format!(":{word}:"),
    }
}

fn filled(places: &[Place], at: usize, pieces: &[(usize, usize)]) -> String {
    let mut out = format!("{} body\n", word(places, at));
    for (piece, to) in pieces {
        let to = to % places.len();
        let of_file = places.iter().position(|place| place.file == places[to].file).unwrap();
        // A place without an ID is nothing that a link could lead to.
        let open = |place: &Place| place.public && place.has_id;
        let description = |n: usize| if open(&places[n]) { "good".to_owned() } else { format!("canary{n}link") };
        out.push_str(
            &PIECES[*piece]
                .replace("WORD-OF", &word(places, to))
                .replace("DESC-FILE", &description(of_file))
                .replace("DESC", &description(to))
                .replace("WORD", &word(places, at))
                .replace("FILE", &format!("file-{of_file}-{}", word(places, of_file)))
                .replace("TO", &to.to_string()),
        );
    }
    out
}

/// The files with their names, and the private subtrees of each as they must stay.
fn vault_of(files: &[File], places: &[Place]) -> Vec<(String, String)> {
    let mut at = 0;
    let mut out = Vec::new();
    for file in files {
        let word = |at: usize| word(places, at);
        let name = format!("file-{at}-{}.org", word(at));
        let mut text = drawer(places, at, file.mark);
        text.push_str(&format!("#+title: Title {at} {}\n#+filetags: {}\n\n", word(at), tags(file.mark, &word(at))));
        text.push_str(&filled(places, at, &file.pieces));
        at += 1;
        for heading in &file.headings {
            text.push_str(&format!(
                "{} Title {at} {} {}\n",
                "*".repeat(heading.depth),
                word(at),
                tags(heading.mark, &word(at))
            ));
            text.push_str(&drawer(places, at, heading.mark));
            text.push_str(&filled(places, at, &heading.pieces));
            at += 1;
        }
        out.push((name, text));
    }
    out
}

/// A call, by number: what it is, whom it names, what it says.
fn call(
    vault: &PublicVault,
    home: &Home,
    places: &[Place],
    (kind, at, how): (usize, usize, usize),
) -> (String, String) {
    let at = at % places.len();
    let word = word(places, at);
    let name = match how % 7 {
        0 | 1 => format!("id-{at}"),
        2 => format!("Title {at} {word}"),
        3 => format!("Alias {word}"),
        4 => word.clone(),
        5 => format!("file-{at}-{word}.org"),
        _ => format!("https://{word}.org/"),
    };
    let revision = || vault.get(&name, None).map_or_else(|_| "0".to_owned(), |note| note.revision);
    let section = (how % 3 == 1).then(|| format!("Title {} {}", at + 1, self::word(places, (at + 1) % places.len())));
    let section = section.as_deref();
    let text = ["more", "* Heading\nmore", "first\n[[id:id-0]]", "#+filetags: :PUBLIC:", "#+begin_src\n"][how % 5];
    let out = match kind % 14 {
        0 => told(&vault.get(&name, section)),
        1 => told(&vault.links(&name)),
        2 => told(&vault.search(&name, how)),
        3 => told(&vault.search(&format!("{}*", &word[..3]), 500)),
        4 => told(&vault.list(&ListQuery { tags: vec![word.clone()], ..ListQuery::default() })),
        5 => told(&vault.list(&ListQuery { recent: true, offset: how, ..ListQuery::default() })),
        6 => told(&vault.tags()),
        7 => told(&vault.append(&name, &revision(), section, text, Markup::Org)),
        8 => told(&vault.replace(&name, &revision(), section, text, Markup::Org)),
        9 => told(&vault.rename(&name, &revision(), &format!("New {how}"))),
        10 => told(&vault.set_tags(&name, &revision(), &[format!("tag{how}")])),
        11 => told(&vault.link(&name, &revision(), None, &format!("id-{}", how % places.len()))),
        12 => {
            let id = places[at].has_id.then(|| format!("id-{at}"));
            told(&vault.create(&Draft { id, title: "New".to_owned(), body: text.to_owned(), ..Draft::default() }))
        }
        _ => told(&vault.search("body text good", 500)) + &told(&memento::Result::Ok(home.path("").exists())),
    };
    // What was asked for comes back in errors.
    let mut asked = vec![name, word];
    asked.extend(section.map(str::to_owned));
    (asked.iter().fold(out, |out, asked| out.replace(asked.as_str(), "ASKED")), format!("{kind} {at} {how}"))
}

/// The private subtrees, and the whole files where nothing is public, as the generator has written them.
fn private_parts(files: &[(String, String)], places: &[Place], shapes: &[File]) -> Vec<(String, String)> {
    let mut at = 0;
    let mut parts = Vec::new();
    for ((name, text), shape) in files.iter().zip(shapes) {
        let starts: Vec<usize> = text
            .match_indices('\n')
            .map(|(newline, _)| newline + 1)
            .filter(|&start| text[start..].starts_with('*'))
            .chain([text.len()])
            .collect();
        assert_eq!(starts.len(), shape.headings.len() + 1);
        if !places[at].public {
            parts.push((name.clone(), text[..starts[0]].to_owned()));
        }
        for n in 0..shape.headings.len() {
            if !places[at + 1 + n].public {
                parts.push((name.clone(), text[starts[n]..starts[n + 1]].to_owned()));
            }
        }
        at += 1 + shape.headings.len();
    }
    parts
}

proptest! {
    // A failure prints its input; nothing is written beside the source.
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn no_canary_comes_out_and_no_private_byte_changes(
        files in prop::collection::vec(file(), 1..5),
        calls in prop::collection::vec((0..14_usize, 0..40_usize, 0..1000_usize), 60..90),
    ) {
        let places = places(&files);
        let written = vault_of(&files, &places);
        let home = Home::with(written.clone());
        let vault = home.public();
        let parts = private_parts(&written, &places, &files);
        let listed = vault.list(&ListQuery::default()).unwrap();
        let open = places.iter().filter(|place| place.public && place.has_id).count();
        prop_assert_eq!((listed.0.len(), listed.1), (open, open), "{:#?}", written);
        let shown = crate::home::everything(&vault);
        prop_assert!(!shown.contains("canary"), "{:#?}\n{}", written, shown);
        for one in calls {
            let (out, call) = call(&vault, &home, &places, one);
            prop_assert!(!out.contains("canary"), "{call}: {out}\n{:#?}", written);
            for (name, part) in &parts {
                let now = home.read(name);
                prop_assert!(now.contains(part.trim_end_matches('\n')), "{call}: {name} lost {part:?}:\n{now}");
            }
        }
        let shown = crate::home::everything(&vault);
        prop_assert!(!shown.contains("canary"), "{:#?}\n{}", written, shown);
    }
}
