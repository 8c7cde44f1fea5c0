use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::org::{Outline, unescape_block};
use crate::prompts::prompt::Source;

fn prompt(id: i64, text: &str) -> Prompt {
    Prompt {
        id,
        time: 1_759_403_045_123,
        project: "/r/app".to_owned(),
        session: None,
        source: Source::History,
        command: false,
        secrets: Vec::new(),
        characters: text.chars().count(),
        text: text.to_owned(),
        pasted: None,
        rating: 0,
        note: None,
        tags: Vec::new(),
        turn: None,
    }
}

fn exported(prompts: &[Prompt], format: Format) -> String {
    let mut out = Vec::new();
    export(prompts, format, true, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The text of the first block of an entry.
fn first_block(org: &str) -> String {
    let from = org.find("#+begin_example\n").unwrap() + "#+begin_example\n".len();
    unescape_block(&org[from..from + org[from..].find("\n#+end_example\n").unwrap()])
}

#[test]
fn json_is_one_array_and_lines_are_one_object_each() {
    assert_eq!(exported(&[], Format::Json), "[]\n");
    let prompts = [prompt(1, "a\nb \u{1f600}"), prompt(2, "\"]},\u{2028}")];
    let json: serde_json::Value = serde_json::from_str(&exported(&prompts, Format::Json)).unwrap();
    assert_eq!(json, serde_json::to_value(&prompts).unwrap());
    let lines = exported(&prompts, Format::Jsonl);
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(json!(lines), json);
    assert_eq!(exported(&prompts, Format::Json), serde_json::to_string_pretty(&prompts).unwrap() + "\n");
}

#[test]
fn csv_is_read_back_and_holds_no_formula() {
    let texts = ["a, \"b\"\r\nc", "=1+1", "@src/main.rs look", "- first", " +1", "\tx", "a=b", "'q", "＝1"];
    let prompts: Vec<Prompt> = texts.iter().zip(1..).map(|(text, id)| prompt(id, text)).collect();
    let csv = exported(&prompts, Format::Csv);
    assert!(csv.starts_with("id,date,project,") && csv.contains(",text\r\n1,"), "{csv}");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let back: Vec<String> = reader.records().map(|record| record.unwrap()[11].to_owned()).collect();
    let want = ["a, \"b\"\r\nc", "'=1+1", "'@src/main.rs look", "'- first", "' +1", "'\tx", "a=b", "'q", "'＝1"];
    assert_eq!(back, want);
}

#[test]
fn org_has_a_heading_each_and_nothing_of_the_text() {
    let mut one = prompt(7, "\n** TODO x :a:b:\n#+end_example\n,* y\n:END:\nlast <2025-01-01 Wed>\n");
    one.tags = vec!["good".to_owned(), "rust".to_owned()];
    one.rating = 5;
    one.note = Some("* mine".to_owned());
    one.pasted = Some(json!({"10": {"content": "ten"}, "2": {"content": "#+begin_src\n* two"}}));
    let org =
        exported(&[one.clone(), prompt(8, "see :this:"), prompt(9, "<2025-01-01 Wed> :x: \u{1b}[2J")], Format::Org);
    let outline = Outline::scan(&org);
    assert_eq!(outline.headlines().len(), 3, "{org}");
    assert_eq!(outline.tags(0).collect::<Vec<_>>(), ["good", "rust"]);
    assert_eq!(
        (outline.property(0, "RATING").as_deref(), outline.property(0, "PROMPT").as_deref()),
        (Some("5"), Some("7"))
    );
    assert!(outline.tags(1).next().is_none() && outline.tags(2).next().is_none(), "{org}");
    assert_eq!(first_block(&org), one.text.trim_end_matches('\n'));
    let (two, ten) = (org.find("two").unwrap(), org.find("ten\n#+end_example").unwrap());
    assert!(two < ten, "{org}");
}

proptest! {
    #[test]
    fn any_text_is_one_entry_in_org(text in "([*#:+,a-z \t\n\r]|#\\+end_example|:PROPERTIES:|:END:){0,40}|\\PC{0,40}") {
        let org = exported(&[prompt(1, &text)], Format::Org);
        let outline = Outline::scan(&org);
        prop_assert_eq!(outline.headlines().len(), 1);
        prop_assert!(outline.tags(0).next().is_none() && outline.todo(0).is_none());
        prop_assert!(outline.property(0, "PROMPT").as_deref() == Some("1"));
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        prop_assert_eq!(first_block(&org), text.trim_end_matches('\n'));
    }

    #[test]
    fn any_text_is_read_back_from_csv(text in any::<String>()) {
        let csv = exported(&[prompt(1, &text)], Format::Csv);
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let record = reader.records().next().unwrap().unwrap();
        prop_assert!(record[11] == cell(&text));
        prop_assert!(cell(&text).ends_with(&text));
    }
}

#[test]
fn a_key_in_a_name_is_masked_too() {
    let key = format!("ghp_{}", "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY2zA4");
    let mut prompt = prompt(1, "x");
    prompt.project = format!("/r/{key}");
    prompt.session = Some(key.clone());
    prompt.turn = Some(crate::prompts::Turn { branch: Some(format!("fix/{key}")), ..Default::default() });
    prompt.pasted = Some(serde_json::json!({ key.clone(): { "content": "x" } }));
    let json = serde_json::to_string(&super::masked(prompt)).unwrap();
    assert!(!json.contains(&key) && json.matches("[github-token]").count() == 4, "{json}");
}
