"""Judges what memento makes of histories of answers.

Reads histories from standard input, one a line, as JSON:

    {"algorithm": "fsrs:0.9", "parameters": [21 numbers] or null,
     "answers": [[confidence, elapsed, interval, repetitions, strength, difficulty], ...]}

where all but the first two of each answer is what memento says came of it. Each is played through an implementation that
memento has no part in: FSRS through the `fsrs` package; SM-2 through `supermemo2`, and where that departs from the 1990
text through the text's own table; Leitner's boxes and fixed intervals through what is written down of them here.
Says on the first difference where it is and exits with 1; else says what it has judged, departures included.
"""

import json
import math
import sys
from collections import Counter
from datetime import datetime, timedelta, timezone
from fractions import Fraction

import supermemo2
from fsrs import Card, Rating, Scheduler

# memento's own: no interval is longer. A hundred years, as in Anki and in fsrs.
LONGEST = 36_500

# How far FSRS in 32 bits may come from FSRS in 64 over a history of thirty answers, relative.
PRECISION = 2e-4

seen = Counter()


class Differs(Exception):
    pass


def same(what, theirs, ours):
    if theirs != ours:
        raise Differs(f"{what} is {ours}, and should be {theirs}")


def close(what, theirs, ours, relative):
    if not math.isclose(theirs, ours, rel_tol=relative, abs_tol=1e-9):
        raise Differs(f"{what} is {ours}, and should be {theirs}")


def successes(so_far, confidence):
    return so_far + 1 if confidence >= 3 else 0


def sm2(answers, _):
    """The steps of "Optimization of learning", 3.2, in exact fractions, and supermemo2 beside them.

    supermemo2 departs from the text in two ways, and memento does not follow it there:
    - below 3 it lowers the E-factor too; the text says "without changing the E-Factor". It gets back what it had.
    - it multiplies in floats, so that a product that is whole may be a hair more, and is rounded up by a day.
    And memento knows no interval beyond a hundred years.
    """
    change = {3: Fraction(-14, 100), 4: Fraction(0), 5: Fraction(10, 100)}  # 0.1-(5-q)*(0.08+(5-q)*0.02)
    factor, interval, n = Fraction(5, 2), 0, 0
    easiness = 2.5
    for at, (confidence, _elapsed, ours, repetitions, strength, _difficulty) in enumerate(answers):
        product = Fraction(interval) * factor
        theirs = supermemo2.review(confidence, easiness, interval, n, datetime(2026, 1, 1))["interval"] if interval < LONGEST else None
        kept = easiness
        if theirs is not None:
            easiness = supermemo2.review(confidence, easiness, interval, n, datetime(2026, 1, 1))["easiness"]
        if confidence < 3:
            n, interval = 0, 1
            if easiness != kept:
                seen["supermemo2 changes the E-factor below 3"] += 1
            easiness = kept
        else:
            n += 1
            interval = {1: 1, 2: 6}.get(n) or math.ceil(product)
            factor = max(factor + change[confidence], Fraction(13, 10))
            if theirs is None:
                easiness = float(factor)
        if theirs is not None and theirs != interval:
            if not (n > 2 and product.denominator == 1 and theirs == interval + 1):
                raise Differs(f"answer {at}: supermemo2 says {theirs} days, the text {interval}")
            seen["supermemo2 rounds a whole product up"] += 1
        interval = min(interval, LONGEST)
        same(f"answer {at}: the interval", interval, ours)
        same(f"answer {at}: the repetitions", n, repetitions)
        same(f"answer {at}: the E-factor in hundredths", factor * 100, Fraction(round(strength * 100)))
        close(f"answer {at}: the E-factor", float(factor), strength, 1e-12)
        close(f"answer {at}: the easiness of supermemo2", easiness, strength, 1e-9)


