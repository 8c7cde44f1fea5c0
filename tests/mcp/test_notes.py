"""The notes that an assistant reads: found, whole and in pages, never a private one."""

import re

import pytest
from mcp import MCPError

pytestmark = pytest.mark.anyio


def note(id, title, body="", tags="PUBLIC", extra=""):
    return f":PROPERTIES:\n:ID: {id}\n{extra}:END:\n#+title: {title}\n#+filetags: :{tags}:\n\n{body}"


@pytest.fixture
def vault(home):
    """A little vault with something private in it."""
    home.note("plan.org", note("plan", "The plan", (
        "What we do about /parsers/.\n\n* Next steps\n- [ ] write the scanner\n* Done\n- see [[id:scanner][the scanner]]\n"
        "* Diary :PRIVATE:\ncanary of the diary\n"), tags="PUBLIC:work", extra=":ROAM_ALIASES: Roadmap\n"))
    home.note("scanner.org", note("scanner", "The scanner", "It reads lines. Called from [[id:plan][the plan]].\n"))
    home.note("secret.org", note("secret", "canary title", "canary body about parsers, see [[id:plan][plan]]\n", tags="x"))
    return home


async def test_a_note_is_read_by_id_title_and_alias(vault):
    async with vault.serve() as server:
        by_id = await server.ok("note_get", name="plan")
        assert by_id == await server.ok("note_get", name="the plan") == await server.ok("note_get", name="Roadmap")
        for part in ("title: The plan\n", "id: plan\n", "tags: ", "aliases: Roadmap\n", "sections: Next steps | Done\n",
                     "What we do about /parsers/.", "* Next steps"):
            assert part in by_id, part
        assert re.search(r"^revision: \S+$", by_id, re.M)
        assert "canary" not in by_id
        markdown = await server.ok("note_get", name="plan", format="markdown")
        assert "What we do about *parsers*." in markdown and "# Next steps" in markdown
        section = await server.ok("note_get", name="plan", section="next steps")
        assert "write the scanner" in section and "see [[id" not in section
        assert "it has Next steps, Done" in await server.refused("note_get", name="plan", section="gone")


async def test_private_is_the_same_as_absent(vault):
    async with vault.serve() as server:
        secret = await server.refused("note_get", name="secret")
        assert secret.replace("secret", "absent") == await server.refused("note_get", name="absent")
        for tool, arguments in (
            ("note_search", {"query": "canary"}), ("note_search", {"query": "body OR parsers"}),
            ("note_list", {}), ("note_list", {"tags": ["x"]}), ("note_list", {"recent": True, "limit": 1000}),
            ("note_links", {"name": "plan"}), ("note_links", {"name": "secret"}),
        ):
            _, text = await server.call(tool, **arguments)
            assert "canary" not in text and "id secret" not in text, (tool, text)
        resources = await server.client.list_resources()
        assert {resource.uri for resource in resources.resources} == {"memento://note/plan", "memento://note/scanner"}
        with pytest.raises(MCPError) as refused:
            await server.client.read_resource("memento://note/secret")
        with pytest.raises(MCPError) as absent:
            await server.client.read_resource("memento://note/absent")
        assert str(refused.value).replace("secret", "absent") == str(absent.value)
        assert "canary" not in await server.prompt("start_session")
    assert "canary" not in vault.mcp_log()


async def test_search_and_lists(vault):
    async with vault.serve() as server:
        found = await server.ok("note_search", query="parsers")
        assert found.startswith('1 note:\n\n- "The plan" (id plan; tags ') and "\n    What we do about" in found
        assert "No note has all of these words" in await server.ok("note_search", query="parsers nowhere")
        listed = await server.ok("note_list")
        assert listed.startswith("2 notes:") and listed.index("The plan") < listed.index("The scanner")
        assert "id scanner" not in await server.ok("note_list", tags=["work"])
        assert "The tags are: PUBLIC (2), work (1)" in await server.ok("note_list", tags=["nothing"])
        first = await server.ok("note_list", limit=1)
        assert first.endswith("1 of 2; for more: offset 1\n")
        assert "id scanner" in await server.ok("note_list", limit=1, offset=1)


async def test_links_both_ways(vault):
    async with vault.serve() as server:
        text = await server.ok("note_links", name="The plan")
        assert text.startswith("2 links of \"The plan\"")
        assert '-> "The scanner" id:scanner' in text
        assert '<- "The scanner" (id scanner' in text and "Called from" in text


