"""usage: python tests/bench/cards.py --cards N --answers M --out FILE [--seed N] [--end DATE]

A made-up collection of somebody who has learnt for years, as `memento card import` reads it: FILE.jsonl has N cards with M
answers in all. Forty projects of unequal size with algorithms of their own, tags, questions in several scripts, code and lists in
answers, sources; intervals that grow, lapses with the answers of the same evening after them, some cards that are hard, drafts,
suspended ones and new ones. What is due lies around DATE (today). The same arguments make the same file.
"""

import argparse
import datetime
import json
import random
import uuid

DAY = 86_400_000
EPOCH = datetime.date(1970, 1, 1)
PROJECTS = """rust go python sql linux networks git emacs algorithms statistics physics chemistry anatomy law music chess history
geography art wine birds trees stars poems names phones lang::de lang::fr lang::es lang::ja lang::ar lang::he lang::ru lang::zh
work::api work::deploy work::people exam::a exam::b""".split() + [""]
ALGORITHMS = [(70, None), (12, "sm2"), (8, "leitner:1,2,4,8,16"), (4, "fixed:1,3,7,14,30,90"), (6, "fsrs:0.85")]
TAGS = """basics syntax memory threads errors types traits io macros history verbs nouns hard exam chapter1 chapter2 chapter3
chapter4 formula date place person quote".""".replace('".', "").split()
WORDS = """borrow lifetime trait thread mutex channel index transaction kernel packet route commit branch buffer macro heap stack
graph matrix variance energy acid nerve statute chord opening empire river painting vineyard raven oak nebula verse number""".split()
ASK = ["What does {a} mean in {b}?", "Why does {a} need {b}?", "Name the three kinds of {a}.", "When was {a} first used for {b}?",
       "{a} → ?", "Was heißt {a} auf Deutsch, über {b}?", "Que signifie « {a} » ?", "{a}とは何ですか。", "什么是{a}?",
       "Что такое {a}?", "ما معنى {a}؟", "מה פירוש {a}?", "How do you write {a} so that {b} compiles?"]
ANSWER = ["It is the {a} of the {b}.", "Because {a} owns {b}, and nothing else may.", "1. {a}\n2. {b}\n3. the rest",
          "#+begin_src rust\nfn {a}({b}: u32) -> u32 {{\n    {b} + 1\n}}\n#+end_src", "\\(E = {a} \\cdot {b}^2\\)",
          "der {a}, die {b}", "le {a} et la {b}", "{a}のことです。", "{a}和{b}", "{a} и {b}", "{a} و {b}", "{a} של {b}"]


def weighted(rng, choices):
    return rng.choices([what for _, what in choices], [weight for weight, _ in choices])[0]


def history(rng, number, end):
    """Days since 1970, confidences and intervals before of the answers to one card, the last of them such that it is due around `end`."""
    span = rng.randint(number, 1500)
    hard = rng.random() < 0.03
    days, day = [], 0
    for at in range(number):
        ideal = span * (at / number) ** 2.2
        day = max(day + (0 if at and rng.random() < 0.04 else 1), round(ideal * rng.uniform(0.95, 1.05))) if at else 0
        days.append(day)
    last = days[-1] - days[-2] if number > 1 else 1
    # Of a hundred cards about one was answered today: more than a thousand answers, as on every day of the years before.
    start = end - days[-1] - (0 if rng.random() < 0.012 else rng.randint(1, max(1, last // 4)))
    result = []
    for at, day in enumerate(days):
        before = 0 if at == 0 else max(1, day - days[at - 1])
        confidence = rng.choices([1, 2, 3, 4, 5], [18, 12, 25, 35, 10] if hard else [4, 3, 18, 60, 15])[0]
        result.append((start + day, confidence, before))
    return result


def generate(path, cards, answers, seed=6, end=None):
    rng = random.Random(seed)
    end = (end or datetime.date.today() - EPOCH).days if not isinstance(end, datetime.date) else (end - EPOCH).days
    dumps = json.JSONEncoder(ensure_ascii=False).encode
    weights = [1 / (at + 1) ** 0.7 for at in range(len(PROJECTS))]
    with open(path, "w", encoding="utf-8") as out:
        out.write('{"type":"memento-cards","version":1}\n')
        for project in PROJECTS:
            algorithm = weighted(rng, ALGORITHMS)
            if project and algorithm:
                out.write(dumps({"type": "project", "name": project, "algorithm": algorithm, "changed": 1}) + "\n")
        new = cards // 50
        left = answers
        for number in range(cards):
            card = str(uuid.UUID(int=rng.getrandbits(128), version=4))
            rest = cards - new - number
            count = 0
            if rest == 1:
                count = left
            elif rest > 1:
                mean = left / rest
                count = min(left, max(1, round(mean * rng.uniform(0.4, 1.6))))
            left -= count
            log = history(rng, count, end) if count else []
            created = ((log[0][0] if log else end - rng.randint(0, 30)) * DAY) + 20_000_000 + number % 1000
            texts = {"a": rng.choice(WORDS), "b": rng.choice(WORDS)}
            state = rng.choices(["active", "suspended", "draft"], [970, 15, 15 if not log else 0])[0]
            texts = {"type": "card", "id": card, "question": rng.choice(ASK).format(**texts) + f" ({number})",
                     "answer": rng.choice(ANSWER).format(**texts), "project": rng.choices(PROJECTS, weights)[0],
                     "created": created, "edited": created, "tags": sorted(set(rng.choices(TAGS, k=rng.randint(0, 3))))}
            if rng.random() < 0.2:
                texts["source"] = {"file": {"path": f"/r/src/{texts['project'] or 'main'}.rs", "line": number % 400 + 1}}
            if rng.random() < 0.1:
                texts["notes"] = "See the chapter on " + rng.choice(WORDS) + "."
            out.write(dumps(texts) + "\n")
            out.write(f'{{"type":"state","card":"{card}","state":"{state}","changed":{created}}}\n')
            before = None
            for at, (day, confidence, interval) in enumerate(log):
                # Between seven in the morning and ten in the evening; a second answer of a day comes after the first.
                time = day * DAY + rng.randrange(25_200_000, 79_200_000)
                if before is not None and time <= before:
                    time = before + 60_000
                before = time
                after = log[at + 1][2] if at + 1 < len(log) else max(1, interval * 2)
                date = EPOCH + datetime.timedelta(day)
                out.write(f'{{"type":"answer","card":"{card}","time":{time},"day":"{date}","confidence":{confidence},'
                          f'"duration":{rng.randrange(1500, 20000)},"before":{interval},"after":{after}}}\n')


def plain(path, cards, seed=7):
    """An array as assistants write it."""
    rng = random.Random(seed)
    made = []
    for number in range(cards):
        texts = {"a": rng.choice(WORDS), "b": rng.choice(WORDS)}
        made.append({"question": rng.choice(ASK).format(**texts) + f" [{number}]", "answer": rng.choice(ANSWER).format(**texts),
                     "tags": rng.choices(TAGS, k=2), "notes": "written by an assistant" if number % 3 else ""})
    with open(path, "w", encoding="utf-8") as out:
        json.dump(made, out, ensure_ascii=False)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[2])
    parser.add_argument("--cards", type=int, required=True)
    parser.add_argument("--answers", type=int, required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--end", type=datetime.date.fromisoformat)
    given = parser.parse_args()
    generate(given.out, given.cards, given.answers, given.seed, given.end)
