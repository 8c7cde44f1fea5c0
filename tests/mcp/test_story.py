"""Diff review end to end: real assistants ask over MCP, a person judges by keys in a real Emacs in a terminal."""

import os
import re
import signal

import anyio
import pytest
from terminal import Emacs

pytestmark = pytest.mark.anyio

LINES = [f"line {n}" for n in range(1, 41)]


def text(**changed):
    """Forty lines, some of them changed: `text(l5="five")`."""
    return "".join(changed.get(f"l{n}", line) + "\n" for n, line in enumerate(LINES, 1))


@pytest.fixture
def emacsen(home):
    """Starts Emacsen, and kills them in the end."""
    started = []

    def start(name="emacs", **size):
        started.append(Emacs(home, name, **size))
        return started[-1]

    yield start
    for emacs in started:
        emacs.kill()


def code(home, name="app", **changed):
    """A repository with one file of forty lines, of which some are changed since the commit."""
    root = home.path / name
    root.mkdir()
    (root / "code.txt").write_text(text())
    home.run("git", "init", "-q", "-b", "main", cwd=root)
    home.commit(root, "Begin")
    (root / "code.txt").write_text(text(**changed))
    return root


async def ask(server, **arguments):
    said = await server.ok("diff_request", **{"title": "Some lines", **arguments})
    return re.search(r"\bd-[0-9a-z]{4,}\b", said)[0]


async def see(emacs, *texts):
    return await anyio.to_thread.run_sync(lambda: emacs.see(*texts))


async def keys(emacs, *pressed, then=()):
    emacs.keys(*pressed)
    return await see(emacs, *then)



async def test_the_story_of_a_diff(home, emacsen):
    root = code(home, l5="FIVE", l20="twenty!", l35="THIRTY-FIVE")
    emacs = emacsen(height=45)
    async with home.serve(cwd=root, session="alice") as server:
        first = await ask(server, summary="Three lines are better now.")
        before = await see(emacs, "Review:1", "alice", "app")
        assert "*scratch*" in before, "nothing pops up"
        verdict = []

        async def wait():
            verdict.append(await server.ok("diff_wait", id=first, timeout=120))

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(wait)
            await keys(emacs, "C-c", "r", "d", then=["alice", "Some lines", "waiting"])
            await keys(emacs, "Enter", then=["Three lines are better now.", "3 undecided"])
            assert "in review" in (await server.ok("diff_status", id=first)).lower().replace("-", " ")
            await keys(emacs, "a", then=["1 approved"])
            emacs.keys("r")
            await see(emacs, "Reject")
            emacs.type("too loud")
            await keys(emacs, "Enter", then=["code.txt 3/3"])
            await keys(emacs, "a", then=["All are judged"])
            await keys(emacs, "M-<", then=["2 approved, 1 rejected"])
            await keys(emacs, "C-c", "C-c", then=["changes requested"])
            await keys(emacs, "C-c", "C-r", then=["take them out of the working tree"])
            await keys(emacs, "C-c", "C-s", then=["2 approved     stage them"])
            assert not verdict, "before it is submitted there is none"
            assert (root / "code.txt").read_text() == text(l5="FIVE", l20="twenty!", l35="THIRTY-FIVE")
            emacs.keys("C-c", "C-c")
        assert "CHANGES REQUESTED" in verdict[0] and "code.txt:20" in verdict[0] and "too loud" in verdict[0]
        assert "| +twenty!" in verdict[0] and "2 approved" in verdict[0] and "FIVE" not in verdict[0]
        assert (root / "code.txt").read_text() == text(l5="FIVE", l35="THIRTY-FIVE")
        assert home.run("git", "diff", "--stat", cwd=root) == "", "what was approved is staged"
        assert await server.ok("diff_wait", id=first) == verdict[0]
        await anyio.to_thread.run_sync(lambda: emacs.unsee("Review:1"))

        # The next round shows what is new alone.
        (root / "code.txt").write_text(text(l5="FIVE", l20="Twenty", l35="THIRTY-FIVE"))
        second = await ask(server, title="Softer")
        await see(emacs, "Review:1", "Softer")
        screen = await keys(emacs, "g", "Enter", then=["Softer", "+Twenty"])
        assert "+FIVE" not in screen
        await keys(emacs, "=", then=["+FIVE", "THIRTY-FIVE"])
        await keys(emacs, "=")
        await keys(emacs, "A", then=["3 approved"])
        await keys(emacs, "C-c", "C-c", then=["Decision", "approved"])
        emacs.keys("C-c", "C-c")
        assert "APPROVED" in await server.ok("diff_wait", id=second, timeout=60)


async def test_eight_assistants_and_one_emacs(home, emacsen):
    names = [f"worker{n}" for n in range(8)]
    emacs = emacsen(height=40)
    verdicts = {}

    async def work(name):
        root = code(home, name, l5=f"by {name}")
        async with home.serve(cwd=root, session=name) as server:
            id = await ask(server, title=f"A line by {name}")
            verdicts[name] = await server.ok("diff_wait", id=id, timeout=240)

    async with anyio.create_task_group() as tasks:
        for name in names:
            tasks.start_soon(work, name)
        await see(emacs, "Review:8")
        screen = await keys(emacs, "C-c", "r", "d", then=names)
        order = re.findall(r"A line by (worker\d)", screen)
        assert sorted(set(order)) == names
        for left, name in zip(range(7, -1, -1), order[:8]):
            await keys(emacs, "M-<")
            while name not in current_line(emacs):
                await keys(emacs, "n")
            await keys(emacs, "Enter", then=[f"+by {name}", "1 undecided"])
            emacs.keys("r")
            await see(emacs, "Reject")
            emacs.type(f"not so, {name}")
            await keys(emacs, "Enter", then=["1 rejected"])
            await keys(emacs, "C-c", "C-c", then=["changes requested"])
            await keys(emacs, "C-c", "C-r", "C-c", "C-r", then=["leave them in the working tree"])
            await keys(emacs, "C-c", "C-c", then=["*memento diffs*", f"Review:{left}" if left else "No review waits"])
    for name in names:
        assert f"not so, {name}" in verdicts[name] and "please revert" in verdicts[name]
        assert sum(other in verdicts[name] for other in names) == 1


def current_line(emacs):
    row = int(emacs.tmux("display-message", "-p", "-t", "e", "#{cursor_y}"))
    return emacs.screen().split("\n")[row]


async def test_an_emacs_that_is_killed_loses_nothing(home, emacsen):
    root = code(home, l5="FIVE", l20="TWENTY")
    async with home.serve(cwd=root, session="alice") as server:
        id = await ask(server)
        first = emacsen("first")
        await see(first, "Review:1")
        await keys(first, "C-c", "r", "d", then=["Some lines"])
        await keys(first, "Enter", then=["2 undecided"])
        await keys(first, "a", then=["1 approved"])
        # Another Emacs is told who has it.
        second = emacsen("second")
        await keys(second, "C-c", "r", "d", then=["Some lines"])
        await keys(second, "Enter", then=["has", "Take it over?"])
        await keys(second, "n")
        pid = first.pid()
        os.kill(pid, signal.SIGKILL)
        while os.path.exists(f"/proc/{pid}"):
            await anyio.sleep(0.01)
        await keys(second, "g", "Enter", then=["1 approved", "1 undecided"])
        emacs = second
        await keys(emacs, "a", then=["2 approved"])
        await keys(emacs, "C-c", "C-c", then=["Decision"])
        emacs.keys("C-c", "C-c")
        assert "APPROVED" in await server.ok("diff_wait", id=id, timeout=60)
