//! Disks that are full or read-only, editors with unsaved changes.

use crate::home::{Home, put};

/// Runs a script as root of a user namespace of its own, where it may mount; `None` where this machine allows neither.
fn with_mounts(home: &Home, script: &str) -> Option<crate::home::Run> {
    let wrap = |script: &str| home.command("unshare").args(["-rm", "sh", "-ec", script]).output();
    if !wrap("mount -t tmpfs tmpfs /mnt").is_ok_and(|o| o.status.success()) {
        eprintln!("skipped: no mounts in a user namespace here");
        return None;
    }
    let memento = env!("CARGO_BIN_EXE_memento");
    Some(crate::home::Run(wrap(&format!("memento={memento}\n{script}")).unwrap()))
}

fn home_with_log() -> Home {
    let home = Home::new();
    home.write("app/a.txt", "one\n");
    home.add("app/a.txt:1", "the first", &[]);
    std::fs::create_dir(home.path("disk")).unwrap();
    home
}

#[test]
fn a_full_disk_leaves_the_log_as_it_was() {
    let home = home_with_log();
    let script = "mount -t tmpfs -o size=64k tmpfs disk; cp code_review.org disk/; export MEMENTO_REVIEW_LOG=$PWD/disk/code_review.org
        head -c 1M /dev/zero > disk/filler 2>/dev/null || true
        if $memento review add app/a.txt:1 --comment x; then echo added; else echo code $?; fi
        cmp code_review.org disk/code_review.org && echo same; ls -A disk";
    let Some(run) = with_mounts(&home, script) else { return };
    assert!(run.out().starts_with("code 2\nsame\n"), "{}{}", run.out(), run.err());
    assert!(run.err().contains("code_review.org") && run.err().contains("No space left"), "{}", run.err());
    assert!(!run.out().contains(".tmp"), "{}", run.out());
}

#[test]
fn a_read_only_disk_is_read_and_not_written() {
    let home = home_with_log();
    let script = "mount -t tmpfs tmpfs disk; cp code_review.org disk/; mount -o remount,ro disk
        export MEMENTO_REVIEW_LOG=$PWD/disk/code_review.org
        if $memento review add app/a.txt:1 --comment x; then echo added; else echo code $?; fi
        $memento review list | wc -l; cmp code_review.org disk/code_review.org && echo same";
    let Some(run) = with_mounts(&home, script) else { return };
    assert_eq!(run.out(), "code 2\n1\nsame\n", "{}", run.err());
    assert!(run.err().contains("Read-only file system"), "{}", run.err());
}

#[test]
fn a_log_that_its_owner_made_read_only_stays_so() {
    use std::os::unix::fs::PermissionsExt;
    let home = home_with_log();
    let before = home.log_text();
    std::fs::set_permissions(home.log(), std::fs::Permissions::from_mode(0o444)).unwrap();
    let run = home.run(&["review", "add", "app/a.txt:1", "--comment", "x"]);
    assert_eq!((run.code(), home.log_text()), (2, before));
    assert!(run.err().contains("the file is read-only"), "{}", run.err());
}

#[test]
fn unsaved_changes_in_emacs_are_waited_for_and_then_named() {
    let home = home_with_log();
    let before = home.log_text();
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    let lock = format!("ann@{}.{}:1", host.trim(), std::process::id());
    std::os::unix::fs::symlink(lock, home.path(".#code_review.org")).unwrap();
    let run = home.run(&["review", "add", "app/a.txt:1", "--comment", "x"]);
    assert_eq!((run.code(), home.log_text()), (2, before));
    assert!(run.err().contains("unsaved changes in Emacs (ann@"), "{}", run.err());
    assert_eq!(home.run(&["review", "list"]).code(), 0, "reading goes on");
}

#[test]
fn nothing_is_left_beside_the_log() {
    let home = home_with_log();
    // What a killed writer leaves is taken away by the next.
    put(&home.path(".code_review.org.memento-new"), "half");
    home.add("app/a.txt:1", "goes on", &[]);
    let names = std::fs::read_dir(home.path("")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    assert_eq!(names, ["app", "code_review.org", "disk"]);
}

#[test]
fn the_log_may_be_a_link_into_a_repository() {
    let home = Home::new();
    home.write("app/a.txt", "one\n");
    home.write("notes/log.org", "");
    std::os::unix::fs::symlink("notes/log.org", home.log()).unwrap();
    home.add("app/a.txt:1", "through the link", &[]);
    assert!(std::fs::symlink_metadata(home.log()).unwrap().is_symlink());
    assert!(std::fs::read_to_string(home.path("notes/log.org")).unwrap().contains("through the link"));
}
