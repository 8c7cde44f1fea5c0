//! `memento mcp`: the MCP server on standard input and output, for coding assistants.
//!
//! What it can do is in [`notes`], [`write`](mod@write), [`review`], [`diff`], [`library`], [`cards`], [`prompts`] and [`resources`], each a thin layer over the library;
//! [`server`] answers the protocol, [`transport`] carries it, [`render`] keeps answers short.

mod call;
mod cards;
mod diff;
mod journal;
mod library;
mod notes;
mod prompts;
mod render;
mod resources;
mod review;
mod server;
mod tool;
mod transport;
mod write;

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use memento::config::Env;
use memento::{Config, Error, Result};
use rmcp::ServiceExt;
use rmcp::service::ServerInitializeError;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;

use crate::args::Part;
use journal::Journal;
use server::Server;
use transport::{Client, End};

/// How long what runs may take to end once the client is gone: a test run has two seconds to end by itself.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many calls run at once; more of them wait.
const CALLS: u32 = 64;

/// How many wait for a person at once: they may do so for minutes, and hold up no other.
const WAITS: usize = 256;

/// Serves the client at the other end of standard input and output until one of the two goes; with `only` a
/// part of what there is.
///
/// # Errors
/// [`Error::Invalid`] where what came was not MCP, [`Error::Io`] where no threads can be had.
pub(crate) fn run(only: Option<Part>) -> Result<()> {
    if std::io::stdin().is_terminal() {
        let _ = writeln!(
            std::io::stderr(),
            "memento: waiting for an MCP client on standard input; C-d ends it, memento mcp --help says how to set it up"
        );
    }
    let stdio = Path::new("standard input");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        // Each call has one, and what else tokio needs.
        .max_blocking_threads(CALLS as usize + WAITS + 16)
        .enable_all()
        .build()
        .map_err(Error::io(stdio))?;
    let served = runtime.block_on(serve(only));
    // A thread that reads standard input, or writes to a client that does not read, cannot be waited for.
    runtime.shutdown_background();
    served
}

async fn serve(only: Option<Part>) -> Result<()> {
    // A server with a broken configuration can still say so, call by call.
    let journal = Config::load(Env::process()).map_or_else(|_| Journal::default(), |c| Journal::open(&c.data_dir));
    let journal = Arc::new(journal);
    journal::keep_panics(&journal);
    journal.line(&format!("memento {} starts", env!("CARGO_PKG_VERSION")));
    let end = Arc::new(End::default());
    let calls = Arc::new(Semaphore::new(CALLS as usize));
    let server = Server::new(only, Arc::clone(&journal), Arc::clone(&end), Arc::clone(&calls));
    tokio::spawn(end_on_signal(Arc::clone(&end)));
    let started = tokio::select! {
        started = server.serve(Client::new(Arc::clone(&end))) => Some(started),
        _ = end.wait() => None,
    };
    let served = match started {
        Some(Ok(running)) => {
            let stop = running.cancellation_token();
            let mut running = std::pin::pin!(running.waiting());
            tokio::select! {
                _ = &mut running => {}
                _ = end.wait() => {
                    // What is ready still goes out, if the client reads it; so does what the calls say on their way out.
                    stop.cancel();
                    let _ = tokio::time::timeout(PATIENCE, running).await;
                }
            }
            Ok(())
        }
        None | Some(Err(ServerInitializeError::ConnectionClosed(_) | ServerInitializeError::Cancelled)) => Ok(()),
        Some(Err(error)) => {
            end.set("the client does not speak MCP");
            Err(Error::Invalid(format!("what came on standard input is not MCP: {error}")))
        }
    };
    let why = end.wait().await;
    // Every call holds one: while there are any, a test or a write still runs.
    if tokio::time::timeout(PATIENCE, calls.acquire_many(CALLS)).await.is_err() {
        journal.line("calls were still running");
    }
    journal.line(&format!("ends: {why}"));
    served
}

async fn end_on_signal(end: Arc<End>) {
    let kinds = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()];
    let [Ok(mut terminate), Ok(mut interrupt), Ok(mut hangup)] = kinds.map(signal) else { return };
    tokio::select! {
        _ = terminate.recv() => end.set("SIGTERM"),
        _ = interrupt.recv() => end.set("SIGINT"),
        _ = hangup.recv() => end.set("SIGHUP"),
    }
}
