//! Where a card stands: its answers, replayed.
