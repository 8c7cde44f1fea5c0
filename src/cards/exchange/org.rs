//! Org.
