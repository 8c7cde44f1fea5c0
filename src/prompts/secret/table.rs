//! The table: what keys and tokens look like, with examples. What tells most stands first: where two match at one place, the
//! first names it.

mod apps;
mod assigned;
mod assistants;
mod code;
mod services;

use super::pattern::Pattern;

/// All of it.
pub(super) static TABLES: &[&[Pattern]] =
    &[assistants::TABLE, code::TABLE, services::TABLE, apps::TABLE, assigned::TABLE];
