//! The project that a file belongs to, and the command that tests it.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::config::Config;
use crate::git::Repository;

/// A project: the enclosing git repository, else the directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Project {
    /// The name of its root folder.
    pub name: String,
    /// Its root folder.
    pub root: PathBuf,
    /// Whether it is a git repository.
    pub git: bool,
}

impl Project {
    /// The project of a file, which need not exist.
    pub fn of_file(file: &Path) -> Self {
        Self::of_dir(file.parent().unwrap_or(Path::new("/")))
    }

    /// The project of a directory.
    pub fn of_dir(dir: &Path) -> Self {
        match Repository::enclosing(dir) {
            Some(repository) => Self { name: repository.name(), root: repository.root, git: true },
            None => Self {
                name: dir.file_name().map_or_else(|| "root".into(), |n| n.to_string_lossy().into_owned()),
                root: dir.to_path_buf(),
                git: false,
            },
        }
    }

    /// Its repository.
    pub fn repository(&self) -> Option<Repository> {
        self.git.then(|| Repository { root: self.root.clone() })
    }

    /// The shell command that tests it: what the configuration says, else `make test` where the Makefile has that target.
    pub fn test_command(&self, config: &Config) -> Option<String> {
        let set = config.projects.get(&self.name).and_then(|p| p.test_command.clone());
        set.or_else(|| has_test_target(&self.root).then(|| "make test".into()))
    }

    /// How long the tests may take, in seconds.
    pub fn test_timeout(&self, config: &Config) -> u64 {
        config.projects.get(&self.name).and_then(|p| p.test_timeout).unwrap_or(config.test_timeout)
    }
}

fn has_test_target(root: &Path) -> bool {
    // In the order in which GNU make looks for them; it reads only the first.
    ["GNUmakefile", "makefile", "Makefile"].iter().find_map(|name| std::fs::read(root.join(name)).ok()).is_some_and(
        |bytes| {
            String::from_utf8_lossy(&bytes).lines().any(|line| {
                line.split_once(':').is_some_and(|(targets, rest)| {
                    !line.starts_with(['\t', '#', '.'])
                        && !rest.starts_with('=')
                        && !rest.starts_with(":=")
                        && targets.split_whitespace().any(|t| t == "test")
                })
            })
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_makefile_target_is_found() {
        for (makefile, expected) in [
            ("test: all\n\ttrue\n", true),
            ("all test:\n", true),
            ("test::\n", true),
            ("tests:\n", false),
            (".PHONY: test\n", false),
            ("test := 1\n", false),
            ("test ::= 1\n", false),
        ] {
            let dir = tempfile::tempdir().unwrap();
            crate::file::replace(&dir.path().join("Makefile"), None, makefile).unwrap();
            assert_eq!(has_test_target(dir.path()), expected, "{makefile:?}");
        }
    }
}
