"""Why each rule of a template came to its suggestion: hits, and what stayed below. Pure.

"Nothing found" is a state of its own: a label that somebody looked for and that has no score at all
is not one with score 0.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.document import (
    Coverage,
    LabelCoverage,
    Suggestion,
    Verdict,
    VerdictGroup,
    VerdictSegment,
)
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.moderation.evaluate import ALLOWED, INCOMPLETE, NOT_CHECKED
from videre.orchestrator.moderation.feeds import Classes, Source, classes_of, features_of
from videre.orchestrator.moderation.hits import Finder, Hit
from videre.orchestrator.moderation.inputs import ModerationInput
from videre.orchestrator.moderation.template import WORD_MEDIA, ModerationTemplate, Rule

_E4_PER_POINT: Final = 100


class Outcome(StrEnum):
    """How a rule came to its suggestion."""

    HIT = "hit"
    BELOW_THRESHOLD = "below_threshold"
    NOT_DETECTED = "not_detected"
    NOTHING_FOUND = "nothing_found"
    NOT_CHECKED = "not_checked"
    FAILED = "failed"
    NO_TRACK = "no_track"
    OFF = "off"
    UNKNOWN = "unknown"
    ALLOWED = "allowed"


@dataclass(frozen=True, slots=True)
class LabelSource:
    """Classes of a feature that stand for a label, and the engine that was pinned for it."""

    feature: str
    classes: tuple[str, ...]
    engine: EngineFacts | None


@dataclass(frozen=True, slots=True)
class Highest:
    """The highest score that speaks for a label.

    Args:
        score: calibrated, E4.
        threshold: score E4 from which the class counts as detected; 0 of words.
        record: of pictures and sounds, what was seen or heard.
        hit: of words, and of what several records tell together, what was found.
    """

    score: int
    threshold: int = 0
    record: Evidence | None = None
    hit: Hit | None = None

    @property
    def detected(self) -> bool:
        """Whether it counts as a detection."""
        return self.score >= self.threshold


@dataclass(frozen=True, slots=True)
class LabelWhy:
    """What became of one label; `highest` is None where there is no score at all."""

    coverage: LabelCoverage
    sources: tuple[LabelSource, ...] = ()
    highest: Highest | None = None


@dataclass(frozen=True, slots=True)
class GroupWhy:
    """What became of one rule; `rule` is None where the template is gone, `group` of one off."""

    category: str
    medium: str
    outcome: Outcome
    rule: Rule | None
    group: VerdictGroup | None
    labels: tuple[LabelWhy, ...] = ()


def explain(
    verdict: Verdict, template: ModerationTemplate | None, given: ModerationInput | None
) -> tuple[GroupWhy, ...]:
    """Return what became of every rule of the template, in its order.

    Args:
        verdict: what is explained.
        template: the version that judged; None where it is gone.
        given: what it judged; None where that is not kept any more: scores are then not told.
    """
    groups = {(group.category, group.medium): group for group in verdict.groups}
    if template is None:
        return tuple(_without_rule(group) for group in verdict.groups)
    scores = None if given is None else _Scores(template, given)
    return tuple(
        _group(rule, groups.get((rule.category, rule.medium)), scores) for rule in template.rules
    )


def block_withheld(rule: Rule | None, segment: VerdictSegment) -> bool:
    """Tell whether a segment would be BLOCK if a second medium of its category agreed."""
    return (
        rule is not None
        and rule.block is not None
        and rule.block_needs_second_medium
        and segment.suggestion is Suggestion.REVIEW
        and segment.score >= rule.block * _E4_PER_POINT
    )


class _Scores:
    """The scores of one media, hits or not: what rules share is made once."""

    def __init__(self, template: ModerationTemplate, given: ModerationInput) -> None:
        asked = [rule for rule in template.rules if rule.enabled]
        self._judge = Judge(given.engines, given.tables)
        self._finder = Finder(asked, given, self._judge, template.allow_phrases)
        wanted = {
            kind
            for rule in asked
            for _, source in self._finder.fed(rule)
            for kind in classes_of(source.feed)
        }
        self._records: dict[tuple[str, str], list[Evidence]] = defaultdict(list)
        for record in given.evidence:
            kind = record.feature, record.class_name
            if kind in wanted:
                self._records[kind].append(record)

    def labels(self, rule: Rule, coverage: Sequence[LabelCoverage]) -> tuple[LabelWhy, ...]:
        """Return what became of the labels of a rule."""
        if rule.medium in WORD_MEDIA:
            return tuple(LabelWhy(one, highest=self._word(rule)) for one in coverage)
        fed: dict[str, list[Source]] = defaultdict(list)
        for label, source in self._finder.fed(rule):
            fed[label].append(source)
        hits = self._finder.find(rule)
        return tuple(
            LabelWhy(
                one,
                tuple(
                    LabelSource(feature, classes, self._judge.pinned(feature))
                    for feature, classes in _classes(fed[one.label])
                ),
                self._seen(fed[one.label], [hit for hit in hits if hit.label == one.label]),
            )
            for one in coverage
        )

    def _word(self, rule: Rule) -> Highest | None:
        hits = self._finder.find(rule)
        if not hits:
            return None
        surest = min(hits, key=lambda hit: (-hit.score, hit.span, hit.label))
        return Highest(surest.score, hit=surest)

    def _seen(self, sources: Iterable[Source], hits: Sequence[Hit]) -> Highest | None:
        """Return the strongest record, or what several tell together where that is stronger."""
        records = [
            record
            for source in sources
            if isinstance(source.feed, Classes) and source.feed.count == 1
            for kind in classes_of(source.feed)
            for record in self._records.get(kind, ())
        ]
        alone = min(
            records, key=lambda one: (-self._judge.score(one), one.span, one.id), default=None
        )
        hit = min(hits, key=lambda one: (-one.score, one.span), default=None)
        if hit is not None and (alone is None or self._judge.score(alone) < hit.score):
            return Highest(hit.score, hit=hit)
        if alone is None:
            return None
        return Highest(self._judge.score(alone), self._judge.threshold(alone), record=alone)


def _classes(sources: Iterable[Source]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the features that feed a label, with their classes, both sorted."""
    named: dict[str, set[str]] = defaultdict(set)
    for source in sources:
        for feature in features_of(source.feed):
            named.setdefault(feature, set())
        for feature, name in classes_of(source.feed):
            named[feature].add(name)
    return [(feature, tuple(sorted(names))) for feature, names in sorted(named.items())]


