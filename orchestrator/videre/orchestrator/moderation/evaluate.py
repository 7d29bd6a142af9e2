"""A template and what is known of a media → a verdict. Pure: dry runs and replays need no model.

Integers are compared, `score >= threshold`; only detections are; "nothing detected" passes with
confidence 0, also where the review threshold is 0.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from videre.common.errors import Reason
from videre.common.values import TimeSpan
from videre.orchestrator.document import (
    MAX_REFS,
    Coverage,
    EvidenceRef,
    LabelCoverage,
    Suggestion,
    Verdict,
    VerdictGroup,
    VerdictSegment,
    WordHit,
)
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.searched_texts import given_with
from videre.orchestrator.moderation.coverage import (
    HASH_LIST,
    check_required,
    coverage_of,
    unlabeled,
)
from videre.orchestrator.moderation.covers import cover_verdicts
from videre.orchestrator.moderation.given import by_text, given_coverage, given_verdicts
from videre.orchestrator.moderation.hits import Finder, Hit
from videre.orchestrator.moderation.inputs import ModerationInput
from videre.orchestrator.moderation.listed import Listed
from videre.orchestrator.moderation.own_libraries import named_by
from videre.orchestrator.moderation.template import (
    Medium,
    ModerationTemplate,
    Rule,
    Unchecked,
    validate,
)
from videre.orchestrator.moderation.unlabeled import too_much

NOT_CHECKED: Final = "NOT_CHECKED"
INCOMPLETE: Final = "INCOMPLETE"
UNLABELED_SOUND: Final = str(Reason.UNLABELED_SOUND)
#: The media as a whole is on a list that allows.
ALLOWED: Final = "ALLOWED"
_E4_PER_POINT: Final = 100
_NS_PER_MS: Final = 1_000_000
_COVERED: Final = frozenset({Coverage.CHECKED, Coverage.NO_TRACK})


@dataclass(frozen=True, slots=True)
class _Found:
    """The hits of one rule that reach one of its thresholds, and what its hash lists block."""

    rule: Rule
    hits: tuple[Hit, ...]
    blocks: tuple[VerdictSegment, ...] = ()

    @property
    def for_review(self) -> bool:
        """Whether something is listed, or reaches the rule's review threshold."""
        review = self.rule.review
        reached = review is not None and any(h.score >= review * _E4_PER_POINT for h in self.hits)
        return reached or bool(self.blocks)


def moderate(template: ModerationTemplate, given: ModerationInput) -> Verdict:
    """Return the verdict of a template.

    Raises:
        VidereError: FIELD_INVALID, the template is out of its ranges or names an unknown list.
    """
    validate(template)
    check_required(template)
    judge = Judge(given.engines, given.tables)
    rules = [rule for rule in template.rules if rule.enabled]
    finder = Finder(rules, given, judge, template.allow_phrases)
    listed = Listed(template, given, finder.stretch)
    # Of text without times, paragraph by paragraph.
    gap = 0 if given.analysis.media.characters else template.merge_gap_ms * _NS_PER_MS
    limits = template.unlabeled_sound
    nameless = limits is not None and too_much(limits, given, judge)
    found, allowed = _found(rules, finder, listed, gap)
    groups = []
    of_texts: dict[str, list[VerdictGroup]] = defaultdict(list)
    for item in found:
        seconded = _seconded(item, found)
        coverage = coverage_of(
            item.rule,
            given.analysis,
            judge,
            template.unclear_speech,
            listed.coverage(item.rule),
            given.libraries,
        )
        if nameless and item.rule.medium is Medium.SOUND:
            coverage = unlabeled(coverage)
        passes = allowed and item.rule.medium is not Medium.METADATA
        segments = _segments(item, seconded, gap, given)
        groups.append(_group(template, item.rule, segments, coverage, allowed=passes))
        if item.rule.medium is Medium.METADATA:
            for name, hits in by_text(item.hits).items():
                own = _segments(replace(item, hits=hits), seconded, gap, given)
                of_texts[name].append(_group(template, item.rule, own, ()))
    texts = given_with(given.context, given.analysis.media)
    looked = given_coverage(texts, rules)
    judged = given_verdicts(texts, given.context, of_texts, looked)
    covers, seen = cover_verdicts(template, given, given.covers, moderate)
    judged, looked = (*judged, *covers), (*looked, *seen)
    of_covers = [group for one in covers for group in one.groups]
    return Verdict(
        suggestion=worst(
            [*(group.suggestion for group in groups), *(one.suggestion for one in judged)]
        ),
        template=template.name,
        groups=tuple(groups),
        coverage_complete=all(
            c.state in _COVERED for group in (*groups, *of_covers) for c in group.coverage
        ),
        libraries=tuple(sorted({one.name for r in rules for one in named_by(r, given.libraries)})),
        given=judged,
        given_coverage=looked,
        allowed=listed.allowed,
    )


