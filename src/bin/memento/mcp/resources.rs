//! Notes as resources, `memento://note/ID`: for clients whose person attaches one by hand.

use memento::notes::ListQuery;
use memento::{Error, Result};
use rmcp::model::{ErrorData, ListResourcesResult, ReadResourceResult, Resource, ResourceContents, ResourceTemplate};

use super::call::Call;

const SCHEME: &str = "memento://note/";
const MIME: &str = "text/org";
/// How many come at once.
const PAGE: usize = 100;

pub(super) fn template() -> ResourceTemplate {
    ResourceTemplate::new(format!("{SCHEME}{{id}}"), "note")
        .with_title("A note by its ID")
        .with_description("The Org text of a note")
        .with_mime_type(MIME)
}

/// Where a page of the list starts.
pub(super) fn offset(cursor: Option<&str>) -> Result<usize, ErrorData> {
    let wrong = |_| ErrorData::invalid_params("the cursor is not one of resources/list: start without one", None);
    cursor.map_or(Ok(0), |cursor| cursor.parse().map_err(wrong))
}

/// The last changed first.
pub(super) fn list(call: &Call, offset: usize) -> Result<ListResourcesResult> {
    let query = ListQuery { recent: true, offset, limit: Some(PAGE), ..ListQuery::default() };
    let (nodes, total) = call.vault(|vault| vault.list(&query))?;
    let next = offset + nodes.len();
    let resource = |node: memento::notes::PublicNode| {
        let resource = Resource::new(format!("{SCHEME}{}", escape(&node.id)), node.id).with_title(node.title);
        let resource = resource.with_mime_type(MIME);
        if node.tags.is_empty() { resource } else { resource.with_description(node.tags.join(", ")) }
    };
    let mut result = ListResourcesResult::with_all_items(nodes.into_iter().map(resource).collect());
    result.next_cursor = (next < total && next > offset).then(|| next.to_string());
    Ok(result)
}

pub(super) fn read(call: &Call, uri: &str) -> Result<ReadResourceResult> {
    let absent =
        || Error::NotFound(format!("no such note: {uri}: resources are {SCHEME}ID, and resources/list has them"));
    let id = uri.strip_prefix(SCHEME).and_then(unescape).ok_or_else(absent)?;
    let note = call.vault(|vault| vault.get(&id, None)).map_err(|e| match e {
        Error::NotFound(_) => absent(),
        other => other,
    })?;
    // A title names a note for people; a resource has one name.
    if note.node.id != id {
        return Err(absent());
    }
    Ok(ReadResourceResult::new(vec![ResourceContents::text(note.text, uri).with_mime_type(MIME)]))
}

/// Percent-encodes all but what RFC 3986 leaves free.
fn escape(id: &str) -> String {
    let free = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    id.bytes().map(|byte| if free(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte == b'%' {
            let (code, tail) = rest.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok()?);
            rest = tail;
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_id_comes_back(id in ".{0,20}") {
            prop_assert_eq!(unescape(&escape(&id)), Some(id));
        }

        #[test]
        fn nothing_panics(uri in "[a-f0-9%é]{0,8}") {
            let _ = unescape(&uri);
        }
    }

    #[test]
    fn an_id_in_a_uri() {
        assert_eq!(escape("claude-global-context"), "claude-global-context");
        assert_eq!(escape("a/b ü"), "a%2Fb%20%C3%BC");
        assert_eq!((unescape("%2"), unescape("%zz"), unescape("%FF")), (None, None, None));
    }
}
