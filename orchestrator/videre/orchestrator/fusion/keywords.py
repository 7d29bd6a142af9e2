"""Keywords of a film: words and phrases that tell what it is about. Pure.

A word's score is how often it is said times how rare it is otherwise:

    score = √specificity × (1 − 2^(−m/2))

m sums over its mentions: how surely the text was read or the speech understood (0..1), twice that
in the title, half in comments. Specificity falls with the word's general frequency f (log10 of its
occurrences per thousand million words) from 1 at f ≤ 2.5 (calligraphy) to 0 at f ≥ 5.3 (state), in
Chinese, whose corpus is smaller, from 3 to 6. Inflected forms of a word count as one. Words that
occur together at least twice, or are a name together, make a phrase; a word that is hardly said
outside of it is left to it.

Left out: stopwords, words too plain to tell a film from another (watch, ready), single letters,
numbers, adverbs in -ly, Chinese names of people (they are entities or mistagged), and what looks
like a misreading: unknown words in small letters, without vowels, or read with less than 0.9.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import msgspec

from videre.common.values import SCORE_ONE
from videre.orchestrator.document import Keyword
from videre.orchestrator.fusion.mentions import Mention, evidence_of, surface, touches
from videre.orchestrator.fusion.passages import Passage, Token
from videre.orchestrator.fusion.prominence import merge_spans
from videre.orchestrator.lexicon import chinese, english
from videre.orchestrator.timeline import Timeline

MOST_KEYWORDS: Final = 50
#: Keywords below this score E4 are left out.
LEAST_SCORE: Final = 1_500
_RARE, _COMMON = 2.5, 5.3
_RARE_CHINESE, _COMMON_CHINESE = 3.0, 6.0
#: Specificity of a name or a new word, which the dictionaries do not know.
_UNKNOWN: Final = 0.8
_SURE_READING: Final = 9_000
_SHORTEST: Final = 3
_LONGEST: Final = 40
_PHRASE: Final = 3
_VOWELS: Final = frozenset("aeiouy")
#: Names of people are entities or, mostly, mistagged words.
_PERSON: Final = "nr"
#: Ends that only inflect a word, after what two of its forms have in common: those of one set.
_INFLECTIONS: Final = (
    frozenset({"", "s", "es", "d", "ed", "ing", "'s", "’s"}),
    frozenset({"e", "es", "ed", "ing"}),
    frozenset({"y", "ies", "ied", "ying"}),
)
#: Parts of speech of Chinese keywords: nouns, names, gerunds; English words in Chinese text.
_CHINESE_TAGS: Final = ("n", "vn", "l", "i", "j", "eng")


class _Use(msgspec.Struct, frozen=True, gc=False):
    """A word or phrase at one place of a text: its first and last word."""

    passage: Passage
    first: Token
    last: Token

    @property
    def form(self) -> str:
        """As it is written there."""
        return self.passage.text[self.first.start : self.last.end]

    @property
    def weight(self) -> float:
        """How much it counts."""
        return self.passage.score / SCORE_ONE * self.passage.weight / 100


def keywords(
    passages: Iterable[Passage], named: Iterable[Mention], timeline: Timeline
) -> tuple[Keyword, ...]:
    """Return the keywords, most telling first, at most `MOST_KEYWORDS`.

    Args:
        passages: all that stands in words.
        named: the names in them, of these very passages.
        timeline: the media's clock.
    """
    names = {(id(name.passage), name.first.start, name.last.end) for name in named}
    runs = [(passage, run) for passage in passages for run in _runs(passage)]
    keys = _merged({token.folded for _, run in runs for token in run if not token.is_han})
    uses: dict[str, list[_Use]] = defaultdict(list)
    phrases: set[str] = set()
    for passage, run in runs:
        for key, use in _uses(passage, run, keys):
            uses[key].append(use)
            if (id(passage), use.first.start, use.last.end) in names:
                phrases.add(key)
    phrases = {
        key for key, group in uses.items() if " " in key and (len(group) > 1 or key in phrases)
    }
    inside: Counter[str] = Counter()
    for key in phrases:
        for word in key.split(" "):
            inside[word] += len(uses[key])
    found = [
        _Found(_score(key, group), group)
        for key, group in uses.items()
        if key in phrases or (" " not in key and len(group) > inside[key])
    ]
    kept = [one for one in found if one.score >= LEAST_SCORE]
    kept.sort(key=lambda one: (-one.score, -len(one.uses), one.text))
    return tuple([_keyword(one, timeline) for one in kept[:MOST_KEYWORDS]])


def _runs(passage: Passage) -> Iterator[list[Token]]:
    """Yield runs of neighbouring words that may be keywords."""
    run: list[Token] = []
    for at, token in enumerate(passage.tokens):
        wanted = _telling(token, passage)
        if run and not (wanted and _follows(passage, at)):
            yield run
            run = []
        if wanted:
            run.append(token)
    if run:
        yield run


def _follows(passage: Passage, at: int) -> bool:
    token, before = passage.tokens[at], passage.tokens[at - 1]
    if token.is_han or before.is_han:
        return token.is_han and before.is_han and before.end == token.start
    return touches(passage, passage.tokens, at)


def _telling(token: Token, passage: Passage) -> bool:
    """Tell whether a word may be a keyword."""
    if token.is_han:
        return (
            len(token.text) > 1
            and token.tag.startswith(_CHINESE_TAGS)
            and token.tag != _PERSON
            and not chinese.is_stopword(token.text)
        )
    word = token.folded
    if not _SHORTEST <= len(word) <= _LONGEST or english.is_stopword(word):
        return len(word) > 1 and token.text.isupper() and passage.cased and _known(word)
    if _known(word):
        return not (_says_how(word) or english.is_plain(word) or _counts(word))
    return (
        token.is_capital
        and len(word) > _SHORTEST
        and not _VOWELS.isdisjoint(word)
        and passage.score >= _SURE_READING
    )


def _counts(word: str) -> bool:
    return word in english.name_parts().number_words


def _says_how(word: str) -> bool:
    """Tell whether a word is an adverb made of an adjective: justly, but not family."""
    return word.endswith("ly") and any(
        english.frequency(adjective) is not None for adjective in (word[:-2], word[:-1] + "e")
    )


def _known(word: str) -> bool:
    return not english.is_stopword(word) and english.frequency(word) is not None


def _merged(words: Iterable[str]) -> dict[str, str]:
    """Return the key of every word: the shortest of its inflected forms that are there."""
    stemmed: dict[str, list[str]] = defaultdict(list)
    listed = sorted(words)
    for word, stem in zip(listed, _stemmer().stemWords(listed), strict=True):
        stemmed[stem].append(word)
    keys = {}
    for forms in stemmed.values():
        forms.sort(key=lambda form: (len(form), form))
        for form in forms:
            keys[form] = next(head for head in forms if head == form or _inflects(head, form))
    return keys


def _inflects(a: str, b: str) -> bool:
    """Tell whether two words of one stem differ in their inflection only."""
    pairs = zip(a, b, strict=False)
    common = next((i for i, (x, y) in enumerate(pairs) if x != y), min(len(a), len(b)))
    ends = {a[common:], b[common:]}
    return common >= _SHORTEST and any(ends <= inflections for inflections in _INFLECTIONS)


@lru_cache(1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


def _uses(
    passage: Passage, run: Sequence[Token], keys: Mapping[str, str]
) -> Iterator[tuple[str, _Use]]:
    """Yield the words of a run, and its phrases of two and three words, by the keys of words."""
    words = [token.folded if token.is_han else keys[token.folded] for token in run]
    for length in range(1, _PHRASE + 1):
        for at in range(len(run) - length + 1):
            key = " ".join(words[at : at + length])
            yield key, _Use(passage, run[at], run[at + length - 1])


class _Found(NamedTuple):
    """The uses of what may be a keyword, with its score E4."""

    score: int
    uses: Sequence[_Use]

    @property
    def text(self) -> str:
        """How it is written."""
        forms = [use.form for use in self.uses]
        small = {form for form in forms if form == form.lower()}
        return surface((form.lower() if form.lower() in small else form, 1) for form in forms)


def _score(key: str, uses: Sequence[_Use]) -> int:
    mentions = math.fsum(sorted([use.weight for use in uses]))
    specific = max([_specificity(word, uses[0].first.is_han) for word in key.split(" ")])
    return int(SCORE_ONE * math.sqrt(specific) * (1 - 2 ** (-mentions / 2)) + 0.5)


def _keyword(found: _Found, timeline: Timeline) -> Keyword:
    uses = found.uses
    evidence, count = evidence_of(use.passage.refs for use in uses)
    return Keyword(
        text=found.text,
        language="zh" if uses[0].first.is_han else "en",
        score=found.score,
        mentions=len(uses),
        spans=merge_spans(
            span for use in uses for span in use.passage.spans_of(use.first, use.last, timeline)
        ),
        modalities=tuple(sorted({use.passage.modality for use in uses})),
        evidence=evidence,
        evidence_count=count,
    )


@lru_cache(4_096)
def _specificity(word: str, han: bool) -> float:
    known = chinese.frequency(word) if han else english.frequency(word)
    if known is None:
        return _UNKNOWN
    rare, common = (_RARE_CHINESE, _COMMON_CHINESE) if han else (_RARE, _COMMON)
    return min(1.0, max(0.0, (common - known) / (common - rare)))
