//! What assistants are shown of notes that are public in part.

use memento::notes::{ListQuery, PublicVault};

use crate::home::{Home, note, public_note};

fn text(vault: &PublicVault, name: &str) -> String {
    vault.get(name, None).unwrap().text
}

#[test]
fn private_subtrees_are_cut_out_and_public_ones_stand_alone() {
    let file = "#+title: Journal CANARY\n#+filetags: :CANARYTAG:\nCANARY\n* Family CANARY :CANARYTAG2:\nCANARY\n** TODO [#A] Recipe :PUBLIC:food:\n:PROPERTIES:\n:ID: recipe\n:END:\nsoup\n*** Secret CANARY :PRIVATE:\nCANARY\n**** Spice :PUBLIC:\n:PROPERTIES:\n:ID: spice\n:END:\npepper\n*** Steps\nboil\n";
    let home = Home::with(&[("20200101-CANARY.org", &format!(":PROPERTIES:\n:ID: CANARY\n:END:\n{file}"))]);
    let vault = home.public();
    let recipe = vault.get("recipe", None).unwrap();
    assert_eq!(
        recipe.text,
        "* TODO [#A] Recipe :PUBLIC:food:\n:PROPERTIES:\n:ID: recipe\n:END:\nsoup\n** Steps\nboil\n"
    );
    assert_eq!(recipe.sections, ["Steps"]);
    assert_eq!(recipe.node.tags, ["PUBLIC", "food"]);
    assert_eq!((recipe.node.level, recipe.node.file.as_deref()), (1, None));
    assert!(recipe.node.path.is_empty());
    assert_eq!((recipe.node.todo.as_deref(), recipe.node.priority), (Some("TODO"), Some('A')));
    let spice = vault.get("spice", None).unwrap();
    assert_eq!(spice.node.path, ["Recipe"]);
    assert_eq!(spice.node.tags, ["food", "PUBLIC"]);
    assert_eq!(vault.get("recipe", Some("Steps")).unwrap().text, "** Steps\nboil\n");
    assert_eq!(vault.search("pepper", 10).unwrap().total, 1);
    for word in ["CANARY", "CANARY*", "CANARYTAG", "Secret", "Family"] {
        assert_eq!(vault.search(word, 10).unwrap().total, 0, "{word}");
    }
    for name in ["CANARY", "Journal CANARY", "Family CANARY"] {
        let e = vault.get(name, None).unwrap_err();
        assert_eq!(e.to_string(), vault.get("nothing", None).unwrap_err().to_string().replace("nothing", name));
    }
}

#[test]
fn a_link_to_what_is_not_public_keeps_neither_target_nor_description() {
    let body = "[[id:open][Open]] a [[id:hidden][CANARY]] b [[id:nowhere][CANARY]] c [[https://x.org][web [[id:hidden][CANARY]] end]] d\n\
                id:hidden <id:hidden> [[file:hidden.org][CANARY]] [[file:open.org][the file]] [[./hidden.org]] [[file:%68idden.org]]\n\
                [[roam:Hidden CANARY]] [[roam:Other note]] [[file:/etc/hosts][hosts]] [[*CANARY heading]] [[CANARY heading][CANARY]] [[Steps][here]]\n\
                # a comment [[id:hidden][CANARY]]\n#+include: \"hidden.org\"\n#+transclude: [[id:hidden]]\n\
                #+begin_src sh\n[[ -f x ]] && echo [[id:hidden][CANARY]] ${a[0]} id:5\n#+end_src\n* Steps\n* CANARY heading :PRIVATE:\n";
    let open = format!(
        ":PROPERTIES:\n:ID: open\n:SEE: [[id:hidden][CANARY]]\n:ROAM_ALIASES: \"[[id:hidden][CANARY]] alias\"\n:END:\n#+title: Open note [[id:hidden][CANARY]]\n#+filetags: :PUBLIC:\n\n{body}"
    );
    let home = Home::with(&[
        ("open.org", &open),
        ("other.org", &public_note("other", "Other note", "")),
        ("hidden.org", &note("hidden", "Hidden CANARY", "CANARY")),
    ]);
    let vault = home.public();
    let shown = text(&vault, "open");
    assert!(!shown.contains("CANARY") && !shown.contains("hidden") && !shown.contains("nowhere"), "{shown}");
    for kept in [
        "[[id:open][Open]] a b c [[https://x.org][web end]] d",
        "[[file:open.org][the file]]",
        "[[roam:Other note]]",
        "[[file:/etc/hosts][hosts]]",
        "[[Steps][here]]",
        "[[ -f x ]] && echo ${a[0]} id:5",
    ] {
        assert!(shown.contains(kept), "{kept}\n{shown}");
    }
    let all =
        format!("{:?} {:?} {:?}", vault.list(&ListQuery::default()), vault.links("open"), vault.search("alias", 5));
    assert!(!all.contains("CANARY") && !all.contains("hidden"), "{all}");
    assert_eq!(vault.search("CANARY", 5).unwrap().total, 0);
    // Made public, they are there.
    home.write("hidden.org", public_note("hidden", "Hidden CANARY", "CANARY"));
    assert!(text(&vault, "open").contains("a [[id:hidden][CANARY]] b"), "{}", text(&vault, "open"));
    assert_eq!(vault.search("CANARY", 5).unwrap().total, 2);
    assert!(!vault.links("hidden").unwrap().back.is_empty());
    // And gone again.
    home.write("hidden.org", note("hidden", "Hidden CANARY", "CANARY"));
    assert_eq!(vault.search("CANARY", 5).unwrap().total, 0);
}

