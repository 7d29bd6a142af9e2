"""What feeling a sentence expresses, English and Chinese; other languages say nothing. Pure.

English: VADER (C. J. Hutto and E. Gilbert, "VADER: A parsimonious rule-based model for sentiment
analysis of social media text", ICWSM 2014), its package with its lexicon of 7,500 words, but
for the words of `data/sentiment_en.toml`, which in speech mostly carry none.

Chinese: the words of `data/sentiment_zh.toml` after rjieba has cut the sentence, by VADER's rules
as far as Chinese has them: a negation up to three words before a word of feeling turns it round at
.74 of its strength, an adverb of degree strengthens or weakens it, and the sum s of a sentence
becomes s / √(s² + α). It says why, it is neutral where nothing is felt, and on sentences of film
(docs/mood.md) it is right more often than the trained model of the package snownlp.

Both add up words, and what recognisers write has no full stops: in a long run of plain words a
few kind ones would look like joy. So a text is cut into pieces of the length of a sentence, and its
value is the mean of theirs by length.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from ahocorasick_rs import AhoCorasick

from videre.common.values import SCORE_ONE
from videre.orchestrator.lexicon import chinese

#: Longest text that is looked at, characters: some pages.
_LONGEST: Final = 10_000
#: Nearer to 0 than this, E4, is no feeling: twice VADER's own limit, for one faint word.
_LEAST: Final = 1_000
#: Longest piece: a long sentence, in words of English and characters of Chinese.
_LONG_ENGLISH: Final = 20
_LONG_CHINESE: Final = 40
_NEGATION: Final = -0.74  # VADER's
_REACH: Final = 3  # words between a negation and what it turns round, as VADER's
#: α for strengths in tenths: one plain word becomes .54, two .79.
_SPREAD: Final = 60.0
_MARKS: Final = ".,!?;:'\"()-"
_SENTENCE: Final = re.compile(r"(?<=[.!?;])\s+|\n+")
_CHINESE_SENTENCE: Final = re.compile(r"[。!?;…!?;\n]+")
_CLAUSE: Final = re.compile(r"[,、:,.:\s]+")


@dataclass(frozen=True, slots=True)
class _English:
    """VADER without the words that carry no feeling, and the words after which "like" does."""

    analyzer: Any
    who_likes: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Words:
    """The packaged Chinese words: strength in tenths, negations, factors of adverbs of degree.

    Of the negations, those that ask somebody not to; and what such a plea comforts. `finder` finds
    what has a strength.
    """

    finder: AhoCorasick
    strengths: dict[str, int]
    negations: frozenset[str]
    asking: frozenset[str]
    comforting: frozenset[str]
    degrees: dict[str, float]


def is_understood(language: str) -> bool:
    """Tell whether the sentiment of a language's texts is known."""
    return language.partition("-")[0] in ("en", "zh")


def polarity(text: str, language: str) -> int:
    """Return the valence of a text, E4, ±10,000; 0 where no feeling is expressed or understood.

    Args:
        text: one line, paragraph or utterance.
        language: BCP 47.
    """
    primary = language.partition("-")[0]
    if primary == "en":
        valued = [(_english_value(piece), len(piece)) for piece in _english_pieces(text)]
    elif primary == "zh":
        valued = [(_chinese_value(piece), len(piece)) for piece in _chinese_pieces(text)]
    else:
        return 0
    length = sum(size for _, size in valued)
    if not length:
        return 0
    mean = math.fsum(value * size for value, size in valued) / length
    rounded = round(mean * SCORE_ONE)
    return rounded if abs(rounded) >= _LEAST else 0


def _english_pieces(text: str) -> Iterator[str]:
    for sentence in _SENTENCE.split(text[:_LONGEST]):
        words = sentence.split()
        parts = -(-len(words) // _LONG_ENGLISH)
        for part in range(parts):
            first, last = part * len(words) // parts, (part + 1) * len(words) // parts
            yield " ".join(words[first:last])


def _english_value(piece: str) -> float:
    known = _english()
    words = piece.split()
    plain = [word.lower().strip(_MARKS) for word in words]
    lexicon = known.analyzer.lexicon
    if lexicon.keys().isdisjoint(plain) and lexicon.keys().isdisjoint(words):
        return 0.0  # most sentences, and VADER takes its time
    for at, word in enumerate(plain):
        if word == "like" and (at == 0 or plain[at - 1] not in known.who_likes):
            words[at] = "as"
    return float(known.analyzer.polarity_scores(" ".join(words))["compound"])


@cache
def _english() -> _English:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    document = tomllib.loads(_data("sentiment_en.toml"))
    analyzer = SentimentIntensityAnalyzer()
    for word in document["no_feeling"].split():
        del analyzer.lexicon[word]
    return _English(analyzer, frozenset(document["who_likes"].split()))


def _chinese_pieces(text: str) -> Iterator[str]:
    for sentence in _CHINESE_SENTENCE.split(text[:_LONGEST]):
        for first in range(0, len(sentence), _LONG_CHINESE):
            yield sentence[first : first + _LONG_CHINESE]


def _chinese_value(piece: str) -> float:
    words = _chinese_words()
    if not words.finder.find_matches_as_indexes(piece):
        return 0.0  # most sentences, and rjieba takes its time
    total = math.fsum(_clause_value(clause, words) for clause in _CLAUSE.split(piece) if clause)
    return total / math.sqrt(total * total + _SPREAD)


def _clause_value(clause: str, words: _Words) -> float:
    """Return the sum of a clause's words of feeling, tenths."""
    total, factor, negation, negated_at = 0.0, 1.0, "", -_REACH - 1
    cut = (part for word, _ in chinese.tagged(clause) for part in _parts(word, words))
    for at, word in enumerate(cut):
        strength = words.strengths.get(word)
        if strength is not None:
            if at - negated_at <= _REACH:
                factor *= _NEGATION if _turns(negation, word, words) else 0.0
            total += strength * factor
            factor, negated_at = 1.0, -_REACH - 1
        elif word in words.negations:
            # Twice no is yes.
            negated_at = at if at - negated_at > _REACH else -_REACH - 1
            negation = word
        elif word in words.degrees:
            factor *= words.degrees[word]
    return total


def _turns(negation: str, word: str, words: _Words) -> bool:
    """Tell whether a negation turns a word of feeling round: a plea does only where it comforts."""
    if negation not in words.asking or words.strengths[word] > 0:
        return True
    return word in words.comforting


def _parts(word: str, words: _Words) -> tuple[str, ...]:
    """Return a word, or the adverb and the word of feeling that rjieba has left together: 很|差."""
    if word not in words.strengths:
        for at in range(1, len(word)):
            head, rest = word[:at], word[at:]
            if rest in words.strengths and (head in words.negations or head in words.degrees):
                return head, rest
    return (word,)


@cache
def _chinese_words() -> _Words:
    document = tomllib.loads(_data("sentiment_zh.toml"))
    strengths = document["strength"]
    felt = {
        word: strengths[kind]
        for kind, listed in document["words"].items()
        for word in listed.split()
    }
    return _Words(
        AhoCorasick(felt),
        felt,
        frozenset(document["negations"]["words"].split()),
        frozenset(document["negations"]["asking"].split()),
        frozenset(document["negations"]["comforting"].split()),
        {
            word: int(per_cent) / 100
            for per_cent, listed in document["degrees"].items()
            for word in listed.split()
        },
    )


def _data(name: str) -> str:
    return (files(__package__) / "data" / name).read_text("utf-8")
