"""Flashcards over MCP: drafts, a quiz that keeps the answers back, and cards that an assistant is not to know of."""

import json
import re

import pytest
from mcp import MCPError

pytestmark = pytest.mark.anyio

TOOLS = {
    "flashcard_create", "flashcard_bulk_create", "flashcard_list", "flashcard_search", "flashcard_update",
    "flashcard_delete", "quiz_get", "flashcard_review", "flashcard_stats"}
DECK = [
    {"question": "What does ? do on None in Rust?", "answer": "Returns None", "tags": ["syntax"], "notes": "canary of notes"},
    {"question": "Who owns a moved value?", "answer": "Where it was moved to"},
]


def cards(home, *args):
    return json.loads(home.memento("card", "list", "--json", "--order", "oldest", *args, check=False))


def card(home, question, answer, *args):
    return json.loads(home.memento("card", "create", "-q", question, "-a", answer, "--json", *args))["id"]


def ids(text):
    return re.findall(r"^- (\S+) \(", text, re.M)


@pytest.fixture
def home(home):
    home.env |= {"MEMENTO_NOW": "2026-01-10T09:00", "TZ": "UTC"}
    return home


async def test_a_deck_arrives_as_drafts_that_the_person_accepts_and_learns(home):
    async with home.serve(session="alice") as server:
        told = await server.ok("flashcard_bulk_create", cards=DECK, project="rust", tags=["week-1"])
        assert told.startswith("Made 2 cards as drafts.") and "card accept" in told and "week-1 is week_1" in told
        assert "Nothing is due" in await server.ok("quiz_get"), "a draft is not asked"
        drafts = cards(home, "--state", "draft")
        assert [draft["project"] for draft in drafts] == ["rust", "rust"]
        assert drafts[0]["tags"] == ["syntax", "week_1"] and drafts[1]["tags"] == ["week_1"]
        refused = await server.refused("flashcard_review", id=drafts[0]["id"], confidence=5)
        assert "is a draft: the person accepts it first" in refused
        home.memento("card", "accept", "--all")
        asked = await server.ok("quiz_get", project="rust")
        assert "2 new" in asked and DECK[0]["question"] in asked and DECK[1]["question"] in asked
        assert "Returns None" not in asked and "canary" not in asked
        first = re.search(r"^\[(\S+)\] \(new; project rust\)$", asked, re.M)[1]
        stored = await server.ok("flashcard_review", id=first, confidence=4, seconds=3.5)
        assert re.match(rf"Stored 4 for {first}: due in \d+ days, on 2026-01-\d\d\.\n\nThe answer: Returns None\n", stored), stored
        assert "Notes: canary of notes" in stored
        assert DECK[0]["question"] not in await server.ok("quiz_get")
        corrected = await server.ok("flashcard_review", id=first, confidence=2, correct=True)
        assert "again today" in corrected
        assert "1 again" in await server.ok("quiz_get")
    log = json.loads(home.memento("card", "show", first, "--json"))["reviews"]
    assert [(entry["confidence"], entry["duration"]) for entry in log] == [(2, None)]
    trail = [(row["session"], row["call"], row["outcome"], row["notes"])
             for row in json.loads(home.memento("audit", "--json", "-n", "99"))]
    assert ("alice", "flashcard_bulk_create", "ok", 2) in trail
    assert ("alice", "flashcard_review", "invalid", 0) in trail and ("alice", "quiz_get", "ok", 2) in trail
    assert "canary" not in home.mcp_log()
    assert "2 cards" in home.memento("audit")


async def test_a_bad_deck_is_named_by_its_indexes(home):
    deck = [DECK[0], {"question": "no answer"}, {"question": " ", "answer": "x"}, {"q": 1}, 5, DECK[1]]
    async with home.serve() as server:
        refused = await server.refused("flashcard_bulk_create", cards=deck, project="rust")
        assert "1" in refused and "missing field `answer`" in refused
        assert cards(home) == []
        made = await server.ok("flashcard_bulk_create", cards=deck, project="rust", partial=True)
        assert made.startswith("Made 2 cards as drafts")
        for index in (1, 2, 3, 4):
            assert f"card {index} is not good: " in made, made
        again = await server.ok("flashcard_bulk_create", cards=DECK, project="rust")
        assert again.startswith("No card was made") and "card 0 was left out: " in again and "card 1 was left out: " in again
        one = await server.refused("flashcard_create", project="rust", **DECK[1])
        assert "has a card with this question" in one
        assert (await server.ok("flashcard_create", project="other", **DECK[1])).startswith("Made ")
        both = await server.ok(
            "flashcard_bulk_create", cards=[{"question": "perro", "answer": "dog"}], project="spanish", direction="both")
        assert both.startswith("Made 2 cards")
    assert sorted(card["question"] for card in cards(home, "--project", "spanish")) == ["dog", "perro"]