def _group(rule: Rule, group: VerdictGroup | None, scores: _Scores | None) -> GroupWhy:
    if group is None:
        return GroupWhy(rule.category, rule.medium, Outcome.OFF, rule, None)
    if scores is None:
        labels = tuple(LabelWhy(one) for one in group.coverage)
    else:
        labels = scores.labels(rule, group.coverage)
    outcome = _outcome(group, labels, scores is not None)
    return GroupWhy(rule.category, rule.medium, outcome, rule, group, labels)


def _without_rule(group: VerdictGroup) -> GroupWhy:
    labels = tuple(LabelWhy(one) for one in group.coverage)
    outcome = _outcome(group, labels, known=False)
    return GroupWhy(group.category, group.medium, outcome, None, group, labels)


def _outcome(group: VerdictGroup, labels: Sequence[LabelWhy], known: bool) -> Outcome:
    """Return how a group came to its suggestion; `known` tells whether scores are."""
    states = {one.state for one in group.coverage}
    if group.segments:
        return Outcome.HIT
    if group.reason == ALLOWED:
        return Outcome.ALLOWED
    if states == {Coverage.NO_TRACK}:
        return Outcome.NO_TRACK
    if group.reason == INCOMPLETE or Coverage.FAILED in states:
        return Outcome.FAILED
    if group.reason == NOT_CHECKED or Coverage.CHECKED not in states:
        return Outcome.NOT_CHECKED
    if not known:
        return Outcome.UNKNOWN
    found = [one.highest for one in labels if one.highest is not None]
    if any(one.detected for one in found):
        return Outcome.BELOW_THRESHOLD
    return Outcome.NOT_DETECTED if found else Outcome.NOTHING_FOUND
