//! Random verdicts on real commits: tree and index are what git's own diff says, put together here line by line.
//!
//! Nothing in this file reads a diff with the library.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use memento::diff::{Decision, Judgement, Mark, Outcome, Submission};

use crate::history::own_history;
use crate::home::Home;
use crate::model::{self, Tree};
use crate::queue::{reviewer, submission};

/// So many commits the issue asks for.
const COMMITS: usize = 200;

/// At least so many of them are made up: no history has all that there is.
const MADE_UP: usize = 40;

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// One file of a diff, cut up by how its lines begin.
struct Piece<'a> {
    status: char,
    old_path: &'a [u8],
    new_path: &'a [u8],
    modes: (u32, u32),
    binary: bool,
    hunks: Vec<Vec<&'a [u8]>>,
}

impl Piece<'_> {
    /// Whether its header is judged by itself.
    fn has_header(&self) -> bool {
        let mode = !"AD".contains(self.status) && self.modes.0 != self.modes.1;
        self.hunks.is_empty() || self.status == 'R' || mode
    }
}

/// Cuts up what `git diff --raw -z` and `git diff -p` say.
fn pieces<'a>(raw: &'a [u8], diff: &'a [u8]) -> Vec<Piece<'a>> {
    let mut fields = raw.split(|byte| *byte == 0);
    let mut pieces: Vec<Piece> = Vec::new();
    while let Some(entry) = fields.next().filter(|entry| !entry.is_empty()) {
        let entry: Vec<&str> = std::str::from_utf8(entry).unwrap()[1..].split(' ').collect();
        let status = entry[4].chars().next().unwrap();
        assert!("AMDR".contains(status), "{status} is not foreseen");
        let old_path = fields.next().unwrap();
        let new_path = if status == 'R' { fields.next().unwrap() } else { old_path };
        let mode = |text| u32::from_str_radix(text, 8).unwrap();
        let modes = (mode(entry[0]), mode(entry[1]));
        pieces.push(Piece { status, old_path, new_path, modes, binary: false, hunks: Vec::new() });
    }
    let mut at = 0;
    for line in diff.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b"diff --git ") {
            at += 1;
        } else if line.starts_with(b"@@ ") {
            pieces[at - 1].hunks.push(vec![line]);
        } else if let Some(hunk) = pieces[at - 1].hunks.last_mut() {
            hunk.push(line);
        } else if line.starts_with(b"GIT binary patch") {
            pieces[at - 1].binary = true;
        }
    }
    assert_eq!(at, pieces.len());
    pieces
}

/// The file that is made of `from` when `hunks` take away what begins with `gone` and put what begins with `comes`.
fn rebuilt(from: &[u8], hunks: &[&Vec<&[u8]>], gone: u8, comes: u8) -> Vec<u8> {
    let lines: Vec<&[u8]> = from.split_inclusive(|byte| *byte == b'\n').collect();
    let (mut result, mut at) = (Vec::new(), 0);
    for hunk in hunks {
        let head = String::from_utf8_lossy(hunk[0]);
        let range = head.split(' ').find(|word| word.as_bytes()[0] == gone).unwrap()[1..].to_owned();
        let (start, len) = range.split_once(',').unwrap_or((&range, "1"));
        let (start, len): (usize, usize) = (start.parse().unwrap(), len.parse().unwrap());
        let start = if len == 0 { start } else { start - 1 };
        result.extend(lines[at..start].concat());
        at = start + len;
        let mut last = 0;
        for line in &hunk[1..] {
            if line[0] == b'\\' && (last == comes || last == b' ') {
                assert_eq!(result.pop(), Some(b'\n'));
            } else if line[0] == comes || line[0] == b' ' {
                result.extend(&line[1..]);
            }
            last = line[0];
        }
    }
    result.extend(lines[at..].concat());
    result
}

