"""usage: python tests/bench/prompts.py --lines N --out DIR [--seed N] [--end DATE] [--transcripts N]

A history of N prompts over a year as one person would have it, DIR/history.jsonl, and transcripts of the last sessions below
DIR/projects: 40 projects of which a few are worked on at a time, sessions with bursts of work, mornings, nights and weekends,
several languages and scripts, emoji, slash commands, pasted contents, the same asked again, a few keys and tokens (made up, and
put together here so that no scanner takes this file for a leak), and older lines that lack fields. The same seed and end make
the same history.
"""

import argparse
import datetime
import json
import random
import uuid
from pathlib import Path

NAMES = """api atlas auth-service billing blog bookshelf checkout chess cli-tools compiler crawler dashboard data-lake deploy
docs dotfiles editor exporter feeds game-engine garden geo home-automation ingest invoices kernel-notes ledger mail-sync mobile
music notes-app parser photo-sort playground recipes scheduler search shop thesis""".split()
FILES = """src/main.rs src/parser.rs lib/auth.py app/models/user.rb web/src/App.tsx internal/server.go Makefile README.md
tests/test_api.py src/lib/cache.ts Cargo.toml pyproject.toml docker-compose.yml .github/workflows/ci.yml schema.sql""".split()
NAMED = """parse_line getUserById UserService load_config handleSubmit retry_with_backoff fetchInvoices Tokenizer DB_URL
MAX_RETRIES render_page useSession merge_ranges to_json CacheEntry spawn_worker""".split()
WHAT = """login page|search index|retry logic|settings dialog|import of invoices|dark mode|rate limiter|CSV export|pagination|
error handling|date picker|migration|background job|webhook|permission check|command line parser|cache|undo history""".split("|")
WHAT = [what.strip() for what in WHAT]
ERRORS = ["a null pointer", "a deadlock", "a timeout after 30s", "an off-by-one", "a type error", "a 500", "a flaky test",
          "a race condition", "an N+1 query", "a memory leak", "a wrong time zone", "a merge conflict"]
LANGUAGES = [
    (70, [
        "fix {error} in {file}", "why does {name} return {error} when the input is empty?", "add a test for {name}",
        "refactor {name} so that it does not depend on the {what}", "explain how the {what} works",
        "write the docs for the {what}, short and without marketing", "rename {name} everywhere",
        "the {what} is slow with {number} rows, find out why and measure before you change anything",
        "run the tests again and show me what is left", "make the {what} look like the one in {file}",
        "review {file} as if somebody else had written it", "can you add the {what} to {file}? keep it simple",
        "undo that and try it without {name}", "there is {error} in CI but not here, see {file}",
        "split {file} into two modules, one for the {what}", "what would you do about the {what}?",
        "use `{name}` instead, and handle {error}", "bump the dependencies and fix what breaks",
    ]),
    (8, ["behebe den Fehler in {file}, es ist wohl {error}", "warum ist {name} so langsam?",
         "schreib bitte einen Test für {name}", "erklär mir kurz, wie {what} funktioniert – für Anfänger",
         "übersetze die Meldungen in {file} und prüfe die Größe der Schaltflächen"]),
    (4, ["arregla el error en {file}, parece {error}", "¿por qué {name} devuelve {error}?", "añade una prueba para {name}"]),
    (4, ["corrige l'erreur dans {file}, c'est sûrement {error}", "pourquoi {name} échoue-t-il après la mise à jour ?",
         "écris un test pour {name}, s'il te plaît"]),
    (4, ["исправь ошибку в {file}, похоже на {error}", "почему {name} возвращает пустой список?",
         "напиши тест для {name} и объясни, что он проверяет"]),
    (4, ["修复 {file} 中的错误", "为什么 {name} 这么慢?请先测量再优化", "给 {name} 写一个单元测试", "解释一下{what}的实现"]),
    (4, ["{file} のエラーを修正してください", "{name} のテストを書いて", "なぜ {name} が遅いのか調べてください"]),
    (1, ["{file} 의 오류를 고쳐 주세요", "{name} 테스트를 작성해 줘"]),
    (1, ["أصلح الخطأ في {file}", "תקן את השגיאה ב-{file}"]),
]
AGAIN = ["continue", "yes", "go on", "run the tests", "try again", "commit this", "no, the other one", "looks good, next",
         "weiter", "同意", "ok 👍", "do it"]
