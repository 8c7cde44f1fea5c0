//! Cards on their way into the database.
