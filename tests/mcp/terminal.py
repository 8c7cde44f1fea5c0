"""Programs in a terminal of their own (tmux), Emacs among them, seen and driven as a person does."""

import itertools
import os
import subprocess
import time
from pathlib import Path

ELISP = str(Path(__file__).parent.parent.parent / "elisp")


# A server that ends keeps its socket for a moment.
NUMBERS = itertools.count()


class Terminal:
    """A program in a tmux server of its own. It waits by looking at the screen."""

    def __init__(self, home, command, name, width=80, height=24, **env):
        self.home, self.socket = home, f"memento-{os.getpid()}-{name}-{next(NUMBERS)}"
        env = home.env | {"LC_ALL": "C.UTF-8", "TERM": "xterm-256color"} | env
        subprocess.run(["tmux", "-L", self.socket, "-f", "/dev/null", "new-session", "-d", "-s", "e",
                        "-x", str(width), "-y", str(height), *command], env=env, cwd=home.path, check=True)

    def tmux(self, *args):
        done = subprocess.run(["tmux", "-L", self.socket, *args], capture_output=True, text=True, env=self.home.env)
        return done.stdout

    def screen(self):
        return self.tmux("capture-pane", "-p", "-t", "e")

    def keys(self, *keys):
        self.tmux("send-keys", "-t", "e", *keys)

    def type(self, text):
        self.tmux("send-keys", "-t", "e", "-l", text)

    def see(self, *texts, seconds=30):
        """Waits until all the texts are on the screen."""
        until = time.monotonic() + seconds
        screen = self.screen()
        while not all(text in screen for text in texts):
            assert time.monotonic() < until, f"{texts} did not come:\n{screen}"
            time.sleep(0.01)
            screen = self.screen()
        return screen

    def unsee(self, text, seconds=30):
        """Waits until the text is off the screen."""
        until = time.monotonic() + seconds
        while text in (screen := self.screen()):
            assert time.monotonic() < until, f"{text} stays:\n{screen}"
            time.sleep(0.01)
        return screen

    def pid(self):
        return int(self.tmux("list-panes", "-t", "e", "-F", "#{pane_pid}"))

    def kill(self):
        self.tmux("kill-server")


class Emacs(Terminal):
    """`emacs -nw`."""

    def __init__(self, home, name="emacs", width=100, height=30):
        setup = "(progn (setq inhibit-startup-screen t ring-bell-function #'ignore) (require 'memento) (memento-setup-keys))"
        emacs = [os.environ.get("EMACS", "emacs"), "-nw", "-Q", "-L", ELISP, "--eval", setup]
        super().__init__(home, emacs, name, width, height, MEMENTO_MODULE=module())
        self.see("scratch")


def module():
    """The module that the Makefile has published."""
    path = os.environ.get("MEMENTO_MODULE", "target/debug/memento-core-0.1.0.so")
    return str(Path(path).resolve())