#[test]
fn neither_revision_nor_time_tells_of_private_edits() {
    let file = |secret: &str| format!("* Open :PUBLIC:\n:PROPERTIES:\n:ID: open\n:END:\ntext\n* Closed\n{secret}\n");
    let home = Home::with(&[("a.org", &file("one"))]);
    let vault = home.public();
    let before = vault.get("open", None).unwrap();
    let path = home.write("a.org", file("another one"));
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(100);
    std::fs::File::options().write(true).open(path).unwrap().set_modified(later).unwrap();
    assert_eq!(vault.get("open", None).unwrap(), before);
}

#[test]
fn links_and_backlinks_are_between_what_is_public() {
    let home = Home::with(&[
        ("a.org", &public_note("a", "A", "x [[id:b][B]]\n* Secret :PRIVATE:\n[[id:b][CANARY]]\n* Plan\nmore [[id:b]]")),
        ("b.org", &public_note("b", "B", "text")),
        ("c.org", &note("c", "CANARY", "[[id:b][CANARY]]")),
    ]);
    let vault = home.public();
    let links = vault.links("B").unwrap();
    let back: Vec<_> =
        links.back.iter().map(|link| (link.node.id.as_str(), link.context.as_str(), link.path.clone())).collect();
    assert_eq!(back, [("a", "x [[id:b][B]]", vec![]), ("a", "more [[id:b]]", vec!["Plan".to_owned()])]);
    let forward = vault.links("a").unwrap().forward;
    assert_eq!(forward.len(), 2);
    assert_eq!(forward[0].title.as_deref(), Some("B"));
}

#[test]
fn calls_are_written_down_as_the_caller_saw_them() {
    let home = Home::with(&[("a.org", &public_note("a", "A", "x")), ("b.org", &note("b", "B", "y"))]);
    let vault = home.public();
    vault.get("a", None).unwrap();
    vault.get("b", None).unwrap_err();
    vault.get("none", None).unwrap_err();
    vault.search("", 5).unwrap_err();
    let trail = vault.audit(10).unwrap();
    let told: Vec<_> =
        trail.iter().map(|row| (row.call.as_str(), row.subject.as_str(), row.outcome.as_str(), row.notes)).collect();
    let want = [
        ("search", "", "invalid", 0),
        ("get", "none", "not-found", 0),
        ("get", "b", "not-found", 0),
        ("get", "a", "ok", 1),
    ];
    assert_eq!(told, want);
    // The person sees which of them asked for something private.
    let asked: Vec<bool> = home.vault().audit(10).unwrap().into_iter().map(|(_, private)| private).collect();
    assert_eq!(asked, [false, false, true, false]);
}

#[test]
fn keywords_below_a_private_headline_are_private() {
    let body = "text\n* Closed :PRIVATE:\n#+title: CANARY\n#+filetags: :CANARY:\n* Open\n:PROPERTIES:\n:ID: o\n:END:\n";
    let home = Home::with(&[("a.org", &public_note("a", "A", body))]);
    let vault = home.public();
    let all = format!("{:?} {:?}", vault.list(&ListQuery::default()).unwrap(), vault.tags().unwrap());
    assert!(!all.contains("CANARY"), "{all}");
    assert_eq!(vault.get("a", None).unwrap().node.title, "A");
    assert_eq!(vault.search("CANARY", 5).unwrap().total, 0);
    let renamed = vault.rename("a", &vault.get("a", None).unwrap().revision, "B").unwrap();
    assert_eq!(renamed.node.title, "B");
    assert_eq!(vault.set_tags("a", &renamed.revision, &["x".to_owned()]).unwrap().node.tags, ["PUBLIC", "x"]);
}
