"""Clients that misbehave: there is an answer or an orderly end, and never a hang."""

import json
import os
import select
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest
from conftest import MEMENTO

INITIALIZE = {
    "jsonrpc": "2.0", "id": 0, "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "raw", "version": "1"}},
}


class Raw:
    """The server with nothing between it and the test."""

    def __init__(self, home, cwd=None, greet=True, **streams):
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE} | streams
        self.process = subprocess.Popen(
            [MEMENTO, "mcp"], cwd=cwd or home.path, env=home.env, stderr=subprocess.PIPE, bufsize=0, **streams)
        self.buffer = b""
        if greet:
            self.send(INITIALIZE)
            assert self.answer(0)["result"]["serverInfo"]["name"] == "memento"
            self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def write(self, data):
        data = memoryview(data)
        while data:
            data = data[self.process.stdin.write(data):]

    def send(self, message):
        self.write(json.dumps(message).encode() + b"\n")

    def call(self, request, tool, /, **arguments):
        self.send({"jsonrpc": "2.0", "id": request, "method": "tools/call",
                   "params": {"name": tool, "arguments": arguments, "_meta": {"progressToken": request}}})

    def line(self, timeout=20):
        end = time.monotonic() + timeout
        while b"\n" not in self.buffer:
            ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
            assert ready, f"no answer within {timeout} s"
            chunk = os.read(self.process.stdout.fileno(), 1 << 16)
            assert chunk, "the server has closed its output"
            self.buffer += chunk
        line, self.buffer = self.buffer.split(b"\n", 1)
        return json.loads(line)

    def answer(self, id, timeout=20):
        while True:
            message = self.line(timeout)
            if message.get("id") == id:
                return message

    def ends(self, within, code=0):
        assert self.process.wait(timeout=within) == code


GARBAGE = [
    b"hello\n", b"\n", b"\r\n", b"{\n", b"[]\n", b"null\n", b"\xff\xfe\x00\n", b"{}\n", b"[" * 5000 + b"\n", b'"x"\n',
    b'{"jsonrpc":"2.0"}\n', b'{"jsonrpc":"1.0","id":1,"method":"ping"}\n', b'{"jsonrpc":"2.0","id":{},"method":"ping"}\n',
    b'{"jsonrpc":"2.0","id":7,"method":"no/such"}\n', b'{"jsonrpc":"2.0","id":8,"method":"tools/call","params":[]}\n',
    b'{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":99}}\n',
    b'{"jsonrpc":"2.0","id":9,"result":{}}\n', b'{"jsonrpc":"2.0","id":10,"error":{"code":1,"message":"x"}}\n',
]


@pytest.mark.parametrize("garbage", [*GARBAGE, b"".join(GARBAGE)], ids=range(len(GARBAGE) + 1))
def test_garbage_does_not_stop_what_comes_after(home, garbage):
    with Raw(home) as server:
        server.write(garbage)
        server.call(1, "review_list")
        assert "No remark fits" in server.answer(1)["result"]["content"][0]["text"]
        server.process.stdin.close()
        server.ends(within=5)


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_instead_of_a_greeting(home, garbage):
    with Raw(home, greet=False) as server:
        server.write(garbage)
        server.process.stdin.close()
        assert server.process.wait(timeout=5) in (0, 2)


def test_half_a_message_at_the_end(home):
    for greet in (True, False):
        with Raw(home, greet=greet) as server:
            server.write(json.dumps(INITIALIZE).encode()[:40])
            server.process.stdin.close()
            server.ends(within=5)


def test_ten_megabytes(home):
    with Raw(home) as server:
        server.call(1, "review_list", project="x" * 10_000_000)
        assert server.answer(1)["result"]["isError"] is False
        server.call(2, "review_list", canary="x" * 10_000_000)
        refused = server.answer(2)["result"]
        assert refused["isError"] is True and len(refused["content"][0]["text"]) < 2000


def test_a_line_without_end(home):
    with Raw(home) as server:
        try:
            for _ in range(80):
                server.write(b"x" * (1 << 20))
        except BrokenPipeError:
            pass
        server.ends(within=10)


def test_requests_before_the_end_of_input_are_answered(home):
    with Raw(home) as server:
        for id in range(1, 501):
            server.call(id, "review_list")
        server.process.stdin.close()
        answered = {server.line()["id"] for _ in range(500)}
        assert answered == set(range(1, 501))
        server.ends(within=5)


