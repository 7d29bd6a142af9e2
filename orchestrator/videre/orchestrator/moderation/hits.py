"""What rules find: detections of classes, and listed words, each with its stretch. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from videre.common.errors import invalid
from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.document import Analysis, EvidenceRef, WordHit
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import FRAME_FEATURES
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.refs import reference
from videre.orchestrator.fusion.searched_texts import SearchedText, given_with, read, spoken
from videre.orchestrator.fusion.stitch_shots import ShotFinder
from videre.orchestrator.moderation.coverage import classes_of
from videre.orchestrator.moderation.inputs import ModerationInput
from videre.orchestrator.moderation.template import Medium, Rule
from videre.orchestrator.moderation.words import Match, WordList, matcher

_PERCENT: Final = SCORE_ONE // 100
#: Media whose rules name classes; those of the others name lists of words.
_SEEN_OR_HEARD: Final = frozenset({Medium.IMAGE, Medium.SOUND})
_SAMPLED: Final = frozenset(feature.name for feature in FRAME_FEATURES)


@dataclass(frozen=True, slots=True)
class Hit:
    """One detection for one rule.

    Args:
        label: the rule's label, or the list's for words.
        span: when.
        score: calibrated score E4; for words: the entry's weight × how surely it was read or heard.
        refs: the evidence.
        words: the words, for texts.
    """

    label: str
    span: TimeSpan
    score: int
    refs: tuple[EvidenceRef, ...]
    words: tuple[WordHit, ...] = ()


class Finder:
    """Looks for what rules name in one media: what they share is made once."""

    def __init__(self, rules: Iterable[Rule], given: ModerationInput, judge: Judge) -> None:
        """Take all rules that will be asked for."""
        self._given, self._judge = given, judge
        asked = tuple(rules)
        names = sorted({name for rule in asked for name in rule.word_lists})
        lists = (given.word_lists[name] for name in names if name in given.word_lists)
        self._lists = tuple(dict.fromkeys(lists))
        self._found: dict[Medium, Sequence[tuple[SearchedText, Match]]] = {}
        self._classes = frozenset(
            wanted for rule in asked if rule.medium in _SEEN_OR_HEARD for wanted in classes_of(rule)
        )

    def find(self, rule: Rule) -> list[Hit]:
        """Return everything a rule finds, whatever its thresholds say of it.

        Raises:
            VidereError: FIELD_INVALID, the rule names a word list that was not given.
        """
        if rule.medium in _SEEN_OR_HEARD:
            return self._detections(rule)
        lists = {self._list(rule, name).name for name in rule.word_lists}
        return [
            _word(text, match)
            for text, match in (self._words(rule.medium) if lists else ())
            if match.word_list.name in lists and (not rule.labels or match.category in rule.labels)
        ]

    def _list(self, rule: Rule, name: str) -> WordList:
        word_list = self._given.word_lists.get(name)
        if word_list is None:
            raise invalid("word_lists", f"rule {rule.rule_id}: no list {name!r}", actual=name)
        return word_list

    def _words(self, medium: Medium) -> Sequence[tuple[SearchedText, Match]]:
        """Return every listed word of any rule in the texts of a medium."""
        if medium not in self._found:
            listed = matcher(*self._lists)  # found by all entries: once, not for every text
            self._found[medium] = [
                (text, match)
                for text in _texts(medium, self._given)
                for match in listed.find(text.text)
            ]
        return self._found[medium]

    def _detections(self, rule: Rule) -> list[Hit]:
        found = [
            (place, label, record)
            for (feature, class_name), label in classes_of(rule).items()
            for place, record in self._by_class.get((feature, class_name), ())
            if self._judge.detects(record)
        ]
        return [
            Hit(label, self._stretches.of(record), self._judge.score(record), (reference(record),))
            for _, label, record in sorted(found, key=lambda item: item[0])
        ]

    @cached_property
    def _by_class(self) -> Mapping[tuple[str, str], Sequence[tuple[int, Evidence]]]:
        """Records that some rule asks for, with their places among all, by feature and class."""
        found: dict[tuple[str, str], list[tuple[int, Evidence]]] = defaultdict(list)
        for place, record in enumerate(self._given.evidence):
            kind = record.feature, record.class_name
            if kind in self._classes:
                found[kind].append((place, record))
        return found

    @cached_property
    def _stretches(self) -> _Stretches:
        given = self._given
        sampled = sampled_spans(given.evidence) if given.sampled is None else given.sampled
        return _Stretches(given.analysis, sampled)


def sampled_spans(evidence: Iterable[Evidence]) -> tuple[TimeSpan, ...]:
    """Return the spans of all sampled frames, in order of time."""
    spans = {
        (r.span.start_ns, r.span.end_ns, r.span.start_frame, r.span.end_frame): r.span
        for r in evidence
        if r.feature in _SAMPLED and r.span.start_frame is not None
    }
    return tuple(spans[place] for place in sorted(spans))


class _Stretches:
    """A sampled frame speaks until the next sampled frame or the end of its shot."""

    def __init__(self, analysis: Analysis, sampled: Iterable[TimeSpan]) -> None:
        self._shots = analysis.shots
        self._finder = ShotFinder(analysis.shots)
        self._next = dict(pairwise(sampled))

    def of(self, record: Evidence) -> TimeSpan:
        span = record.span
        if record.feature not in _SAMPLED or span.start_frame is None:
            return span
        end_ns, end_frame = span.end_ns, span.end_frame or 0
        follower = self._next.get(span)
        if follower is not None:
            end_ns, end_frame = follower.start_ns, follower.start_frame or 0
        if self._shots:
            shot = self._shots[self._finder.at(span.start_frame)].span
            if follower is None or end_ns > shot.end_ns:
                end_ns, end_frame = shot.end_ns, shot.end_frame or 0
        return TimeSpan(
            span.start_ns,
            max(end_ns, span.end_ns),
            span.start_frame,
            max(end_frame, span.end_frame or 0),
        )


def _texts(medium: Medium, given: ModerationInput) -> list[SearchedText]:
    match medium:
        case Medium.SPEECH:
            return spoken(given.analysis.utterances)
        case Medium.TEXT:
            return read(given.analysis.text_lines)
        case _:
            return given_with(given.context, given.analysis.media)


def _word(text: SearchedText, match: Match) -> Hit:
    entry = match.entry
    span, score = text.at(match.start, match.end)
    weighted = (entry.weight * _PERCENT * score + SCORE_ONE // 2) // SCORE_ONE
    word = WordHit(
        entry=entry.text,
        word_list=match.word_list.name,
        text=text.text[match.start : match.end],
        start=match.start,
        end=match.end,
        folds=tuple(fold.value for fold in match.folds(text.text)),
        category=match.category,
        language=entry.language or match.word_list.language,
        weight=entry.weight,
        span=span,
    )
    return Hit(match.category, span, weighted, text.refs, (word,))
