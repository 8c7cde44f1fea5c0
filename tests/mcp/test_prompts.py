"""The library of prompts over MCP: what the person asked, masked, and made into notes."""

import json
import re

import pytest
from mcp import MCPError

pytestmark = pytest.mark.anyio

# Seconds into October 2025.
T = 1_759_403_045_000
KEY = "AKIAIOSFODNN7EXAMPLE"


def entry(text, time=T, project="/r/app", session="s1", pasted=None):
    contents = {"1": {"id": 1, "type": "text", "content": pasted}} if pasted else {}
    return {"display": text, "timestamp": time, "project": project, "pastedContents": contents, "sessionId": session}


def fill(home, *entries):
    history = home.path / ".claude/history.jsonl"
    history.parent.mkdir(exist_ok=True)
    with history.open("a") as file:
        for line in entries:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    home.memento("prompt", "sync")


@pytest.fixture
def filled(home):
    fill(home,
         entry("add a test for the parser"),
         entry("/model opus", T + 1000),
         entry(f"deploy with {KEY}", T + 2000, pasted=f"export AWS={KEY}\nline two"),
         entry("why does 漢字 fail?", T + 86_400_000, "/r/shop", "s2"),
         entry("add a test for the lexer", T + 172_800_000, "/r/shop", "s2"))
    home.memento("prompt", "rate", "1", "5")
    home.memento("prompt", "rate", "5", "3")
    home.memento("prompt", "note", "1", f"clear, but for {KEY}")
    home.memento("prompt", "tag", "1", "+good")
    return home


def ids(text):
    return [int(number) for number in re.findall(r"^- (\d+) \(", text, re.M)]


async def test_an_empty_library_says_who_fills_it(home):
    async with home.serve() as server:
        assert "memento prompt sync" in await server.ok("prompt_search", text="x")
        assert "memento prompt sync" in await server.ok("prompt_search")


async def test_search_narrows_by_everything(filled):
    async with filled.serve() as server:
        async def found(**arguments):
            return ids(await server.ok("prompt_search", **arguments))

        assert await found() == [5, 4, 3, 1]
        assert await found(text="add test") == [5, 1]
        assert await found(text='"the lexer"') == [5]
        assert await found(text="pars*") == [1]
        assert await found(text="test -lexer") == [1]
        assert await found(text="漢字") == [4]
        assert await found(text="nothing") == []
        assert await found(project="shop") == [5, 4]
        assert await found(rating=5) == [1]
        assert await found(rating=0) == [4, 3]
        assert await found(min_rating=3) == [5, 1]
        assert await found(tag="good") == [1]
        assert await found(since="2025-10-03") == [5, 4]
        assert await found(since="2025-10-03", until="2025-10-03") == [4]
        assert await found(text="add", project="shop", min_rating=2) == [5]
        first = await server.ok("prompt_search", limit=3)
        assert ids(first) == [5, 4, 3] and "for more: offset 3" in first
        last = await server.ok("prompt_search", limit=3, offset=3)
        assert ids(last) == [1] and "for more" not in last
        assert "There are no more" in await server.ok("prompt_search", offset=9)


async def test_a_row_says_what_is_known_in_a_line(filled):
    async with filled.serve() as server:
        row = await server.ok("prompt_search", text="parser")
    assert re.match(r"- 1 \(2025-10-02 \d\d:\d\d; project app; rated 5; tags good\): add a test for the parser\n"
                    r"    the person's note: clear, but for \[", row)


async def test_secrets_are_masked_everywhere(filled):
    async with filled.serve() as server:
        for arguments in ({}, {"text": "deploy"}, {"id": 3}, {"id": 1}, {"text": "aws"}):
            text = await server.ok("prompt_search", **arguments)
            assert KEY not in text, arguments
        whole = await server.ok("prompt_search", id=3)
        assert "[pasted]" in whole and "line two" in whole and "deploy with [" in whole
        # Nor does what was asked for stand in the trail.
        await server.ok("prompt_search", text=f'"{KEY}"')
        published = await server.ok("prompt_publish", id=3)
        note = re.search(r"id (prompt-[0-9-]+)", published)[1]
        assert KEY not in await server.ok("note_get", name=note)
    assert KEY not in filled.memento("audit", "--json") + filled.mcp_log()
    notes = list(filled.notes.rglob("*.org"))
    assert len(notes) == 1 and KEY not in notes[0].read_text()


async def test_what_is_tagged_private_is_not_there(filled):
    async with filled.serve() as server:
        before = [await server.refused("prompt_search", id=99), await server.refused("prompt_publish", id=99)]
        filled.memento("prompt", "tag", "5", "+PRIVATE")
        assert ids(await server.ok("prompt_search")) == [4, 3, 1]
        assert ids(await server.ok("prompt_search", text="lexer")) == []
        assert ids(await server.ok("prompt_search", tag="PRIVATE")) == []
        after = [await server.refused("prompt_search", id=5), await server.refused("prompt_publish", id=5)]
        assert after == [text.replace("99", "5") for text in before]
    assert not list(filled.notes.rglob("*.org"))


