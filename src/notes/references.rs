//! The links and citations of a file, those in properties and keywords included, with the nodes that they belong to.

use super::read::{Counter, RawLink};
use super::roam;
use super::target::{self, Abbreviations};
use crate::org::scan::Span;
use crate::org::{Outline, References};

/// All of them in the order of the text. `file` is the node of the file, `owners` has that of each headline; what belongs
/// to none is left out.
pub(super) fn links(outline: &Outline<'_>, file: Option<usize>, owners: &[Option<usize>]) -> Vec<RawLink> {
    let text = outline.text();
    let owner = |offset: usize| outline.headline_at(offset).map_or(file, |headline| owners[headline]);
    let References { links, citations } = outline.references(0..text.len(), roam::TYPES);
    let values = outline.value_links(values(outline).into_iter(), roam::TYPES);
    let abbreviations = Abbreviations::of(outline);
    let mut found = Vec::with_capacity(links.len() + values.len() + citations.len());
    for link in links.into_iter().chain(values) {
        let Some(source) = owner(link.span.start) else { continue };
        let (kind, target) = target::resolve(&text[link.target], link.kind, &abbreviations);
        let description = link.description.map(|span| text[span].to_owned());
        found.push(RawLink { source, kind, target, description, offset: link.span.start, position: 0 });
    }
    for citation in citations {
        let Some(source) = owner(citation.span.start) else { continue };
        let (kind, target) = ("cite".to_owned(), text[citation.key].to_owned());
        found.push(RawLink { source, kind, target, description: None, offset: citation.span.start, position: 0 });
    }
    found.sort_by_key(|link| link.offset);
    let mut counter = Counter::new(outline.text());
    for link in &mut found {
        link.position = counter.at(link.offset).0;
    }
    found
}

/// The values of properties and keywords in which org-roam looks for links, and whether Org parses them itself.
fn values(outline: &Outline<'_>) -> Vec<(Span, bool)> {
    let text = outline.text();
    let is = |key: &Span, name: &str| text[key.clone()].eq_ignore_ascii_case(name);
    let headlines = outline.headlines().iter().filter_map(|headline| headline.drawer.as_ref());
    let properties = outline.file_drawer().into_iter().chain(headlines).flat_map(|drawer| &drawer.properties);
    let linking = properties.filter(|property| !is(&property.key, "ROAM_REFS"));
    let mut values: Vec<_> = linking.map(|property| (property.value.clone(), false)).collect();

    let keywords = outline.keywords();
    // Up to which keyword it is known whether an element follows.
    let (mut until, mut element) = (0, false);
    for (i, keyword) in keywords.iter().enumerate() {
        if !affiliated(&text[keyword.key.clone()]) {
            if !is(&keyword.key, "transclude") && !is(&keyword.key, "tblfm") {
                values.push((keyword.value.clone(), false));
            }
            continue;
        }
        if i >= until {
            until = i + 1;
            while keywords.get(until).is_some_and(|next| {
                next.line.start == keywords[until - 1].line.end && affiliated(&text[next.key.clone()])
            }) {
                until += 1;
            }
            let end = keywords[until - 1].line.end;
            let keyword_follows = keywords.get(until).is_some_and(|next| next.line.start == end);
            element = !keyword_follows && element_at(outline, end);
        }
        if !element || text[keyword.key.clone()].get(..7).is_some_and(|key| key.eq_ignore_ascii_case("caption")) {
            values.push((keyword.value.clone(), element));
        }
    }
    values
}

/// Whether the keyword says something about the element below it (`org-element-affiliated-keywords`).
fn affiliated(key: &str) -> bool {
    const NAMES: [&str; 13] = [
        "caption", "data", "header", "headers", "label", "name", "plot", "resname", "result", "results", "source",
        "srcname", "tblname",
    ];
    let name = key.split('[').next().unwrap_or(key);
    NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
        || key.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("attr_"))
}

/// Whether an element starts on the line at `offset` that what stands above it may belong to.
fn element_at(outline: &Outline<'_>, offset: usize) -> bool {
    let text = outline.text();
    let line = text[offset..].lines().next().unwrap_or("").trim();
    let headline = outline.headline_at(offset).is_some_and(|i| outline.headlines()[i].line.start == offset);
    let end =
        line.eq_ignore_ascii_case(":end:") || line.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("#+end_"));
    !line.is_empty() && !headline && !end
}
