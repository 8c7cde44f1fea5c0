"""usage: MEMENTO=PATH python tests/bench/cards_speed.py [CARDS ANSWERS]

Flashcards at the size of a long life, as whole processes: 100,000 cards with 2,000,000 answers. In the same run the peers do the
same work, in a process that already runs: Anki's own library (the `anki` package), and SQLite through Python the way people
write it who keep their cards in two tables. Needs the environment of tests/cards/requirements.txt.
"""

import datetime
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cards import EPOCH, generate, plain

MEMENTO = os.path.realpath(os.environ.get("MEMENTO", "target/release/memento"))
IMPORT = 10_000


class Home:
    def __init__(self, path, now):
        self.path = Path(path)
        self.env = {**os.environ, "HOME": str(path), "MEMENTO_DATA_DIR": str(self.path / "data"), "TZ": "UTC",
                    "MEMENTO_NOTES_DIR": str(self.path / "notes"), "MEMENTO_CLAUDE_DIR": str(self.path / "claude"),
                    "MEMENTO_NOW": now}
        self.env.pop("MEMENTO_CONFIG", None)

    def card(self, *arguments):
        """What `memento card` prints, the seconds that it takes, the seconds of a processor that it uses, and the most memory that it
        had, in MiB."""
        start = time.perf_counter()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as complaint:
            process = subprocess.Popen([MEMENTO, "card", *arguments], env=self.env, stdout=out, stderr=complaint)
            # Not wait(): it would not tell what this process used, and the resource module only what all of them did.
            status, used = os.wait4(process.pid, 0)[1:]
            took = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            complaint.seek(0)
            if process.returncode:
                sys.exit(f"memento card {' '.join(arguments)}: {complaint.read().decode()}")
            return out.read(), took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024

    def median(self, *calls):
        """In ms; the first call, which reads the database from the disk, left out."""
        taken = [[1000 * seconds for seconds in self.card(*arguments)[1:3]] for arguments in calls][1:]
        took, used = map(statistics.median, zip(*taken))
        return took, f"most {max(taken)[0]:.1f}, {used:.1f} ms of a processor"


def median(work, times=15):
    taken = []
    for _ in range(times + 1):
        start = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - start))
    return statistics.median(taken[1:])


def say(what, took, unit, note=""):
    print(f"{what:64} {took:9.2f} {unit:2} {note}", flush=True)


def ours(home, scratch, cards, answers):
    log = scratch / "all.jsonl"
    generate(log, cards, answers, end=datetime.date.fromisoformat(home.env["MEMENTO_NOW"][:10]))
    took, used, memory = home.card("import", str(log))[1:]
    say(f"memento card import, {cards:,} cards with {answers:,} answers", took, "s", f"{used:.1f} s of a processor, {memory:.0f} MiB")
    start = time.perf_counter()
    subprocess.run([MEMENTO, "--version"], stdout=subprocess.DEVNULL, check=True)
    say("a process of memento that does nothing", 1000 * (time.perf_counter() - start), "ms")

    queue, worst = home.median(*[("quiz", "--limit", "1", "--json")] * 16)
    say("memento card quiz --limit 1: the due queue", queue, "ms", f"{worst}; to be below 20")
    ids = [card["id"] for card in json.loads(home.card("list", "--limit", "16", "--state", "active", "--json")[0])]
    answer, worst = home.median(*[("review", card, "--confidence", "4") for card in ids])
    say("memento card review: one answer", answer, "ms", f"{worst}; to be below 10")
    for period in ("today", "month", "all"):
        took, note = home.median(*[("stats", "--period", period, "--json")] * 4)
        say(f"memento card stats --period {period}", took, "ms", note)
    took, note = home.median(*[("stats", "--project", "rust", "--json")] * 4)
    say("memento card stats --project rust", took, "ms", note)
    replay, used = home.card("replay")[1:3]
    say("memento card replay: the whole log", replay, "s", f"to be below 5; {used:.1f} s of a processor")
    return queue, answer


def imported(home, scratch):
    deck = scratch / "deck.json"
    plain(deck, IMPORT)
    took, used, memory = home.card("import", str(deck), "--project", "new")[1:]
    say(f"memento card import, {IMPORT:,} cards", took, "s", f"to be below 1; {used:.2f} s of a processor, {memory:.0f} MiB")
    return deck, took


