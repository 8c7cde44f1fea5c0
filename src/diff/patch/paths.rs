//! File names as git writes them in a diff.

/// The name at the start of `text`, without git's quotes, and what is behind it; none where a quote is not closed.
///
/// Only a quoted name has an end of its own; one without quotes goes on to the end.
pub(super) fn unquoted(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let Some(quoted) = text.strip_prefix(b"\"") else { return Some((text.to_vec(), b"")) };
    let mut name = Vec::with_capacity(quoted.len());
    let mut at = 0;
    loop {
        match *quoted.get(at)? {
            b'"' => return Some((name, &quoted[at + 1..])),
            b'\\' => {
                let byte = *quoted.get(at + 1)?;
                at += 1;
                name.push(match byte {
                    b'a' => 7,
                    b'b' => 8,
                    b't' => b'\t',
                    b'n' => b'\n',
                    b'v' => 11,
                    b'f' => 12,
                    b'r' => b'\r',
                    b'"' | b'\\' => byte,
                    b'0'..=b'3' => {
                        let digits = quoted.get(at..at + 3)?;
                        at += 2;
                        octal(digits)?.try_into().ok()?
                    }
                    _ => return None,
                });
            }
            byte => name.push(byte),
        }
        at += 1;
    }
}

/// The number that octal `digits` write; none for anything else.
pub(super) fn octal(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |number, digit| match digit {
        b'0'..=b'7' => number.checked_mul(8)?.checked_add(u32::from(digit - b'0')),
        _ => None,
    })
}

/// `prefix` and `name`, in quotes where git needs them to read it.
pub(super) fn quoted(prefix: &str, name: &[u8]) -> Vec<u8> {
    let plain = |byte: &u8| (b' '..0x7f).contains(byte) && *byte != b'"' && *byte != b'\\';
    let mut text = prefix.as_bytes().to_vec();
    if name.iter().all(plain) {
        text.extend_from_slice(name);
        return text;
    }
    text.insert(0, b'"');
    for byte in name {
        match byte {
            b'"' | b'\\' => text.extend_from_slice(&[b'\\', *byte]),
            byte if plain(byte) => text.push(*byte),
            byte => text.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
        }
    }
    text.push(b'"');
    text
}
