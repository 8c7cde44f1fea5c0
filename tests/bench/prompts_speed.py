"""usage: MEMENTO=PATH python tests/bench/prompts_speed.py [LINES]

The library of prompts at the size of a long life, as whole processes: 1,000,000 lines of history read by `memento prompt sync`
and by what people write for it, Python's json with INSERT OR IGNORE, in one run on one disk. Then what a person does with it.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from prompts import generate

MEMENTO = os.path.realpath(os.environ.get("MEMENTO", "target/release/memento"))

# Commits every 1,000 lines, as people do so as not to lose all of it.
PEER = """
import json, sqlite3, sys
db = sqlite3.connect(sys.argv[2])
db.execute("PRAGMA journal_mode=WAL")
db.execute("CREATE TABLE IF NOT EXISTS prompts (id INTEGER PRIMARY KEY, session TEXT, time INTEGER, project TEXT, "
           "text TEXT NOT NULL, pasted TEXT, UNIQUE (session, time, project, text))")
if sys.argv[3] == "words":
    db.execute("CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(text, content='prompts', content_rowid='id')")
    db.execute("CREATE TRIGGER IF NOT EXISTS added AFTER INSERT ON prompts BEGIN "
               "INSERT INTO words (rowid, text) VALUES (new.id, new.text); END")
with open(sys.argv[1], encoding="utf-8") as file:
    for number, line in enumerate(file):
        line = json.loads(line)
        db.execute("INSERT OR IGNORE INTO prompts (session, time, project, text, pasted) VALUES (?, ?, ?, ?, ?)",
                   (line.get("sessionId", ""), line.get("timestamp", 0), line.get("project", ""), line["display"],
                    json.dumps(line.get("pastedContents"))))
        if number % 1000 == 999:
            db.commit()
db.commit()
"""


class Home:
    def __init__(self, path, lines):
        self.path = Path(path)
        generate(self.path / ".claude", lines)
        self.history = self.path / ".claude/history.jsonl"
        self.env = {**os.environ, "HOME": str(self.path), "MEMENTO_CLAUDE_DIR": str(self.path / ".claude"),
                    "MEMENTO_DATA_DIR": str(self.path / "data"), "MEMENTO_NOTES_DIR": str(self.path / "notes")}
        self.env.pop("MEMENTO_CONFIG", None)

    def run(self, *command, fine=(0,)):
        """Seconds that a process takes, and the most memory that it had, in MiB."""
        start = time.perf_counter()
        process = subprocess.Popen(command, env=self.env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        took = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in fine:
            sys.exit(f"{command}: {said.decode()}")
        return took, used.ru_maxrss / 1024

    def memento(self, *arguments, fine=(0,)):
        return self.run(MEMENTO, "prompt", *arguments, fine=fine)

    def median(self, *arguments, times=15, fine=(0,)):
        """In ms, the first time, with a cold cache of SQLite's pages, left out."""
        taken = [1000 * self.memento(*arguments, fine=fine)[0] for _ in range(times + 1)][1:]
        return statistics.median(taken), max(taken)


def sync(home, lines):
    took, memory = home.memento("sync")
    print(f"{'memento prompt sync, ' + format(lines, ','):44} {took:8.2f} s {memory:8.0f} MiB")
    return took


def main(lines):
    with tempfile.TemporaryDirectory() as small, tempfile.TemporaryDirectory() as large:
        few = Home(small, lines // 10)
        sync(few, lines // 10)
        home = Home(large, lines)
        took = sync(home, lines)
        for words, what in (("none", "Python, json and INSERT OR IGNORE"), ("words", "the same with FTS5")):
            peer, memory = home.run(sys.executable, "-c", PEER, str(home.history), str(home.path / f"{words}.db"), words)
            print(f"{what:44} {peer:8.2f} s {memory:8.0f} MiB   {peer / took:5.2f} times as long")
        with open(home.history, "a", encoding="utf-8") as file:
            for number in range(10):
                now = int(time.time() * 1000) + number
                file.write(json.dumps({"display": f"one more, number {number}", "pastedContents": {}, "timestamp": now,
                                       "project": "/home/ann/src/api", "sessionId": "last"}) + "\n")
        again, memory = home.memento("sync")
        print(f"{'memento prompt sync, 10 new lines':44} {1000 * again:8.1f} ms {memory:7.0f} MiB")
        print(f"\n{'process':44} {'median ms':>9} {'worst':>7}")
        start = [1000 * home.run(MEMENTO, "--version")[0] for _ in range(15)]
        print(f"{'memento --version':44} {statistics.median(start):9.1f} {max(start):7.1f}")
        for query in ("tokenizer", "race condition", '"single quotes"', "retry*", "parser -tests", "测试", "deadlock cache migration"):
            median, worst = home.median("list", "-n", "20", "--search", query, fine=(0, 1))
            print(f"{'list --search ' + query:44} {median:9.1f} {worst:7.1f}")
        for arguments in (("list", "-n", "20"), ("list", "-n", "20", "--project", "api"), ("rate", str(lines // 2), "4"),
                          ("similar", str(lines // 2))):
            median, worst = home.median(*arguments, fine=(0, 1))
            print(f"{' '.join(arguments):44} {median:9.1f} {worst:7.1f}")
        took, memory = home.memento("stats")
        print(f"{'stats':44} {1000 * took:9.1f} {'':7} {memory:8.0f} MiB")


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
