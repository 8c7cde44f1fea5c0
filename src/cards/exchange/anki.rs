//! Anki's packages.
