//! `memento review`.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{Local, TimeZone};
use memento::config::Env;
use memento::review::{Closing, Count, Entry, Located, Locator, Log, Progress, Project, Query, Remark, State, Stats};
use memento::{Config, Error, Result};
use serde_json::json;

use crate::args::{self, Review};
use crate::output::{Answer, printable, table};

pub(crate) fn run(command: Review, config: Config) -> Result<Answer> {
    let env = config.env.clone();
    let log = Log::new(config);
    // Whatever a session does shows that it is alive. Taking renews by itself, in the same write.
    let session = session_name(command.session(), &env);
    if !matches!(command, Review::Next { .. }) {
        log.renew(&session);
    }
    let view = View::now(&env);
    match command {
        Review::Add { place, comment, category, author, output } => {
            let (file, line, end_line) = parse_place(&place)?;
            let comment = if comment == "-" { read_stdin()? } else { comment };
            let remark = Remark { file, line, end_line, comment, category, author, text: None };
            let entry = log.add(remark)?;
            let note = format!("logged {} in {}", entry.id, env.abbreviate(log.path()));
            let located = locate(entry);
            Ok(Answer::data(output, &located, || view.rows(std::slice::from_ref(&located))).note(note))
        }
        Review::List { project, state, file, mine, output, .. } => {
            let state = match state {
                args::State::Todo => State::Todo,
                args::State::Done => State::Done,
                args::State::All => State::All,
            };
            let file = file.as_deref().map(absolute).transpose()?;
            let query = Query { state, project, file, held_by: mine.then_some(session), root: None };
            let found = log.list_located(&query)?;
            let answer = Answer::data(output, &found, || view.rows(&found));
            if !found.is_empty() {
                return Ok(answer);
            }
            let what = if log.path().exists() {
                "no remark fits: see memento review list --state all".to_owned()
            } else {
                format!("{} does not exist yet: memento review add makes it", env.abbreviate(log.path()))
            };
            Ok(answer.note(what).fail_if(true))
        }
        Review::Show { id, output, .. } => {
            let located = locate(log.show(&id)?);
            Ok(Answer::data(output, &located, || view.whole(&located)))
        }
        Review::Next { project, output, .. } => {
            let Some(entry) = log.next(&session, &Query { project, ..Query::default() })? else {
                return Ok(Answer::data(output, &json!(null), String::new)
                    .note("nothing is left to take: no open remark is free")
                    .fail_if(true));
            };
            let until = entry.claimed_until.map_or_else(String::new, |until| format!(" until {}", clock(until)));
            let note = format!("{} is yours{until}: memento review done {} closes it", entry.id, entry.id);
            let located = locate(entry);
            Ok(Answer::data(output, &located, || view.whole(&located)).note(note))
        }
        Review::Done { id, test, no_test, commit, summary, output, .. } => {
            let closing = Closing { session, test, no_test, commit, summary };
            let cancel = cancel_on_signal();
            let mut show = |progress: Progress<'_>| {
                let _ = match progress {
                    Progress::Line(line) => writeln!(std::io::stderr(), "{line}"),
                    Progress::Waiting(why) => {
                        writeln!(std::io::stderr(), "memento: ready to close, waiting: {why}")
                    }
                };
            };
            let entry = log.done(&id, &closing, &mut show, &cancel)?;
            let tested = entry.tested.as_deref().unwrap_or("");
            let note = format!("{} is {}: {tested}", entry.id, entry.keyword);
            let located = locate(entry);
            Ok(Answer::data(output, &located, || view.rows(std::slice::from_ref(&located))).note(note))
        }
        Review::Release { id, session, output } => {
            let named = session.session.or_else(|| env.get("MEMENTO_SESSION").map(str::to_owned));
            let before = log.show(&id)?;
            let entry = log.release(&id, named.as_deref())?;
            let whose = before.claimed_by.as_deref().unwrap_or("nobody");
            let note = format!("{} is free again; {whose} held it", entry.id);
            let located = locate(entry);
            Ok(Answer::data(output, &located, || view.rows(std::slice::from_ref(&located))).note(note))
        }
        Review::Reopen { id, output } => {
            let entry = log.reopen(&id)?;
            let note = format!("{} is open again", entry.id);
            let located = locate(entry);
            Ok(Answer::data(output, &located, || view.rows(std::slice::from_ref(&located))).note(note))
        }
        Review::Stats { project, output } => {
            let stats = log.stats(&Query { state: State::All, project, ..Query::default() })?;
            Ok(Answer::data(output, &stats, || stats_text(&stats)))
        }
        Review::Check { project, output } => {
            let found = log.list_located(&here(project)?)?;
            let answer = Answer::data(output, &found, || view.rows(&found)).fail_if(!found.is_empty());
            Ok(if found.is_empty() {
                answer
            } else {
                answer.note(format!("{} open: memento review next takes one", count(found.len(), "remark")))
            })
        }
        Review::Prompt { project, all, output } => {
            let query = if all { Query::default() } else { here(project)? };
            let prompt = log.prompt(&query)?;
            Ok(Answer::data(output, &json!({ "prompt": prompt }), || prompt.clone()))
        }
    }
}

