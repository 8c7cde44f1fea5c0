//! What a person may set of flashcards.

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

/// What a person may set of flashcards: `[cards]` in `config.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cards {
    /// What cards are scheduled by whose project says nothing, such as `fsrs:0.9` or `sm2`.
    pub algorithm: String,
    /// How many new cards are asked a day.
    pub new_per_day: u32,
    /// When a day begins, in local time.
    #[serde(with = "time_of_day")]
    pub day_start: NaiveTime,
    /// After how many lapses a card is suspended; 0: never.
    pub leech_lapses: u32,
    /// For how many days a word rests after its other direction was asked; that of the answer counts, and 0 is not at all.
    pub rest_days: u32,
    /// Whether the intervals of FSRS are spread a little.
    pub fuzz: bool,
}

impl Default for Cards {
    fn default() -> Self {
        Self {
            algorithm: "fsrs:0.9".to_owned(),
            new_per_day: 20,
            day_start: NaiveTime::from_hms_opt(4, 0, 0).unwrap_or_default(),
            leech_lapses: 8,
            rest_days: 1,
            fuzz: true,
        }
    }
}

/// A time of day as `04:00`.
mod time_of_day {
    use chrono::NaiveTime;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(time: &NaiveTime, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&time.format("%H:%M"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = |_| D::Error::custom(format!("{text:?} is no time of day: give one as \"04:00\""));
        NaiveTime::parse_from_str(&text, "%H:%M").map_err(wrong)
    }
}
