//! org-roam and [`memento::notes::read`] read the same files; what they see in them is the same, but for [`ALLOWED`],
//! and for the places of some links and headlines, which org-roam 2.2 has wrong (see `seen` and `in_value`).
//!
//! The files are those of `tests/data/roam`, and those of `../shared/corpora` (or `$MEMENTO_CORPORA`) where there are any.
//! `$EMACS` names another Emacs.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that panics has said so, and its files are its own"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use memento::notes::{RawLink, read};
use memento::org::Outline;
use serde_json::{Value, json};

/// What the two may read differently in a file.
struct Allowed {
    file: &'static str,
    table: &'static str,
    reason: &'static str,
}

const fn allowed(file: &'static str, table: &'static str, reason: &'static str) -> Allowed {
    Allowed { file, table, reason }
}

const ALLOWED: &[Allowed] = &[
    allowed("/pengMathBERTPreTrainedModel2021.org", "links", "ROAM_REFS+ is a ref too, and no link to itself"),
    allowed("/refs_appended_url.org", "links", "ROAM_REFS+ is a ref too, and no link to itself"),
    allowed("/aliases_unbalanced.org", "title", "org-roam drops a file with a quote too few, we report the drawer"),
    allowed("/aliases_unbalanced.org", "nodes", "org-roam drops a file with a quote too few, we report the drawer"),
    allowed("/aliases_unbalanced.org", "links", "org-roam drops a file with a quote too few, we report the drawer"),
    allowed("/refs_unbalanced.org", "title", "org-roam drops a file with a quote too few, we report the drawer"),
    allowed("/refs_unbalanced.org", "nodes", "org-roam drops a file with a quote too few, we report the drawer"),
    allowed("/headline_empty_link.org", "title", "org-roam drops a file with a link below a node without title"),
    allowed("/headline_empty_link.org", "nodes", "org-roam drops a file with a link below a node without title"),
    allowed("/duplicate_in_file.org", "nodes", "of two nodes with one ID org-roam keeps the first, we keep both"),
    allowed("/filetags_empty_part.org", "tags", "an empty tag is none"),
    allowed("/links_after_first_headline.org", "links", "org-roam takes a headline on the first line for the file"),
    allowed("/links_swallowed.org", "links", "a stray [[ hides from org-roam what comes before the next ]]"),
    allowed("/links_caption_comment.org", "links", "a comment is one below a caption too, where Org reads it as text"),
    allowed("/links_search.org", "links", "later versions cut ::search off an ID too"),
    allowed("/refs_at.org", "refs", "@ alone is no key"),
    allowed("/refs_blank.org", "refs", "later versions keep blanks in a quoted URL"),
    allowed("/refs_host.org", "refs", "later versions have the host in lower case"),
    allowed("/setupfile.org", "title", "#+setupfile is not followed: a note's meaning hangs on its own text"),
    allowed("/setupfile.org", "tags", "#+setupfile is not followed: a note's meaning hangs on its own text"),
    allowed("/tab_after_key.org", "nodes", "before Org 9.7 a tab behind a key broke the drawer"),
    allowed("/tab_before_title.org", "nodes", "blanks at either end are not of the title"),
    allowed("/title_empty.org", "title", "an empty #+title is none"),
    allowed("/title_empty.org", "nodes", "an empty #+title is none"),
    allowed("/title_twice.org", "title", "later versions join all titles"),
    allowed("/title_twice.org", "nodes", "later versions join all titles"),
];

#[test]
fn org_roam_and_read_agree() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpora = std::env::var_os("MEMENTO_CORPORA").map_or_else(|| root.join("../shared/corpora"), PathBuf::from);
    let temp = tempfile::tempdir().unwrap();
    let notes = temp.path().join("notes");
    copy(&root.join("tests/data/roam"), &notes.join("roam"));
    let cases = fs::read_dir(notes.join("roam")).unwrap().count();
    assert!(cases >= 60, "{cases} files in tests/data/roam");
    copy(&corpora, &notes.join("corpora"));

    let (said, version) = ask_org_roam(temp.path(), &notes);
    let mut differences = Vec::new();
    let mut used = vec![false; ALLOWED.len()];
    let (mut nodes, mut links) = (0, 0);
    for theirs in &said {
        let file = theirs["file"].as_str().unwrap();
        let ours = seen(&fs::read_to_string(notes.join(file)).unwrap(), file.strip_suffix(".org").unwrap());
        nodes += ours["nodes"].as_array().unwrap().len();
        links += ours["links"].as_array().unwrap().len();
        for (table, our) in ours.as_object().unwrap() {
            let (mut only_ours, mut only_theirs) = (rows(our), rows(&theirs[table.as_str()]));
            only_ours.retain(|row| match only_theirs.iter().position(|their| their == row) {
                Some(same) => {
                    only_theirs.remove(same);
                    false
                }
                None => true,
            });
            if only_ours.is_empty() && only_theirs.is_empty() {
                continue;
            }
            match ALLOWED.iter().position(|known| file.ends_with(known.file) && table == known.table) {
                Some(known) => used[known] = true,
                None => differences.push(format!(
                    "{file}: {table}\n  only org-roam: {}\n  only ours:     {}",
                    only_theirs.join(" "),
                    only_ours.join(" ")
                )),
            }
        }
    }
    println!("{nodes} nodes and {links} links in {} files, {version}", said.len());
    let count = differences.len();
    differences.truncate(40);
    assert!(differences.is_empty(), "{version}: {count} differences\n{}", differences.join("\n"));
    for (known, used) in ALLOWED.iter().zip(used) {
        let there = said.iter().any(|file| file["file"].as_str().unwrap().ends_with(known.file));
        assert!(used || !there, "strike from the list: {}: {}: {}", known.file, known.table, known.reason);
    }
}