async def test_a_published_prompt_is_a_note_that_others_read(filled):
    async with filled.serve(session="alice") as server:
        told = await server.ok("prompt_publish", id=1)
        assert told.startswith('Published "')
        note = re.search(r"id (prompt-\d{8}-\d{6}[^)]*)\)", told)[1]
        assert "Brought up to date" in await server.ok("prompt_publish", id=1)
    async with filled.serve(session="bob") as server:
        read = await server.ok("note_get", name=note)
        assert "add a test for the parser" in read and "PUBLIC" in read and "clear, but for [" in read
        assert note in await server.ok("note_search", query="parser")
        assert len(list(filled.notes.rglob("*.org"))) == 1
        # What the person says later reaches it too.
        filled.memento("prompt", "rate", "1", "2")
        await server.ok("prompt_publish", id=1)
        assert await server.ok("note_get", name=note) != read


async def test_calls_stand_in_the_audit_trail(filled):
    async with filled.serve(session="alice") as server:
        await server.ok("prompt_search", text="parser")
        await server.ok("prompt_publish", id=1)
        await server.refused("prompt_publish", id=99)
    trail = [(row["session"], row["call"], row["subject"], row["outcome"], row["notes"])
             for row in json.loads(filled.memento("audit", "--json"))]
    assert ("alice", "prompt_search", "parser", "ok", 1) in trail
    assert ("alice", "prompt_publish", "1", "ok", 1) in trail
    assert ("alice", "prompt_publish", "99", "not-found", 0) in trail
    assert "1 prompt" in filled.memento("audit")


async def test_a_long_prompt_comes_in_pages(home):
    text = "".join(f"line {i} für alle\n" for i in range(5000))
    fill(home, entry("look at this [Pasted text #1]", pasted=text))
    async with home.serve() as server:
        assert len(await server.ok("prompt_search")) < 600
        got, offset = "", 0
        while offset is not None:
            page = await server.ok("prompt_search", id=1, offset=offset)
            assert len(page.encode()) < 25_000
            more = re.search(r"for the next: offset (\d+)\n", page)
            offset = int(more[1]) if more else None
            got += page.split("\n\n", 1)[1].removesuffix("\n")
    assert got.endswith(text.rstrip("\n")) or text.rstrip("\n") in got


async def test_many_prompts_fit_an_answer(home):
    fill(home, *(entry(f"prompt {i} " + "word " * 200, T + i) for i in range(300)))
    async with home.serve() as server:
        seen, offset = [], 0
        while offset is not None:
            text = await server.ok("prompt_search", limit=200, offset=offset)
            assert len(text.encode()) < 25_000
            seen += ids(text)
            more = re.search(r"for more: offset (\d+)\n", text)
            offset = int(more[1]) if more else None
    assert seen == list(range(300, 0, -1))


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("prompt_search", {"query": "x"}, "unknown field `query`, expected one of `text`, `project`"),
        ("prompt_search", {"text": 5}, "`text`: invalid type: integer `5`, expected a string; prompt_search takes"),
        ("prompt_search", {"rating": 6}, "rating is 6: give 0 to 5"),
        ("prompt_search", {"min_rating": 0}, "min_rating is 0: give 1 to 5"),
        ("prompt_search", {"rating": 3, "min_rating": 2}, "not both"),
        ("prompt_search", {"rating": -1}, "`rating`: invalid value: integer `-1`"),
        ("prompt_search", {"since": "soon"}, "that is no date known here; type 2025-10-02"),
        ("prompt_search", {"id": 1, "text": "x"}, "with id there is no text"),
        ("prompt_search", {"id": 99}, "there is no prompt 99: prompt_search shows the ids"),
        ("prompt_search", {"secrets": True}, "unknown field `secrets`"),
        ("prompt_publish", {}, "missing field `id`; prompt_publish takes id (integer, required)"),
        ("prompt_publish", {"id": "1"}, "`id`: invalid type: string"),
        ("prompt_publish", {"id": 1, "secrets": True}, "unknown field `secrets`"),
        ("prompt_publish", {"id": 99}, "there is no prompt 99"),
    ],
)
async def test_wrong_arguments_are_refused_with_what_to_send(filled, tool, arguments, told):
    async with filled.serve() as server:
        text = await server.refused(tool, **arguments)
        assert told in text and "memento prompt" not in text, text
        assert not list(filled.notes.rglob("*.org"))


async def test_this_part_alone(filled):
    async with filled.serve("--only", "prompts") as server:
        assert {tool.name for tool in (await server.client.list_tools()).tools} == {"prompt_search", "prompt_publish"}
        assert "prompt_" in server.client.instructions and "note_" not in server.client.instructions
        assert (await server.client.list_prompts()).prompts == []
        with pytest.raises(MCPError, match="there is no tool note_get: there are prompt_search"):
            await server.call("note_get", name="x")
        assert ids(await server.ok("prompt_search", text="lexer")) == [5]
