//! `memento doctor`: where everything is, and whether it works.

use std::path::{Path, PathBuf};

use memento::cards::{self, Collection};
use memento::config::{Env, Source};
use memento::notes::ListQuery;
use memento::prompts::Library;
use memento::review::{Log, Query, State};
use memento::{Config, Error, Result, db};
use serde::Serialize;

use crate::args::{Output, Session};
use crate::note;
use crate::output::{Answer, table};
use crate::review::{clock, count};

const VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(Debug, Default, Serialize)]
struct Report {
    version: &'static str,
    git: Option<String>,
    paths: Vec<Setting>,
    log: Option<LogReport>,
    /// How many notes are public; `None` where there is no notes directory.
    public_notes: Option<usize>,
    databases: Vec<Database>,
    /// `None` where the library cannot be opened.
    prompts: Option<Prompts>,
    /// `None` where the collection cannot be opened.
    cards: Option<Cards>,
    module: Module,
    problems: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Setting {
    name: &'static str,
    path: PathBuf,
    source: Source,
    exists: bool,
}

#[derive(Debug, Serialize)]
struct LogReport {
    readable: bool,
    open: usize,
    done: usize,
}

#[derive(Debug, Serialize)]
struct Database {
    name: &'static str,
    path: PathBuf,
    /// The schema's version; `None`: not created yet.
    version: Option<i64>,
}

/// The library of prompts, and what fills it.
#[derive(Debug, Serialize)]
struct Prompts {
    /// Whether there is a history to read.
    history: bool,
    /// How many transcripts there are.
    transcripts: usize,
    prompts: usize,
    /// When the last of them was typed, in milliseconds since 1970.
    last: Option<i64>,
    /// Bytes of the history that no sync has read yet.
    unread: u64,
}

/// The collection of flashcards.
#[derive(Debug, Default, Serialize)]
struct Cards {
    cards: usize,
    /// How many wait to be accepted.
    drafts: usize,
    /// How many there are to ask today.
    left: usize,
    /// What they are scheduled by whose project says nothing.
    algorithm: String,
}

#[derive(Debug, Default, Serialize)]
struct Module {
    path: Option<PathBuf>,
    version: Option<String>,
    same_version: bool,
}

pub(crate) fn run(config: Result<Config>, json: bool) -> Answer {
    let mut report = Report { version: VERSION, git: git_version(), ..Report::default() };
    if report.git.is_none() {
        report.problems.push("git cannot be run: install it".to_owned());
    }
    let env = match config {
        Ok(config) => {
            let env = config.env.clone();
            report.inspect(config);
            env
        }
        Err(e) => {
            report.problems.push(e.to_string());
            Env::process()
        }
    };
    report.module = find_module(&env);
    if let (Some(version), false) = (&report.module.version, report.module.same_version) {
        report.problems.push(format!("the Emacs module is {version} and this is {VERSION}: run make install"));
    }
    let failed = !report.problems.is_empty();
    Answer::data(Output { json }, &report, || report.text(&env)).fail_if(failed)
}

impl Report {
    fn inspect(&mut self, config: Config) {
        let paths = [
            ("config", &config.file),
            ("notes_dir", &config.notes_dir),
            ("review_log", &config.review_log),
            ("data_dir", &config.data_dir),
            ("claude_dir", &config.claude_dir),
        ];
        for (name, path) in paths {
            let source = config.sources.get(name).cloned().unwrap_or(Source::Default);
            self.paths.push(Setting { name, path: path.clone(), source, exists: path.exists() });
        }
        // What else is in the notes directory is no business of a command that an assistant can run.
        if config.notes_dir.is_dir() {
            match public_notes(&config) {
                Ok((count, problems)) => {
                    self.public_notes = Some(count);
                    self.problems.extend(problems);
                }
                Err(e) => self.problems.push(e.to_string()),
            }
        }
        for (name, file) in [("state", "memento.db"), ("index", "index.db")] {
            let path = config.data_dir.join(file);
            let version = db::version(&path).unwrap_or_else(|e| {
                self.problems.push(e.to_string());
                None
            });
            self.databases.push(Database { name, path, version });
        }
        match prompts(&config) {
            Ok(prompts) => self.prompts = prompts,
            Err(e) => self.problems.push(e.to_string()),
        }
        match cards(&config) {
            Ok(cards) => self.cards = Some(cards),
            Err(e) => self.problems.push(e.to_string()),
        }
        if let Some(path) = config.review_prompt.as_ref().filter(|p| !p.is_file()) {
            self.problems
                .push(format!("{}: review_prompt names no file: write it or remove the setting", path.display()));
        }
        let log = Log::new(config);
        let query = Query { state: State::All, ..Query::default() };
        self.log = Some(match log.stats(&query) {
            Ok(stats) => LogReport { readable: true, open: stats.total.open, done: stats.total.done },
            Err(e) => {
                self.problems.push(e.to_string());
                LogReport { readable: false, open: 0, done: 0 }
            }
        });
    }

