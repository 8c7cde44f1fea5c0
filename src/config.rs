//! Where things live: `config.toml`, overridden by the environment.
//!
//! The environment is a value ([`Env`]), not the process's: inside Emacs `setenv` changes a Lisp variable and not what
//! [`std::env::var`] sees, and a test must be able to redirect every path.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::file;

mod cards;

pub use cards::Cards;

/// The environment that paths are derived from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Env(HashMap<String, String>);

impl Env {
    /// The environment of this process.
    pub fn process() -> Self {
        Self(std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))).collect())
    }

    /// An environment of `NAME=VALUE` strings, as in Emacs's `process-environment`: of a doubled name the first counts,
    /// and one without `=` unsets.
    pub fn from_pairs<S: AsRef<str>>(pairs: impl IntoIterator<Item = S>) -> Self {
        let mut map = HashMap::new();
        let mut unset = Vec::new();
        for pair in pairs {
            match pair.as_ref().split_once('=') {
                Some((name, value)) => {
                    if !unset.iter().any(|u| u == name) {
                        map.entry(name.to_owned()).or_insert_with(|| value.to_owned());
                    }
                }
                None => unset.push(pair.as_ref().to_owned()),
            }
        }
        Self(map)
    }

    /// The value of a variable; an empty one counts as unset.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|v| !v.is_empty())
    }

    /// All variables, for a child process: inside Emacs the person's `PATH` is often known to Lisp alone.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The person's home directory.
    ///
    /// # Errors
    /// [`Error::Invalid`] where `HOME` is unset.
    pub fn home(&self) -> Result<PathBuf> {
        self.get("HOME")
            .map(PathBuf::from)
            .ok_or_else(|| Error::Invalid("HOME is not set: set it, memento's files live under it".into()))
    }

    /// `~/x` becomes a path under the home directory; other paths stay.
    ///
    /// # Errors
    /// [`Error::Invalid`] where `HOME` is needed and unset.
    pub fn expand(&self, path: &str) -> Result<PathBuf> {
        match path.strip_prefix('~') {
            Some("") => self.home(),
            Some(rest) if rest.starts_with('/') => Ok(self.home()?.join(&rest[1..])),
            _ => Ok(PathBuf::from(path)),
        }
    }

    /// A path as a person writes it: with `~` for the home directory, also where that is a link and the path is not.
    pub fn abbreviate(&self, path: &Path) -> String {
        let home = self.home().ok().filter(|home| home.parent().is_some());
        let rest = home.and_then(|home| {
            let lexical = path.strip_prefix(&home).ok().map(Path::to_path_buf);
            lexical.or_else(|| path.strip_prefix(home.canonicalize().ok()?).ok().map(Path::to_path_buf))
        });
        rest.map_or_else(|| path.display().to_string(), |rest| format!("~/{}", rest.display()))
    }
}

/// Where a setting came from, for `memento doctor`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// memento's own default.
    Default,
    /// `config.toml`.
    Config,
    /// This environment variable.
    Environment(&'static str),
}

/// What a project may set for itself: `[projects.NAME]` in `config.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// The shell command whose success closes a remark.
    pub test_command: Option<String>,
    /// How long it may take, in seconds (default 600).
    pub test_timeout: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileConfig {
    notes_dir: Option<String>,
    review_log: Option<String>,
    data_dir: Option<String>,
    review_prompt: Option<String>,
    test_timeout: Option<u64>,
    lease_minutes: Option<u64>,
    git_commit: Option<bool>,
    diff_expire_days: Option<u64>,
    hook_wait: Option<u64>,
    hook_rounds: Option<u64>,
    claude_dir: Option<String>,
    #[serde(default)]
    cards: Cards,
    #[serde(default)]
    projects: BTreeMap<String, Project>,
}

/// Where everything lives and what the person set.
#[derive(Debug, Clone)]
pub struct Config {
    /// The environment it was made from.
    pub env: Env,
    /// `config.toml`, whether it exists or not.
    pub file: PathBuf,
    /// The notes directory.
    pub notes_dir: PathBuf,
    /// The code-review log.
    pub review_log: PathBuf,
    /// Where the databases and the logs of test runs are.
    pub data_dir: PathBuf,
    /// The person's own template for `memento review prompt`.
    pub review_prompt: Option<PathBuf>,
    /// How long a test command may take, in seconds, where its project does not say.
    pub test_timeout: u64,
    /// How long a taken remark stays taken, in minutes.
    pub lease_minutes: u64,
    /// Whether every note that an assistant writes is committed in the repository that it lies in, that file alone.
    pub git_commit: bool,
    /// How long a diff may wait for a verdict, in days.
    pub diff_expire_days: u64,
    /// How long `memento hook stop` waits for a verdict, in seconds; 0: it asks and does not wait.
    pub hook_wait: u64,
    /// How often in a row `memento hook stop` sends an assistant back to work.
    pub hook_rounds: u64,
    /// Where Claude Code keeps its history of prompts and its transcripts.
    pub claude_dir: PathBuf,
    /// What is set of flashcards.
    pub cards: Cards,
    /// What single projects set.
    pub projects: BTreeMap<String, Project>,
    /// Where each path came from.
    pub sources: BTreeMap<&'static str, Source>,
}

