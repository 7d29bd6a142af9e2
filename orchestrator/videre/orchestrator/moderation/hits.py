"""What rules find: detections of classes, and listed words, each with its stretch. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

from videre.common.errors import invalid
from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.document import (
    Analysis,
    EvidenceRef,
    TextLine,
    Understanding,
    Utterance,
    WordHit,
)
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import FRAME_FEATURES
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.claims import context_ref, context_texts
from videre.orchestrator.fusion.refs import reference
from videre.orchestrator.fusion.stitch_shots import ShotFinder
from videre.orchestrator.moderation.coverage import classes_of
from videre.orchestrator.moderation.inputs import ModerationInput
from videre.orchestrator.moderation.template import Medium, Rule
from videre.orchestrator.moderation.words import Match, Matcher, WordList, matcher

#: A text read at least this surely (E4) is taken as certain; a spoken word never is.
_READ_CERTAIN: Final = 9_500
_PERCENT: Final = SCORE_ONE // 100
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
        self._lists = {name for rule in rules for name in rule.word_lists}
        self._texts: dict[Medium, Sequence[_Text]] = {}

    def find(self, rule: Rule) -> list[Hit]:
        """Return everything a rule finds, whatever its thresholds say of it.

        Raises:
            VidereError: FIELD_INVALID, the rule names a word list that was not given.
        """
        if rule.medium in (Medium.IMAGE, Medium.SOUND):
            return self._detections(rule)
        matchers = [_Listed(rule, name, self._given) for name in rule.word_lists]
        matchers = [m for m in matchers if not rule.labels or m.label in rule.labels]
        texts = self._suspect(rule.medium) if matchers else []
        return [hit for text in texts for matcher in matchers for hit in matcher.find(text)]

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
        """Records with their places among all, by feature and class."""
        found: dict[tuple[str, str], list[tuple[int, Evidence]]] = defaultdict(list)
        for place, record in enumerate(self._given.evidence):
            found[record.feature, record.class_name].append((place, record))
        return found

    @cached_property
    def _stretches(self) -> _Stretches:
        return _Stretches(self._given.analysis, self._given.evidence)

    def _suspect(self, medium: Medium) -> Sequence[_Text]:
        """Return the texts that name an entry of any list: most name none."""
        if medium not in self._texts:
            texts = _texts(medium, self._given)
            self._texts[medium] = [text for text in texts if self._any_list.names(text.text)]
        return self._texts[medium]

    @cached_property
    def _any_list(self) -> Matcher:
        """The entries of all lists as one."""
        known = self._given.word_lists
        lists = [known[name] for name in sorted(self._lists) if name in known]
        entries = dict.fromkeys(entry for each in lists for entry in each.entries)
        return matcher(WordList("any", 1, "", tuple(entries)))


class _Stretches:
    """A sampled frame speaks until the next sampled frame or the end of its shot."""

    def __init__(self, analysis: Analysis, evidence: Iterable[Evidence]) -> None:
        self._shots = analysis.shots
        self._finder = ShotFinder(analysis.shots)
        spans = {
            (r.span.start_ns, r.span.end_ns, r.span.start_frame, r.span.end_frame): r.span
            for r in evidence
            if r.feature in _SAMPLED and r.span.start_frame is not None
        }
        ordered = [spans[place] for place in sorted(spans)]
        self._next = dict(pairwise(ordered))

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


@dataclass(frozen=True, slots=True)
class _Text:
    """A text to be searched, with when its characters are said or seen."""

    text: str
    span: TimeSpan
    score: int
    refs: tuple[EvidenceRef, ...]
    words: tuple[tuple[int, int, int, int, int], ...] = ()
    """start and end character, start and end ns, posterior E4 of every spoken word"""


def _texts(medium: Medium, given: ModerationInput) -> list[_Text]:
    match medium:
        case Medium.SPEECH:
            return [
                _spoken(item)
                for item in given.analysis.utterances
                if item.understanding is Understanding.UNDERSTOOD
            ]
        case Medium.TEXT:
            return [_read(line) for line in given.analysis.text_lines]
        case _:
            whole = TimeSpan(0, given.analysis.media.extent)
            times = {
                f"comment/{i}": TimeSpan(c.time_ns, c.time_ns)
                for i, c in enumerate(given.context.comments)
                if not given.analysis.media.characters  # text without times has no such place
            }
            return [
                _Text(text, span, SCORE_ONE, (context_ref(name, span),))
                for name, text in context_texts(given.context)
                for span in (times.get(name, whole),)
            ]


def _read(line: TextLine) -> _Text:
    score = SCORE_ONE if line.score >= _READ_CERTAIN else line.score
    return _Text(line.text, line.span, score, line.evidence)


def _spoken(item: Utterance) -> _Text:
    """Place every word in the utterance's text; words that are not found there have no place."""
    placed, at = [], 0
    for word in item.words:
        start = item.text.find(word.text, at)
        if start >= 0:
            at = start + len(word.text)
            placed.append((start, at, word.start_ns, word.end_ns, word.score))
    return _Text(item.text, item.span, item.score, item.evidence, tuple(placed))


class _Listed:
    """One word list at work for one rule."""

    def __init__(self, rule: Rule, name: str, given: ModerationInput) -> None:
        word_list = given.word_lists.get(name)
        if word_list is None:
            raise invalid("word_lists", f"rule {rule.rule_id}: no list {name!r}", actual=name)
        self._name, self.label = word_list.name, word_list.label
        self._matcher = matcher(word_list)

    def find(self, text: _Text) -> Sequence[Hit]:
        return [self._hit(text, match) for match in self._matcher.find(text.text)]

    def _hit(self, text: _Text, match: Match) -> Hit:
        span, score = _heard(text, match)
        weighted = (match.entry.weight * _PERCENT * score + SCORE_ONE // 2) // SCORE_ONE
        word = WordHit(
            match.entry.text, self._name, text.text[match.start : match.end], match.start, match.end
        )
        return Hit(self.label, span, weighted, text.refs, (word,))


def _heard(text: _Text, match: Match) -> tuple[TimeSpan, int]:
    """Return when the matched words are said and the least sure of them; else the whole text's."""
    ends = [word[1] for word in text.words]
    inside = [word for word in text.words[bisect_right(ends, match.start) :] if word[0] < match.end]
    if not inside:
        return text.span, text.score
    span = TimeSpan(inside[0][2], max(inside[-1][3], inside[0][2]))
    return span, min(word[4] for word in inside)