    fn text(&self, env: &Env) -> String {
        let mut rows = vec![
            vec!["memento".to_owned(), self.version.to_owned()],
            vec!["git".to_owned(), self.git.clone().unwrap_or_else(|| "missing".to_owned())],
        ];
        for setting in &self.paths {
            let from = match setting.source {
                Source::Default => "default".to_owned(),
                Source::Config => "config.toml".to_owned(),
                Source::Environment(name) => format!("${name}"),
            };
            let missing = if setting.exists { "" } else { ", does not exist yet" };
            let path = env.abbreviate(&setting.path);
            rows.push(vec![setting.name.to_owned(), path, format!("({from}{missing})")]);
        }
        if let Some(log) = &self.log {
            let state =
                if log.readable { format!("{} open, {} done", log.open, log.done) } else { "not readable".to_owned() };
            rows.push(vec!["remarks".to_owned(), state]);
        }
        if let Some(count) = self.public_notes {
            rows.push(vec!["notes".to_owned(), format!("{count} public: memento doctor --privacy lists them")]);
        }
        if let Some(prompts) = &self.prompts {
            rows.push(vec!["prompts".to_owned(), prompts.text()]);
        }
        if let Some(cards) = &self.cards {
            rows.push(vec!["cards".to_owned(), cards.text()]);
        }
        for database in &self.databases {
            let version = database.version.map_or_else(|| "not created yet".to_owned(), |v| format!("schema {v}"));
            rows.push(vec![
                format!("{} database", database.name),
                env.abbreviate(&database.path),
                format!("({version})"),
            ]);
        }
        let module = match &self.module {
            Module { path: Some(path), version: Some(version), .. } => {
                vec!["Emacs module".to_owned(), env.abbreviate(path), format!("({version})")]
            }
            _ => vec!["Emacs module".to_owned(), "not found in the usual places: make install builds it".to_owned()],
        };
        rows.push(module);
        let mut out = table(&rows);
        for problem in &self.problems {
            out.push_str(&format!("problem: {problem}\n"));
        }
        out
    }
}

/// How many notes are public, and what is wrong with them.
fn public_notes(config: &Config) -> Result<(usize, Vec<String>)> {
    let vault = note::open(config, &Session { session: None })?;
    let (_, count) = vault.list(&ListQuery { limit: Some(0), ..ListQuery::default() })?;
    Ok((count, vault.doubled()?.iter().map(note::doubled_text).collect()))
}

/// The library, where there is one already, and whether what fills it can be read.
fn prompts(config: &Config) -> Result<Option<Prompts>> {
    let history = config.claude_dir.join("history.jsonl");
    let readable = match std::fs::File::open(&history) {
        Ok(_) => true,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => false,
        Err(e) => return Err(Error::Io { path: history, source: e }),
    };
    // A doctor makes no database, and brings none up to date.
    let version = db::version(&config.data_dir.join("memento.db"))?;
    let (prompts, last, unread) = if version == i64::try_from(db::STATE_MIGRATIONS.len()).ok() {
        let library = Library::open(config)?;
        let query = memento::prompts::Query { limit: Some(1), commands: true, ..Default::default() };
        let last = library.list(&query)?.prompts.first().map(|prompt| prompt.time).filter(|time| *time > 0);
        (library.count()?, last, library.unread()?)
    } else {
        (0, None, history.metadata().map_or(0, |file| file.len()))
    };
    let transcripts = transcripts(&config.claude_dir.join("projects"));
    Ok(Some(Prompts { history: readable, transcripts, prompts, last, unread }))
}

/// The collection, where there is one already; its settings in any case.
fn cards(config: &Config) -> Result<Cards> {
    // As above: a doctor makes no database.
    let version = db::version(&config.data_dir.join("memento.db"))?;
    if version != i64::try_from(db::STATE_MIGRATIONS.len()).ok() {
        let algorithm: cards::Algorithm = config.cards.algorithm.parse()?;
        return Ok(Cards { algorithm: algorithm.to_string(), ..Cards::default() });
    }
    let collection = Collection::open(config)?;
    let total = |state| Ok(collection.list(&cards::Query { state, limit: Some(0), ..Default::default() })?.total);
    Ok(Cards {
        cards: total(None)?,
        drafts: total(Some(cards::State::Draft))?,
        left: collection.queue(&cards::Filter::default(), 0)?.counts.left(),
        algorithm: config.cards.algorithm.clone(),
    })
}

impl Cards {
    fn text(&self) -> String {
        let drafts = if self.drafts > 0 { format!(", {}", count(self.drafts, "draft")) } else { String::new() };
        let left =
            if self.left > 0 { format!(", {} to ask today: memento card quiz", self.left) } else { String::new() };
        format!("{}{drafts}{left}; by default {}", self.cards, self.algorithm)
    }
}

fn transcripts(dir: &Path) -> usize {
    let files = |dir: &Path| std::fs::read_dir(dir).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_transcript = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "jsonl");
    files(dir).filter(|path| path.is_dir()).map(|dir| files(&dir).filter(is_transcript).count()).sum()
}

