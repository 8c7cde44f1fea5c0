//! Files that a person names.

use std::io::{BufWriter, Read, Write};
use std::path::Path;

use memento::{Error, Result};

use crate::review::absolute;

/// Writes a file beside the one that is meant, for its owner alone, and puts it in its place: an export that fails leaves what
/// was there.
pub(crate) fn into_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<std::io::Result<usize>>,
) -> Result<usize> {
    let dir = path.parent().unwrap_or(Path::new("/"));
    let mut out = BufWriter::new(tempfile::NamedTempFile::new_in(dir).map_err(Error::io(path))?);
    let n = write(&mut out)?.map_err(Error::io(path))?;
    let file = out.into_inner().map_err(|error| Error::io(path)(error.into_error()))?;
    file.as_file().sync_all().map_err(Error::io(path))?;
    file.persist(path).map_err(|error| Error::io(path)(error.error))?;
    Ok(n)
}

/// What is in a file; `-` is standard input. With the name that errors call it by.
///
/// # Errors
/// [`Error::Io`]; [`Error::Invalid`] where there is no such file.
pub(crate) fn read(name: &str) -> Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    if name == "-" {
        let input = Path::new("standard input");
        std::io::stdin().lock().read_to_end(&mut bytes).map_err(Error::io(input))?;
        return Ok((input.display().to_string(), bytes));
    }
    let path = absolute(name)?;
    match std::fs::read(&path) {
        Ok(bytes) => Ok((name.to_owned(), bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(Error::Invalid(format!("{name}: there is no such file")))
        }
        Err(error) => Err(Error::io(&path)(error)),
    }
}