/// The named project, else the one around the working directory.
fn here(project: Option<String>) -> Result<Query> {
    let root = if project.is_none() { Some(Project::of_dir(&absolute(".")?).root) } else { None };
    Ok(Query { project, root, ..Query::default() })
}

fn locate(entry: Entry) -> Located {
    Located::new(entry, &mut Locator::new())
}

/// `--session`, else `$MEMENTO_SESSION`, else `user@host`: the same from one call to the next.
pub(crate) fn session_name(named: Option<&str>, env: &Env) -> String {
    named.or_else(|| env.get("MEMENTO_SESSION")).map(str::to_owned).unwrap_or_else(|| {
        let user = env.get("USER").or_else(|| env.get("LOGNAME")).unwrap_or("user");
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        format!("{user}@{host}")
    })
}

/// Reads `FILE:LINE` or `FILE:FIRST-LAST`; the file's name may hold colons.
fn parse_place(place: &str) -> Result<(PathBuf, usize, Option<usize>)> {
    let wrong = || Error::Invalid(format!("{place}: give FILE:LINE or FILE:FIRST-LAST, as in src/main.rs:12-20"));
    let (file, lines) = place.rsplit_once(':').ok_or_else(wrong)?;
    let (line, end) = match lines.split_once('-') {
        Some((line, end)) => (line, Some(end.parse().map_err(|_| wrong())?)),
        None => (lines, None),
    };
    let line = line.parse().map_err(|_| wrong())?;
    if file.is_empty() {
        return Err(wrong());
    }
    // `12-12` is the line 12.
    Ok((absolute(file)?, line, end.filter(|end| *end != line)))
}

/// An absolute path without `.` and `..`; symbolic links stay, as they do in Emacs.
pub(crate) fn absolute(path: &str) -> Result<PathBuf> {
    let path = Path::new(path);
    let whole = working_directory(path)?.join(path);
    // Without `.` and doubled slashes.
    let whole: PathBuf = whole.components().collect();
    let dotted = whole.components().any(|c| c == std::path::Component::ParentDir);
    // `..` after a symbolic link leads elsewhere than the text says: only the file system knows.
    if dotted { std::fs::canonicalize(&whole).map_err(Error::io(&whole)) } else { Ok(whole) }
}

/// The working directory as the shell shows it, links included, where that is right: the log should say `~/work/x`, as
/// Emacs does, and not where `~/work` leads.
fn working_directory(path: &Path) -> Result<PathBuf> {
    let real = std::env::current_dir().map_err(Error::io(path))?;
    let shown = std::env::var_os("PWD").map(PathBuf::from).filter(|shown| shown.is_absolute());
    Ok(shown.filter(|shown| memento::file::canonical(shown) == memento::file::canonical(&real)).unwrap_or(real))
}

pub(crate) fn read_stdin() -> Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(Error::io(Path::new("standard input")))?;
    Ok(text)
}

/// A flag that Ctrl-C and SIGTERM raise: the tests run in a process group of their own, which neither would reach.
pub(crate) fn cancel_on_signal() -> Arc<AtomicBool> {
    let cancel = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&cancel);
    // Without a handler the tests outlive an interrupted memento, and nothing else goes wrong.
    let _ = ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed));
    cancel
}

/// How remarks look as text.
pub(crate) struct View<'a> {
    env: &'a Env,
    now: i64,
}

impl<'a> View<'a> {
    /// As of now.
    pub(crate) fn now(env: &'a Env) -> Self {
        Self { env, now: now() }
    }

