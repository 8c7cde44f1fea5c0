"""The review tools on a real repository with a real test command."""

import anyio
import pytest
from mcp import MCPError
from test_robust import alive

pytestmark = pytest.mark.anyio


def mend(home, root):
    source = (root / "greet.py").read_text()
    (root / "greet.py").write_text("# Greets.\n" + source.replace("Helo", "Hello"))
    return home.commit(root, "Mend a typing error")


async def test_the_story_of_a_remark(home):
    root = home.repository()
    other = home.remark(root, 6, "what of an empty name?", "style")
    first = home.remark(root)
    async with home.serve(cwd=root, session="alice") as server:
        listed = await server.ok("review_list")
        assert listed.startswith("2 remarks:") and first in listed and "a typing error" in listed
        taken = await server.ok("review_next")
        assert first in taken and "greet.py:4 (exact)" in taken and "alice until" in taken
        failed = await server.refused("review_done", id=first, summary="nothing")
        assert "the tests failed with exit code" in failed and "make" in failed and "stays open" in failed
        fix = mend(home, root)
        moved = await server.ok("review_list", mine=True)
        assert "greet.py:5 (stale)" in moved and "held by alice" in moved and other not in moved
        closed = await server.ok("review_done", id=first, summary="mended")
        assert f"{first} is DONE: make test passed" in closed and fix in closed
        assert other in await server.ok("review_next")
        assert "is free again" in await server.ok("review_release", id=other)
        shown = await server.ok("review_list", id=first[3:])
        assert "summary   mended" in shown and "closed by alice" in shown and f"fixed in  {fix}" in shown
        assert first in await server.ok("review_list", state="done")
    log = home.log.read_text()
    assert ":RESOLVED_BY: alice" in log and f":FIX_COMMIT: {fix}" in log and ":TESTED: make test passed" in log


async def test_the_gate_cannot_be_skipped(home):
    root = home.repository()
    remark = home.remark(root)
    before = home.log.read_text()
    async with home.serve(cwd=root) as server:
        for evasion in ({"no_test": "trust me"}, {"test": "true"}, {"force": True}, {"session": "person"}):
            text = await server.refused("review_done", id=remark, summary="done", **evasion)
            assert f"unknown field `{next(iter(evasion))}`" in text and "review_done takes" in text
        assert home.log.read_text() == before
        await server.refused("review_done", id=remark, summary="done")
        assert "TODO" in await server.ok("review_list", id=remark)
    # Without any test command there is no way round it either, and no word of one.
    (root / "Makefile").unlink()
    home.commit(root, "Remove the tests")
    async with home.serve(cwd=root) as server:
        text = await server.refused("review_done", id=remark, summary="done")
        assert "has no test command" in text and "no-test" not in text


async def test_the_configuration_is_read_for_every_call(home):
    root = home.repository(test="false")
    remark = home.remark(root)
    async with home.serve(cwd=root) as server:
        await server.refused("review_done", id=remark, summary="done")
        home.config("revew_log = 1\n")
        assert "config.toml:1: unknown field" in await server.refused("review_list")
        home.config('[projects.greet]\ntest_command = "true"\n')
        assert "true passed" in await server.ok("review_done", id=remark, summary="done")


async def test_a_remark_of_ones_own_names_its_author_and_wants_a_category(home):
    root = home.repository()
    async with home.serve(cwd=root, client="claude code") as server:
        added = await server.ok("review_add", file="greet.py", line=3, end_line=4, comment="no type", category="style")
        assert "greet.py:3-4" in added
        for category in ("", " ", "two words"):
            text = await server.refused("review_add", file="greet.py", line=1, comment="x", category=category)
            assert "category" in text
        assert "missing field `category`" in await server.refused("review_add", file="greet.py", line=1, comment="x")
        assert "no such file" in await server.refused("review_add", file="gone.py", line=1, comment="x", category="a")
        assert "has 6 lines" in await server.refused("review_add", file="greet.py", line=9, comment="x", category="a")
        shown = await server.ok("review_list", id=added.split()[2])
        assert "by claude-code-" in shown and "def greet(name):" in shown
    assert ":AUTHOR: claude-code-" in home.log.read_text()


