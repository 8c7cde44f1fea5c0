//! Standard input and output as a transport that ends as a whole when one of them does.
//!
//! rmcp reads on after a write has failed, and drops an overlong message without an answer: a client that waits for one
//! waits for ever. Here both are the end of the connection.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use rmcp::RoleServer;
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use rmcp::transport::async_rw::AsyncRwTransport;
use rmcp::transport::io::{StdioReader, StdioWriter, stdio_pipes};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::sync::watch;

/// A longer message is no message: it ends the connection.
const MESSAGE_CAP: usize = 64 << 20;

/// The end of the connection, which everything that runs waits for.
#[derive(Debug, Default)]
pub(super) struct End(watch::Sender<Option<&'static str>>);

impl End {
    /// Ends it; the first reason stays.
    pub(super) fn set(&self, reason: &'static str) {
        self.0.send_if_modified(|set| set.is_none() && set.replace(reason).is_none());
    }

    /// Waits for it and says why.
    pub(super) async fn wait(&self) -> &'static str {
        let mut end = self.0.subscribe();
        // The sender lives as long as `self`, so this cannot fail.
        end.wait_for(Option::is_some).await.ok().and_then(|set| *set).unwrap_or_default()
    }
}

/// The client at the other end of standard input and output.
pub(super) struct Client {
    inner: AsyncRwTransport<RoleServer, Capped<StdioReader>, StdioWriter>,
    end: Arc<End>,
}

impl Client {
    /// Takes standard input and output; nothing else may use them from now on.
    pub(super) fn new(end: Arc<End>) -> Self {
        let (input, output) = stdio_pipes();
        let input = Capped { inner: input, message: 0, end: Arc::clone(&end) };
        Self { inner: AsyncRwTransport::new(input, output).with_max_line_length(usize::MAX), end }
    }
}

impl Transport<RoleServer> for Client {
    type Error = io::Error;

    fn send(&mut self, message: TxJsonRpcMessage<RoleServer>) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let send = self.inner.send(message);
        let end = Arc::clone(&self.end);
        async move {
            let sent = send.await;
            if sent.is_err() {
                end.set("the client reads no more");
            }
            sent
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        let message = tokio::select! {
            message = self.inner.receive() => message,
            _ = self.end.wait() => None,
        };
        if message.is_none() {
            self.end.set("the client closed standard input");
        }
        message
    }

    async fn close(&mut self) -> io::Result<()> {
        self.inner.close().await
    }
}

/// Input whose lines are not longer than [`MESSAGE_CAP`].
struct Capped<R> {
    inner: R,
    /// How much of the current line has come.
    message: usize,
    end: Arc<End>,
}

impl<R: AsyncRead + Unpin> AsyncRead for Capped<R> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(context, buf))?;
        let new = &buf.filled()[before..];
        match memchr::memrchr(b'\n', new) {
            Some(at) => self.message = new.len() - at - 1,
            None => self.message += new.len(),
        }
        if self.message > MESSAGE_CAP {
            self.end.set("a message of more than 64 MB came");
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        Poll::Ready(Ok(()))
    }
}