def _found(
    rules: Sequence[Rule], finder: Finder, listed: Listed, gap_ns: int
) -> tuple[list[_Found], bool]:
    """Return what is found by rule, and whether the media is allowed as a whole."""
    blocks = [listed.segments(rule, gap_ns) for rule in rules]
    allowed = listed.whole and not any(blocks)
    found = [
        _Found(rule, _hits(rule, finder, listed, allowed=allowed), tuple(block))
        for rule, block in zip(rules, blocks, strict=True)
    ]
    return found, allowed


def _seconded(item: _Found, found: Iterable[_Found]) -> bool:
    """Tell whether another medium of the same category is for review, too."""
    return any(
        other.for_review
        for other in found
        if other.rule.category is item.rule.category and other is not item
    )


def _hits(rule: Rule, finder: Finder, listed: Listed, *, allowed: bool) -> tuple[Hit, ...]:
    """Return the hits of a rule that reach a threshold, without what is allowed.

    Args:
        allowed: the media is, as a whole; what is given with it is not.
    """
    if allowed and rule.medium is not Medium.METADATA:
        return ()
    found = (hit for hit in finder.find(rule) if _threshold(rule, hit.score))
    if rule.medium is Medium.IMAGE and listed.allowed_frames:
        return tuple(
            hit for hit in found if not hit.frames or not hit.frames <= listed.allowed_frames
        )
    return tuple(found)


def worst(suggestions: Iterable[Suggestion]) -> Suggestion:
    """Return the worst suggestion (BLOCK > REVIEW > PASS); PASS of none."""
    return max(suggestions, key=lambda suggestion: suggestion.severity, default=Suggestion.PASS)


def _threshold(rule: Rule, score: int) -> tuple[Suggestion, int] | None:
    """Return the strictest rule a score reaches, with its threshold E4; None when it reaches none.

    A threshold is reached by the score that equals it.
    """
    for suggestion, points in ((Suggestion.BLOCK, rule.block), (Suggestion.REVIEW, rule.review)):
        if points is not None and score >= points * _E4_PER_POINT:
            return suggestion, points * _E4_PER_POINT
    return None


def _segments(
    found: _Found, seconded: bool, gap_ns: int, given: ModerationInput
) -> tuple[VerdictSegment, ...]:
    """Return the merged hits of a rule, worst first."""
    by_label: dict[str, list[Hit]] = defaultdict(list)
    for hit in found.hits:
        by_label[hit.label].append(hit)
    segments = [
        _segment(found.rule, seconded, run, given)
        for hits in by_label.values()
        for run in _runs(hits, gap_ns)
    ]
    segments += found.blocks
    return tuple(
        sorted(
            segments,
            key=lambda s: (
                -s.suggestion.severity,
                -s.score,
                s.span.start_ns,
                s.span.end_ns,
                s.label,
            ),
        )
    )


def _runs(hits: Iterable[Hit], gap_ns: int) -> list[list[Hit]]:
    """Return hits of one label in groups whose gaps are at most `gap_ns`."""
    runs: list[list[Hit]] = []
    end_ns = 0
    for hit in sorted(hits, key=_hit_order):
        if runs and hit.span.start_ns - end_ns <= gap_ns:
            runs[-1].append(hit)
        else:
            runs.append([hit])
        end_ns = max(end_ns, hit.span.end_ns)
    return runs


