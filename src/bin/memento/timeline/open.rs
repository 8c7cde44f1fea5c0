//! Pages in the person's browser.

use std::process::{Command, Stdio};

/// Opens a file or an address in the person's browser; `None` where that is under way, else a line that says what to do.
pub(super) fn open(target: &str) -> Option<String> {
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let quiet = |command: &mut Command| {
        command.arg(target).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
    };
    match quiet(&mut Command::new(program)) {
        Ok(mut child) => {
            // It may be the browser itself, which stays.
            std::thread::spawn(move || child.wait());
            None
        }
        Err(e) => Some(format!("{program}: {e}: open it in a browser yourself, --no-open does without")),
    }
}