/// Half an hour: long enough for one fix with its tests, short enough that a dead session's remark is back before lunch.
const LEASE_MINUTES: u64 = 30;
const TEST_TIMEOUT: u64 = 600;
const DIFF_EXPIRE_DAYS: u64 = 14;
/// Ten minutes: a person who is there has answered, and one who is not finds the request in the queue.
const HOOK_WAIT: u64 = 600;
const HOOK_ROUNDS: u64 = 5;

impl Config {
    /// Reads the configuration that `env` points to; a missing file is an empty one.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a file that is not the TOML that memento knows, [`Error::Io`] for one that cannot be read.
    pub fn load(env: Env) -> Result<Self> {
        let mut sources = BTreeMap::new();
        let file = match env.get("MEMENTO_CONFIG") {
            Some(path) => {
                sources.insert("config", Source::Environment("MEMENTO_CONFIG"));
                env.expand(path)?
            }
            None => {
                sources.insert("config", Source::Default);
                xdg(&env, "XDG_CONFIG_HOME", ".config")?.join("memento/config.toml")
            }
        };
        let text = if file.exists() { file::read(&file)? } else { String::new() };
        let set: FileConfig = toml::from_str(&text).map_err(|e| {
            let line = e.span().map_or(1, |s| text[..s.start].matches('\n').count() + 1);
            Error::Invalid(format!("{}:{line}: {}", file.display(), e.message()))
        })?;

        let mut place = |name, variable, set: Option<&str>, default: &dyn Fn() -> Result<PathBuf>| {
            let (path, source) = if let Some(path) = env.get(variable) {
                (env.expand(path)?, Source::Environment(variable))
            } else if let Some(path) = set {
                (env.expand(path)?, Source::Config)
            } else {
                (default()?, Source::Default)
            };
            if !path.is_absolute() {
                return Err(Error::Invalid(format!(
                    "{name} is {}: give an absolute path or one from ~",
                    path.display()
                )));
            }
            sources.insert(name, source);
            Ok(path)
        };
        let notes_dir = place("notes_dir", "MEMENTO_NOTES_DIR", set.notes_dir.as_deref(), &|| {
            let home = env.home()?;
            let (roam, org_roam) = (home.join(".roam"), home.join("org-roam"));
            Ok(if !roam.is_dir() && org_roam.is_dir() { org_roam } else { roam })
        })?;
        let review_log = place("review_log", "MEMENTO_REVIEW_LOG", set.review_log.as_deref(), &|| {
            Ok(env.home()?.join("code_review.org"))
        })?;
        let data_dir = place("data_dir", "MEMENTO_DATA_DIR", set.data_dir.as_deref(), &|| {
            Ok(xdg(&env, "XDG_DATA_HOME", ".local/share")?.join("memento"))
        })?;
        let claude_dir = place("claude_dir", "MEMENTO_CLAUDE_DIR", set.claude_dir.as_deref(), &|| {
            // Claude Code's own variable for it.
            match env.get("CLAUDE_CONFIG_DIR").map(PathBuf::from).filter(|dir| dir.is_absolute()) {
                Some(dir) => Ok(dir),
                None => Ok(env.home()?.join(".claude")),
            }
        })?;
        let review_prompt = set.review_prompt.as_deref().map(|p| env.expand(p)).transpose()?;
        Ok(Self {
            file,
            notes_dir,
            review_log,
            data_dir,
            review_prompt,
            test_timeout: set.test_timeout.unwrap_or(TEST_TIMEOUT),
            lease_minutes: set.lease_minutes.unwrap_or(LEASE_MINUTES),
            git_commit: set.git_commit.unwrap_or(false),
            diff_expire_days: set.diff_expire_days.unwrap_or(DIFF_EXPIRE_DAYS),
            hook_wait: set.hook_wait.unwrap_or(HOOK_WAIT),
            hook_rounds: set.hook_rounds.unwrap_or(HOOK_ROUNDS),
            claude_dir,
            cards: set.cards,
            projects: set.projects,
            sources,
            env,
        })
    }
}

