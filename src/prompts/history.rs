//! Placeholder of the lead's: history.