/// The rows of a table, in order.
fn rows(table: &Value) -> Vec<String> {
    table.as_array().unwrap().iter().map(Value::to_string).collect()
}

/// Copies a directory, if it is there.
fn copy(from: &Path, to: &Path) {
    let Ok(entries) = fs::read_dir(from) else { return };
    fs::create_dir_all(to).unwrap();
    for entry in entries {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else if path.extension().is_some_and(|extension| extension == "org") {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// What org-roam's database says, and the versions in words. No person's Emacs is configured or touched.
fn ask_org_roam(home: &Path, notes: &Path) -> (Vec<Value>, String) {
    let output = home.join("output");
    let emacs = std::env::var("EMACS").unwrap_or_else(|_| "emacs".into());
    let done = Command::new(&emacs)
        .args(["-Q", "--batch", "-l"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/roam_oracle.el"))
        .args([notes, &output])
        .env("HOME", home)
        .env_remove("XDG_CONFIG_HOME")
        .output()
        .unwrap_or_else(|error| panic!("{emacs}: {error}; install emacs-nox and elpa-org-roam, or set EMACS"));
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{emacs}: {}: install elpa-org-roam?\n{errors}", done.status);
    let mut said: Vec<Value> =
        fs::read_to_string(&output).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let version = said.pop().unwrap();
    for reference in said.iter_mut().flat_map(|file| file["refs"].as_array_mut().unwrap()) {
        let sign = if reference[2] == "cite" { "@" } else { "" };
        *reference = json!([reference[0], format!("{sign}{}", reference[1].as_str().unwrap())]);
    }
    let [emacs, org, roam] = ["emacs", "org", "roam"].map(|key| version[key].as_str().unwrap().to_owned());
    (said, format!("Emacs {emacs}, Org {org}, org-roam {roam}"))
}

/// The tables of org-roam's database, as we would fill them for one file.
fn seen(text: &str, stem: &str) -> Value {
    let outline = Outline::scan(text);
    let notes = read(&outline, stem);
    let id = |source: usize| notes.nodes[source].id.as_str();
    let mut tables: BTreeMap<&str, Vec<Value>> =
        ["nodes", "tags", "aliases", "refs", "links", "citations"].map(|table| (table, Vec::new())).into();
    tables.insert("title", vec![json!([notes.title])]);
    let mut add = |table, row| tables.get_mut(table).unwrap().push(row);
    for node in &notes.nodes {
        let path = (!node.path.is_empty()).then_some(&node.path);
        // 2.2 has the place of a file's first headline behind its stars.
        let position = node.position + if node.headline == Some(0) { node.level + 1 } else { 0 };
        let priority = node.priority.map(u32::from);
        add("nodes", json!([node.id, node.level, position, node.title, path, node.todo, priority]));
        node.tags.iter().for_each(|tag| add("tags", json!([node.id, tag])));
        node.aliases.iter().for_each(|alias| add("aliases", json!([node.id, alias])));
        for item in &node.refs {
            add("refs", json!([node.id, item]));
        }
    }
    for link in &notes.links {
        if link.kind == "cite" {
            add("citations", json!([id(link.source), link.position, link.target]));
        } else if !in_value(&outline, link) {
            add("links", json!([id(link.source), link.position, link.kind, link.target]));
        } else if let Some(first) = notes.nodes.first().filter(|node| node.position == 1) {
            add("links", json!([first.id, 1, link.kind, link.target]));
        }
    }
    json!(tables)
}

/// Whether a link is in the value of a property or of a keyword: org-roam 2.2 gives those the place and the node of the
/// file's start, later ones their own.
fn in_value(outline: &Outline<'_>, link: &RawLink) -> bool {
    let drawers = outline.headlines().iter().filter_map(|headline| headline.drawer.as_ref());
    let keyword = outline.keywords().iter().find(|keyword| keyword.line.contains(&link.offset));
    let caption = |text: &str| text.to_ascii_lowercase().starts_with("#+caption");
    let nothing = |below: &str| below.trim().is_empty() || below.starts_with('*');
    outline.file_drawer().into_iter().chain(drawers).any(|drawer| drawer.span.contains(&link.offset))
        || keyword.is_some_and(|keyword| {
            let below = outline.text()[keyword.line.end..].lines().next().unwrap_or("");
            !caption(outline.text()[keyword.line.clone()].trim_start()) || nothing(below)
        })
}