/// What becomes of `from`, which is one side, when the items that `chosen` names (piece, hunk) become those of `to`.
fn told(
    from: &Tree,
    to: &Tree,
    pieces: &[Piece],
    forward: bool,
    chosen: &dyn Fn(usize, Option<usize>) -> bool,
) -> Tree {
    let mut result = from.clone();
    let mut come = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        let header = piece.has_header() && chosen(at, None);
        let hunks: Vec<_> =
            (0..piece.hunks.len()).filter(|hunk| chosen(at, Some(*hunk))).map(|i| &piece.hunks[i]).collect();
        if !header && hunks.is_empty() {
            continue;
        }
        let (path, target) = if forward { (piece.old_path, piece.new_path) } else { (piece.new_path, piece.old_path) };
        if piece.status == if forward { 'D' } else { 'A' } {
            result.remove(path);
        } else if piece.status == if forward { 'A' } else { 'D' } {
            come.push((target, to[target].clone()));
        } else {
            let (mode, content) = result.remove(path).unwrap();
            let (gone, comes) = if forward { (b'-', b'+') } else { (b'+', b'-') };
            let content = if piece.binary { to[target].1.clone() } else { rebuilt(&content, &hunks, gone, comes) };
            come.push(if header { (target, (to[target].0, content)) } else { (path, (mode, content)) });
        }
    }
    result.extend(come.into_iter().map(|(path, file)| (path.to_vec(), file)));
    result
}

/// Contents by their hashes: most files stay the same from commit to commit.
#[derive(Default)]
struct Blobs(HashMap<String, Vec<u8>>);

impl Blobs {
    /// The files of a commit (`ls-tree -r -z COMMIT`) or of the index (`ls-files -s -z`).
    fn read(&mut self, home: &Home, list: &[&str]) -> Tree {
        let list = String::from_utf8(home.git(list)).unwrap();
        let entries: Vec<(u32, &str, &str)> = list
            .split_terminator('\0')
            .map(|entry| {
                let (info, path) = entry.split_once('\t').unwrap();
                let words: Vec<&str> = info.split(' ').collect();
                let hash = words.iter().find(|word| word.len() == 40).unwrap();
                (u32::from_str_radix(words[0], 8).unwrap(), *hash, path)
            })
            .collect();
        let unknown: Vec<&str> =
            entries.iter().map(|(_, hash, _)| *hash).filter(|hash| !self.0.contains_key(*hash)).collect();
        if !unknown.is_empty() {
            let output = home.git_with(&["cat-file", "--batch"], unknown.join("\n").as_bytes()).stdout;
            let mut rest = &output[..];
            for hash in unknown {
                let end = rest.iter().position(|byte| *byte == b'\n').unwrap();
                let size =
                    std::str::from_utf8(&rest[..end]).unwrap().rsplit(' ').next().unwrap().parse::<usize>().unwrap();
                self.0.insert(hash.to_owned(), rest[end + 1..][..size].to_vec());
                rest = &rest[end + size + 2..];
            }
        }
        let file = |(mode, hash, path): (u32, &str, &str)| (path.as_bytes().to_vec(), (mode, self.0[hash].clone()));
        entries.into_iter().map(file).collect()
    }
}

/// Makes the index, which holds `from`, hold `to`.
fn stage(home: &Home, from: &Tree, to: &Tree) {
    let mut info = Vec::new();
    for path in from.keys().chain(to.keys()).filter(|path| from.get(*path) != to.get(*path)) {
        let (mode, hash) = match to.get(path) {
            Some((mode, content)) => (*mode, home.git_with(&["hash-object", "-w", "--stdin"], content).stdout),
            None => (0, vec![b'0'; 40]),
        };
        let hash = String::from_utf8(hash).unwrap();
        info.extend([format!("{mode:o} {}\t", hash.trim()).as_bytes(), path, b"\0"].concat());
    }
    if !info.is_empty() {
        assert!(home.git_with(&["update-index", "-z", "--index-info"], &info).status.success());
    }
}

/// What became of the commits.
#[derive(Default, Debug)]
struct Count {
    commits: usize,
    items: usize,
    reverted: usize,
    staged: usize,
    /// Commits whose random choice git cannot carry out, such as a file in the place of a folder that is to stay.
    refused: usize,
}