impl Config {
    /// Writes into `config.toml`, where it does not say so yet, that the notes are in `dir`. It becomes the first line, which
    /// is no table's, and everything else stays as it is.
    ///
    /// # Errors
    /// [`Error::Conflict`] where the file names another directory, [`Error::Invalid`] where it is not the TOML that memento
    /// knows or `dir` cannot stand in it, and those of [`file::update`].
    pub fn set_notes_dir(&self, dir: &Path) -> Result<()> {
        let text = dir.to_str().filter(|_| dir.is_absolute());
        let text = text.ok_or_else(|| Error::Invalid(format!("{}: no absolute path in UTF-8", dir.display())))?;
        let line = format!("notes_dir = {}\n", toml::Value::from(text));
        file::update(&self.file, |before| {
            let invalid = |e: toml::de::Error| Error::Invalid(format!("{}: {}", self.file.display(), e.message()));
            match toml::from_str::<FileConfig>(before).map_err(invalid)?.notes_dir {
                None => Ok((Some(format!("{line}{before}")), ())),
                Some(set) if self.env.expand(&set)? == dir => Ok((None, ())),
                Some(set) => Err(Error::Conflict(format!("{} sets notes_dir to {set} already", self.file.display()))),
            }
        })
    }
}

fn xdg(env: &Env, variable: &str, default: &str) -> Result<PathBuf> {
    // The XDG base directory specification: a relative path there is invalid and ignored.
    match env.get(variable).map(PathBuf::from).filter(|p| p.is_absolute()) {
        Some(path) => Ok(path),
        None => Ok(env.home()?.join(default)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[&str]) -> Env {
        Env::from_pairs(pairs)
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
        let home = tempfile::tempdir().unwrap();
        let config = home.path().join("c.toml");
        file::replace(
            &config,
            None,
            "review_log = \"~/log.org\"\ngit_commit = true\n[projects.app]\ntest_command = \"true\"\n",
        )
        .unwrap();
        let c = Config::load(env(&[
            &format!("HOME={}", home.path().display()),
            &format!("MEMENTO_CONFIG={}", config.display()),
            "MEMENTO_DATA_DIR=/data",
        ]))
        .unwrap();
        assert_eq!(c.review_log, home.path().join("log.org"));
        assert_eq!(c.data_dir, Path::new("/data"));
        assert!(c.git_commit && !Config::load(env(&["HOME=/h"])).unwrap().git_commit);
        assert_eq!(c.notes_dir, home.path().join(".roam"));
        assert_eq!(c.sources["review_log"], Source::Config);
        assert_eq!(c.sources["data_dir"], Source::Environment("MEMENTO_DATA_DIR"));
        assert_eq!(c.projects["app"].test_command.as_deref(), Some("true"));
    }

    #[test]
    fn a_bad_file_is_named_with_its_line() {
        let home = tempfile::tempdir().unwrap();
        let config = home.path().join("c.toml");
        file::replace(&config, None, "# mine\nreview_lgo = \"x\"\n").unwrap();
        let e = Config::load(env(&["HOME=/h", &format!("MEMENTO_CONFIG={}", config.display())])).unwrap_err();
        assert!(e.to_string().contains("c.toml:2: unknown field `review_lgo`"), "{e}");
    }

    #[test]
    fn the_notes_directory_is_added_and_the_rest_stays() {
        let home = tempfile::tempdir().unwrap();
        let set = |text: Option<&str>, dir: &str| {
            let file = home.path().join(".config/memento/config.toml");
            let _ = std::fs::remove_file(&file);
            if let Some(text) = text {
                file::replace(&file, None, text).unwrap();
            }
            let config = Config::load(env(&[&format!("HOME={}", home.path().display())])).unwrap();
            config.set_notes_dir(Path::new(dir)).map(|()| {
                let text = file::read(&file).unwrap();
                let again = Config::load(config.env.clone()).unwrap();
                assert_eq!((again.notes_dir.as_path(), &again.sources["notes_dir"]), (Path::new(dir), &Source::Config));
                text
            })
        };
        assert_eq!(set(None, "/my notes").unwrap(), "notes_dir = \"/my notes\"\n");
        let text = "# mine\r\n[projects.app] # its tests\r\ntest_command = \"make\"\r\n";
        assert_eq!(set(Some(text), "/a\\\"b").unwrap(), format!("notes_dir = '/a\\\"b'\n{text}"));
        assert_eq!(set(Some("notes_dir = '/n' # here\n"), "/n").unwrap(), "notes_dir = '/n' # here\n");
        assert!(matches!(set(Some("notes_dir = '/n'\n"), "/other"), Err(Error::Conflict(_))));
        assert!(matches!(set(None, "notes"), Err(Error::Invalid(_))));
    }

    #[test]
    fn a_doubled_name_counts_once_as_in_emacs() {
        let e = env(&["A=1", "A=2", "B", "B=3"]);
        assert_eq!((e.get("A"), e.get("B")), (Some("1"), None));
    }

    #[test]
    fn home_is_written_with_a_tilde() {
        let e = env(&["HOME=/home/ann"]);
        assert_eq!(e.abbreviate(Path::new("/home/ann/x y")), "~/x y");
        assert_eq!(e.abbreviate(Path::new("/home/anna/x")), "/home/anna/x");
        assert_eq!(e.expand("~/a").unwrap(), Path::new("/home/ann/a"));
    }
}
