use clap::Parser;

use super::*;
use crate::args::{Cli, Command};

fn card(args: &[&str]) -> Result<Card, String> {
    match Cli::try_parse_from([&["memento", "card"], args].concat()) {
        Ok(Cli { command: Command::Card(card), .. }) => Ok(card),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Err(error.to_string()),
    }
}

#[test]
fn the_spelling_that_people_have_is_understood() {
    match card(&["create", "--question", "-1?", "--answer", "-x", "--project", "P", "--tags", "a,b"]).unwrap() {
        Card::Create(create) => {
            assert_eq!((create.question.as_deref(), create.answer.as_deref()), (Some("-1?"), Some("-x")));
            assert_eq!((create.project.as_deref(), create.tag), (Some("P"), vec!["a".to_owned(), "b".to_owned()]));
        }
        other => panic!("{other:?}"),
    }
    match card(&["review", "x", "--confidence", "5"]).unwrap() {
        Card::Review { id, confidence, .. } => assert_eq!((id.as_str(), confidence), ("x", 5)),
        other => panic!("{other:?}"),
    }
    match card(&["bulk-create", "--file", "cards.json", "--project", "rust"]).unwrap() {
        Card::BulkCreate(bulk) => assert_eq!(bulk.file, "cards.json"),
        other => panic!("{other:?}"),
    }
    assert!(matches!(card(&["bulk-create", "--project", "P"]).unwrap(), Card::BulkCreate(bulk) if bulk.file == "-"));
    assert!(matches!(card(&["quiz", "--limit", "1"]).unwrap(), Card::Quiz(Quiz { limit: Some(1), .. })));
}

#[test]
fn what_cannot_be_meant_is_refused() {
    assert!(card(&["review", "x", "--confidence", "6"]).unwrap_err().contains("1..=5"));
    assert!(card(&["review", "x"]).is_err());
    assert!(card(&["create", "--question", "q"]).unwrap_err().contains("--answer"));
    assert!(card(&["delete"]).is_err(), "not all by accident");
    assert!(card(&["delete", "x", "--all"]).is_err());
    assert!(card(&["accept", "--all", "--project", "p"]).is_err());
    assert!(card(&["accept", "--all"]).is_ok() && card(&["accept", "--project", "p"]).is_ok());
    assert!(card(&["export", "--json"]).is_err());
}
