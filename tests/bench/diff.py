"""usage: MEMENTO=PATH MEMENTO_MODULE=PATH python tests/bench/diff.py [ROUNDS]

How long a request takes to the mode line of a real Emacs in a terminal, and a verdict from the key to the assistant's answer:
both seen from outside, through the screen and a real MCP client, so that they hold what these take too. Then whole processes on
a repository with 5,000 changed hunks, beside git's own.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "mcp"))

import anyio  # noqa: E402
from conftest import MEMENTO, Home  # noqa: E402
from terminal import Emacs  # noqa: E402
from test_story import ask, code, text  # noqa: E402


async def seen(emacs, word):
    """When a word was first on the screen."""
    while word not in await anyio.to_thread.run_sync(emacs.screen):
        pass
    return time.perf_counter()


async def story(home, rounds):
    root = code(home)
    emacs = Emacs(home)
    # Emacs starts to watch when it is idle for the first time.
    await anyio.sleep(2)
    noticed, answered = [], []
    try:
        async with home.serve(cwd=root, session="alice") as server:
            for number in range(rounds):
                (root / "code.txt").write_text(text(l5=f"five {number}"))
                start = time.perf_counter()
                async with anyio.create_task_group() as tasks:
                    times = {}

                    async def notice(times=times):
                        times["seen"] = await seen(emacs, "Review:1")

                    tasks.start_soon(notice)
                    id = await ask(server, title=f"Number {number}")
                noticed.append(times["seen"] - start)
                emacs.keys("C-c", "r", "d")
                await seen(emacs, f"Number {number}")
                emacs.keys("Enter")
                await seen(emacs, "1 undecided")
                emacs.keys("a", "C-c", "C-c")
                await seen(emacs, "Decision")
                async with anyio.create_task_group() as tasks:
                    async def wait(times=times):
                        assert "APPROVED" in await server.ok("diff_wait", id=id, timeout=60)
                        times["answer"] = time.perf_counter()

                    tasks.start_soon(wait)
                    await anyio.sleep(0.5)
                    start = time.perf_counter()
                    emacs.keys("C-c", "C-c")
                answered.append(times["answer"] - start)
                await seen(emacs, "No review waits")
                emacs.keys("q")
    finally:
        emacs.kill()
    for what, times in (("request to mode line", noticed), ("submit to answer", answered)):
        ms = sorted(1000 * t for t in times)
        print(f"{what:24} median {statistics.median(ms):6.1f} ms   worst {ms[-1]:6.1f} ms   ({len(ms)} times)")


def best(home, root, *command):
    """The least of five times that a process takes, in ms."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run(command, cwd=root, env=home.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        times.append(1000 * (time.perf_counter() - start))
    return min(times)


def processes(home):
    root = home.path / "large"
    root.mkdir()
    lines = [f"    let line_{n} = call({n}); // some text" for n in range(500)]
    changed = [line.replace("some", "other") if n % 20 == 10 else line for n, line in enumerate(lines)]
    files = [root / f"f{n}.rs" for n in range(200)]
    for file in files:
        file.write_text("\n".join(lines) + "\n")
    home.run("git", "init", "-q", cwd=root)
    home.commit(root, "Begin")
    for file in files:
        file.write_text("\n".join(changed) + "\n")
    git = best(home, root, "git", "diff", "--binary", "--full-index", "HEAD")
    id = home.memento("diff", "request", "--session", "one", cwd=root).strip()
    print(f"\n{'process, 5,000 hunks in 200 files':36} {'best ms':>8} {'ratio':>6}")
    for what, command in (
        ("git diff HEAD", None),
        ("memento diff request", (MEMENTO, "diff", "request", "--session", "two")),
        ("memento diff show --patch", (MEMENTO, "diff", "show", id, "--patch")),
        ("memento diff list", (MEMENTO, "diff", "list")),
    ):
        ms = best(home, root, *command) if command else git
        print(f"{what:36} {ms:8.1f} {ms / git:6.2f}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        there = Home(Path(directory))
        anyio.run(story, there, int(sys.argv[1]) if len(sys.argv) > 1 else 20)
        processes(there)
