"""Attempts to learn of what is private. The word canary stands in every private place, and never comes out."""

import json
import os

import pytest
from mcp import MCPError

pytestmark = pytest.mark.anyio

IDS = ["open", "open-child", "kept", "titled", "shared-child"]
PRIVATE = "s3cr3t"
ABSENT = "n0wh3r"

FILES = {
    "open.org": """:PROPERTIES:
:ID: open
:ROAM_REFS: https://example.org/shared
:END:
#+title: Open
#+filetags: :PUBLIC:
#+include: "secret.org"
#+transclude: [[id:s3cr3t][canary transclusion]]

Open text, see [[id:s3cr3t][canary description]] and [[file:secret.org][canary file link]] and [[id:s3cr3t]].
[[file:../outside.org][canary outside]] [[roam:Canary title]] [[https://example.org][a good link]]

* Inner :PRIVATE:
:PROPERTIES:
:ID: s3cr3t-child
:ROAM_ALIASES: "Canary child alias"
:END:
canary child body
** Deeper :canarytag:
canary deeper
* TODO Other
:PROPERTIES:
:ID: open-child
:END:
other text
** Hidden :PRIVATE:
canary hidden below a child
* Canary above :PRIVATE:
** Kept :PUBLIC:
:PROPERTIES:
:ID: kept
:END:
kept text
* Titled [[id:s3cr3t][canary in a title]]
:PROPERTIES:
:ID: titled
:ROAM_ALIASES: "[[id:s3cr3t][canary in an alias]]"
:END:
titled text
""",
    "secret.org": """:PROPERTIES:
:ID: s3cr3t
:ROAM_ALIASES: "Canary alias" Hush
:ROAM_REFS: https://example.org/canary https://example.org/shared @canary2020
:CANARY: canary property
:END:
#+title: Canary title
#+filetags: :canarytag:shut:

canary body that links to [[id:open][canary to open]] and cites [cite:@canary2020].
Open text is here too: canary neighbour.

* Canary heading
canary under a heading
* Shared child :PUBLIC:
:PROPERTIES:
:ID: shared-child
:END:
public text of a child
** Canary grandchild :PRIVATE:
canary grandchild body
""",
    "sub/no-mark.org": ":PROPERTIES:\n:ID: s3cr3t-sub\n:END:\n#+title: Sub canary\n\ncanary sub, [[id:open-child][canary]]\n",
    "no-wins.org": (":PROPERTIES:\n:ID: s3cr3t-both\n:PUBLIC: no\n:END:\n#+title: Canary both\n#+filetags: :PUBLIC:PRIVATE:\n\n"
                    "canary both\n"),
    ".hidden/x.org": ":PROPERTIES:\n:ID: s3cr3t-dot\n:END:\n#+title: Canary dot\n#+filetags: :PUBLIC:\n\ncanary dot\n",
    "locked.org.gpg": "canary locked\n",
    "plain.txt": "canary plain\n",
}

NAMES = [
    PRIVATE, "s3cr3t-child", "s3cr3t-sub", "s3cr3t-both", "s3cr3t-dot", "s3cr3t-out", "S3CR3T", " s3cr3t ", "s3cr3t\0", "s3cr3%74",
    "ｓ３ｃｒ３ｔ", "s3cr3t%", "s3cr3_", "s3cr3*", "Canary title", "canary title", "CANARY TITLE", "Canary alias", "Hush", "Inner", "Hidden",
    "Canary heading", "Canary grandchild", "Canary child alias", "secret.org", "secret", "./secret.org", "sub/../secret.org",
    "../outside.org", "outside.org", "/etc/passwd", "file:secret.org", "id:s3cr3t", "[[id:s3cr3t]]", "roam:Canary title",
    "https://example.org/canary", "//example.org/canary", "@canary2020", "link.org", "dirlink/outside.org", "plain.txt",
    "locked.org.gpg", ".hidden/x.org", "' OR 1=1 --", "\" OR \"1", "%", "_", "*", "", " ", "\n", "x" * 5000,
]

SEARCHES = [
    "canary", "can*", "c*", "*", '"canary body"', '"open text is here too"', "neighbour", "-open", "open -good", "NOT open", "open OR canary",
    "open AND canary", "title:canary", "body : canary", "{title body}: canary", "^canary", "NEAR(open canary, 5)", "canarytag", "tags:shut",
    "s3cr3t", "Hush", "canary2020", '"', '""', "(", "open)", "open' OR '1'='1", "rank", "public_text", "ｃａｎａｒｙ", "canar\u00fd", "property",
    "grandchild", "outside", "dot", "locked", "plain",
]