    /// Who holds a remark.
    pub(crate) fn holder<'e>(&self, entry: &'e Entry) -> Option<&'e str> {
        entry.holder(self.now)
    }

    /// One line a remark.
    fn rows(&self, found: &[Located]) -> String {
        let rows: Vec<Vec<String>> = found
            .iter()
            .map(|located| {
                let entry = &located.entry;
                let first = entry.comment.lines().next().unwrap_or("");
                let more = if entry.comment.lines().nth(1).is_some() { " ..." } else { "" };
                vec![
                    entry.id.clone(),
                    match self.holder(entry) {
                        Some(holder) => format!("{} held by {holder}", entry.keyword),
                        None => entry.keyword.clone(),
                    },
                    entry.created.map_or_else(|| "?".into(), |t| age(self.now - t)),
                    entry.category.clone().unwrap_or_else(|| "-".into()),
                    self.place(located),
                    format!("{first}{more}"),
                ]
            })
            .collect();
        printable(&table(&rows))
    }

    /// Everything about one remark.
    pub(crate) fn whole(&self, located: &Located) -> String {
        let entry = &located.entry;
        let held = self.holder(entry).map(|holder| match entry.claimed_until {
            Some(until) => format!("{holder} until {}", clock(until)),
            None => holder.to_owned(),
        });
        let made = entry.author.as_ref().map(|author| format!("by {author}"));
        let facts = [
            ("place", Some(self.place(located))),
            ("project", Some(entry.project.clone())),
            ("category", entry.category.clone()),
            ("made", Some([entry.timestamp.clone(), made].into_iter().flatten().collect::<Vec<_>>().join(" "))),
            ("commit", entry.commit.clone()),
            ("line was", entry.anchor.clone()),
            ("held by", held),
            ("closed", entry.closed.clone()),
            ("closed by", entry.resolved_by.clone()),
            ("tested", entry.tested.clone()),
            ("fixed in", entry.fix_commit.clone()),
            ("summary", entry.summary.clone()),
        ];
        let mut out = format!("{} {}\n", entry.id, entry.keyword);
        let told = facts.iter().filter_map(|(name, value)| Some((name, value.as_ref().filter(|v| !v.is_empty())?)));
        for (name, value) in told {
            out.push_str(&format!("  {name:<9} {value}\n"));
        }
        out.push_str(&format!("\n{}\n", entry.comment));
        if let Some(region) = &entry.region {
            out.push('\n');
            for line in region.lines() {
                out.push_str(format!("  | {line}").trim_end());
                out.push('\n');
            }
        }
        printable(&out)
    }

    /// Where its code is today.
    pub(crate) fn place(&self, located: &Located) -> String {
        let Some(place) = &located.place else { return located.entry.place() };
        let end = place.end_line.map_or_else(String::new, |end| format!("-{end}"));
        format!("{}:{}{end} ({})", self.env.abbreviate(&place.file), place.line, place.status.as_str())
    }
}

/// Now, in seconds since 1970.
pub(crate) fn now() -> i64 {
    Local::now().timestamp()
}

/// A time of day, with the date where it is not today.
pub(crate) fn clock(time: i64) -> String {
    let Some(time) = Local.timestamp_opt(time, 0).single() else { return time.to_string() };
    let today = time.date_naive() == Local::now().date_naive();
    time.format(if today { "%H:%M" } else { "%Y-%m-%d %H:%M" }).to_string()
}

/// A span of time in its largest unit.
pub(crate) fn age(seconds: i64) -> String {
    match seconds {
        ..60 => "now".into(),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        86_400..5_184_000 => format!("{} d", seconds / 86_400),
        5_184_000..63_072_000 => format!("{} months", seconds / 2_592_000),
        _ => format!("{} years", seconds / 31_536_000),
    }
}

pub(crate) fn count(n: usize, noun: &str) -> String {
    format!("{n} {noun}{}", if n == 1 { "" } else { "s" })
}

fn stats_text(stats: &Stats) -> String {
    let row = |name: &str, c: &Count| vec![name.to_owned(), format!("{} open", c.open), format!("{} done", c.done)];
    let mut out = table(&[[row("all", &stats.total), vec![format!("{} held now", stats.held)]].concat()]);
    for (title, counts) in [("By project", &stats.projects), ("By category", &stats.categories)] {
        if !counts.is_empty() {
            let rows: Vec<_> = counts.iter().map(|(name, c)| row(&format!("  {name}"), c)).collect();
            out.push_str(&format!("\n{title}\n{}", table(&rows)));
        }
    }
    if !stats.states.is_empty() {
        let rows: Vec<_> = stats.states.iter().map(|(name, n)| vec![format!("  {name}"), n.to_string()]).collect();
        out.push_str(&format!("\nBy state\n{}", table(&rows)));
    }
    let a = &stats.ages;
    let ages = [
        ("under a day", a.day),
        ("under a week", a.week),
        ("under 30 days", a.month),
        ("30 days and more", a.older),
        ("no timestamp", a.unknown),
    ];
    let rows: Vec<_> =
        ages.iter().filter(|(_, n)| *n > 0).map(|(name, n)| vec![format!("  {name}"), n.to_string()]).collect();
    if !rows.is_empty() {
        out.push_str(&format!("\nOpen, by age\n{}", table(&rows)));
    }
    if let Some(t) = &stats.time_open {
        let rows = [("median", t.median), ("mean", t.mean), ("longest", t.longest)];
        let rows: Vec<_> = rows
            .iter()
            .map(|(name, s)| vec![format!("  {name}"), if *s < 60 { "under a minute".into() } else { age(*s) }])
            .collect();
        out.push_str(&format!("\nClosed ones were open for\n{}", table(&rows)));
    }
    out
}
