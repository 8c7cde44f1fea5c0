//! The protocol's requests as calls: each in a thread of its own, cancelled with its request, a panic in it an answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use memento::config::Env;
use memento::{Config, Error, file};
use rmcp::handler::server::ServerHandler;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData, GetPromptRequestParams,
    GetPromptResponse, Implementation, ListPromptsResult, ListResourceTemplatesResult, ListResourcesRequestMethod,
    ListResourcesResult, ListToolsResult, PaginatedRequestParams, ProgressNotificationParam, ProgressToken,
    ReadResourceRequestParams, ReadResourceResponse, ResourcesCapability, ServerCapabilities, ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{Peer, RoleServer};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;

use crate::args::Part;

use super::call::{Call, OpenVault, Progress};
use super::journal::Journal;
use super::tool::Tool;
use super::transport::End;
use super::{WAITS, cards, diff, library, notes, prompts, render, resources, review, write};

const ABOUT_NOTES: &str = "\
Notes (note_*): the person's second brain, as far as it is public; search before you ask the person, and write down what \
the next session should know.";
const ABOUT_REVIEW: &str = "\
Review (review_*): the person's remarks on code; take one with review_next, fix it, commit, close it with review_done, \
which runs the tests.";
const ABOUT_DIFF: &str = "\
Diff review (diff_*): ask the person to review what you changed with diff_request, get the verdict with diff_wait, change \
what it asks for, and ask again until it is approved.";
const ABOUT_PROMPTS: &str = "\
Prompts (prompt_*): what the person asked of assistants before; search there for how they asked for the like, and which of it \
they rated well.";
const ABOUT_CARDS: &str = "\
Flashcards (flashcard_*, quiz_get): what the person learns; write drafts of what they should keep, and quiz them on what is due.";

/// How often somebody who waits hears of something new, and how often of nothing new: clients give up on silence.
const NEWS: Duration = Duration::from_millis(200);
const HEARTBEAT: Duration = Duration::from_secs(5);
/// A line of a test's output may be of any length.
const NEWS_CHARS: usize = 200;

/// The server of one client.
pub(super) struct Server {
    only: Option<Part>,
    tools: Arc<Vec<Tool>>,
    vault: Arc<OpenVault>,
    journal: Arc<Journal>,
    end: Arc<End>,
    calls: Arc<Semaphore>,
    waits: Arc<Semaphore>,
}

/// Why there is no answer.
pub(super) struct Failure {
    /// One word for it: that of the library's error, or `panic`.
    kind: &'static str,
    /// What the assistant is told.
    text: String,
}

impl Failure {
    fn of(error: &Error, env: &Env) -> Self {
        Self { kind: error.kind(), text: render::error(error, env) }
    }

    fn panic() -> Self {
        let text =
            "memento has a bug here: mcp.log in its data directory says where; other calls still work".to_owned();
        Self { kind: "panic", text }
    }
}

impl From<Failure> for ErrorData {
    fn from(Failure { kind, text }: Failure) -> Self {
        match kind {
            "not-found" => Self::resource_not_found(text, None),
            "invalid" | "conflict" => Self::invalid_params(text, None),
            _ => Self::internal_error(text, None),
        }
    }
}

impl Server {
    /// A server of one part or of all that takes one of `calls` for each call, and cancels them at `end`.
    pub(super) fn new(only: Option<Part>, journal: Arc<Journal>, end: Arc<End>, calls: Arc<Semaphore>) -> Self {
        let mut tools = Vec::new();
        let offers = |part| only.is_none_or(|only| only == part);
        if offers(Part::Notes) {
            tools.extend(notes::tools());
            tools.extend(write::tools());
        }
        if offers(Part::Review) {
            tools.extend(review::tools());
        }
        if offers(Part::Diff) {
            tools.extend(diff::tools());
        }
        if offers(Part::Prompts) {
            tools.extend(library::tools());
        }
        if offers(Part::Cards) {
            tools.extend(cards::tools());
        }
        let waits = Arc::new(Semaphore::new(WAITS));
        Self { only, tools: Arc::new(tools), vault: Arc::default(), journal, end, calls, waits }
    }

    fn offers(&self, part: Part) -> bool {
        self.only.is_none_or(|only| only == part)
    }