async def test_two_sessions_do_not_take_one_remark(home):
    root = home.repository()
    remark = home.remark(root)
    async with home.serve(cwd=root, session="alice") as alice, home.serve(cwd=root, session="bob") as bob:
        assert remark in await alice.ok("review_next")
        assert "Nothing is left to take in greet" in await bob.ok("review_next")
        held = await bob.refused("review_done", id=remark, summary="mine")
        assert "held by alice" in held and "review_next" in held and "memento review" not in held
        assert "held by alice" in await bob.refused("review_release", id=remark)
        await alice.ok("review_release", id=remark)
        assert remark in await bob.ok("review_next")


async def test_any_call_renews_the_lease(home):
    root = home.repository()
    home.remark(root)
    async with home.serve(cwd=root, session="alice") as server:
        await server.ok("review_next")

        def until():
            return next(line for line in home.log.read_text().splitlines() if ":CLAIMED_UNTIL:" in line)

        taken = until()
        await anyio.sleep(1.1)
        await server.ok("review_list", project="elsewhere")
        assert until() > taken


async def test_a_project_is_the_scope_unless_another_is_named(home):
    here, there = home.repository("here"), home.repository("there")
    home.remark(there)
    mine = home.remark(here, category="style")
    async with home.serve(cwd=here) as server:
        assert (await server.ok("review_list")).startswith("1 remark:")
        assert (await server.ok("review_list", project="*")).startswith("2 remarks:")
        assert mine not in await server.ok("review_list", project="there")
        assert mine in await server.ok("review_next")
        assert 'The project "*" means all' in await server.ok("review_next")
        assert "there/greet.py" in await server.ok("review_next", project="*")
        assert "there" in await server.ok("review_list", file=f"{there}/greet.py")


async def test_a_long_list_comes_in_parts(home):
    root = home.repository()
    (root / "greet.py").write_text("x = 1\n" * 60)
    async with home.serve(cwd=root) as server:
        ids = []
        for line in range(1, 46):
            added = await server.ok("review_add", file="greet.py", line=line, comment="long " * 300, category="style")
            ids.append(added.split()[2])
        seen, offset = "", 0
        while offset is not None:
            text = await server.ok("review_list", offset=offset)
            assert len(text) < 26_000
            seen += text
            offset = int(text.rsplit("offset ", 1)[1]) if "for more: offset" in text else None
        assert all(seen.count(f"- {id} ") == 1 for id in ids)


async def test_progress_tells_the_last_line(home):
    root = home.repository(test="for i in 1 2 3; do echo step $$i; sleep 0.5; done; grep -q Hello greet.py")
    remark = home.remark(root)
    heard = []

    async def listen(progress, total, message):
        heard.append((progress, message))

    async with home.serve(cwd=root) as server:
        mend(home, root)
        result = await server.client.call_tool("review_done", {"id": remark, "summary": "x"}, progress_callback=listen)
        assert not result.is_error
    messages = [message for _, message in heard]
    assert [m for m in messages if m.startswith("step")] == ["step 1", "step 2", "step 3"], messages
    times = [time for time, _ in heard]
    assert times == sorted(set(times))


async def test_cancelling_ends_the_tests(home):
    root = home.repository(test="echo $$$$ >pid; exec sleep 300")
    remark = home.remark(root)
    async with home.serve(cwd=root, session="alice") as server:
        with anyio.move_on_after(2) as scope:
            await server.call("review_done", id=remark, summary="x")
        assert scope.cancelled_caught
        pid = int((root / "pid").read_text())
        await gone(pid)
        # The server still works, and the remark is open and still held.
        assert f"{remark} TODO" in await server.ok("review_list", mine=True)
        with anyio.fail_after(10):
            while "alice review_done failed" not in home.mcp_log():
                await anyio.sleep(0.05)


async def gone(pid):
    with anyio.fail_after(10):
        while alive(pid):
            await anyio.sleep(0.05)


async def test_the_prompt_is_that_of_the_review_log(home):
    root = home.repository()
    remark = home.remark(root)
    async with home.serve(cwd=root) as server:
        text = await server.prompt("code_review_fix")
        assert home.memento("review", "prompt", cwd=root) in text + "\n"
        assert remark in text and "review_next" in text
        assert "0 open remarks" in await server.prompt("code_review_fix", project="elsewhere")
        with pytest.raises(MCPError, match="has no argument nothing: it takes project alone"):
            await server.prompt("code_review_fix", nothing="x")
