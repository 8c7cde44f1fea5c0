//! Emacs's org-element and [`memento::org`] read the same files; what they see in them is the same, but for [`ALLOWED`].
//!
//! The files are those of `tests/data/org`, and those of `../shared/corpora` (or `$MEMENTO_CORPORA`) where there are any.
//! `$EMACS` names another Emacs.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that panics has said so, and its files are its own"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use memento::org::{LinkKind, Outline};
use serde_json::{Value, json};

/// A headline, or what is before the first one, that the two may read differently.
struct Allowed {
    /// How Org's version starts.
    org: &'static str,
    /// The end of the file's name.
    file: &'static str,
    line: usize,
    field: &'static str,
    reason: &'static str,
}

const fn allowed(org: &'static str, at: (&'static str, usize), field: &'static str, reason: &'static str) -> Allowed {
    Allowed { org, file: at.0, line: at.1, field, reason }
}

const ALLOWED: &[Allowed] = &[
    allowed("9.5", ("/headlines.org", 10), "title", "before 9.7 a title could not be empty before tags"),
    allowed("9.5", ("/headlines.org", 10), "tags", "before 9.7 a title could not be empty before tags"),
    allowed("9.5", ("/keywords.org", 15), "title", "before 9.7 a keyword needed a blank behind it"),
    allowed("9.5", ("/keywords.org", 15), "todo", "before 9.7 a keyword needed a blank behind it"),
    allowed("9.5", ("/no_newline_headline.org", 2), "title", "before 9.7 a keyword needed a blank behind it"),
    allowed("9.5", ("/no_newline_headline.org", 2), "todo", "before 9.7 a keyword needed a blank behind it"),
    allowed("9.5", ("/keywords.org", 25), "title", "before 9.7 COMMENT needed nothing behind it"),
    allowed("9.5", ("/keywords.org", 25), "comment", "before 9.7 COMMENT needed nothing behind it"),
    allowed("9.5", ("/links_later.org", 1), "links", "9.7 knows [] and <> in plain links, and =...= over many lines"),
    allowed("9", ("/headlines.org", 14), "tags", "an empty tag (::) is none, as for org-get-tags"),
    allowed("9.7", ("/headlines.org", 12), "title", "tags need a blank before them, as for org-get-tags"),
    allowed("9.7", ("/headlines.org", 12), "tags", "tags need a blank before them, as for org-get-tags"),
    allowed("9.7", ("/headlines.org", 25), "title", "tags need a blank before them, as for org-get-tags"),
    allowed("9.7", ("/headlines.org", 25), "tags", "tags need a blank before them, as for org-get-tags"),
    allowed(
        "9.7",
        ("/blank_before_drawer.org", 1),
        "properties",
        "the file's drawer is at the top, as for org-entry-get",
    ),
];

#[test]
fn org_element_and_scan_agree() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpora = std::env::var_os("MEMENTO_CORPORA").map_or_else(|| root.join("../shared/corpora"), PathBuf::from);
    let mut files = Vec::new();
    org_files(&root.join("tests/data/org"), &mut files);
    assert!(!files.is_empty());
    org_files(&corpora, &mut files);

    let (said, emacs, org) = ask_org(&files);
    let mut said = said.into_iter().peekable();
    let mut differences = Vec::new();
    let mut used = vec![false; ALLOWED.len()];
    let mut headlines = 0;
    for file in &files {
        let bytes = fs::read(file).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        for (place, ours) in seen(&text) {
            headlines += 1;
            let theirs = said.next().unwrap_or(Value::Null);
            for (field, our) in ours.as_object().unwrap() {
                let their = &theirs[field];
                if our == their {
                    continue;
                }
                let name = file.display().to_string();
                let known = ALLOWED.iter().position(|known| {
                    org.starts_with(known.org)
                        && name.ends_with(known.file)
                        && known.line == place
                        && known.field == field
                });
                match known {
                    Some(i) => used[i] = true,
                    None => differences.push(format!("{name}:{place}: {field}\n  org:  {their}\n  ours: {our}")),
                }
            }
        }
        while said.peek().is_some_and(|next| next.get("file").is_none()) {
            differences.push(format!("{}: a headline more: {}", file.display(), said.next().unwrap()));
        }
    }
    println!("{headlines} headlines and files in {} files, {emacs}", files.len());
    let count = differences.len();
    differences.truncate(40);
    assert!(differences.is_empty(), "{emacs}: {count} differences\n{}", differences.join("\n"));
    for (known, used) in ALLOWED.iter().zip(used) {
        let (file, line, field, reason) = (known.file, known.line, known.field, known.reason);
        assert!(used || !org.starts_with(known.org), "strike from the list: {file}:{line}: {field}: {reason}");
    }
}