def through_anki(scratch, deck, cards, took, queue, answer):
    from anki.collection import Collection, AddNoteRequest
    from anki.decks import DeckId

    def made(col, texts):
        model = col.models.by_name("Basic")
        requests = []
        for card in texts:
            note = col.new_note(model)
            note["Front"], note["Back"] = card["question"], card["answer"]
            note.tags = card["tags"]
            requests.append(AddNoteRequest(note=note, deck_id=DeckId(1)))
        return requests

    texts = json.loads(deck.read_text(encoding="utf-8"))
    col = Collection(str(scratch / "small.anki2"))
    start = time.perf_counter()
    col.add_notes(made(col, texts))
    theirs = time.perf_counter() - start
    say(f"anki: {IMPORT:,} notes added", theirs, "s", f"{theirs / took:.1f} times memento")
    col.close()

    col = Collection(str(scratch / "large.anki2"))
    for at in range(0, cards, IMPORT):
        col.add_notes(made(col, [{**card, "question": f"{at} {card['question']}"} for card in texts]))
    # As many as are due with memento's generator on a day, the others later: cards of type and queue 2, in review.
    today = col.sched.today
    col.db.execute("UPDATE cards SET type = 2, queue = 2, ivl = 1 + abs(random()) % 300, factor = 2500, reps = 20, "
                   "due = ?1 - 3 + abs(random()) % 300", today)
    config = col.decks.config_dict_for_deck_id(DeckId(1))
    config["rev"]["perDay"] = 9999
    col.decks.update_config(config)

    other = DeckId(col.decks.id("other"))

    def build():
        # The queue is kept as long as the deck is the same.
        col.decks.set_current(other)
        col.decks.set_current(DeckId(1))
        return col.sched.get_queued_cards(fetch_limit=1)

    if build().review_count == 0:
        sys.exit("anki: nothing is due in its collection, so that there is no queue to measure")
    theirs = median(build)
    say(f"anki: its queue built, {cards:,} cards (no process started)", theirs, "ms", f"{theirs / queue:.1f} times memento")

    def one():
        card = col.sched.getCard()
        card.start_timer()
        col.sched.answerCard(card, 3)

    theirs = median(one)
    # Its journal is not synchronised with the disk at each answer, as ours is: what the power takes with it differs.
    say("anki: one answer stored (no process started)", theirs, "ms", f"{theirs / answer:.2f} times memento, no disk waited for")
    col.close()


def through_sqlite(home, scratch, queue):
    """A table of cards and one of answers, where a card stands by its last answer."""
    db = sqlite3.connect(scratch / "peer.db")
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("CREATE TABLE cards (id TEXT PRIMARY KEY, question TEXT, answer TEXT, project TEXT)")
    db.execute("CREATE TABLE reviews (card TEXT REFERENCES cards (id), time INTEGER, day INTEGER, confidence INTEGER, "
               "interval INTEGER)")
    db.execute("CREATE INDEX by_card ON reviews (card, time)")
    with open(scratch / "all.jsonl", encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            if line["type"] == "card":
                db.execute("INSERT INTO cards VALUES (?, ?, ?, ?)",
                           (line["id"], line["question"], line["answer"], line["project"]))
            elif line["type"] == "answer":
                day = (datetime.date.fromisoformat(line["day"]) - EPOCH).days
                db.execute("INSERT INTO reviews VALUES (?, ?, ?, ?, ?)",
                           (line["card"], line["time"], day, line["confidence"], line["after"]))
    db.commit()
    today = (datetime.date.fromisoformat(home.env["MEMENTO_NOW"][:10]) - EPOCH).days
    # SQLite gives the other columns of the row that has the maximum.
    sql = ("SELECT c.id, c.question, max(r.time), r.day + r.interval AS due FROM reviews r JOIN cards c ON c.id = r.card "
           "GROUP BY r.card HAVING due <= ? ORDER BY CAST(? - due AS REAL) / r.interval DESC LIMIT 1")
    theirs = median(lambda: db.execute(sql, (today, today)).fetchall(), times=3)
    say("SQLite in Python: what is due, by the last answers", theirs, "ms", f"{theirs / queue:.1f} times memento")


def main(cards=100_000, answers=2_000_000):
    now = f"{datetime.date.today()}T21:00:00Z"
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        (scratch / "home").mkdir()
        home = Home(scratch / "home", now)
        print(f"flashcards: {cards:,} cards, {answers:,} answers; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        queue, answer = ours(home, scratch, cards, answers)
        (scratch / "empty").mkdir()
        deck, took = imported(Home(scratch / "empty", now), scratch)
        through_anki(scratch, deck, cards, took, queue, answer)
        through_sqlite(home, scratch, queue)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
