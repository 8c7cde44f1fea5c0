use clap::Parser;

use super::*;
use crate::args::{Cli, Command};

fn prompt(args: &[&str]) -> Result<Prompt, String> {
    match Cli::try_parse_from([&["memento", "prompt"], args].concat()) {
        Ok(Cli { command: Command::Prompt(prompt), .. }) => Ok(prompt),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn a_minus_takes_a_tag_away_and_options_stay_options() {
    let tag = |args: &[&str]| match prompt(&[&["tag"], args].concat()).unwrap() {
        Prompt::Tag(tag) => {
            let json = tag.json();
            let tag = tag.sorted().unwrap();
            (tag.words.join(" "), tag.remove, json && tag.output.json)
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(tag(&["42", "+good", "-draft", "--json"]), ("42 +good -draft".to_owned(), vec![], true));
    assert_eq!(tag(&["42", "-hot", "-now"]), ("42 -hot -now".to_owned(), vec![], false));
    assert_eq!(tag(&["--json", "42", "a", "--remove=c"]), ("42 a".to_owned(), vec!["c".to_owned()], true));
    assert_eq!(tag(&["42", "a", "b", "--remove", "c"]), ("42 a b".to_owned(), vec!["c".to_owned()], false));
}

#[test]
fn the_spelling_that_people_have_is_understood() {
    let args = ["list", "--min-rating", "4", "--search", "X", "--date-from", "2025-10-01", "--format", "json"];
    match prompt(&args).unwrap() {
        Prompt::List { filter, format, .. } => {
            assert_eq!((filter.min_rating, filter.search.as_deref(), format), (Some(4), Some("X"), Format::Json));
            assert_eq!(filter.since.as_deref(), Some("2025-10-01"));
        }
        other => panic!("{other:?}"),
    }
    assert!(prompt(&["rate", "42"]).is_err());
    assert!(prompt(&["list", "--rating", "6"]).unwrap_err().contains("0..=5"));
    assert!(prompt(&["similar"]).is_err());
}