COMMANDS = ["/clear", "/compact", "/model opus", "/review", "/init", "/cost", "/resume", "/help", "/deploy staging",
            "/plugin:lint --fix", "/memory"]
EMOJI = ["🎉", "🙏", "😅", "🚀", "🐛", "❤️", "🤔", "👩‍💻", "🇩🇪"]
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
LINE = ["    at {name} ({file}:{number})", "error[E0{number}]: mismatched types in {file}", "{number}: INFO {what} done",
        "def {name}(self, value):", "    return {name}(value) or None", "2025-10-02 11:0{digit}:07 WARN {error}",
        "let {name} = load(\"{file}\")?;", ""]


class History:
    def __init__(self, lines, seed, end):
        self.lines, self.end = lines, end
        self.random = random.Random(seed)
        self.weights = [weight for weight, _ in LANGUAGES]
        self.home = "/home/ann/src"
        self.last = "fix the build"

    def fill(self, template):
        pick = self.random.choice
        return template.format(file=pick(FILES), name=pick(NAMED), what=pick(WHAT), error=pick(ERRORS),
                               number=self.random.randint(10, 9999), digit=self.random.randint(0, 9))

    def letters(self, count):
        return "".join(self.random.choices(LETTERS, k=count))

    def secret(self):
        return self.random.choice([
            lambda: f"export GH_TOKEN={'gh' + 'p_'}{self.letters(36)}",
            lambda: f"the key is {'AK' + 'IA'}{''.join(self.random.choices('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', k=16))}, does it work?",
            lambda: f"use postgres://app:{self.letters(14)}@db.example.com/app for the tests",
            lambda: f"curl -H 'Authorization: Bearer {self.letters(40)}' fails with 401",
            lambda: f"password={self.letters(6)}7x in {self.random.choice(FILES)}",
        ])()

    def sentence(self):
        texts = self.random.choices(LANGUAGES, self.weights)[0][1]
        return self.fill(self.random.choice(texts))

    def pasted(self, number):
        lines = [self.fill(self.random.choice(LINE)) for _ in range(self.random.choice([3, 8, 20, 45, 120]))]
        return {"id": number, "type": "text", "content": "\n".join(lines)}

    def prompt(self):
        """A text, and what was pasted into it."""
        dice = self.random.random()
        if dice < 0.08:
            return self.random.choice(COMMANDS), {}
        if dice < 0.16:
            return self.random.choice(AGAIN), {}
        if dice < 0.21:
            # The same again, a little otherwise.
            words = self.last.split(" ")
            words[self.random.randrange(len(words))] = self.random.choice(["please", "again", self.random.choice(NAMED)])
            return " ".join(words), {}
        if dice < 0.213:
            return self.secret(), {}
        text = self.sentence()
        if dice < 0.27:
            pasted = {"1": self.pasted(1)}
            count = pasted["1"]["content"].count("\n")
            return f"{text} [Pasted text #1 +{count} lines]", pasted
        if dice < 0.28:
            return f"{text} [Image #1]", {"1": {"id": 1, "type": "image", "mediaType": "image/png"}}
        if dice < 0.4:
            text = ". ".join([text] + [self.sentence() for _ in range(self.random.choice([1, 2, 2, 3, 6, 14]))])
        if dice > 0.97:
            text = f"{text} {self.random.choice(EMOJI)}"
        self.last = text
        return text, {}

    def shares(self):
        """How many prompts each day of the year gets."""
        days = [self.end - datetime.timedelta(days=364 - n) for n in range(365)]
        weights = []
        for day in days:
            usual = 0.2 if day.weekday() > 4 else 1.0
            # Holidays, and days with no time for it.
            weights.append(0.0 if self.random.random() < 0.06 else usual * self.random.lognormvariate(0, 0.5))
        exact = [self.lines * weight / sum(weights) for weight in weights]
        counts = [int(share) for share in exact]
        busiest = max(range(365), key=weights.__getitem__)
        counts[busiest] += self.lines - sum(counts)
        return list(zip(days, counts))

    def sessions(self, day, count):
        """The sessions of a day: when each prompt was typed, in which project."""
        month = day.year * 12 + day.month
        mood = random.Random(month)
        worked_on = mood.sample(NAMES, 8)
        midnight = datetime.datetime.combine(day, datetime.time()).astimezone().timestamp()
        while count > 0:
            size = min(count, max(1, int(self.random.lognormvariate(2.2, 0.8))) * max(1, self.lines // 200_000))
            count -= size
            usual = self.random.choices([9.3, 11, 14, 16.3, 21.5, 1], [5, 4, 5, 4, 2, 0.3])[0]
            hour = min(23.5, max(0.0, self.random.gauss(usual, 0.8)))
            time = midnight + hour * 3600
            name = self.random.choices(worked_on, [30, 20, 14, 10, 8, 6, 4, 2])[0]
            if self.random.random() < 0.05:
                name = self.random.choice(NAMES)
            session = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
            for _ in range(size):
                yield time, f"{self.home}/{name}", session
                # A burst, and now and then a while of reading.
                time += self.random.lognormvariate(4.2, 1.0) if self.random.random() < 0.9 else self.random.uniform(600, 3000)
                time = min(time, midnight + 86_399)

    def write(self, out, transcripts):
        out.mkdir(parents=True, exist_ok=True)
        left = {}
        number = 0
        with open(out / "history.jsonl", "w", encoding="utf-8") as file:
            for day, count in self.shares():
                for time, project, session in sorted(self.sessions(day, count)):
                    text, pasted = self.prompt()
                    line = {"display": text, "pastedContents": pasted, "timestamp": int(time * 1000), "project": project,
                            "sessionId": session}
                    number += 1
                    # Older versions wrote less.
                    if number * 25 < self.lines:
                        del line["sessionId"]
                    if number * 200 < self.lines:
                        del line["pastedContents"]
                    if number * 2000 < self.lines:
                        del line["timestamp"], line["project"]
                    file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
                    if transcripts and "sessionId" in line and (self.end - day).days < 30:
                        left.setdefault((project, session), []).append((time, text))
        for project, session in list(left)[-transcripts:] if transcripts else []:
            self.transcript(out, project, session, left[project, session])

    def transcript(self, out, project, session, prompts):
        directory = out / "projects" / project.replace("/", "-")
        directory.mkdir(parents=True, exist_ok=True)
        branch = self.random.choice(["main", "main", "fix-it", "feature/search"])
        common = {"isSidechain": False, "userType": "external", "cwd": project, "sessionId": session, "version": "2.1.5",
                  "gitBranch": branch}
        context, parent = 14_000, None

        def iso(time):
            return datetime.datetime.fromtimestamp(time, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"

        with open(directory / f"{session}.jsonl", "w", encoding="utf-8") as file:
            def put(time, **line):
                nonlocal parent
                name = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
                file.write(json.dumps({"parentUuid": parent, **common, **line, "uuid": name, "timestamp": iso(time)},
                                      ensure_ascii=False, separators=(",", ":")) + "\n")
                parent = name

            for time, text in prompts:
                if text.startswith("/"):
                    name, _, rest = text.partition(" ")
                    text = f"<command-name>{name}</command-name>\n<command-args>{rest}</command-args>"
                put(time + 0.2, type="user", message={"role": "user", "content": text})
                for _ in range(self.random.choice([1, 2, 4, 9])):
                    time += 4
                    fresh, said = self.random.randint(200, 4000), self.random.randint(20, 900)
                    usage = {"input_tokens": self.random.randint(1, 12), "cache_creation_input_tokens": fresh,
                             "cache_read_input_tokens": context, "output_tokens": said}
                    context += fresh + said
                    message = {"model": "claude-opus-4-1", "id": f"msg_{self.letters(20)}", "type": "message",
                               "role": "assistant", "stop_reason": None, "usage": usage}
                    request = f"req_{self.letters(20)}"
                    for block in ({"type": "text", "text": "I look at it."},
                                  {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {"command": "make"}}):
                        put(time, type="assistant", requestId=request, message={**message, "content": [block]})
                    put(time + 1, type="user", toolUseResult="done", message={"role": "user", "content": [
                        {"type": "tool_result", "tool_use_id": "toolu_1", "content": self.fill(self.random.choice(LINE))}]})


def generate(out, lines, seed=1, end=None, transcripts=0):
    History(lines, seed, end or datetime.date.today()).write(Path(out), transcripts)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--lines", type=int, required=True)
    arguments.add_argument("--out", required=True)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--end", type=datetime.date.fromisoformat)
    arguments.add_argument("--transcripts", type=int, default=40)
    given = arguments.parse_args()
    generate(given.out, given.lines, given.seed, given.end, given.transcripts)
