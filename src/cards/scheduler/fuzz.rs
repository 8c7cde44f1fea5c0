//! Spreading what was learnt together.

use super::LONGEST;

/// From and to how many days an interval grows its spread by which part of each day: Anki's ranges.
const RANGES: [(f64, f64, f64); 3] = [(2.5, 7.0, 0.15), (7.0, 20.0, 0.1), (20.0, f64::INFINITY, 0.05)];

/// The shortest and the longest that `interval` may become, in days: Anki's ranges (`fuzz_bounds` in its rslib, the manual under
/// "Fuzz factor"). Up to 2 days it stays; from 3 on it is a day more or less, and of what lies between 2.5 and 7 days 15 % more, up
/// to 20 days 10 %, and beyond 5 %.
pub(super) fn range(interval: u32) -> (u32, u32) {
    let interval = interval.min(LONGEST);
    if interval < 3 {
        return (interval, interval);
    }
    let days = f64::from(interval);
    let grown = RANGES.iter().map(|(from, to, part)| part * (days.min(*to) - from).max(0.0));
    let spread = 1.0 + grown.sum::<f64>();
    ((days - spread).round().max(2.0) as u32, ((days + spread).round() as u32).min(LONGEST))
}

/// An interval a little longer or shorter, so that cards that were learnt together part. The same `seed` gives the same one: a replay
/// leads where the answer did, here and on another machine.
pub fn fuzz(interval: u32, seed: u64) -> u32 {
    let (least, most) = range(interval);
    let choices = u64::from(most - least) + 1;
    // The upper half of the product of two 64-bit numbers: as even as can be, without a division.
    least + ((u128::from(mixed(seed)) * u128::from(choices)) >> 64) as u32
}

/// A number in which each bit depends on all of those of `seed` (the finalizer of SplitMix64: Steele, Lea, Flood, 2014): seeds that
/// follow each other, as the answers of a card do, have nothing to do with each other then.
fn mixed(seed: u64) -> u64 {
    let seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let seed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let seed = (seed ^ (seed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    seed ^ (seed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ranges_are_those_of_anki() {
        let table = [
            (0, 0, 0),
            (1, 1, 1),
            (2, 2, 2),
            (3, 2, 4),
            (4, 3, 5),
            (5, 4, 6),
            (7, 5, 9),
            (8, 6, 10),
            (10, 8, 12),
            (20, 17, 23),
            (30, 27, 33),
            (100, 93, 107),
            (365, 345, 385),
        ];
        for (interval, least, most) in table {
            assert_eq!(range(interval), (least, most), "{interval}");
        }
        assert_eq!(range(LONGEST).1, LONGEST);
        assert_eq!(range(u32::MAX).1, LONGEST);
    }

    #[test]
    fn each_day_of_the_range_comes_as_often_as_another() {
        for interval in [3, 10, 100] {
            let (least, most) = range(interval);
            let mut counts = vec![0_u32; (most - least + 1) as usize];
            for seed in 0..100_000 {
                counts[(fuzz(interval, seed) - least) as usize] += 1;
            }
            let share = 100_000 / counts.len() as u32;
            assert!(counts.iter().all(|count| count.abs_diff(share) < share / 10), "{interval}: {counts:?}");
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_day() {
        // Fixed for good: other numbers would move cards that are learnt already.
        assert_eq!([1, 2, 3, u64::MAX].map(|seed| fuzz(100, seed)), [101, 101, 94, 106]);
    }
}