/// All files below `dir` whose names end with `.org`, in a fixed order.
fn org_files(dir: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            org_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "org") {
            files.push(path.canonicalize().unwrap());
        }
    }
}

/// What org-element says, the versions of Emacs and Org in words, and that of Org. No person's Emacs is configured or touched.
fn ask_org(files: &[PathBuf]) -> (Vec<Value>, String, String) {
    let temp = tempfile::tempdir().unwrap();
    let (list, output) = (temp.path().join("list"), temp.path().join("output"));
    let names: Vec<_> = files.iter().map(|file| file.to_str().unwrap()).collect();
    fs::write(&list, names.join("\n")).unwrap();
    let emacs = std::env::var("EMACS").unwrap_or_else(|_| "emacs".into());
    let status = Command::new(&emacs)
        .args(["-Q", "--batch", "-l"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/org_oracle.el"))
        .args([&list, &output])
        .env("HOME", temp.path())
        .env_remove("XDG_CONFIG_HOME")
        .status()
        .unwrap_or_else(|error| panic!("{emacs}: {error}; install emacs-nox or set EMACS"));
    assert!(status.success(), "{emacs}: {status}");
    let mut said: Vec<Value> =
        fs::read_to_string(&output).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let version = said.pop().unwrap();
    let [emacs, org] = ["emacs", "version"].map(|key| version[key].as_str().unwrap().to_owned());
    (said, format!("Emacs {emacs}, Org {org}"), org)
}

/// What the scan sees in the file and in each headline, with the line of each.
fn seen(text: &str) -> Vec<(usize, Value)> {
    let outline = Outline::scan(text);
    let links = |span: std::ops::Range<usize>| -> Vec<_> {
        let links = outline.links(span).into_iter().map(|link| {
            let kind = match link.kind {
                LinkKind::Bracket => "bracket",
                LinkKind::Angle => "angle",
                LinkKind::Plain => "plain",
            };
            let described = link.description.map(|span| lf(&text[span]));
            json!([kind, lf(&text[link.span]), described])
        });
        links.collect()
    };
    let drawer = outline.file_drawer().map_or(&[][..], |drawer| &drawer.properties);
    let properties: Vec<_> =
        drawer.iter().map(|p| property(&text[p.key.clone()], &text[p.value.clone()], p.append)).collect();
    let mut all = vec![(1, json!({ "properties": properties, "links": links(outline.preamble()) }))];
    for (i, headline) in outline.headlines().iter().enumerate() {
        let properties: Vec<_> =
            outline.properties(i).map(|(key, value, append)| property(key, value, append)).collect();
        let tags: Vec<_> = outline.tags(i).collect();
        let planning = ["CLOSED", "DEADLINE", "SCHEDULED"].map(|word| outline.planning(i, word));
        all.push((
            outline.line_of(headline.line.start),
            json!({
                "level": headline.level,
                "todo": outline.todo(i),
                "done": headline.done,
                "priority": headline.priority.map(String::from),
                "title": outline.title(i),
                "comment": headline.comment,
                "tags": tags,
                "planning": planning,
                "properties": properties,
                "links": links(outline.entry(i)),
            }),
        ));
    }
    all
}

fn property(key: &str, value: &str, append: bool) -> Value {
    json!([format!("{key}{}", if append { "+" } else { "" }), value])
}

/// As Emacs has it in its buffer.
fn lf(text: &str) -> String {
    text.replace("\r\n", "\n")
}
