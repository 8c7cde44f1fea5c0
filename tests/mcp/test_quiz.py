"""The quiz with keys in a real terminal, while an assistant works on the same cards."""

import json
import os
import signal
import subprocess
import time

import pytest
from conftest import MEMENTO
from terminal import Terminal

pytestmark = pytest.mark.anyio

RAW = "-icanon"


@pytest.fixture
def home(home):
    home.env |= {"MEMENTO_NOW": "2026-01-10T09:00", "TZ": "UTC"}
    return home


@pytest.fixture
def shell(home):
    """A shell in a terminal, with an editor that writes an answer of its own."""
    editor = home.path / "editor"
    editor.write_text("#!/bin/sh\nsed -i s/Paris/Lutetia/ \"$1\"\n")
    editor.chmod(0o755)
    shell = Terminal(home, ["bash", "--norc", "-i"], "quiz", EDITOR=str(editor), PS1="ready> ")
    shell.see("ready>")
    yield shell
    shell.kill()


def card(home, question, answer, *args):
    return json.loads(home.memento("card", "create", "-q", question, "-a", answer, "--json", *args))["id"]


def answers(home, card):
    return [review["confidence"] for review in json.loads(home.memento("card", "show", card, "--json"))["reviews"]]


def until(holds, seconds=20):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def start(shell, *args):
    shell.type(" ".join([MEMENTO, "card", "quiz", *args]))
    shell.keys("Enter")


async def test_a_quiz_from_the_first_key_to_the_last(home, shell):
    paris = card(home, "Capital of France?", "Paris", "-p", "geography")
    word = card(home, "מה זה שלום?", "漢字 peace", "--notes", "a note", "--source", str(home.path / "a.org:3"))
    start(shell)
    screen = shell.see("Capital of France?", "0/2", "2 new", "geography · new", "Enter answer")
    assert "Paris" not in screen
    shell.keys("4")
    shell.see("first the answer: Enter shows it")
    shell.keys("Enter")
    shell.see("Paris", "1 2 again · 3 hard ", "1-5 or a h g e")
    shell.keys("a")
    shell.see("1: again today · Capital of France?", "מה זה שלום?", "1 again · 1 new")
    assert answers(home, paris) == [1]
    shell.keys("u")
    shell.see("taken back · Capital of France?", "2 new")
    assert answers(home, paris) == []
    shell.keys("e")
    shell.see("changed", "Capital of France?")
    shell.keys("Space")
    shell.see("Lutetia")
    shell.keys("2")
    shell.see("again today")
    shell.keys("s")
    shell.see("suspended, u takes it back", "Capital of France?")
    shell.keys("u")
    shell.see("asked again · מה זה שלום?")
    shell.keys("?")
    shell.see("again: wrong, but it rang a bell", "any key goes on")
    shell.keys("x")
    shell.see("Enter answer")
    shell.keys("Enter")
    shell.see("漢字 peace", "a note", "~/a.org:3")
    shell.keys("g")
    shell.see("4: due in ", "1/2", "geography · again")
    shell.keys("Enter")
    shell.see("Lutetia")
    shell.keys("5")
    shell.see("2 cards in 3 answers, 66% known", "Done for today, 2 cards; the next card")
    assert answers(home, paris) == [2, 5] and answers(home, word) == [4]
    shell.type("stty -a")
    shell.keys("Enter")
    assert RAW not in shell.see("icanon")


async def test_a_limit_asks_so_many_cards_until_they_are_known(home, shell):
    for i in range(4):
        card(home, f"question {i}?", "x")
    start(shell, "--limit", "2")
    for key, then in (("1", "question 1?"), ("4", "question 0?"), ("3", "Left today: 2 new")):
        shell.see("Enter answer")
        shell.keys("Enter")
        shell.see("1-5 or a h g e")
        shell.keys(key)
        shell.see(then)


@pytest.mark.parametrize("end", ["q", "C-c", "C-d", "TERM", "HUP"])
async def test_leaving_in_any_way_keeps_the_answers_and_the_terminal(home, shell, end):
    one = card(home, "question 1?", "x")
    card(home, "question 2?", "x")
    start(shell)
    shell.see("question 1?")
    shell.keys("Enter")
    shell.see("1-5 or a h g e")
    shell.keys("5")
    shell.see("question 2?")
    if len(end) > 2 and "-" not in end:
        pid = int(subprocess.run(["pgrep", "-P", str(shell.pid())], capture_output=True, text=True, check=True).stdout)
        os.kill(pid, getattr(signal, f"SIG{end}"))
    else:
        shell.keys(end)
    shell.see("1 card, 100% known", "Left today: 1 new")
    assert answers(home, one) == [5]
    shell.type("stty -a")
    shell.keys("Enter")
    assert RAW not in shell.see("icanon")


async def test_closing_the_terminal_loses_nothing(home, shell):
    one = card(home, "question 1?", "x")
    card(home, "question 2?", "x")
    start(shell)
    shell.see("question 1?")
    pid = int(subprocess.run(["pgrep", "-P", str(shell.pid())], capture_output=True, text=True, check=True).stdout)
    shell.keys("Enter")
    shell.see("1-5 or a h g e")
    shell.keys("5")
    shell.see("question 2?")
    shell.kill()
    until(lambda: not os.path.exists(f"/proc/{pid}"))
    assert answers(home, one) == [5]


async def test_stopping_and_another_size(home, shell):
    card(home, "A question that is too long for a narrow terminal, and so is broken into lines?", "line\n" * 40 + "the last one")
    start(shell)
    shell.see("A question that is")
    shell.keys("C-z")
    shell.see("Stopped", "ready>")
    shell.type("fg")
    shell.keys("Enter")
    shell.see("Enter answer · u undo")
    shell.tmux("resize-window", "-t", "e", "-x", "40", "-y", "12")
    screen = shell.see("Enter answer · q leave · ? help")
    assert "A question that is too long for a narrow\nterminal, and so is broken into lines?" in screen
    shell.keys("Enter")
    shell.see("↓ more below")
    for _ in range(8):
        shell.keys("NPage")
    shell.see("the last one")
    shell.keys("q")
    shell.see("Left today: 1 new")


async def test_an_assistant_writes_while_the_person_learns(home, shell):
    first = card(home, "question 1?", "x")
    second = card(home, "question 2?", "x")
    start(shell)
    shell.see("question 1?")
    async with home.serve() as server:
        await server.ok("flashcard_bulk_create", cards=[{"question": f"draft {i}?", "answer": "y"} for i in range(50)])
        await server.ok("flashcard_update", id=second, question="another question 2?")
        shell.keys("Enter")
        shell.see("1-5 or a h g e")
        shell.keys("4")
        shell.see("another question 2?")
        await server.ok("flashcard_delete", ids=[second])
        shell.keys("Enter")
        shell.see("there is no card")
    assert answers(home, first) == [4]
    home.memento("card", "accept", "--all")
    start(shell, "--new", "3")
    shell.see("draft 0?")
