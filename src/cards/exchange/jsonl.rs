//! JSONL: what machines share.
