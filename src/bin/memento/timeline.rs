//! The timeline as a page, and a server of them.

use memento::{Config, Error, Result};

use crate::args::timeline::{Serve, Timeline};
use crate::output::Answer;

pub(crate) fn timeline(_args: Timeline, _config: &Config) -> Result<Answer> {
    Err(Error::Invalid("not yet".to_owned()))
}

pub(crate) fn serve(_args: Serve, _config: &Config) -> Result<Answer> {
    Err(Error::Invalid("not yet".to_owned()))
}
