//! The stores that Lisp has opened, by name: a handle that Lisp holds must survive the reload of its own code.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use emacs::{Env, Value, defun};

use super::failure::{Failure, guard};
use super::lisp::{Lisp, list_of_strings};
use crate::cards::Collection;
use crate::config::{self, Config, Source};
use crate::diff::Queue;
use crate::error::Error;
use crate::notes::Vault;
use crate::prompts::Library;
use crate::review::Log;

struct Store {
    log: Log,
    /// Opened when a note is first asked for: who only reviews code needs no index.
    vault: Option<Vault>,
    /// Opened when diff review is first asked for something.
    queue: Option<Arc<Queue>>,
    /// Opened when the prompts are first asked for.
    library: Option<Arc<Library>>,
    /// Opened when the cards are first asked for.
    collection: Option<Arc<Collection>>,
}

static STORES: LazyLock<Mutex<HashMap<String, Store>>> = LazyLock::new(Mutex::default);

fn with_store<T>(name: &str, work: impl FnOnce(&mut Store) -> Result<T, Failure>) -> Result<T, Failure> {
    let mut stores = STORES.lock().unwrap_or_else(PoisonError::into_inner);
    match stores.get_mut(name) {
        Some(store) => work(store),
        None => Err(Error::NotFound(format!("no store {name} is open: call memento-core-store-open")).into()),
    }
}

/// The log of the store of this name.
pub(super) fn log(store: &str) -> Result<Log, Failure> {
    with_store(store, |store| Ok(store.log.clone()))
}

/// The configuration of the store of this name.
pub(super) fn config(store: &str) -> Result<Config, Failure> {
    with_store(store, |store| Ok(store.log.config().clone()))
}

/// The vault of the store of this name.
pub(super) fn vault(store: &str) -> Result<Vault, Failure> {
    with_store(store, |store| {
        if let Some(vault) = &store.vault {
            return Ok(vault.clone());
        }
        let vault = Vault::open(store.log.config())?;
        store.vault = Some(vault.clone());
        Ok(vault)
    })
}

/// The queue of the store of this name.
pub(super) fn queue(store: &str) -> Result<Arc<Queue>, Failure> {
    with_store(store, |store| {
        if let Some(queue) = &store.queue {
            return Ok(Arc::clone(queue));
        }
        let queue = Arc::new(Queue::open(store.log.config())?);
        store.queue = Some(Arc::clone(&queue));
        Ok(queue)
    })
}

/// The library of prompts of the store of this name.
pub(super) fn library(store: &str) -> Result<Arc<Library>, Failure> {
    with_store(store, |store| {
        if let Some(library) = &store.library {
            return Ok(Arc::clone(library));
        }
        let library = Arc::new(Library::open(store.log.config())?);
        store.library = Some(Arc::clone(&library));
        Ok(library)
    })
}

/// The cards of the store of this name.
pub(super) fn collection(store: &str) -> Result<Arc<Collection>, Failure> {
    with_store(store, |store| {
        if let Some(collection) = &store.collection {
            return Ok(Arc::clone(collection));
        }
        let collection = Arc::new(Collection::open(store.log.config())?);
        store.collection = Some(Arc::clone(&collection));
        Ok(collection)
    })
}

/// Opens the store that the environment ENVIRONMENT, a list like `process-environment`, leads to.
///
/// Returns a plist: `:store`, its name for the other functions, `:review-log`, `:notes-dir`, `:notes-dir-set` (whether the
/// person has said where the notes are), `:data-dir`, `:claude-dir` (where the assistant's history is), `:config-file`.
#[defun]
fn store_open<'e>(env: &'e Env, environment: Value<'e>) -> emacs::Result<Value<'e>> {
    guard(env, || {
        let config = Config::load(config::Env::from_pairs(list_of_strings(environment)?))?;
        let path = |p: &std::path::Path| Lisp::string(p.display().to_string());
        let name = [&config.review_log, &config.notes_dir, &config.data_dir, &config.claude_dir]
            .map(|p| p.display().to_string())
            .join("|");
        let opened = Lisp::plist([
            ("store", Lisp::string(name.clone())),
            ("review-log", path(&config.review_log)),
            ("notes-dir", path(&config.notes_dir)),
            ("notes-dir-set", Lisp::bool(config.sources.get("notes_dir") != Some(&Source::Default))),
            ("data-dir", path(&config.data_dir)),
            ("claude-dir", path(&config.claude_dir)),
            ("config-file", path(&config.file)),
        ]);
        let store = Store { log: Log::new(config), vault: None, queue: None, library: None, collection: None };
        STORES.lock().unwrap_or_else(PoisonError::into_inner).insert(name, store);
        Ok(opened.build(env)?)
    })
}

/// Writes into the configuration file that the notes are in DIRECTORY, and leaves the rest of the file as it is.
#[defun]
fn config_set_notes_dir(env: &Env, store: String, directory: String) -> emacs::Result<()> {
    guard(env, || Ok(config(&store)?.set_notes_dir(std::path::Path::new(&directory))?))
}