async def test_lists_are_short_and_go_on(home):
    many = [{"question": f"question {i} {'word ' * 100}", "answer": f"answer {i}"} for i in range(120)]
    async with home.serve() as server:
        await server.ok("flashcard_bulk_create", cards=many, project="many")
        first = await server.ok("flashcard_list")
        assert len(ids(first)) == 20 and "20 of 120; for more: offset 20" in first
        seen, offset = [], 0
        while offset is not None:
            text = await server.ok("flashcard_list", limit=200, offset=offset)
            assert len(text.encode()) < 26_000
            seen += ids(text)
            more = re.search(r"for more: offset (\d+)\n", text)
            offset = int(more[1]) if more else None
        assert len(seen) == len(set(seen)) == 120
        found = await server.ok("flashcard_search", query='"question 7"', project="many")
        assert len(ids(found)) == 1 and "answer 7" in found
        assert "Fewer words" in await server.ok("flashcard_search", query="nothing")
        assert "No card fits" in await server.ok("flashcard_list", project="none")
        whole = await server.ok("flashcard_list", id=seen[0])
        assert "[answer]\nanswer" in whole and "draft; project many" in whole


async def test_what_an_assistant_changes_can_be_taken_back(home):
    accepted = card(home, "Capital of France?", "Paris", "-p", "geography")
    home.memento("card", "review", accepted, "-c", "4")
    async with home.serve() as server:
        told = await server.ok("flashcard_update", id=accepted[:8], answer="Paris, since 987", tags=["cities"])
        assert "tell them what you changed" in told and "Paris, since 987" in told
        shown = json.loads(home.memento("card", "show", accepted, "--json"))
        assert shown["past"][0]["answer"] == "Paris" and len(shown["reviews"]) == 1
        await server.ok("flashcard_create", question="q", answer="a")
        draft = cards(home, "--state", "draft")[0]["id"]
        assert "tell them" not in await server.ok("flashcard_update", id=draft, answer="b")
        deleted = await server.ok("flashcard_delete", ids=[accepted[:8], draft])
        assert f"memento card restore {accepted[:8]} {draft[:8]}" in deleted and cards(home) == []
        assert "there is no card" in await server.refused("flashcard_delete", ids=[accepted])
    home.memento("card", "restore", accepted[:8], draft[:8])
    assert len(cards(home)) == 2


@pytest.fixture
def hidden(home):
    """A card of a public note, one of a private note, one of a note that is gone, and one of none."""
    home.note("public.org", ":PROPERTIES:\n:ID: public-note\n:END:\n#+title: Open\n#+filetags: :PUBLIC:\ntext\n")
    home.note("private.org", ":PROPERTIES:\n:ID: private-note\n:END:\n#+title: Diary\ntext\n")
    home.cards = {
        "public": card(home, "public question?", "yes", "-p", "p", "--source", "id:public-note"),
        "private": card(home, "private canary?", "canary", "-p", "p", "--source", "id:private-note", "-t", "secret"),
        "gone": card(home, "gone canary?", "canary", "-p", "gone-canary", "--source", "id:gone-note"),
        "none": card(home, "free question?", "yes", "-p", "p"),
    }
    return home


