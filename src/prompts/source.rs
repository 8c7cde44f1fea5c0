//! Placeholder of the lead's: source.
