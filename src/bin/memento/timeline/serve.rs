//! `memento prompt serve`: timelines in a browser on this machine.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path as Segment, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use chrono::{Local, NaiveDate};
use memento::prompts::Library;
use memento::{Config, Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::guard::Guard;
use super::{masked_timeline, open, page, sync};
use crate::args::timeline::Serve;

/// How long answers that are under way may take once the server is to end.
const PATIENCE: Duration = Duration::from_secs(1);

struct Server {
    library: Library,
    guard: Guard,
    commands: bool,
}

/// Serves until C-c.
pub(super) fn run(args: &Serve, config: &Config) -> Result<()> {
    let library = Library::open(config)?;
    let io = |source| Error::Io { path: "the server".into(), source };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(io)?;
    let served = runtime.block_on(serve(args, library));
    runtime.shutdown_background();
    served
}

async fn serve(args: &Serve, library: Library) -> Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, args.port));
    let listener = TcpListener::bind(address).await.map_err(|e| refused(args.port, e))?;
    let io = |source| Error::Io { path: "the server".into(), source };
    let port = listener.local_addr().map_err(io)?.port();
    let mut end = signal(SignalKind::terminate()).map_err(io)?;
    let url = format!("http://127.0.0.1:{port}/");
    let line = if args.output.json { json!({ "url": url, "port": port }).to_string() } else { url.clone() };
    // Before anything can go wrong with the browser: the address is what is needed.
    writeln!(std::io::stdout(), "{line}").map_err(Error::io(Path::new("standard output")))?;
    if let Some(note) = (!args.no_open).then(|| open::open(&url)).flatten() {
        let _ = writeln!(std::io::stderr(), "memento: {note}");
    }
    let server = Arc::new(Server { library, guard: Guard::new(port), commands: args.commands });
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = axum::serve(listener, router(server)).with_graceful_shutdown(async move {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = end.recv() => {}
        }
        let _ = stop.send(());
    });
    tokio::select! {
        served = async { serving.await } => served.map_err(io),
        // A browser keeps connections open that nothing comes on any more.
        () = async { if stopped.await.is_ok() { tokio::time::sleep(PATIENCE).await } else { std::future::pending().await } } => Ok(()),
    }
}

fn refused(port: u16, error: std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            Error::Invalid(format!("port {port} is in use: name another with --port, or let --port 0 take a free one"))
        }
        std::io::ErrorKind::PermissionDenied => {
            Error::Invalid(format!("port {port} is not for everybody: name one above 1023 with --port"))
        }
        _ => Error::Io { path: format!("127.0.0.1:{port}").into(), source: error },
    }
}

fn router(server: Arc<Server>) -> Router {
    Router::new()
        .route("/", get(today))
        .route("/timeline/{date}", get(timeline))
        .route("/api/prompts/{id}/rating", post(rate).put(rate))
        .fallback(async || failed(StatusCode::NOT_FOUND, "not-found", "there are /timeline/YYYY-MM-DD and / alone"))
        .method_not_allowed_fallback(async || {
            failed(StatusCode::METHOD_NOT_ALLOWED, "invalid", "pages are got, ratings are posted")
        })
        .layer(DefaultBodyLimit::max(1024))
        .layer(from_fn_with_state(Arc::clone(&server), known_host))
        .layer(from_fn(keep_to_oneself))
        .with_state(server)
}

async fn known_host(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response {
    match server.guard.read(request.headers()) {
        Ok(()) => next.run(request).await,
        Err((status, line)) => failed(status, "refused", line),
    }
}

/// What is served is for this browser's window and for nothing beside it.
async fn keep_to_oneself(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn today() -> Redirect {
    Redirect::temporary(&format!("/timeline/{}", Local::now().date_naive()))
}

#[derive(Deserialize)]
struct Days {
    to: Option<NaiveDate>,
}

async fn timeline(
    State(server): State<Arc<Server>>,
    Segment(date): Segment<String>,
    days: std::result::Result<Query<Days>, axum::extract::rejection::QueryRejection>,
) -> Response {
    let date = NaiveDate::parse_from_str(&date, "%Y-%m-%d").ok().filter(|day| day.to_string() == date);
    let (Some(from), Ok(Query(days))) = (date, days) else {
        return failed(
            StatusCode::BAD_REQUEST,
            "invalid",
            "write days as /timeline/2025-10-02 or /timeline/2025-10-02?to=2025-10-03",
        );
    };
    let page = work(&server, move |server| {
        if let Some(note) = sync(&server.library) {
            let _ = writeln!(std::io::stderr(), "memento: {note}");
        }
        let timeline = masked_timeline(&server.library, from, days.to.unwrap_or(from), server.commands)?;
        page::html(&timeline, Some(server.guard.token()))
    });
    page.await.map_or_else(|response| response, |html| Html(html).into_response())
}

#[derive(Serialize, Deserialize)]
struct Rating {
    rating: u8,
}

async fn rate(
    State(server): State<Arc<Server>>,
    Segment(id): Segment<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Err((status, line)) = server.guard.write(&headers) {
        return failed(status, "refused", line);
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().map(str::trim) != Some("application/json") {
        return failed(StatusCode::UNSUPPORTED_MEDIA_TYPE, "invalid", "send application/json");
    }
    let (Ok(id), Ok(Rating { rating })) = (id.parse::<i64>(), serde_json::from_slice(&body)) else {
        return failed(
            StatusCode::BAD_REQUEST,
            "invalid",
            "send {\"rating\": 0} to {\"rating\": 5} for a prompt's number",
        );
    };
    let rated =
        work(&server, move |server| server.library.rate(&[id], rating).map(|_| json!({ "id": id, "rating": rating })));
    rated.await.map_or_else(|response| response, |rated| Json(rated).into_response())
}

/// Does what may wait for the disk, on a thread for that.
async fn work<T: Send + 'static>(
    server: &Arc<Server>,
    work: impl FnOnce(&Server) -> Result<T> + Send + 'static,
) -> std::result::Result<T, Response> {
    let server = Arc::clone(server);
    match tokio::task::spawn_blocking(move || work(&server)).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => {
            let status = match error {
                Error::NotFound(_) => StatusCode::NOT_FOUND,
                Error::Invalid(_) => StatusCode::BAD_REQUEST,
                Error::Conflict(_) => StatusCode::CONFLICT,
                Error::Locked(_) => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            };
            Err(failed(status, error.kind(), &error.to_string()))
        }
        Err(_) => {
            Err(failed(StatusCode::INTERNAL_SERVER_ERROR, "failed", "this is a fault of memento's: run memento doctor"))
        }
    }
}

/// An error as data, in the form that the command line has.
fn failed(status: StatusCode, kind: &str, message: &str) -> Response {
    (status, Json(json!({ "error": { "kind": kind, "message": message } }))).into_response()
}