    fn has_resources(&self) -> Result<(), ErrorData> {
        if !self.offers(Part::Notes) {
            return Err(ErrorData::method_not_found::<ListResourcesRequestMethod>());
        }
        Ok(())
    }

    /// A place to run in. What waits for a person has its own: else a few such calls would hold up all others.
    async fn slot(&self, waits: bool) -> Result<OwnedSemaphorePermit, Failure> {
        let slots = Arc::clone(if waits { &self.waits } else { &self.calls });
        let slot = if waits { slots.try_acquire_owned().ok() } else { slots.acquire_owned().await.ok() };
        // Nobody closes them: a permit is missing only where all are taken.
        slot.ok_or_else(|| Failure {
            kind: "locked",
            text: format!("{WAITS} calls wait for a person already: let one of them answer first"),
        })
    }

    /// Runs `work` in a thread of its own; `name` is what the log calls it, and `waits` that it may wait for a person.
    async fn call<T: Send + 'static>(
        &self,
        context: &RequestContext<RoleServer>,
        name: &str,
        waits: bool,
        work: impl FnOnce(&Call) -> memento::Result<T> + Send + 'static,
    ) -> Result<T, Failure> {
        let start = Instant::now();
        let session = session(context);
        let cancel = Arc::new(AtomicBool::new(false));
        let progress = Arc::new(Progress::default());
        let thread = {
            let (session, cancel, progress) = (session.clone(), Arc::clone(&cancel), Arc::clone(&progress));
            let vault = Arc::clone(&self.vault);
            let slot = self.slot(waits).await?;
            // Whatever a session does shows that it is alive; taking renews by itself.
            let renews = name != "review_next" && self.offers(Part::Review);
            tokio::task::spawn_blocking(move || {
                let _slot = slot;
                let flag = Arc::clone(&cancel);
                file::interruptible(
                    move || flag.load(Ordering::Relaxed),
                    || {
                        let env = Env::process();
                        let config = Config::load(env.clone()).map_err(|e| Failure::of(&e, &env))?;
                        let call = Call { config, session, cancel, progress, vault };
                        if renews {
                            call.log().renew(&call.session);
                        }
                        work(&call).map_err(|e| Failure::of(&e, &env))
                    },
                )
            })
        };
        let news = context.meta.get_progress_token().map(|token| News::new(context.peer.clone(), token));
        let result = self.follow(context, thread, &cancel, &progress, news).await;
        let outcome = result.as_ref().map_or_else(|failure| failure.kind, |_| "ok");
        self.journal.line(&format!("{session} {name} {outcome} {} ms", start.elapsed().as_millis()));
        result
    }

    /// Waits for a thread, passes its news on, and tells it when nobody waits any more.
    async fn follow<T>(
        &self,
        context: &RequestContext<RoleServer>,
        mut thread: JoinHandle<Result<T, Failure>>,
        cancel: &AtomicBool,
        progress: &Progress,
        mut news: Option<News>,
    ) -> Result<T, Failure> {
        let mut ticks = tokio::time::interval(NEWS);
        loop {
            tokio::select! {
                result = &mut thread => {
                    if let Some(news) = news {
                        news.finish().await;
                    }
                    return result.unwrap_or_else(|_| Err(Failure::panic()));
                }
                () = context.ct.cancelled(), if !cancel.load(Ordering::Relaxed) => cancel.store(true, Ordering::Relaxed),
                _ = self.end.wait(), if !cancel.load(Ordering::Relaxed) => cancel.store(true, Ordering::Relaxed),
                _ = ticks.tick(), if news.is_some() => {
                    if let Some(news) = &mut news {
                        news.pass_on(progress);
                    }
                }
            }
        }
    }
}

/// Tells a client that asked for it how a call is getting on.
struct News {
    peer: Peer<RoleServer>,
    token: ProgressToken,
    start: Instant,
    last: String,
    sent: Instant,
    /// A client that does not read gets no more than one.
    sending: Option<JoinHandle<()>>,
}

impl News {
    fn new(peer: Peer<RoleServer>, token: ProgressToken) -> Self {
        let now = Instant::now();
        Self { peer, token, start: now, last: String::new(), sent: now, sending: None }
    }