async def test_cards_of_notes_that_are_not_public_are_as_absent(hidden):
    async with hidden.serve() as server:
        absent = "00000000-0000-4000-8000-000000000000"
        texts = [await server.ok("flashcard_list"), await server.ok("flashcard_list", project="p"), await server.ok("quiz_get")]
        texts += [await server.ok("flashcard_search", query="canary"), await server.ok("flashcard_search", query="question")]
        texts += [await server.ok("flashcard_list", tags=["secret"]), await server.ok("flashcard_list", project="gone-canary")]
        stats = await server.ok("flashcard_stats")
        assert stats.startswith("cards: 2 (2 new") and "2 new" in texts[2]
        for text in [*texts, stats]:
            assert "canary" not in text and "No card fits" in text or "public question?" in text or text is stats, text
        for name in ("private", "gone"):
            for given in (hidden.cards[name], hidden.cards[name][:8]):
                for tool, arguments in (
                    ("flashcard_list", {"id": given}), ("flashcard_update", {"id": given, "answer": "x"}),
                    ("flashcard_delete", {"ids": [given]}), ("flashcard_review", {"id": given, "confidence": 5})):
                    told = await server.refused(tool, **arguments)
                    other = json.loads(json.dumps(arguments).replace(given, absent))
                    assert told == (await server.refused(tool, **other)).replace(absent, given), told
        # Nor is it told by what is a duplicate, or by a note that can be named.
        made = await server.ok("flashcard_create", question="private canary?", answer="mine", project="p")
        assert made.startswith("Made ")
        told = await server.ok("flashcard_bulk_create", project="gone-canary", cards=[{"question": "gone canary?", "answer": "x"}])
        assert told.startswith("Made 1 card as drafts.") and "left out" not in told
        for note in ("private-note", "gone-note", "no-note"):
            told = await server.refused("flashcard_create", question=note, answer="x", note=note)
            assert told == f"there is no note {note}: note_search finds ids"
        assert (await server.ok("flashcard_create", question="of a note", answer="x", note="public-note")).startswith("Made ")
    shown = json.loads(hidden.memento("card", "show", hidden.cards["private"], "--json"))
    assert shown["answer"] == "canary" and shown["reviews"] == []
    # What becomes private takes its cards along.
    public = hidden.notes / "public.org"
    public.write_text(public.read_text().replace(":PUBLIC:", ":work:"))
    async with hidden.serve() as server:
        assert "public question?" not in await server.ok("flashcard_list", limit=200)


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("flashcard_create", {"question": "x"}, "missing field `answer`; flashcard_create takes"),
        ("flashcard_create", {"question": "x", "answer": "y", "state": "active"}, "unknown field `state`"),
        ("flashcard_create", {"question": "x", "answer": ""}, "the answer is empty"),
        ("flashcard_create", {"question": "x", "answer": "y", "line": 4}, "name the file"),
        ("flashcard_create", {"question": "x", "answer": "y", "note": "n", "file": "f"}, "not both"),
        ("flashcard_bulk_create", {"cards": {}}, "`cards`: invalid type: map, expected a sequence"),
        ("flashcard_bulk_create", {"cards": []}, "cards has 0: send 1 to 1000"),
        ("flashcard_bulk_create", {"cards": [{"question": "x", "answer": "y", "state": "active"}]}, "unknown field `state`"),
        ("flashcard_list", {"id": "abcd", "project": "p"}, "with id there is no project"),
        ("flashcard_list", {"state": "deleted"}, "`state`: unknown variant `deleted`, expected one of `draft`"),
        ("flashcard_list", {"id": "abcd"}, "there is no card abcd: flashcard_list shows the ids"),
        ("flashcard_search", {"query": "-x"}, "word"),
        ("flashcard_update", {"id": "abcd"}, "there is no card abcd"),
        ("flashcard_delete", {"ids": []}, "ids is empty"),
        ("flashcard_review", {"id": "abcd", "confidence": 6}, "confidence is 6: give 1 (no idea) to 5"),
        ("flashcard_review", {"id": "abcd", "confidence": "5"}, "`confidence`: invalid type: string"),
        ("flashcard_review", {"id": "abcd", "confidence": 5, "seconds": -1}, "seconds is -1: give 0 to 86400"),
        ("flashcard_stats", {"period": "year"}, "`period`: unknown variant `year`"),
        ("quiz_get", {"answers": True}, "unknown field `answers`"),
    ],
)
async def test_wrong_arguments_are_refused_with_what_to_send(home, tool, arguments, told):
    async with home.serve() as server:
        text = await server.refused(tool, **arguments)
        assert told in text, text
        assert cards(home) == []