@pytest.fixture
def vault(home):
    for name, text in FILES.items():
        home.note(name, text)
    outside = home.path / "outside.org"
    outside.write_text(":PROPERTIES:\n:ID: s3cr3t-out\n:END:\n#+title: Canary outside\n#+filetags: :PUBLIC:\n\ncanary outside\n")
    os.symlink(outside, home.notes / "link.org")
    os.symlink(home.path, home.notes / "dirlink")
    return home


async def ask(server, tool, **arguments):
    """What comes out, whichever way; what was put in does not count as coming out."""
    try:
        is_error, text = await server.call(tool, **arguments)
    except MCPError as error:
        is_error, text = True, str(error)
    for value in arguments.values():
        # A letter or two would be found in any text.
        if isinstance(value, str) and len(value) > 2:
            text = text.replace(value, "INPUT")
    assert "canary" not in text.lower(), (tool, arguments, text)
    return is_error, text


async def test_no_name_leads_to_it(vault):
    async with vault.serve() as server:
        for tool, more in (("note_get", {}), ("note_get", {"section": "Canary heading"}), ("note_get", {"format": "markdown"}), ("note_links", {})):
            absent = await ask(server, tool, name=ABSENT, **more)
            assert absent[0]
            for name in NAMES:
                got = await ask(server, tool, name=name, **more)
                assert (got[0], got[1].replace(f": {name}:", ": INPUT:")) == absent or not name.strip(), (tool, name, got)


async def test_no_search_finds_it(vault):
    async with vault.serve() as server:
        for query in SEARCHES:
            for more in ({}, {"limit": 100_000_000}, {"offset": 1}, {"limit": 0}):
                _, text = await ask(server, "note_search", query=query, **more)
                assert "s3cr3t" not in text and "Inner" not in text and "Hush" not in text, (query, text)
        assert "No note has all" in (await ask(server, "note_search", query="neighbour"))[1]
        # It counts what is public, and nothing else.
        assert (await ask(server, "note_search", query="text"))[1].startswith("5 notes:")


async def test_no_list_names_it(vault):
    async with vault.serve() as server:
        for arguments in ({}, {"recent": True}, {"tags": []}, {"limit": 100_000_000}, {"offset": 1}, {"tags": ["canarytag"]}, {"tags": ["shut"]},
                          {"tags": ["PRIVATE"]}, {"tags": [""]}, {"tags": ["PUBLIC"]}):
            _, text = await ask(server, "note_list", **arguments)
            text = text.replace("canarytag", "")
            assert "s3cr3t" not in text and "shut" not in text.replace("[\"shut\"]", ""), (arguments, text)
        listed = (await ask(server, "note_list", limit=100))[1]
        assert listed.startswith("5 notes:") and all(f"(id {id};" in listed for id in IDS)


async def test_what_is_public_in_part_keeps_the_rest(vault):
    async with vault.serve() as server:
        for name in IDS:
            for more in ({}, {"format": "markdown"}, {"offset": 1}, {"offset": 100_000_000}):
                is_error, text = await ask(server, "note_get", name=name, **more)
                assert not is_error and "s3cr3t" not in text and "Inner" not in text and "Hidden" not in text, text
            for section in ("Inner", "Hidden", "Deeper", "Inner/Deeper", "Other/Hidden", "Canary grandchild", "..", "", "/", "Shared child"):
                _, text = await ask(server, "note_get", name=name, section=section)
                assert "s3cr3t" not in text, text
            is_error, text = await ask(server, "note_links", name=name)
            assert not is_error and "s3cr3t" not in text and "shut" not in text, text
        text = (await ask(server, "note_get", name="open"))[1]
        assert "Open text" in text and "a good link" in text and "other text" in text
        text = (await ask(server, "note_get", name="shared-child"))[1]
        assert "public text of a child" in text and "in: " not in text and "file: " not in text
        assert "no links" in (await ask(server, "note_links", name="open-child"))[1]


async def test_no_resource_and_no_prompt_has_it(vault):
    async with vault.serve() as server:
        resources = (await server.client.list_resources()).resources
        assert {resource.uri for resource in resources} == {f"memento://note/{id}" for id in IDS}
        assert "canary" not in json.dumps([resource.model_dump(mode="json") for resource in resources]).lower()
        from urllib.parse import quote

        for name in NAMES:
            for uri in {f"memento://note/{quote(name, safe='')}", f"memento://note/{name}"}:
                with pytest.raises(MCPError) as refused:
                    await server.client.read_resource(uri)
                assert str(refused.value).startswith("no such note") and "canary" not in str(refused.value).replace(name, "").replace(uri, "")
        for resource in resources:
            text = (await server.client.read_resource(resource.uri)).contents[0].text
            assert "canary" not in text.lower() and "s3cr3t" not in text
        for prompt in ("start_session", "checkpoint"):
            text = await server.prompt(prompt)
            assert "canary" not in text.lower() and "s3cr3t" not in text
    vault.note("context.org", ":PROPERTIES:\n:ID: claude-global-context\n:END:\n#+title: Context\n\ncanary context\n")
    async with vault.serve() as server:
        assert "its id would be" in await server.prompt("start_session")


