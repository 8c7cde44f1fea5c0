//! Texts that a person writes in an editor.

use std::io::{IsTerminal, Write};
use std::process::Command;

use memento::{Error, Result};

/// Has the person change a text in `$VISUAL` or `$EDITOR`. `what` it is stands in the file's name and in what goes wrong;
/// `else_say` is said where there is no editor or nobody to use it.
///
/// # Errors
/// [`Error::Invalid`] where there is no editor or it failed, [`Error::Io`].
pub(crate) fn edit(text: &str, what: &str, suffix: &str, else_say: &str) -> Result<String> {
    let editor =
        ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok().filter(|editor| !editor.is_empty()));
    let (Some(editor), true) = (editor, std::io::stdin().is_terminal()) else {
        return Err(Error::Invalid(else_say.to_owned()));
    };
    let place = std::env::temp_dir();
    let prefix = format!("memento-{what}-");
    let mut file = tempfile::Builder::new().prefix(&prefix).suffix(suffix).tempfile().map_err(Error::io(&place))?;
    file.write_all(text.as_bytes()).map_err(Error::io(&place))?;
    // As git does: the variable may have arguments in it.
    let status = Command::new("sh").arg("-c").arg(format!("{editor} \"$1\"")).arg("sh").arg(file.path()).status();
    if !status.map_err(Error::io(&place))?.success() {
        return Err(Error::Invalid(format!("{editor} failed: the {what} stays as it was")));
    }
    memento::file::read(file.path())
}