def leitner(answers, days):
    """Cards lie in boxes. A new one is in the first. Known: into the next box, unless there is none. Not known: into the first."""
    boxes = [[] for _ in days]
    boxes[0].append("card")
    n = 0
    for at, (confidence, _elapsed, interval, repetitions, strength, _difficulty) in enumerate(answers):
        box = next(box for box in boxes if box)
        onto = boxes[0] if confidence < 3 else boxes[min(boxes.index(box) + 1, len(boxes) - 1)]
        onto.append(box.pop())
        now = next(number for number, box in enumerate(boxes) if box)
        n = successes(n, confidence)
        same(f"answer {at}: the box", now + 1, strength)
        same(f"answer {at}: the interval", days[now], interval)
        same(f"answer {at}: the repetitions", n, repetitions)


def fixed(answers, days):
    """The list is gone through from its start, its last entry for ever; what is not known goes back to the start."""
    left = list(days)
    n = 0
    for at, (confidence, _elapsed, interval, repetitions, strength, _difficulty) in enumerate(answers):
        if confidence < 3:
            left, now = list(days), days[0]
        else:
            now = left.pop(0) if len(left) > 1 else left[0]
        n = successes(n, confidence)
        same(f"answer {at}: the interval", now, interval)
        same(f"answer {at}: the repetitions", n, repetitions)
        same(f"answer {at}: the step", min(max(n, 1), len(days)), strength)


def fsrs(answers, retention, parameters):
    """The `fsrs` package, without its steps of minutes and without its fuzz.

    It computes in 64 bits and memento's crate in 32, hence the precision. The crate holds stability to a hundred years, the
    package does not: it is held here.
    """
    more = {} if parameters is None else {"parameters": parameters}
    scheduler = Scheduler(
        desired_retention=retention, learning_steps=(), relearning_steps=(), enable_fuzzing=False, **more
    )
    card = Card(card_id=1)
    time = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
    n = 0
    for at, (confidence, elapsed, interval, repetitions, strength, difficulty) in enumerate(answers):
        time = time + timedelta(days=elapsed) if at else time
        rating = {1: Rating.Again, 2: Rating.Again, 3: Rating.Hard, 4: Rating.Good, 5: Rating.Easy}[confidence]
        card, _log = scheduler.review_card(card, rating, time)
        n = successes(n, confidence)
        theirs = (card.due - time).days
        if card.stability > LONGEST:
            seen["fsrs lets stability grow beyond a hundred years"] += 1
            card.stability = float(LONGEST)
            theirs = scheduler._next_interval(stability=card.stability)
        close(f"answer {at}: the stability", card.stability, strength, PRECISION)
        close(f"answer {at}: the difficulty", card.difficulty, difficulty, PRECISION)
        same(f"answer {at}: the repetitions", n, repetitions)
        if theirs != interval:
            # What may come of a stability that is as much more or less.
            around = [scheduler._next_interval(stability=card.stability * (1 + part)) for part in (-PRECISION, PRECISION)]
            if not around[0] <= interval <= around[1]:
                raise Differs(f"answer {at}: the interval is {interval}, and should be {theirs}")
            seen["fsrs: intervals that are within the precision of 32 bits"] += 1


def judge(history):
    name, _, setting = history["algorithm"].partition(":")
    answers = history["answers"]
    if name == "fsrs":
        fsrs(answers, float(setting), history["parameters"])
    else:
        days = [int(day) for day in setting.split(",")] if setting else []
        {"sm2": sm2, "leitner": leitner, "fixed": fixed}[name](answers, days)
    seen[f"{name}: histories"] += 1
    seen[f"{name}: answers"] += len(answers)


def main():
    for number, line in enumerate(sys.stdin, 1):
        history = json.loads(line)
        try:
            judge(history)
        except Differs as differs:
            print(f"history {number}, {history['algorithm']}, {differs}\n{line}", end="")
            return 1
    for what, count in sorted(seen.items()):
        print(f"{count} {what}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