def test_a_client_that_is_gone(home):
    with Raw(home) as server:
        server.process.stdout.close()
        try:
            for id in range(1, 20):
                server.call(id, "review_list")
                time.sleep(0.01)
        except BrokenPipeError:
            pass
        server.ends(within=10)


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals(home, kind):
    for greet in (True, False):
        with Raw(home, greet=greet) as server:
            time.sleep(0.3)
            server.process.send_signal(kind)
            server.ends(within=5)


def test_a_client_that_does_not_read(home):
    with Raw(home) as server:
        os.set_blocking(server.process.stdin.fileno(), False)
        request = b'{"jsonrpc":"2.0","id":%d,"method":"tools/list"}\n'
        for id in range(1, 400):
            try:
                server.process.stdin.write(request % id)
            except BlockingIOError:
                break
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        server.ends(within=12)


def test_sockets_instead_of_pipes(home):
    """Node gives its children sockets."""
    (input, its_input), (output, its_output) = socket.socketpair(), socket.socketpair()
    with Raw(home, greet=False, stdin=its_input, stdout=its_output) as server:
        its_input.close()
        its_output.close()
        server.process.stdin, server.process.stdout = input.makefile("wb", buffering=0), output.makefile("rb", buffering=0)
        server.send(INITIALIZE)
        assert server.answer(0)["result"]
        server.call(1, "review_list")
        assert server.answer(1)["result"]
        server.process.send_signal(signal.SIGTERM)
        server.ends(within=5)


def alive(pid):
    """Whether a process runs; one that is dead and not yet collected by its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("how", ["closed input", "SIGTERM", "closed output"])
def test_a_running_gate_ends_with_the_client(home, how):
    root = home.repository(test="echo $$$$ >pid; exec sleep 300")
    remark = home.remark(root)
    with Raw(home, cwd=root) as server:
        server.call(1, "review_done", id=remark, summary="x")
        for _ in range(200):
            if (root / "pid").exists() and (root / "pid").read_text().strip():
                break
            time.sleep(0.05)
        pid = int((root / "pid").read_text())
        assert alive(pid)
        start = time.monotonic()
        if how == "closed input":
            server.process.stdin.close()
            assert "interrupted" in server.answer(1)["result"]["content"][0]["text"]
        elif how == "SIGTERM":
            server.process.send_signal(signal.SIGTERM)
        else:
            server.process.stdout.close()
            server.call(2, "review_list")
        server.ends(within=10)
        assert time.monotonic() - start < 8
        assert not alive(pid)
    assert remark in home.memento("review", "list"), "it is still open"


def test_tests_that_will_not_end(home):
    """They ignore SIGTERM: the person's terminal must still come back."""
    root = home.repository(test="trap '' TERM; echo $$$$ >pid; sleep 300 & wait; sleep 300")
    remark = home.remark(root)
    with Raw(home, cwd=root) as server:
        server.call(1, "review_done", id=remark, summary="x")
        while not ((root / "pid").exists() and (root / "pid").read_text().strip()):
            time.sleep(0.05)
        server.process.stdin.close()
        server.ends(within=12)
        assert not alive(int((root / "pid").read_text()))


def test_a_data_directory_that_cannot_be_written(home):
    home.data.parent.mkdir(parents=True)
    home.data.write_text("a file is in the way")
    with Raw(home) as server:
        server.call(1, "review_list")
        assert server.answer(1)["result"]["isError"] is False


def test_a_broken_configuration_is_told_in_the_answer(home):
    home.config("nonsense = \n")
    with Raw(home) as server:
        server.call(1, "review_list")
        result = server.answer(1)["result"]
        assert result["isError"] is True and "config.toml:1" in result["content"][0]["text"]


def test_nothing_but_the_protocol_is_printed(home):
    root = home.repository(test="echo noise; echo noise >&2; false")
    remark = home.remark(root)
    with Raw(home, cwd=root) as server:
        server.call(1, "review_done", id=remark, summary="x")
        while (message := server.line()).get("id") != 1:
            assert message["jsonrpc"] == "2.0"
        server.process.stdin.close()
        server.ends(within=5)
        assert server.process.stdout.read() == b"" and server.process.stderr.read() == b""
