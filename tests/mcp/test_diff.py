"""Diff review from an assistant's side; the person is a real Emacs with the real module."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path

import anyio
import pytest
from mcp import MCPError
from test_robust import Raw

pytestmark = pytest.mark.anyio

HERE = Path(__file__).parent


class Person:
    """An Emacs that judges."""

    def __init__(self, home):
        command = [os.environ.get("EMACS", "emacs"), "-Q", "--batch", "-L", HERE.parent.parent / "elisp"]
        self.emacs = subprocess.Popen(
            [*command, "-l", HERE / "person.el"], env=home.env | {"MEMENTO_MODULE": os.environ["MEMENTO_MODULE"]},
            cwd=home.path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def tell(self, form):
        self.emacs.stdin.write(form + "\n")
        self.emacs.stdin.flush()
        line = self.emacs.stdout.readline()
        assert line, self.emacs.stderr.read()
        return json.loads(line)

    def does(self, form):
        told = self.tell(form)
        assert told == "done", told

    def opens(self, request):
        self.does(f'(person-call "begin" "{request}" nil)')

    def judges(self, request, reason=None, options=""):
        self.does(f'(person-judge "{request}" {json.dumps(reason) if reason else "nil"} (list {options}))')

    def ends(self):
        self.emacs.stdin.close()
        self.emacs.wait(10)
        self.emacs.stdout.close()
        self.emacs.stderr.close()


@pytest.fixture
def person(home):
    person = Person(home)
    yield person
    person.ends()


@pytest.fixture
def root(home):
    """A repository with a change in it."""
    return changed(home, "greet")


def changed(home, name):
    root = home.repository(name)
    (root / "greet.py").write_text((root / "greet.py").read_text().replace("Helo", "Hello"))
    return root


def identifier(text):
    return re.match(r"(d-[0-9a-z]+): ", text)[1]


async def ask(server, **arguments):
    return identifier(await server.ok("diff_request", **{"title": "Mend a typing error"} | arguments))


async def aside(work, *args):
    """Runs what takes its time while others go on."""
    return await anyio.to_thread.run_sync(lambda: work(*args))


async def test_the_story_of_a_request(home, root, person):
    (root / "new.py").write_text("print()\n")
    async with home.serve(cwd=root, session="alice") as server:
        asked = await server.ok("diff_request", title="Mend a typing error", summary="It said Helo.\nThe tests pass.")
        request = identifier(asked)
        assert "2 files (+2 -1) of greet on main" in asked and f"call diff_wait with the id {request}" in asked
        pending = await server.ok("diff_wait", id=request, timeout=0)
        assert pending.startswith(f"pending: {request} is waiting: nobody has opened it yet")
        assert f"Call diff_wait again with the id {request}" in pending
        person.opens(request)
        status = await server.ok("diff_status", id=request[2:])
        assert f"{request} is in review: " in status and ", Emacs " in status and "2 of 2 items have no mark" in status
        assert '"Mend a typing error" by alice' in status and "round 1" in status
        person.judges(request, "say Hi instead", ":revert t")
        verdict = await server.ok("diff_wait", id=request)
        assert verdict.startswith(f"CHANGES REQUESTED: {request}") and "say Hi instead" in verdict
        assert "greet.py:4" in verdict and '   | +    return "Hello " + name' in verdict and "it was reverted" in verdict
        assert "Helo" in (root / "greet.py").read_text()
        assert await server.ok("diff_wait", id=request) == verdict
        assert "is decided: changes requested. diff_wait returns the verdict." in await server.ok("diff_status", id=request)
        # The next round: what was approved stays so.
        (root / "greet.py").write_text((root / "greet.py").read_text().replace("Helo", "Hi"))
        asked = await server.ok("diff_request", title="Say Hi")
        again = identifier(asked)
        assert "round 2: 1 of 2 items new" in asked and f"It comes after {request}." in asked
        person.judges(again)
        assert (await server.ok("diff_wait", id=again)).startswith(f"APPROVED: {again} (round 2)")


async def test_waiting_hears_what_the_person_does(home, root, person):
    heard = []

    async def listen(progress, total, message):
        heard.append(message)

    async def until(words):
        with anyio.fail_after(10):
            while not any(words in message for message in heard):
                await anyio.sleep(0.02)

    async with home.serve(cwd=root) as server, anyio.create_task_group() as tasks:
        request = await ask(server)
        answer = []

        async def wait():
            answer.append(await server.client.call_tool("diff_wait", {"id": request}, progress_callback=listen))

        tasks.start_soon(wait)
        await until("nobody has opened it yet")
        person.opens(request)
        await until("is in review: ")
        person.does(f'(person-call "put-back" "{request}")')
        await anyio.sleep(0.5)
        assert "is waiting" in heard[-1]
        start = time.monotonic()
        person.judges(request, "why?")
        with anyio.fail_after(10):
            while not answer:
                await anyio.sleep(0.01)
        print(f"from the person's key to the answer: {(time.monotonic() - start) * 1000:.0f} ms")
        assert time.monotonic() - start < 2
    assert "why?" in answer[0].content[0].text


async def test_cancelling_loses_nothing(home, root, person):
    async with home.serve(cwd=root, session="alice") as server:
        request = await ask(server)
        with anyio.move_on_after(1) as scope:
            await server.call("diff_wait", id=request)
        assert scope.cancelled_caught
        with anyio.fail_after(10):
            while "alice diff_wait ok" not in home.mcp_log():
                await anyio.sleep(0.05)
        person.judges(request, "once more")
        assert "once more" in await server.ok("diff_wait", id=request)


async def test_a_client_that_gives_up_and_comes_back(home, root, person):
    async with home.serve(cwd=root) as server:
        request = await ask(server)
        for _ in range(3):
            assert (await server.ok("diff_wait", id=request, timeout=1)).startswith("pending: ")
    person.judges(request)
    async with home.serve(cwd=home.path, session="another") as server:
        assert (await server.ok("diff_wait", id=request)).startswith("APPROVED")


async def test_a_server_that_is_killed_while_it_waits(home, root, person):
    async with home.serve(cwd=root) as server:
        request = await ask(server)
    with Raw(home, cwd=root) as raw:
        raw.call(1, "diff_wait", id=request)
        assert raw.line()["method"] == "notifications/progress"
        raw.process.kill()
    person.judges(request, "still wrong")
    async with home.serve(cwd=root) as server:
        assert "still wrong" in await server.ok("diff_wait", id=request)


async def test_a_client_that_goes_ends_the_wait(home, root):
    async with home.serve(cwd=root) as server:
        request = await ask(server)
    with Raw(home, cwd=root) as raw:
        raw.call(1, "diff_wait", id=request, timeout=600)
        raw.line()
        start = time.monotonic()
        raw.process.stdin.close()
        raw.process.wait(10)
        assert time.monotonic() - start < 3


async def test_eight_assistants_and_one_person(home, person):
    roots = [changed(home, f"app{i}") for i in range(4)]
    verdicts = {}

    async def assistant(i):
        # Two work in one repository.
        async with home.serve(cwd=roots[i // 2], session=f"assistant{i}") as server:
            for turn in range(3):
                request = await ask(server, title=f"turn {turn} of {i}")
                text = "pending: "
                while text.startswith("pending: "):
                    text = await server.ok("diff_wait", id=request, timeout=5)
                assert f"for {request}" in text and request in text.splitlines()[0], text
                verdicts[request] = text

    async def judge():
        judged = set()
        while len(judged) < 24:
            listed = json.loads(await aside(lambda: home.memento("diff", "list", "--json", check=False)))
            for request in listed:
                await aside(person.judges, request["id"], f"for {request['id']}")
                judged.add(request["id"])
            await anyio.sleep(0.02)

    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(judge)
            for i in range(8):
                tasks.start_soon(assistant, i)
    assert len(verdicts) == 24


async def test_many_that_wait_hold_up_nobody(home, root, person):
    home.note("a.org", ":PROPERTIES:\n:ID: plan\n:END:\n#+title: Plan\n#+filetags: :PUBLIC:\nx\n")
    answers = []
    async with home.serve(cwd=root) as server, anyio.create_task_group() as tasks:
        request = await ask(server)

        async def wait():
            answers.append(await server.ok("diff_wait", id=request))

        for _ in range(100):
            tasks.start_soon(wait)
        await anyio.sleep(2)
        start = time.monotonic()
        assert "Plan" in await server.ok("note_get", name="plan")
        assert "No remark" in await server.ok("review_list")
        print(f"two calls beside 100 that wait: {(time.monotonic() - start) * 1000:.0f} ms")
        assert time.monotonic() - start < 3
        person.judges(request)
    assert len(answers) == 100 and all(answer.startswith("APPROVED") for answer in answers)


async def test_more_than_can_wait_are_told_so(home, root):
    async with home.serve(cwd=root) as server:
        request = await ask(server)
    with Raw(home, cwd=root) as raw:
        for i in range(1, 261):
            raw.call(i, "diff_wait", id=request, timeout=2)
        answers = []
        while len(answers) < 260:
            message = raw.line()
            if "result" in message:
                answers.append(message["result"]["content"][0]["text"])
        refused = [answer for answer in answers if not answer.startswith("pending: ")]
        assert len(refused) == 4 and all("256 calls wait for a person already" in answer for answer in refused)
        raw.call(300, "diff_wait", id=request, timeout=0)
        assert "pending" in raw.answer(300)["result"]["content"][0]["text"]


async def test_a_database_that_is_locked_for_three_seconds(home, root, person):
    async with home.serve(cwd=root) as server:
        first = await ask(server)
        answer = []

        async def wait():
            answer.append(await server.ok("diff_wait", id=first))

        db = sqlite3.connect(home.data / "memento.db", isolation_level=None)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(wait)
            await anyio.sleep(0.5)
            db.execute("BEGIN IMMEDIATE")

            async def unlock():
                await anyio.sleep(3)
                db.execute("ROLLBACK")

            tasks.start_soon(unlock)
            start = time.monotonic()
            assert (await server.ok("diff_wait", id=first, timeout=0)).startswith("pending: ")
            await aside(person.judges, first, "slow but there")
            assert time.monotonic() - start > 2
        assert "slow but there" in answer[0]
        db.execute("BEGIN IMMEDIATE")
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(unlock)
            second = await ask(server)
        assert second != first
        db.close()


async def test_what_ends_without_a_verdict(home, root):
    async with home.serve(cwd=root, session="alice") as server:
        first = await ask(server)
        second = await ask(server)
        closed = await server.ok("diff_wait", id=first)
        assert closed == f"closed: {first} is superseded: {second} took its place, so wait for that one."
        assert f"round 1, before {second}" in await server.ok("diff_status", id=first)
        home.memento("diff", "abandon", second)
        assert (await server.ok("diff_wait", id=second)).startswith(f"closed: {second} was taken back")


async def test_lists_are_ones_own_unless_all_are_asked_for(home, root, person):
    async with home.serve(cwd=root, session="alice") as alice, home.serve(cwd=root, session="bob") as bob:
        assert await alice.ok("diff_list") == (
            "No request of yours waits for an answer; with closed you get those that have one.")
        first, second = await ask(alice, title="by alice"), await ask(bob, title="by bob")
        mine = await alice.ok("diff_list")
        assert mine.startswith("1 request:") and f'- {first} waiting, now, by alice: "by alice" (1 file' in mine
        everyone = await alice.ok("diff_list", everyone=True)
        assert everyone.startswith("2 requests:") and everyone.index(first) < everyone.index(second)
        assert "for more: offset 1" in await alice.ok("diff_list", everyone=True, limit=1)
        person.judges(second)
        assert second not in await bob.ok("diff_list", everyone=True)
        assert f"{second} approved" in await bob.ok("diff_list", closed=True)


async def test_what_is_compared_can_be_chosen(home, root):
    before = home.run("git", "rev-parse", "HEAD", cwd=root).strip()
    (root / "new.py").write_text("print()\n")
    async with home.serve(cwd=home.path) as server:
        assert "is in no git repository" in await server.refused("diff_request", title="x")

        async def lines(**arguments):
            text = await server.ok("diff_request", title="x", directory="greet", **arguments)
            return re.search(r"\d files? \(\S+ \S+\)", text)[0]

        assert await lines() == "2 files (+2 -1)"
        assert await lines(untracked=False) == "1 file (+1 -1)"
        home.run("git", "add", "new.py", cwd=root)
        assert await lines(staged=True) == "1 file (+1 -0)"
        home.commit(root, "Both")
        assert "nothing to review" in await server.refused("diff_request", title="x", directory="greet")
        assert await lines(range="HEAD~1..HEAD") == "2 files (+2 -1)"
        assert await lines(base=before) == "2 files (+2 -1)"


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("diff_request", {}, "missing field `title`; diff_request takes"),
        ("diff_request", {"title": " \n"}, "the title is empty: say in a line what you changed"),
        ("diff_request", {"title": "x", "path": "y"}, "unknown field `path`"),
        ("diff_request", {"title": "x", "staged": "yes"}, "`staged`: invalid type: string"),
        ("diff_request", {"title": "x", "staged": True, "range": "a..b"}, "not both"),
        ("diff_request", {"title": "x", "range": "main"}, "main is no range: give two revisions"),
        ("diff_request", {"title": "x", "base": "nowhere"}, "no commit is called nowhere"),
        ("diff_request", {"title": "x", "base": "--output=x"}, "no commit is called --output=x"),
        ("diff_request", {"title": "x", "directory": "/nowhere"}, "is in no git repository"),
        ("diff_request", {"title": "x", "own": True}, "unknown field `own`"),
        ("diff_wait", {}, "missing field `id`; diff_wait takes id (string, required), timeout (integer)"),
        ("diff_wait", {"id": "d-zzzz"}, "there is no diff request d-zzzz: diff_list"),
        ("diff_wait", {"id": "d-zzzz", "timeout": 601}, "timeout is 601: give at most 600, and call"),
        ("diff_wait", {"id": "d-zzzz", "timeout": -1}, "`timeout`: invalid value: integer `-1`"),
        ("diff_wait", {"id": "d-zzzz", "timeout": "50"}, "`timeout`: invalid type: string"),
        ("diff_wait", {"id": ""}, "there is no diff request"),
        ("diff_status", {"id": "d-zzzz", "session": "x"}, "unknown field `session`"),
        ("diff_list", {"all": True}, "unknown field `all`"),
    ],
)
async def test_wrong_arguments_are_refused_with_what_to_send(home, root, tool, arguments, told):
    async with home.serve(cwd=root) as server:
        text = await server.refused(tool, **arguments)
        assert told in text and "memento diff" not in text, text
        assert (await server.ok("diff_list", everyone=True, closed=True)).startswith("There is no request")


async def test_notes_are_not_to_be_had_as_a_diff(home, person):
    home.run("git", "init", "-q", cwd=home.notes)
    home.note("diary.org", "canary-one\n")
    async with home.serve(cwd=home.notes) as server:
        for directory in (".", str(home.notes), str(home.notes / ".git" / "..")):
            text = await server.refused("diff_request", title="x", directory=directory)
            assert "this is in the notes directory" in text and "canary" not in text
    # Nor where they lie in a repository, in the middle of code.
    home.run("git", "init", "-q", "-b", "main", cwd=home.path)
    (home.path / "code.py").write_text("print()\n")
    async with home.serve(cwd=home.path) as server:
        request = await ask(server)
        shown = home.memento("diff", "show", request, "--patch", "--json")
        assert "code.py" in shown and "canary" not in shown and "diary" not in shown
    # And what the person looks at is the person's.
    person.does(f'(person-call "request" (list :directory "{home.notes}" :session "ann" :title "canary-two"))')
    listed = await aside(lambda: home.memento("diff", "list", "--all"))
    assert request in listed and "canary" not in listed
    log = home.mcp_log()
    assert "diff_request invalid" in log and "canary" not in log


async def test_a_repository_that_is_gone(home, root, person):
    async with home.serve(cwd=home.path) as server:
        request = await ask(server, directory=str(root))
        shutil.rmtree(root)
        assert request in await server.ok("diff_status", id=request)
        person.judges(request, "too late", ":revert t")
        verdict = await server.ok("diff_wait", id=request)
        assert "too late" in verdict and "Nothing was reverted" in verdict and "is not there any more" in verdict
        assert "in no git repository" in await server.refused("diff_request", title="x", directory=str(root))


async def test_a_verdict_of_any_size_fits_an_answer(home, root, person):
    (root / "greet.py").write_text("".join(f"value_{i} = {i}\n" for i in range(20_000)))
    async with home.serve(cwd=root) as server:
        request = await ask(server)
        person.judges(request, "generate it: " + "why " * 20_000)
        verdict = await server.ok("diff_wait", id=request)
        assert len(verdict) < 24_000 and verdict.startswith("CHANGES REQUESTED") and "generate it: why" in verdict
        assert verdict.endswith("keep their verdict.\n")


async def test_this_part_alone(home, root):
    async with home.serve("--only", "diff", cwd=root) as server:
        assert {tool.name[:5] for tool in (await server.client.list_tools()).tools} == {"diff_"}
        assert "diff_wait" in server.client.instructions and "note_" not in server.client.instructions
        assert [prompt.name for prompt in (await server.client.list_prompts()).prompts] == ["request_review"]
        assert server.client.server_capabilities.resources is None
        with pytest.raises(MCPError, match="there is no tool note_get: there are diff_request"):
            await server.call("note_get", name="x")
        await ask(server)


async def test_the_prompt_leads_through_the_rounds(home):
    async with home.serve() as server:
        text = await server.prompt("request_review", title="the parser")
        for part in ('with the title "the parser"', "diff_request", "diff_wait", "pending", "the next round"):
            assert part in text
        assert "the change in one line" in await server.prompt("request_review")
