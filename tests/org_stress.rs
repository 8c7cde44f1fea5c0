//! What would be slow or deep for a parser that is not linear. The bound is absurd, so that only such a one exceeds it; the
//! figures are in `benches/org.rs`.

#![allow(clippy::unwrap_used, reason = "a test that panics has said so")]

use std::time::{Duration, Instant};

use memento::org::{Outline, edit, entry};

#[path = "common/stress.rs"]
mod stress;

const MEGABYTE: usize = 1 << 20;
const BOUND: Duration = Duration::from_secs(5);

fn within_bound<T>(what: &str, name: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    let took = start.elapsed();
    assert!(took < BOUND, "{what} of {name} took {took:?}");
    result
}

#[test]
fn scanning_is_linear() {
    for (name, text) in stress::texts(MEGABYTE) {
        let outline = within_bound("a scan", &name, || Outline::scan(&text));
        let pieces: usize = outline.pieces().map(|piece| piece.span.len()).sum();
        assert_eq!(pieces, text.len(), "{name}");
    }
}

#[test]
fn finding_links_is_linear() {
    for (name, text) in stress::texts(MEGABYTE / 4) {
        for text in [stress::with_links(&text), text] {
            let outline = Outline::scan(&text);
            within_bound("the links", &name, || outline.links(0..text.len()));
            within_bound("the links by entry", &name, || {
                for i in 0..outline.headlines().len() {
                    outline.links(outline.entry(i));
                }
            });
        }
    }
}

#[test]
fn what_is_too_much_to_render_comes_as_text() {
    for (name, text) in stress::texts(MEGABYTE / 4) {
        let markdown = within_bound("rendering", &name, || entry::markdown(&text));
        assert!(markdown.len() <= 7 * text.len(), "{name}");
    }
}

#[test]
fn an_edit_of_a_large_text_is_linear() {
    for (name, text) in stress::texts(MEGABYTE / 4) {
        let text = format!("* TODO first\n{text}\n* TODO last\n");
        let last = Outline::scan(&text).headlines().len() - 1;
        if let Ok(edited) = within_bound("an edit", &name, || edit::set_property(&text, last, "ID", "1")) {
            assert!(edited.ends_with("\n* TODO last\n:PROPERTIES:\n:ID: 1\n:END:\n"), "{name}");
        }
    }
}
