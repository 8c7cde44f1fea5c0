use proptest::prelude::*;

use super::*;
use crate::config::{Config, Env};

fn library() -> (tempfile::TempDir, Library) {
    let home = tempfile::tempdir().unwrap();
    let config = Config::load(Env::from_pairs([format!("HOME={}", home.path().display())])).unwrap();
    let library = Library::open(&config).unwrap();
    (home, library)
}

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn only_a_name_in_braces_is_a_placeholder() {
    // The text, its placeholders, and what it is when each is filled in with its name in capitals.
    let cases: &[(&str, &[&str], &str)] = &[
        ("review {file} for {what-else}", &["file", "what-else"], "review FILE for WHAT-ELSE"),
        ("{a}{b}{a}", &["a", "b"], "ABA"),
        ("{größe} {_x1}", &["größe", "_x1"], "GRÖSSE _X1"),
        ("a literal {{name}}", &[], "a literal {name}"),
        ("{{{x}}}", &[], "{{x}}"),
        ("{{x}} {x}", &["x"], "{x} X"),
        ("{{x} y}", &["x"], "{X y}"),
        ("fn f() { g(|x| { x }) } {}", &[], "fn f() { g(|x| { x }) } {}"),
        (r#"{"a": {"b": 1}} \d{3} {0} {:?} {a b}"#, &[], r#"{"a": {"b": 1}} \d{3} {0} {:?} {a b}"#),
        ("${HOME} ${{x}} $ {x} $$", &["x"], "${HOME} ${{x}} $ X $$"),
        ("{ {x", &[], "{ {x"),
        ("} {x} }} {", &["x"], "} X }} {"),
        ("", &[], ""),
    ];
    for (text, names, filled) in cases {
        assert_eq!(placeholders(text), *names, "{text}");
        let values = names.iter().map(|name| ((*name).to_owned(), name.to_uppercase())).collect();
        assert_eq!(fill(text, &values).unwrap(), *filled, "{text}");
    }
}

#[test]
fn values_are_text_and_no_templates() {
    assert_eq!(fill("{a} {b}", &values(&[("a", "{b}"), ("b", "{{c}}")])).unwrap(), "{b} {{c}}");
}

#[test]
fn what_is_missing_and_what_is_too_much_is_named() {
    let why = fill("{a} {b} {c}", &values(&[("b", ""), ("d", ""), ("e", "")])).unwrap_err();
    assert_eq!(why, "there is no value for a, c and there is no placeholder d, e");
}

proptest! {
    #[test]
    fn a_literal_text_is_filled_in_to_itself(text in "([a-z{}$]|\\{\\{|\\}\\}|\\{[a-z]\\}|\\$\\{| ){0,20}") {
        let literal = literal(&text);
        prop_assert_eq!(placeholders(&literal), Vec::<String>::new());
        prop_assert_eq!(fill(&literal, &BTreeMap::new()).unwrap(), text);
    }

    #[test]
    fn every_text_can_be_read(text in any::<String>()) {
        let values = placeholders(&text).into_iter().map(|name| (name.clone(), format!("{{{name}}}"))).collect();
        prop_assert!(fill(&text, &values).is_ok());
    }
}

#[test]
fn templates_are_saved_filled_in_and_deleted() {
    let (_home, library) = library();
    let saved = library.save_template("review", "look at {file}", None, false).unwrap();
    assert_eq!((saved.placeholders.as_slice(), saved.used), (&["file".to_owned()][..], 0));
    library.save_template("zero", "x", None, false).unwrap();
    assert_eq!(library.fill_template("review", &values(&[("file", "a.rs")])).unwrap(), "look at a.rs");
    let listed = library.templates().unwrap();
    assert_eq!(listed.iter().map(|t| (t.name.as_str(), t.used)).collect::<Vec<_>>(), [("review", 1), ("zero", 0)]);

    let taken = library.save_template("review", "y", None, false).unwrap_err();
    assert!(matches!(taken, Error::Conflict(_)), "{taken}");
    let replaced = library.save_template("review", "y {z}", None, true).unwrap();
    assert_eq!((replaced.text.as_str(), replaced.used, replaced.created), ("y {z}", 1, saved.created));
    let why = library.fill_template("review", &values(&[("a", "b")])).unwrap_err().to_string();
    assert_eq!(why, "review: there is no value for z and there is no placeholder a; it takes z");
    assert_eq!(library.templates().unwrap()[0].used, 1);

    assert_eq!(library.delete_template("review").unwrap().name, "review");
    let gone = library.fill_template("review", &values(&[])).unwrap_err();
    assert_eq!(gone.to_string(), "there is no template review: there are zero");
    for name in ["", "a b", "a/b", &"x".repeat(65), "a\n"] {
        assert!(matches!(library.save_template(name, "x", None, false), Err(Error::Invalid(_))), "{name}");
    }
    assert!(matches!(library.save_template("a", " \n", None, false), Err(Error::Invalid(_))));
    assert!(matches!(library.save_template("a", "x", Some(7), false), Err(Error::NotFound(_))));
}