    fn pass_on(&mut self, progress: &Progress) {
        if self.sending.as_ref().is_some_and(|sending| !sending.is_finished()) {
            return;
        }
        match progress.heard() {
            Some(said) => self.last = said.chars().filter(|c| !c.is_control()).take(NEWS_CHARS).collect(),
            None if self.sent.elapsed() < HEARTBEAT => return,
            None => {}
        }
        self.sent = Instant::now();
        let seconds = self.start.elapsed().as_secs_f64();
        let param = ProgressNotificationParam::new(self.token.clone(), seconds).with_message(self.last.clone());
        let peer = self.peer.clone();
        self.sending = Some(tokio::spawn(async move {
            // A client that cannot be told will be missed elsewhere.
            let _ = peer.notify_progress(param).await;
        }));
    }

    /// Lets what is on its way arrive before the answer.
    async fn finish(self) {
        if let Some(sending) = self.sending {
            let _ = tokio::time::timeout(NEWS, sending).await;
        }
    }
}

/// `$MEMENTO_SESSION`, else the client's name with this process's number: the same from one call to the next, and another for
/// each assistant.
fn session(context: &RequestContext<RoleServer>) -> String {
    if let Some(named) = Env::process().get("MEMENTO_SESSION") {
        return named.to_owned();
    }
    let client = context.client_info().map_or_else(String::new, |client| client.name);
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    let name: String = client.chars().map(plain).take(40).collect();
    format!("{}-{}", if name.is_empty() { "mcp" } else { &name }, std::process::id())
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let mut capabilities = ServerCapabilities::builder().enable_tools().enable_prompts().build();
        if self.offers(Part::Notes) {
            capabilities.resources = Some(ResourcesCapability::default());
        }
        let instructions = match self.only {
            None => format!(
                "What a person shares with coding assistants. {ABOUT_NOTES} {ABOUT_REVIEW} {ABOUT_DIFF} {ABOUT_PROMPTS} {ABOUT_CARDS}"
            ),
            Some(Part::Notes) => ABOUT_NOTES.to_owned(),
            Some(Part::Review) => ABOUT_REVIEW.to_owned(),
            Some(Part::Diff) => ABOUT_DIFF.to_owned(),
            Some(Part::Prompts) => ABOUT_PROMPTS.to_owned(),
            Some(Part::Cards) => ABOUT_CARDS.to_owned(),
        };
        let about = Implementation::new("memento", env!("CARGO_PKG_VERSION")).with_title("memento");
        ServerConfig::new(capabilities).with_server_info(about).with_instructions(instructions)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.tools.iter().map(|tool| tool.definition.clone()).collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(index) = self.tools.iter().position(|tool| tool.name() == request.name) else {
            let names = self.tools.iter().map(Tool::name).collect::<Vec<_>>().join(", ");
            return Err(ErrorData::invalid_params(
                format!("there is no tool {}: there are {names}", request.name),
                None,
            ));
        };
        let tools = Arc::clone(&self.tools);
        let tool = &self.tools[index];
        let arguments = request.arguments.unwrap_or_default();
        let answer = self.call(&context, tool.name(), tool.waits, move |call| tools[index].call(call, arguments)).await;
        Ok(match answer {
            Ok(text) => CallToolResult::success(vec![ContentBlock::text(text)]).into(),
            Err(failure) => CallToolResult::error(vec![ContentBlock::text(failure.text)]).into(),
        })
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::with_all_items(prompts::all(self.only)))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let arguments = request.arguments.unwrap_or_default();
        let prompt = prompts::Prompt::read(&request.name, &arguments, self.only)?;
        let result = self.call(&context, prompt.name(), false, move |call| prompt.text(call)).await?;
        Ok(prompts::result(result).into())
    }

    async fn list_resources(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        self.has_resources()?;
        let offset = resources::offset(request.and_then(|request| request.cursor).as_deref())?;
        Ok(self.call(&context, "resources/list", false, move |call| resources::list(call, offset)).await?)
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        self.has_resources()?;
        Ok(ListResourceTemplatesResult::with_all_items(vec![resources::template()]))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        self.has_resources()?;
        let uri = request.uri;
        Ok(self.call(&context, "resources/read", false, move |call| resources::read(call, &uri)).await?.into())
    }
}
