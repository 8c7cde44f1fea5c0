"""The notes that an assistant writes: public, with a conflict where somebody else was quicker."""

import re

import anyio
import pytest

pytestmark = pytest.mark.anyio


def revision(text):
    return re.search(r"revision(?: is now|:) (\w+)", text)[1]


async def test_a_note_is_made_found_and_changed(home):
    async with home.serve(session="alice") as server:
        made = await server.ok("note_create", title="How we parse", body="One pass.\n\n* Plan\nFirst.\n", tags=["design"],
                               id="how-we-parse")
        assert '"How we parse" (id how-we-parse)' in made
        read = await server.ok("note_get", name="how-we-parse")
        assert revision(made) == revision(read) and "One pass." in read and "design" in read
        assert "id how-we-parse" in await server.ok("note_search", query="one pass")

        at = revision(read)
        steps = [
            dict(operation="append", text="Last.\n", section="Plan"),
            dict(operation="append", text="- **bold**", format="markdown"),
            dict(operation="set_tags", tags=["design", "parser"]),
            dict(operation="rename", title="Parsing"),
            dict(operation="replace", text="Second.\n", section="Plan"),
        ]
        for step in steps:
            done = await server.ok("note_update", name="how-we-parse", revision=at, **step)
            assert revision(done) != at, step
            at = revision(done)
        read = await server.ok("note_get", name="Parsing")
        assert revision(read) == at and "parser" in read and "*bold*" in read
        assert "Second." in read and "First." not in read and "One pass." in read
    [file] = home.notes.glob("*.org")
    text = file.read_text()
    assert ":CREATED_BY: alice" in text and "PUBLIC" in text
    assert re.fullmatch(r"\d{14}-.*\.org", file.name)


async def test_links_are_made_between_notes(home):
    async with home.serve() as server:
        await server.ok("note_create", title="The scanner", body="Reads.\n", id="scanner")
        made = await server.ok("note_create", title="The plan", body="Work.\n", id="plan")
        await server.ok("note_update", operation="link", name="plan", revision=revision(made), target="The scanner")
        assert '"The scanner" id:scanner' in await server.ok("note_links", name="plan")
        assert '<- "The plan" (id plan' in await server.ok("note_links", name="scanner")
        refused = await server.refused("note_update", operation="link", name="plan", revision="x", target="nowhere")
        assert "no such note" in refused or "revision" in refused


async def test_a_stale_revision_changes_nothing(home):
    async with home.serve(session="alice") as alice, home.serve(session="bob") as bob:
        made = await alice.ok("note_create", title="Shared", body="Start.\n", id="shared")
        await bob.ok("note_update", operation="append", name="shared", revision=revision(made), text="Bob.\n")
        [file] = home.notes.glob("*.org")
        before = file.read_text()
        refused = await alice.refused("note_update", operation="replace", name="shared", revision=revision(made), text="Alice.\n")
        assert revision(await alice.ok("note_get", name="shared")) in refused
        assert file.read_text() == before and "Bob." in before


async def test_what_cannot_be_written_is_refused(home):
    home.note("secret.org", ":PROPERTIES:\n:ID: secret\n:END:\n#+title: canary\n\ncanary\n")
    async with home.serve() as server:
        await server.ok("note_create", title="Mine", body="", id="mine")
        # The same answer whether the one who has the ID is public or private.
        private = await server.refused("note_create", title="New", body="", id="secret")
        public = await server.refused("note_create", title="New", body="", id="mine")
        assert private.replace("secret", "mine") == public and "canary" not in private
        await server.refused("note_create", title="two\nlines", body="")
        await server.refused("note_create", title="", body="")
        assert "no such note" in await server.refused(
            "note_update", operation="append", name="secret", revision="x", text="y")
    assert (home.notes / "secret.org").read_text().endswith("canary\n")


async def test_ten_megabytes_are_stored_or_refused(home):
    async with home.serve() as server:
        is_error, text = await server.call("note_create", title="Big", body="line\n" * 2_000_000, id="big")
        assert is_error or "part: of" in await server.ok("note_get", name="big"), text
        assert "Small" in await server.ok("note_create", title="Small", body="still here\n")


async def test_two_at_once_are_both_kept_or_one_is_told(home):
    async with home.serve(session="alice") as alice, home.serve(session="bob") as bob:
        at = revision(await alice.ok("note_create", title="Race", body="Start.\n", id="race"))
        results = {}

        async def append(server, word):
            results[word] = await server.call("note_update", operation="append", name="race", revision=at, text=f"{word}\n")

        async with anyio.create_task_group() as group:
            group.start_soon(append, alice, "fromalice")
            group.start_soon(append, bob, "frombob")
        assert sorted(is_error for is_error, _ in results.values()) == [False, True]
        text = await alice.ok("note_get", name="race")
        for word, (is_error, _) in results.items():
            assert (word in text) is not is_error
