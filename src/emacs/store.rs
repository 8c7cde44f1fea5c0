//! The stores that Lisp has opened, by name: a handle that Lisp holds must survive the reload of its own code.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use emacs::{Env, Value, defun};

use super::failure::{Failure, guard};
use super::lisp::{Lisp, list_of_strings};
use crate::config::{self, Config};
use crate::error::Error;
use crate::review::Log;

static STORES: LazyLock<Mutex<HashMap<String, Log>>> = LazyLock::new(Mutex::default);

/// The log of the store of this name.
pub(super) fn log(store: &str) -> Result<Log, Failure> {
    let stores = STORES.lock().unwrap_or_else(PoisonError::into_inner);
    let found = stores.get(store).cloned();
    found.ok_or_else(|| Error::NotFound(format!("no store {store} is open: call memento-core-store-open")).into())
}

/// Opens the store that the environment ENVIRONMENT, a list like `process-environment`, leads to.
///
/// Returns a plist: `:store`, its name for the other functions, `:review-log`, `:notes-dir`, `:data-dir`, `:config-file`.
#[defun]
fn store_open<'e>(env: &'e Env, environment: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let config = Config::load(config::Env::from_pairs(list_of_strings(environment)?))?;
        let path = |p: &std::path::Path| Lisp::string(p.display().to_string());
        let name = format!("{}|{}", config.review_log.display(), config.data_dir.display());
        let opened = Lisp::plist([
            ("store", Lisp::string(name.clone())),
            ("review-log", path(&config.review_log)),
            ("notes-dir", path(&config.notes_dir)),
            ("data-dir", path(&config.data_dir)),
            ("config-file", path(&config.file)),
        ]);
        STORES.lock().unwrap_or_else(PoisonError::into_inner).insert(name, Log::new(config));
        Ok(opened.build(env)?)
    })
}
