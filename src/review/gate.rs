//! The gate: the project's tests, run before a remark is closed.

use std::fs::File;
use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::config::Env;
use crate::error::{Error, Result};

/// How many lines of a failed run are kept for the answer.
const LAST_LINES: usize = 50;
/// How long a process group has to end after SIGTERM.
const GRACE: Duration = Duration::from_secs(2);
const POLL: Duration = Duration::from_millis(15);

/// A test run to be made.
#[derive(Debug, Clone)]
pub struct Gate {
    /// The shell command.
    pub command: String,
    /// Where it runs: the repository's root.
    pub root: PathBuf,
    /// After this long its whole process group is ended.
    pub timeout: Duration,
    /// The file that gets all of its output.
    pub log: PathBuf,
}

impl Gate {
    /// Runs the command and returns how long it took.
    ///
    /// `on_line` gets every line of output as it comes. Once `cancel` is true the process group is ended.
    ///
    /// # Errors
    /// [`Error::Failed`] with the last 50 lines where the command fails, takes too long or is cancelled; [`Error::Io`] where it
    /// cannot be started.
    pub fn run(&self, env: &Env, on_line: &mut dyn FnMut(&str), cancel: &AtomicBool) -> Result<Duration> {
        if let Some(dir) = self.log.parent() {
            std::fs::create_dir_all(dir).map_err(Error::io(dir))?;
        }
        let log = File::create(&self.log).map_err(Error::io(&self.log))?;
        let errors = log.try_clone().map_err(Error::io(&self.log))?;
        let mut tail = Tail::open(&self.log)?;
        let start = Instant::now();
        let mut child = Command::new("/bin/sh")
            .arg("-c")
            .arg(&self.command)
            .current_dir(&self.root)
            .env_clear()
            .envs(env.variables())
            // Called from a git hook these would point the tests to another repository.
            .env_remove("GIT_DIR")
            .env_remove("GIT_WORK_TREE")
            .env_remove("GIT_INDEX_FILE")
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(errors)
            .process_group(0)
            .spawn()
            .map_err(Error::io(&self.root))?;
        let end = loop {
            let ended = child.try_wait().map_err(Error::io(&self.root))?;
            tail.read(on_line, ended.is_some())?;
            if let Some(status) = ended {
                break End::Exit(status);
            }
            let cut = if cancel.load(Ordering::Relaxed) {
                Some(End::Cancelled)
            } else {
                (start.elapsed() >= self.timeout).then_some(End::TimedOut)
            };
            if let Some(cut) = cut {
                end_group(&mut child);
                tail.read(on_line, true)?;
                break cut;
            }
            std::thread::sleep(POLL);
        };
        let what = match end {
            End::Exit(status) if status.success() => return Ok(start.elapsed()),
            End::Exit(status) => match (status.code(), status.signal()) {
                (Some(code), _) => format!("the tests failed with exit code {code}"),
                (None, signal) => format!("the tests were ended by signal {}", signal.unwrap_or(0)),
            },
            End::TimedOut => format!("the tests took longer than {} s and were ended", self.timeout.as_secs()),
            End::Cancelled => "the tests were interrupted".to_owned(),
        };
        Err(Error::Failed {
            message: format!("{what}: {} (in {})", self.command, env.abbreviate(&self.root)),
            output: tail.last_lines(),
            log: self.log.clone(),
        })
    }
}

enum End {
    Exit(ExitStatus),
    TimedOut,
    Cancelled,
}

/// Ends the child's whole group: politely, then not.
fn end_group(child: &mut Child) {
    let Some(group) = Pid::from_raw(child.id().cast_signed()) else { return };
    let _ = kill_process_group(group, Signal::TERM);
    let start = Instant::now();
    while start.elapsed() < GRACE {
        let _ = child.try_wait();
        // The group exists as long as anybody in it does, the shell's children included.
        if rustix::process::test_kill_process_group(group).is_err() {
            break;
        }
        std::thread::sleep(POLL);
    }
    let _ = kill_process_group(group, Signal::KILL);
    let _ = child.wait();
}

/// Follows a growing file line by line.
struct Tail {
    file: File,
    path: PathBuf,
    rest: Vec<u8>,
    last: std::collections::VecDeque<String>,
}

impl Tail {
    fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(Error::io(path))?;
        Ok(Self { file, path: path.to_path_buf(), rest: Vec::new(), last: std::collections::VecDeque::new() })
    }

    /// Hands on the lines that came since the last call; at the end also one without a line break.
    fn read(&mut self, on_line: &mut dyn FnMut(&str), end: bool) -> Result<()> {
        self.file.read_to_end(&mut self.rest).map_err(Error::io(&self.path))?;
        let complete = memchr::memrchr(b'\n', &self.rest).map_or(0, |at| at + 1);
        let upto = if end { self.rest.len() } else { complete };
        let ready: Vec<u8> = self.rest.drain(..upto).collect();
        for line in String::from_utf8_lossy(&ready).lines() {
            on_line(line);
            if self.last.len() == LAST_LINES {
                self.last.pop_front();
            }
            self.last.push_back(line.to_owned());
        }
        Ok(())
    }

    fn last_lines(&self) -> String {
        self.last.iter().map(|l| format!("{l}\n")).collect()
    }
}
