//! The IDs of remarks.

/// A new ID: short enough to be typed, long enough (40 bits) for a lifetime of remarks in one file.
pub(super) fn new() -> String {
    short(uuid::Uuid::new_v4().as_u64_pair().0)
}

/// `cr-` and eight letters of Crockford's base 32, which has no letter that is mistaken for another.
pub(super) fn short(bits: u64) -> String {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let digits = (0..8).map(|i| LETTERS[(bits >> (5 * i) & 31) as usize] as char);
    format!("cr-{}", digits.collect::<String>())
}

/// The 64-bit FNV-1a hash: an entry's derived ID must be the same in every version of memento and of Rust.
pub(super) fn hash(parts: &[&str]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for byte in parts.iter().flat_map(|p| p.bytes().chain([0])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^ (hash >> 32)
}
