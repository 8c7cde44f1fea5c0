"""What every client relies on: the lists, the hints, the schemas, strict arguments, both ways to start a session."""

import pytest
from mcp import MCPError

pytestmark = pytest.mark.anyio

READS = {
    "note_get", "note_search", "note_list", "note_links", "review_list", "diff_wait", "diff_status", "diff_list",
    "prompt_search", "flashcard_list", "flashcard_search", "quiz_get", "flashcard_stats"}
ALL = READS | {
    "note_create", "note_update", "review_next", "review_add", "review_done", "review_release", "diff_request",
    "prompt_publish", "flashcard_create", "flashcard_bulk_create", "flashcard_update", "flashcard_delete", "flashcard_review"}
CHANGES = {"note_update", "prompt_publish", "flashcard_update", "flashcard_delete"}


async def test_every_tool_has_its_hints_and_a_strict_schema(home):
    async with home.serve() as server:
        tools = {tool.name: tool for tool in (await server.client.list_tools()).tools}
    assert set(tools) == ALL
    for name, tool in tools.items():
        hints = tool.annotations
        assert hints.read_only_hint is (name in READS), name
        assert hints.idempotent_hint is (name in READS), name
        assert hints.destructive_hint is (name in CHANGES), name
        assert hints.open_world_hint is (name == "review_done"), name
        assert tool.title and tool.description
        schema = tool.input_schema
        assert schema["type"] == "object" and schema["additionalProperties"] is False
        assert not {"oneOf", "anyOf", "allOf", "$ref", "$defs"} & set(schema)
        for argument in schema["properties"].values():
            # A choice of types is sent as text by some clients.
            assert argument["description"] and isinstance(argument["type"], str) and "format" not in argument, name


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("note_get", {}, "missing field `name`; note_get takes"),
        ("note_get", {"name": "x", "nmae": "y"}, "unknown field `nmae`, expected one of `name`, `format`"),
        ("note_get", {"name": 5}, "`name`: invalid type: integer `5`, expected a string"),
        ("note_get", {"name": "x", "format": "html"}, "`format`: unknown variant `html`, expected `org` or `markdown`"),
        ("note_get", {"name": "x", "offset": -1}, "`offset`: invalid value: integer `-1`"),
        ("note_list", {"tags": "work"}, "`tags`: invalid type: string \"work\", expected a sequence; note_list takes"),
        ("note_list", {"tags": "work"}, "tags (array of string)"),
        ("review_list", {"state": "open", "mine": "yes"}, "`mine`: invalid type: string"),
        ("review_add", {"file": "x", "line": "4", "comment": "c", "category": "d"}, "expected a whole number"),
        ("note_update", {"operation": "erase", "name": "x", "revision": "r"}, "`operation`: unknown variant `erase`"),
        ("note_update", {"operation": "append", "name": "x", "revision": "r"}, "append wants text and may have section"),
        ("note_update", {"operation": "append", "name": "x", "revision": "r", "text": "a", "title": "b"},
         "append takes no title: leave it out"),
        ("note_update", {"operation": "set_tags", "name": "x", "revision": "r", "text": "a"}, "set_tags wants tags"),
        ("note_update", {"operation": "rename", "name": "x", "revision": "r", "title": "a", "section": "b"},
         "rename takes no section"),
        ("note_update", {"operation": "append", "name": "x", "text": "a"}, "missing field `revision`"),
    ],
)
async def test_wrong_arguments_are_refused_with_what_to_send(home, tool, arguments, told):
    async with home.serve() as server:
        assert told in await server.refused(tool, **arguments)


async def test_unknown_names_are_errors_that_name_the_known(home):
    async with home.serve() as server:
        with pytest.raises(MCPError, match="there is no tool note_delete: there are note_get, "):
            await server.call("note_delete")
        with pytest.raises(MCPError, match="there is no prompt x: there are code_review_fix"):
            await server.prompt("x")
        with pytest.raises(MCPError, match="the cursor is not one of resources/list"):
            await server.client.list_resources(cursor="x")
        assert (await server.ok("review_list")).startswith("No remark fits")


@pytest.mark.parametrize("mode", ["legacy", "auto"])
async def test_both_ways_to_start_a_session(home, mode):
    root = home.repository()
    home.remark(root)
    async with home.serve(cwd=root, mode=mode, client="some client") as server:
        client = server.client
        assert client.server_info.name == "memento" and "review_next" in client.instructions
        assert "some-client-" in await server.ok("review_next")
        assert {prompt.name for prompt in (await client.list_prompts()).prompts} == {
            "code_review_fix", "request_review", "start_session", "checkpoint", "make_flashcards"}
        templates = (await client.list_resource_templates()).resource_templates
        assert [template.uri_template for template in templates] == ["memento://note/{id}"]


async def test_checkpoint_asks_for_what_the_next_session_needs(home):
    async with home.serve() as server:
        text = await server.prompt("checkpoint", topic="the parser")
        assert "on this topic: the parser" in text
        for part in ("What was done", "What is next", "Key decisions", "Files", "note_create", "handover"):
            assert part in text


async def test_the_log_has_calls_and_no_content(home):
    root = home.repository()
    async with home.serve(cwd=root, session="alice") as server:
        await server.ok("review_add", file="greet.py", line=1, comment="canary-one", category="style")
        await server.call("note_get", name="canary-two")
        await server.refused("review_list", canary3=1)
    log = home.mcp_log()
    assert "alice review_add ok" in log and "alice review_list invalid" in log
    assert "canary" not in log


async def test_one_part_alone(home):
    root = home.repository()
    remark = home.remark(root)
    async with home.serve("--only", "notes", cwd=root) as server:
        assert {tool.name[:5] for tool in (await server.client.list_tools()).tools} == {"note_"}
        with pytest.raises(MCPError, match="there is no tool review_next"):
            await server.call("review_next")
        with pytest.raises(MCPError, match="there is no prompt code_review_fix"):
            await server.prompt("code_review_fix")
        assert "review" not in server.client.instructions
        assert (await server.client.list_resources()).resources == []
    async with home.serve("--only", "review", cwd=root) as server:
        assert {tool.name[:7] for tool in (await server.client.list_tools()).tools} == {"review_"}
        assert remark in await server.prompt("code_review_fix")
        with pytest.raises(MCPError, match="there is no prompt start_session: there are code_review_fix$"):
            await server.prompt("start_session")
        assert server.client.server_capabilities.resources is None
        for ask in (server.client.list_resources, server.client.list_resource_templates):
            with pytest.raises(MCPError):
                await ask()
        with pytest.raises(MCPError):
            await server.client.read_resource("memento://note/plan")