async def test_the_prompt_says_how_to_write_good_cards(home):
    async with home.serve() as server:
        text = await server.prompt("make_flashcards", topic="lifetimes", project="rust", count="12")
        for part in ("lifetimes", '"rust"', "at most 12", "one fact a card", "Cloze", "No lists", "flashcard_bulk_create", "accept"):
            assert part in text, part
        assert "this session" in await server.prompt("make_flashcards")
        with pytest.raises(MCPError, match="count is many: give 1 to 200"):
            await server.prompt("make_flashcards", count="many")
        with pytest.raises(MCPError, match="it takes topic, project, count"):
            await server.prompt("make_flashcards", subject="x")


async def test_this_part_alone(home):
    async with home.serve("--only", "cards") as server:
        assert {tool.name for tool in (await server.client.list_tools()).tools} == TOOLS
        assert "flashcard_" in server.client.instructions and "note_" not in server.client.instructions
        assert [prompt.name for prompt in (await server.client.list_prompts()).prompts] == ["make_flashcards"]
        with pytest.raises(MCPError, match="there is no tool note_get: there are flashcard_create"):
            await server.call("note_get", name="x")


async def test_cards_of_files_among_the_notes_are_as_absent(home):
    """A note without an ID is a source by its file: its mark cannot be asked for, so nothing of it is known."""
    diary = home.note("daily/diary.org", "#+title: Diary\ntext\n")
    (home.path / "link").symlink_to(home.notes)
    for number, source in enumerate((str(diary), f"{diary}:2", str(home.path / "link/daily/diary.org"), str(home.notes / "new.org"))):
        card(home, f"canary {number}?", "canary", "-p", "canary-project", "--source", source)
    shown = card(home, "of a program?", "yes", "--source", str(home.path / "greet.py") + ":3")
    hidden = cards(home, "--project", "canary-project")
    assert len(hidden) == 4
    async with home.serve() as server:
        for text in (
            await server.ok("flashcard_list"), await server.ok("quiz_get"), await server.ok("flashcard_stats"),
            await server.ok("flashcard_search", query="canary")):
            assert "canary" not in text and not re.match("cards: [2-5]", text), text
        assert "of a program?" in await server.ok("flashcard_list", id=shown[:8])
        for one in hidden:
            assert "there is no card" in await server.refused("flashcard_review", id=one["id"], confidence=5)
        for file in (str(diary), "~/.roam/daily/diary.org", str(home.path / "link/new.org")):
            told = await server.refused("flashcard_create", question="q", answer="a", file=file)
            assert "is among the notes: give the note's id as note" in told, told
    assert len(cards(home)) == 5


async def test_an_answer_that_cannot_be_corrected_stays(home):
    one = card(home, "q", "a")
    home.memento("card", "review", one, "-c", "4")
    home.memento("card", "suspend", one)
    async with home.serve() as server:
        assert "is suspended" in await server.refused("flashcard_review", id=one, confidence=2, correct=True)
    assert [entry["confidence"] for entry in json.loads(home.memento("card", "show", one, "--json"))["reviews"]] == [4]
    home.memento("card", "unsuspend", one)
    home.env["MEMENTO_NOW"] = "2026-01-12T09:00"
    async with home.serve() as server:
        told = await server.refused("flashcard_review", id=one, confidence=2, correct=True)
        assert "not answered today" in told, told
    assert [entry["confidence"] for entry in json.loads(home.memento("card", "show", one, "--json"))["reviews"]] == [4]


async def test_a_card_is_made_once_also_where_a_hidden_one_asks_the_same(hidden):
    async with hidden.serve() as server:
        twice = [{"question": "private canary?", "answer": "mine"}] * 2
        made = await server.ok("flashcard_bulk_create", cards=twice, project="p")
        assert made.startswith("Made 1 card as drafts") and "card 1 was left out" in made, made
        again = await server.ok("flashcard_bulk_create", cards=twice, project="p")
        assert again.startswith("No card was made") and "card 0 was left out" in again, again
        assert "has a card with this question" in await server.refused("flashcard_create", project="p", **twice[0])
    assert len(cards(hidden, "--project", "p")) == 4


async def test_answers_to_hidden_cards_are_not_counted(hidden):
    async with hidden.serve() as server:
        before = await server.ok("flashcard_stats", period="all")
        hidden.memento("card", "review", hidden.cards["private"], "-c", "1", "--duration", "60")
        assert before == await server.ok("flashcard_stats", period="all")
        hidden.memento("card", "delete", "--yes", hidden.cards["private"])
        assert before == await server.ok("flashcard_stats", period="all")