/// Asks for a review of one commit as if it were not committed, judges it at random, and compares.
fn judge(home: &Home, [commit, parent]: &[String; 2], blobs: &mut Blobs, count: &mut Count) {
    // One commit is judged in the same way in every run.
    let mut random = Random(u64::from_str_radix(&commit[..16], 16).unwrap());
    home.git(&["checkout", "-q", "-f", "--detach", commit]);
    home.git(&["clean", "-q", "-f", "-d", "-x"]);
    home.git(&["reset", "-q", "--mixed", parent]);
    let (old, new) =
        (blobs.read(home, &["ls-tree", "-r", "-z", parent]), blobs.read(home, &["ls-tree", "-r", "-z", commit]));
    let form = ["-M", "--binary", "--full-index"];
    let both = home.git(
        &[&["-c", "core.quotePath=false", "diff", "--patch-with-raw", "-z"], &form[..], &[parent, commit]].concat(),
    );
    let end = both.windows(2).position(|bytes| bytes == b"\0\0").unwrap_or(both.len());
    let (raw, diff) = (&both[..end], both.get(end + 2..).unwrap_or_default());
    let pieces = pieces(raw, diff);
    if pieces.is_empty() {
        return;
    }
    let items: Vec<(usize, Option<usize>)> = (0..pieces.len())
        .flat_map(|at| {
            let header = pieces[at].has_header().then_some((at, None));
            header.into_iter().chain((0..pieces[at].hunks.len()).map(move |hunk| (at, Some(hunk))))
        })
        .collect();

    // Some has been staged already, half of the time; a moved file's hunks never without its new name.
    let some = random.below(2) == 0;
    let mut staged: HashSet<(usize, Option<usize>)> =
        items.iter().copied().filter(|_| some && random.below(3) == 0).collect();
    let moved = |at: usize| pieces[at].status == 'R';
    let with_name: HashSet<usize> = staged.iter().filter(|item| item.1.is_none()).map(|item| item.0).collect();
    staged.retain(|item| !moved(item.0) || with_name.contains(&item.0));
    stage(home, &old, &told(&old, &new, &pieces, true, &|at, hunk| staged.contains(&(at, hunk))));

    let queue = home.queue();
    let id = queue.request(&home.ask(commit)).unwrap().id;
    let review = queue.begin(&id, &reviewer(), false).unwrap();
    assert!(review.patch.to_bytes() == diff, "{commit}: the snapshot is not git's diff of the commit");
    assert_eq!(review.items.iter().map(|item| (item.file, item.hunk)).collect::<Vec<_>>(), items, "{commit}");
    let wanted: Vec<Option<Judgement>> = items
        .iter()
        .map(|_| random.pick(&[None, Some(Judgement::Approve), Some(Judgement::Reject), Some(Judgement::Reject)]))
        .collect();
    let mark = |(item, judgement): (usize, &Option<Judgement>)| Mark { item, judgement: *judgement, reason: None };
    queue.mark(&id, &reviewer(), &wanted.iter().enumerate().map(mark).collect::<Vec<_>>()).unwrap();
    let approve_rest = random.below(2) == 0;
    let all = Submission { approve_rest, revert: true, stage: true, ..submission(Decision::ChangesRequested) };
    let verdict = queue.submit(&id, &reviewer(), &all).unwrap();

    let outcome = |at: usize, hunk: Option<usize>| {
        verdict.items[items.iter().position(|item| *item == (at, hunk)).unwrap()].outcome
    };
    for (judged, wanted) in verdict.items.iter().zip(&wanted) {
        let expected: &[Outcome] = match wanted.or(approve_rest.then_some(Judgement::Approve)) {
            None => &[Outcome::Nothing],
            Some(Judgement::Approve) if verdict.not_staged.is_none() => &[Outcome::Staged],
            Some(Judgement::Approve) => &[Outcome::Staged, Outcome::NotStaged],
            Some(Judgement::Reject) if verdict.not_reverted.is_none() => &[Outcome::Reverted],
            Some(Judgement::Reject) => &[Outcome::PleaseRevert],
        };
        assert!(expected.contains(&judged.outcome), "{commit}: {judged:?}\n{:?}", verdict.not_reverted);
        count.reverted += usize::from(judged.outcome == Outcome::Reverted);
        count.staged += usize::from(judged.outcome == Outcome::Staged);
    }
    let same = |what: &str, there: &Tree, expected: &Tree| {
        let paths = there.keys().chain(expected.keys());
        let other: Vec<_> =
            paths.filter(|path| there.get(*path) != expected.get(*path)).map(|p| String::from_utf8_lossy(p)).collect();
        assert!(
            other.is_empty(),
            "{commit}: {what} is another at {other:?}\nstaged {staged:?} of {items:?}\n{:?}",
            verdict.items.iter().map(|i| (&i.file, i.line, i.judgement, i.outcome)).collect::<Vec<_>>()
        );
    };
    let tree = told(&new, &old, &pieces, false, &|at, hunk| outcome(at, hunk) == Outcome::Reverted);
    same("the working tree", &model::read(&home.repository()), &tree);
    let index = told(&old, &new, &pieces, true, &|at, hunk| match outcome(at, hunk) {
        Outcome::Staged => true,
        Outcome::Reverted => false,
        _ => staged.contains(&(at, hunk)),
    });
    same("the index", &blobs.read(home, &["ls-files", "-s", "-z"]), &index);
    count.commits += 1;
    count.items += items.len();
    if let Some(why) = verdict.not_reverted.as_ref().or(verdict.not_staged.as_ref()) {
        eprintln!("{commit}: {why}");
        count.refused += 1;
    }
}

