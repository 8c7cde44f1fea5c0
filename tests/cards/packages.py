"""What Anki's own library makes of packages: usage packages.py make DIR | packages.py show FILE DIR"""

import json
import os
import sys
import time

from anki.collection import Collection, ExportAnkiPackageOptions, ImportAnkiPackageOptions, ImportAnkiPackageRequest


def make(into):
    """Makes a collection with every note type and some answers, and exports it in each form."""
    col = Collection(os.path.join(into, "made.anki2"))

    def note(kind, deck, tags="", **fields):
        note = col.new_note(col.models.by_name(kind))
        for name, text in fields.items():
            note[name.replace("_", " ")] = text
        note.tags = tags.split()
        col.add_note(note, col.decks.id(deck))
        return note

    basic = note("Basic", "Lang::Italian", "verb a::b", Front="<b>andare</b><br>1 &lt; 2", Back='to go <img src="x.jpg">[sound:y.mp3]')
    note("Basic (and reversed card)", "Lang", Front="cane", Back="dog")
    note("Basic (optional reversed card)", "Default", Front="uno", Back="one", Add_Reverse="y")
    note("Basic (type in the answer)", "Default", Front="due", Back="two")
    note("Cloze", "Geo", Text="The {{c1::capital::what}} of {{c2::France}} is {{c1::Paris}}", Back_Extra=r"\(x^2\)")
    # Answers of some days ago, by Anki's own scheduler.
    cards = col.find_cards("")
    now = time.time()
    col.db.execute("update col set crt = ?", int(now) - 20 * 86400)
    for number, days, ease in [(0, 9, 1), (0, 8, 3), (0, 7, 3), (1, 6, 4), (2, 5, 3), (2, 5, 3), (2, 1, 2)]:
        day = now - days * 86400 + number * 7
        card = col.get_card(cards[number])
        card.start_timer()
        states = col._backend.get_scheduling_states(card.id)
        answer = col.sched.build_answer(card=card, states=states, rating=ease - 1)
        answer.answered_at_millis = int(day * 1000) + ease
        col.sched.answer_card(answer)
    col.sched.suspend_cards([cards[3]])
    for legacy in (False, True):
        options = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, with_deck_configs=True, legacy=legacy)
        col.export_anki_package(out_path=os.path.join(into, "legacy.apkg" if legacy else "new.apkg"), options=options, limit=None)
    col.export_collection_package(os.path.join(into, "all.colpkg"), include_media=True, legacy=False)
    col = Collection(os.path.join(into, "made.anki2"))
    print(json.dumps(told(col)))


def told(col):
    """All that is in a collection, for the other side to compare."""
    cards = []
    for number in col.find_cards("", order="c.id"):
        card = col.get_card(number)
        note = card.note()
        cards.append({
            "guid": note.guid,
            "ord": card.ord,
            "fields": note.fields,
            "type": note.note_type()["name"],
            "tags": note.tags,
            "deck": col.decks.name(card.did),
            "kind": card.type,
            "queue": card.queue,
            "due": card.due - col.sched.today if card.type == 2 else None,
            "interval": card.ivl,
            "factor": card.factor,
            "reps": card.reps,
            "lapses": card.lapses,
            "stability": card.memory_state and round(card.memory_state.stability, 2),
            "question": card.question(),
            "answer": card.answer(),
            "log": col.db.all("select id, ease, ivl, lastIvl, type, time from revlog where cid = ? order by id", card.id),
        })
    return {"notes": col.note_count(), "cards": cards, "checked": not col.db.scalar("pragma integrity_check") != "ok"}


def show(package, into):
    """Imports a package into an empty collection, twice, and tells what is there."""
    col = Collection(os.path.join(into, "shown.anki2"))
    options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=False)
    for _ in range(2):
        col.import_anki_package(ImportAnkiPackageRequest(package_path=package, options=options))
    problems, ok = col.fix_integrity()
    assert ok, problems
    sums = col.db.all("select csum, sfld from notes")
    assert all(number for number, _ in sums), sums
    print(json.dumps(told(col)))


if sys.argv[1] == "make":
    make(sys.argv[2])
else:
    show(sys.argv[2], sys.argv[3])