async def test_writing_learns_and_changes_nothing(vault):
    before = {path: path.read_bytes() for path in vault.notes.rglob("*") if path.is_file()}
    async with vault.serve() as server:
        absent = await ask(server, "note_update", operation="append", name=ABSENT, revision="0", text="x")
        revision = (await server.ok("note_get", name="open")).split("revision: ")[1].split("\n")[0]
        for name in NAMES:
            for guess in ("0", revision):
                if name.strip():
                    got = await ask(server, "note_update", operation="append", name=name, revision=guess, text="x")
                    assert (got[0], got[1].replace(f": {name}:", ": INPUT:")) == absent, (name, got)
        for step in (dict(operation="replace", text="x", section="Inner"), dict(operation="append", text="x", section="Inner/Deeper"),
                     dict(operation="link", target="s3cr3t"), dict(operation="replace", text="it would take children with it"), dict(operation="link", target="Canary title")):
            is_error, text = await ask(server, "note_update", name="open", revision=revision, **step)
            assert is_error, (step, text)
        taken = await ask(server, "note_create", title="New", body="", id="open")
        for id in ("s3cr3t", "s3cr3t-child", "s3cr3t-sub", "s3cr3t-both"):
            got = await ask(server, "note_create", title="New", body="", id=id)
            assert got[0] and got == taken, (id, got)
    assert before == {path: path.read_bytes() for path in vault.notes.rglob("*") if path.is_file()}


async def test_replacing_the_body_keeps_what_is_hidden(vault):
    async with vault.serve() as server:
        async def read():
            text = await server.ok("note_get", name="open")
            return text.split("revision: ")[1].split("\n")[0], "Open text" + text.split("Open text", 1)[1]

        revision, body = await read()
        is_error, text = await ask(server, "note_update", operation="replace", name="open", revision=revision, text=body.split("* Titled")[0])
        assert is_error and "would remove the note" in text
        # Headings that are notes of their own come back as they were read.
        is_error, text = await ask(server, "note_update", operation="replace", name="open", revision=revision, text=f"All new. {body}")
        assert not is_error, text
        for section in ("Other", "Titled"):
            revision, _ = await read()
            is_error, text = await ask(
                server, "note_update", operation="replace", name="open", revision=revision, section=section, text="New.\n")
            assert not is_error, (section, text)
        await ask(server, "note_get", name="open")
    kept = (vault.notes / "open.org").read_text()
    for hidden in ("canary child body", "canary deeper", "canary hidden below a child", ":ID: s3cr3t-child",
                   "canary description", "canary file link", "canary in a title", "canary in an alias", "canary transclusion"):
        assert hidden in kept, hidden


async def test_a_link_of_ones_own_tells_nothing(vault):
    """Written by the assistant and read back: one to a private note looks like one to none."""
    pairs = [("s3cr3t", "n0wh3r"), ("secret.org", "n0wher.org"), ("Canary title", "Nowhere title"), ("Hush", "Nope"),
             ("sub/no-mark.org", "sub/no-thing.org"), ("../outside.org", "../nothere.org"), ("canary2020", "nobody2020")]
    forms = ["[[id:{}][w]]", "[[id:{}]]", "[[file:{}][w]]", "[[file:{}]]", "[[./{}]]", "[[roam:{}]]", "[[roam:{}][w]]", "[[attachment:{}]]",
             "[[{}][w]]", "<id:{}>", "id:{}", "file:{}", "[cite:@{}]", "[[file:{}::*Canary heading][w]]", "[[https://example.org/{}]]",
             "#+transclude: [[id:{}]]", "#+include: \"{}\""]
    async with vault.serve() as server:
        for form in forms:
            shown = []
            for number, name in enumerate(name for pair in pairs for name in pair):
                is_error, text = await server.call("note_create", title="Probe", id=f"probe{number}", body=f"a {form.format(name)} b\n")
                if not is_error:
                    text = await server.ok("note_get", name=f"probe{number}")
                    text += await server.ok("note_links", name=f"probe{number}")
                    text = text.split("changed:")[1]
                shown.append(text.replace(name, "NAME").replace(name.split()[0], "NAME").replace(f"probe{number}", "PROBE"))
                for path in vault.notes.glob("*-probe*.org"):
                    path.unlink()
            assert shown[::2] == shown[1::2], (form, [pair for pair in zip(shown[::2], shown[1::2]) if pair[0] != pair[1]][:1])


async def test_the_log_says_nothing_of_it(vault):
    async with vault.serve() as server:
        for name in NAMES[:20]:
            await ask(server, "note_get", name=name)
    log = vault.mcp_log().lower()
    assert "canary" not in log and "s3cr3t" not in log