/// All commits that have a parent, with their first one; the last one first.
fn commits(home: &Home) -> Vec<[String; 2]> {
    let list = String::from_utf8(home.git(&["rev-list", "--min-parents=1", "--parents", "--all"])).unwrap();
    let commit = |line: &str| line.split(' ').take(2).map(str::to_owned).collect::<Vec<_>>().try_into().unwrap();
    list.lines().map(commit).collect()
}

fn judge_all(home: &Home, commits: &[[String; 2]]) -> Count {
    let (mut blobs, mut count) = (Blobs::default(), Count::default());
    for commit in commits {
        judge(home, commit, &mut blobs, &mut count);
    }
    count
}

/// A home whose repository is a clone of `from`.
fn cloned(from: &Path) -> Home {
    let home = Home::new();
    let args = ["clone", "-q", "--no-checkout", &from.display().to_string(), "repository"];
    home.git_in(&home.path(""), &args);
    home
}

/// A history in which files are edited, moved, made binary and so on, all at once and often in lines that occur twice.
fn made_up(home: &Home, commits: usize) {
    let mut random = Random(4);
    let mut tree = Tree::new();
    for commit in 0..=commits {
        for at in 0..8 {
            let name = format!("{}/file {at}.{}", ["a", "b \u{e9}", "c/d"][at % 3], random.below(2)).into_bytes();
            let other = [&name[..name.len() - 1], &[name[name.len() - 1] ^ 1]].concat();
            let there = if tree.contains_key(&other) { other } else { name.clone() };
            let (mut mode, content) = tree.remove(&there).unwrap_or((0o100_644, Vec::new()));
            let mut lines: Vec<Vec<u8>> = content.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
            if lines.len() < 40 {
                lines.extend((0..60).map(|n| format!("line {}\n", n % 25).into_bytes()));
            }
            for _ in 0..random.below(6) {
                let start = random.below(lines.len());
                let end = lines.len().min(start + random.below(3));
                let with = format!("{} {commit}\n", random.pick(&["line", "-- a", "++ b", "other\r", "\\ No newline"]));
                lines.splice(start..end, vec![with.into_bytes(); random.below(3)]);
            }
            let mut content = lines.concat();
            match random.below(12) {
                0 => content = Vec::new(),
                1 => content.insert(0, 0),
                2 => drop(content.pop()),
                3 => mode ^= 0o111,
                4 => continue,
                _ => {}
            }
            // Where a file keeps its name half of the time, it moves the other half.
            tree.insert(if commit % 2 == 0 { there } else { name }, (mode, content));
        }
        model::write(&home.repository(), &tree);
        home.commit();
    }
}

#[test]
fn two_hundred_commits_judged_at_random() {
    let source = own_history(&Home::new());
    let mut homes: Vec<(Home, Vec<[String; 2]>)> = Vec::new();
    let mut left = COMMITS - MADE_UP;
    if let Some(source) = source {
        let home = cloned(&source);
        let mut all = commits(&home);
        all.truncate(left);
        left -= all.len();
        let rest = all.split_off(all.len() / 2);
        homes.push((cloned(&source), rest));
        homes.push((home, all));
    }
    let home = Home::with_repository();
    made_up(&home, left + MADE_UP);
    let all = commits(&home);
    homes.push((home, all));
    let start = std::time::Instant::now();
    let counts: Vec<Count> = std::thread::scope(|scope| {
        let threads: Vec<_> = homes.iter().map(|(home, commits)| scope.spawn(|| judge_all(home, commits))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    eprintln!("{counts:#?} in {:?}", start.elapsed());
    let sum = |of: fn(&Count) -> usize| counts.iter().map(of).sum::<usize>();
    assert!(sum(|count| count.commits) > COMMITS * 9 / 10);
    assert!(sum(|count| count.refused) < COMMITS / 20);
    assert!(sum(|count| count.reverted) > COMMITS && sum(|count| count.staged) > COMMITS);
}
