//! The Emacs dynamic module `memento-core`.
//!
//! Functions are named `memento-core-NOUN-VERB` and only memento's own elisp calls them. A record crosses as a plist in
//! which what is empty is absent. Long work runs on a thread of its own and reports through a pipe process.

// The macros of the `emacs` crate expand to the C entry points that Emacs looks up by name, and to the raw calls behind
// them; nothing else here is unsafe but what says why.
#![allow(unsafe_code)]

mod cards;
mod channel;
mod diff;
mod failure;
mod lisp;
mod names;
mod notes;
mod prompts;
mod review;
mod store;

use emacs::Env;

emacs::plugin_is_GPL_compatible!();

#[emacs::module(name = "memento-core", defun_prefix = "memento-core", separator = "-", mod_in_name = false)]
fn init(_: &Env) -> emacs::Result<()> {
    failure::install_panic_hook();
    Ok(())
}

/// The version of the module, to be compared with that of the elisp.
#[emacs::defun]
fn version() -> emacs::Result<&'static str> {
    Ok(env!("CARGO_PKG_VERSION"))
}

/// Panics, so that a test can see what becomes of it.
#[cfg(debug_assertions)]
#[emacs::defun]
fn test_panic(env: &Env) -> emacs::Result<()> {
    failure::guard(env, || panic!("a deliberate panic"))
}
