"""Ten servers on one vault and one review log: no error but honest conflicts, and nothing is lost.

MEMENTO_LOAD is the number of calls of each: 1,000 by hand, fewer by default.
"""

import os
import random
import re
import time

import anyio
import pytest

pytestmark = pytest.mark.anyio

SERVERS = 10
CALLS = int(os.environ.get("MEMENTO_LOAD", "40"))
SHARED = 5


def revision(text):
    return re.search(r"revision(?: is now|:) (\w+)", text)[1]


class Worker:
    """One assistant, which remembers what it was told had been stored."""

    def __init__(self, number, server, root):
        self.number, self.server, self.root = number, server, root
        self.random = random.Random(number)
        self.notes, self.lines, self.remarks, self.conflicts, self.errors, self.times = [], [], [], 0, [], []

    async def call(self, tool, expected=(), **arguments):
        start = time.monotonic()
        is_error, text = await self.server.call(tool, **arguments)
        self.times.append(time.monotonic() - start)
        if is_error and not any(word in text for word in expected):
            self.errors.append(f"{tool} {arguments}: {text}")
        return None if is_error else text

    async def run(self):
        for i in range(CALLS):
            await self.random.choices(
                [self.read, self.search, self.list, self.links, self.create, self.append, self.remark, self.review],
                [4, 3, 2, 2, 2, 4, 1, 1])[0](f"w{self.number}x{i}")

    def shared(self):
        return f"shared-{self.random.randrange(SHARED)}"

    async def read(self, _):
        await self.call("note_get", name=self.random.choice([self.shared(), *self.notes]))

    async def search(self, _):
        await self.call("note_search", query=self.random.choice(["start", "line*", "nothing -start"]))

    async def list(self, _):
        await self.call("note_list", recent=True, limit=5)

    async def links(self, _):
        await self.call("note_links", name=self.shared())

    async def create(self, word):
        if await self.call("note_create", title=f"Note {word}", body=f"start {word}, see [[id:{self.shared()}][it]]\n", id=word):
            self.notes.append(word)

    async def append(self, word):
        name = self.shared()
        read = await self.call("note_get", name=name)
        if not read:
            return
        at = revision(read)
        changed = await self.call(
            "note_update", expected=["revision"], operation="append", name=name, revision=at, text=f"line {word}\n")
        if changed:
            self.lines.append((name, word))
        else:
            self.conflicts += 1

    async def remark(self, word):
        added = await self.call("review_add", file="greet.py", line=3, comment=f"remark {word}", category="style")
        if added:
            self.remarks.append(word)

    async def review(self, _):
        taken = await self.call("review_next")
        if taken and "It is yours" in taken:
            remark = re.search(r"^(cr-\w+) ", taken, re.M)[1]
            await self.call("review_release", id=remark)


async def test_ten_servers_at_once(home):
    root = home.repository()
    for i in range(SHARED):
        home.note(f"shared-{i}.org", f":PROPERTIES:\n:ID: shared-{i}\n:END:\n#+title: Shared {i}\n#+filetags: :PUBLIC:\n\nstart\n")
    workers = []

    async def work(number):
        async with home.serve(cwd=root, session=f"worker-{number}") as server:
            worker = Worker(number, server, root)
            workers.append(worker)
            await worker.run()

    start = time.monotonic()
    async with anyio.create_task_group() as group:
        for number in range(SERVERS):
            group.start_soon(work, number)
    took = time.monotonic() - start

    errors = [error for worker in workers for error in worker.errors]
    assert not errors, f"{len(errors)} errors: {errors[:5]}"
    times = sorted(time for worker in workers for time in worker.times)
    stored = [line for worker in workers for line in worker.lines]
    conflicts = sum(worker.conflicts for worker in workers)
    print(f"\n{len(times)} calls in {took:.0f} s: {len(times) / took:.0f}/s, median {times[len(times) // 2] * 1e3:.0f} ms, "
          f"99 % {times[len(times) * 99 // 100] * 1e3:.0f} ms, longest {times[-1] * 1e3:.0f} ms; "
          f"{len(stored)} appended, {conflicts} conflicts")
    assert stored, "somebody must have come through"
    for name, word in stored:
        assert (home.notes / f"{name}.org").read_text().count(f"line {word}\n") == 1, word
    lines = sum((home.notes / f"shared-{i}.org").read_text().count("line w") for i in range(SHARED))
    assert lines == len(stored), "what was refused was written nevertheless"
    log = home.log.read_text() if home.log.exists() else ""
    for worker in workers:
        assert all(log.count(f"remark {word}\n") == 1 for word in worker.remarks)
    assert log.count("CLAIMED_BY") == 0
    async with home.serve() as server:
        for worker in workers:
            for word in worker.notes:
                assert f"start {word}," in await server.ok("note_get", name=word)
        made = sum(len(worker.notes) for worker in workers)
        assert (await server.ok("note_list", limit=1)).startswith(f"{made + SHARED} notes:")