def _hit_order(hit: Hit) -> tuple[object, ...]:
    span = hit.span
    ids = tuple(ref.id for ref in hit.refs)
    places = tuple((w.word_list, w.start, w.end, w.entry) for w in hit.words)
    return span.start_ns, span.end_ns, -hit.score, ids, places


def _segment(
    rule: Rule, seconded: bool, hits: Sequence[Hit], given: ModerationInput
) -> VerdictSegment:
    strongest = sorted(hits, key=lambda hit: (-hit.score, _hit_order(hit)))
    score = strongest[0].score
    reached = _threshold(rule, score)
    if reached is None:
        raise ValueError(f"{rule.rule_id}: a segment below its thresholds")
    suggestion, threshold = reached
    fired = suggestion
    if suggestion is Suggestion.BLOCK and rule.block_needs_second_medium and not seconded:
        suggestion = Suggestion.REVIEW
        if rule.review is not None:
            fired, threshold = suggestion, rule.review * _E4_PER_POINT
    refs = _unique_refs(strongest)
    picture = next((ref.picture for ref in refs if ref.picture), "")
    return VerdictSegment(
        span=_hull(hits),
        suggestion=suggestion,
        score=score,
        label=strongest[0].label,
        rule_id=f"{rule.rule_id}.{fired}",
        threshold=threshold,
        word_hits=_unique_words(hits),
        evidence=refs[:MAX_REFS],
        picture=picture,
        blurred_picture=given.blurred.get(picture, ""),
    )


def _hull(hits: Sequence[Hit]) -> TimeSpan:
    span = hits[0].span
    for hit in hits[1:]:
        span = span.hull(hit.span)
    return span


def _unique_refs(hits: Iterable[Hit]) -> tuple[EvidenceRef, ...]:
    return tuple({ref.id: ref for hit in hits for ref in hit.refs}.values())


def _unique_words(hits: Iterable[Hit]) -> tuple[WordHit, ...]:
    return tuple(dict.fromkeys(word for hit in hits for word in hit.words))


def _group(
    template: ModerationTemplate,
    rule: Rule,
    segments: tuple[VerdictSegment, ...],
    coverage: tuple[LabelCoverage, ...],
    *,
    allowed: bool = False,
) -> VerdictGroup:
    suggestion = worst(segment.suggestion for segment in segments)
    reason = ALLOWED if allowed else ""
    if suggestion is Suggestion.PASS and not allowed:
        reason = _missing(template, rule, coverage)
        if reason:
            suggestion = Suggestion.REVIEW
    return VerdictGroup(
        category=rule.category,
        medium=rule.medium,
        suggestion=suggestion,
        score=max((segment.score for segment in segments), default=0),
        label=segments[0].label if segments else "",
        reason=reason,
        segments=segments,
        coverage=coverage,
    )


def _missing(template: ModerationTemplate, rule: Rule, coverage: Sequence[LabelCoverage]) -> str:
    """Return why a group where nothing was found may not pass; "" when it may.

    A failure never passes, whatever the template says of things unchecked.
    """
    if any(item.state is Coverage.FAILED for item in coverage):
        return INCOMPLETE
    if any(item.reason == UNLABELED_SOUND for item in coverage):
        return UNLABELED_SOUND
    required = {
        label
        for category, medium, label in (name.split("/", 2) for name in template.required)
        if (category, medium) == (rule.category, rule.medium)
    }
    if any(item.label in required and item.state not in _COVERED for item in coverage):
        return NOT_CHECKED
    if template.unchecked is Unchecked.PASS:
        return ""
    # Lists hold what is known: that nothing of it is there says nothing of all else.
    lists = [item for item in coverage if item.label == HASH_LIST]
    looked = [item for item in coverage if item.label != HASH_LIST] or lists
    track = any(item.state is not Coverage.NO_TRACK for item in coverage)
    checked = any(item.state is Coverage.CHECKED for item in looked)
    compared = all(item.state in _COVERED for item in lists)
    return NOT_CHECKED if track and not (checked and compared) else ""