impl Prompts {
    fn text(&self) -> String {
        let from = match (self.history, self.transcripts) {
            (false, 0) => "no history there yet".to_owned(),
            (false, n) => format!("{} there", count(n, "transcript")),
            (true, 0) => "the history can be read".to_owned(),
            (true, n) => format!("the history can be read, and {}", count(n, "transcript")),
        };
        let last = self.last.map_or_else(String::new, |time| format!(", the last of {}", clock(time / 1000)));
        let unread = match self.unread {
            0 => String::new(),
            bytes => format!("; {} of it to be read: memento prompt sync", size(bytes)),
        };
        format!("{}{last}; {from}{unread}", self.prompts)
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        ..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

fn git_version() -> Option<String> {
    let output = std::process::Command::new("git").arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim().trim_start_matches("git version ").to_owned())
}

/// The module of this version, else any; where `make install` and `make` put it.
fn find_module(env: &Env) -> Module {
    let named = env.get("MEMENTO_MODULE").map(PathBuf::from).filter(|p| p.is_file());
    let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.to_path_buf()));
    let home = env.home().ok().map(|home| home.join(".local"));
    let prefixes = beside.iter().map(|bin| bin.join("..")).chain(home);
    let places = beside.iter().cloned().chain(prefixes.map(|p| p.join("lib/memento")));
    let mut found: Vec<PathBuf> = named.into_iter().chain(places.flat_map(|dir| modules_in(&dir))).collect();
    found.sort_by_key(|path| version_of(path).as_deref() != Some(VERSION));
    match found.into_iter().next() {
        None => Module::default(),
        Some(path) => {
            let version = version_of(&path);
            let path = path.canonicalize().unwrap_or(path);
            Module { same_version: version.as_deref() == Some(VERSION), version, path: Some(path) }
        }
    }
}

fn modules_in(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    entries.map(|e| e.path()).filter(|p| version_of(p).is_some()).collect()
}

/// `memento-core-VERSION.so` says its version in its name.
fn version_of(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    Some(name.strip_prefix("memento-core-")?.strip_suffix(".so")?.to_owned())
}