async def test_a_long_note_comes_in_pages(vault):
    body = "".join(f"Line {i} über längere Texte\n" for i in range(4000)) + "x" * 60_000 + "\n"
    vault.note("long.org", note("long", "Long", body))
    async with vault.serve() as server:
        text, offset, pages = "", 0, 0
        while offset is not None:
            page = await server.ok("note_get", name="long", offset=offset)
            assert len(page.encode()) < 26_000
            head, part = page.split("\n\n", 1)
            text, pages = text + part, pages + 1
            more = re.search(r"for the next: offset (\d+)$", head, re.M)
            offset = int(more[1]) if more else None
        assert body in text and pages > 6
        assert "part: the last of" in head


async def test_resources_are_notes(vault):
    vault.note("odd.org", note("an odd/id", "Odd", "odd text\n"))
    for i in range(120):
        vault.note(f"n{i}.org", note(f"n{i}", f"Note {i}"))
    async with vault.serve() as server:
        seen, cursor = {}, None
        while True:
            page = await server.client.list_resources(cursor=cursor)
            assert len(page.resources) <= 100
            seen |= {resource.uri: resource for resource in page.resources}
            cursor = page.next_cursor
            if cursor is None:
                break
        assert len(seen) == 123
        assert seen["memento://note/an%20odd%2Fid"].title == "Odd"
        contents = (await server.client.read_resource("memento://note/an%20odd%2Fid")).contents
        assert [content.mime_type for content in contents] == ["text/org"] and "odd text" in contents[0].text
        for uri in ("memento://note/The%20plan", "memento://note/%zz", "memento://plan", "file:///etc/passwd"):
            with pytest.raises(MCPError, match="no such note"):
                await server.client.read_resource(uri)


async def test_a_session_starts_with_the_context_and_an_index(vault):
    async with vault.serve() as server:
        assert "its id would be claude-global-context" in await server.prompt("start_session")
        vault.note("context.org", note("claude-global-context", "Context", "Tabs are eight wide.\n" * 2000))
        text = await server.prompt("start_session")
        assert "Tabs are eight wide." in text and "more bytes: note_get claude-global-context" in text
        assert "3 notes" in text and '"The scanner" (id scanner' in text
        assert len(text) < 30_000


async def test_what_changes_on_disk_is_seen_at_once(vault):
    async with vault.serve() as server:
        assert "lines" in await server.ok("note_get", name="scanner")
        path = vault.notes / "scanner.org"
        path.write_text(path.read_text().replace("reads lines", "reads bytes"))
        assert "reads bytes" in await server.ok("note_get", name="scanner")
        path.write_text(path.read_text().replace(":PUBLIC:", ":x:"))
        assert "no such note" in await server.refused("note_get", name="scanner")
        path.unlink()
        assert "1 note:" in await server.ok("note_list")


async def test_calls_are_in_the_audit_trail(vault):
    async with vault.serve(session="alice") as server:
        await server.ok("note_get", name="plan")
        await server.refused("note_get", name="secret")
    import sqlite3

    with sqlite3.connect(vault.data / "memento.db") as db:
        rows = db.execute("SELECT front_end, session, call, subject, outcome FROM audit ORDER BY rowid").fetchall()
    assert ("mcp", "alice", "get", "plan", "ok") in rows
    assert ("mcp", "alice", "get", "secret", "not-found") in rows


async def test_pages_of_lists_come_to_an_end(home):
    home.note("many.org", "".join(f"* Note {n} :PUBLIC:\n:PROPERTIES:\n:ID: n{n}\n:END:\nword\n" for n in range(510)))
    async with home.serve() as server:
        for tool, arguments in (("note_search", {"query": "word"}), ("note_list", {}), ("note_search", {"query": "word", "limit": 0})):
            offset, pages = 0, 0
            while offset is not None and pages < 600:
                text = await server.ok(tool, offset=offset, **{"limit": 300} | arguments)
                assert text.startswith("510 notes:"), text
                more = re.search(r"for more: offset (\d+)", text)
                assert more is None or int(more[1]) > offset, text
                offset, pages = more and int(more[1]), pages + 1
                if arguments.get("limit") == 0:
                    break
        assert "More words find the others." in await server.ok("note_search", query="word", offset=500)
