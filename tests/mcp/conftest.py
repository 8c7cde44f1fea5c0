"""A temporary home, a repository with remarks in it, and the server seen through the SDK's client."""

import os
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from mcp import Client, StdioServerParameters  # noqa: E402
from mcp.types import Implementation  # noqa: E402

MEMENTO = str(Path(os.environ.get("MEMENTO", "target/debug/memento")).resolve())


@pytest.fixture
def anyio_backend():
    return "asyncio"


class Home:
    """A home directory of its own, with all that memento reads in it."""

    def __init__(self, path):
        self.path = path
        self.log = path / "code_review.org"
        self.notes = path / ".roam"
        self.data = path / ".local/share/memento"
        self.notes.mkdir()
        self.env = {key: value for key, value in os.environ.items() if not key.startswith(("MEMENTO", "XDG_", "GIT_"))}
        self.env |= {
            "HOME": str(path),
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": value
               for who in ("AUTHOR", "COMMITTER")
               for what, value in (("NAME", "Ann"), ("EMAIL", "ann@example.org"))},
        }

    def run(self, *command, cwd=None, check=True):
        done = subprocess.run(command, cwd=cwd, env=self.env, capture_output=True, text=True, timeout=60)
        assert not check or done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def memento(self, *args, cwd=None, check=True):
        return self.run(MEMENTO, *args, cwd=cwd, check=check)

    def config(self, text):
        path = self.path / ".config/memento/config.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def note(self, name, text):
        path = self.notes / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def repository(self, name="greet", test='grep -q "Hello " greet.py'):
        """A repository whose tests pass once its typing error is mended."""
        root = self.path / name
        root.mkdir()
        (root / "greet.py").write_text('import sys\n\ndef greet(name):\n    return "Helo " + name\n\nprint(greet("Ann"))\n')
        (root / "Makefile").write_text(f"test:\n\t{test}\n")
        self.run("git", "init", "-q", "-b", "main", cwd=root)
        self.commit(root, "Greet")
        return root

    def commit(self, root, message):
        self.run("git", "add", "-A", cwd=root)
        self.run("git", "commit", "-qm", message, cwd=root)
        return self.run("git", "rev-parse", "HEAD", cwd=root).strip()

    def remark(self, root, line=4, comment="a typing error", category="correctness"):
        out = self.memento("review", "add", f"{root}/greet.py:{line}", "-m", comment, "-c", category)
        return out.split()[0]

    def mcp_log(self):
        return (self.data / "mcp.log").read_text()

    @asynccontextmanager
    async def serve(self, *args, cwd=None, session=None, client="tester", mode="legacy"):
        """The server through the SDK's client; `legacy` shakes hands, `auto` prefers the newest protocol."""
        env = dict(self.env)
        if session:
            env["MEMENTO_SESSION"] = session
        params = StdioServerParameters(command=MEMENTO, args=["mcp", *args], env=env, cwd=cwd or self.path)
        info = Implementation(name=client, version="1")
        async with Client(params, client_info=info, mode=mode, cache=None, read_timeout_seconds=60) as connected:
            yield Server(connected)


class Server:
    """Calls tools and looks at their text."""

    def __init__(self, client):
        self.client = client

    async def call(self, tool, **arguments):
        result = await self.client.call_tool(tool, arguments)
        assert all(block.type == "text" for block in result.content)
        return result.is_error, "".join(block.text for block in result.content)

    async def ok(self, tool, **arguments):
        is_error, text = await self.call(tool, **arguments)
        assert not is_error, f"{tool} {arguments}: {text}"
        return text

    async def refused(self, tool, **arguments):
        is_error, text = await self.call(tool, **arguments)
        assert is_error, f"{tool} {arguments} should have been refused: {text}"
        return text

    async def prompt(self, name, **arguments):
        result = await self.client.get_prompt(name, arguments)
        assert [message.role for message in result.messages] == ["user"]
        return result.messages[0].content.text


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path)
