//! `mcp.log` in the data directory: which session called what, and how it went. Never what was asked or answered.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use chrono::Local;

/// A longer one is put aside as `mcp.log.old` when a server starts.
const CAP: u64 = 1 << 20;

/// The log. A server works without one: on a full or read-only disk it can still be asked.
#[derive(Debug, Default)]
pub(super) struct Journal(Option<File>);

impl Journal {
    /// Opens the log in `dir`, which every server of a person's writes.
    pub(super) fn open(dir: &Path) -> Self {
        let path = dir.join("mcp.log");
        if path.metadata().is_ok_and(|meta| meta.len() > CAP) {
            let _ = std::fs::rename(&path, dir.join("mcp.log.old"));
        }
        let _ = std::fs::create_dir_all(dir);
        Self(OpenOptions::new().create(true).append(true).mode(0o600).open(path).ok())
    }

    /// Writes one line.
    pub(super) fn line(&self, text: &str) {
        if let Some(mut file) = self.0.as_ref() {
            let time = Local::now().format("%Y-%m-%dT%H:%M:%S");
            let line = format!("{time} {} {}\n", std::process::id(), text.replace(['\n', '\r'], " "));
            // In one write, so that the lines of several servers do not mix.
            let _ = file.write_all(line.as_bytes());
        }
    }
}

/// Has panics written here by their place alone: what a panic says may quote a note.
pub(super) fn keep_panics(journal: &Arc<Journal>) {
    let journal = Arc::clone(journal);
    std::panic::set_hook(Box::new(move |info| {
        let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
        journal.line(&format!("panic at {place}"));
    }));
}
