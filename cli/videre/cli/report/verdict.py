"""The verdict as the page shows it: advice, why, and what nobody looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from videre.cli.formatting import percent, when, word
from videre.v1 import analysis_pb2

_ADVICE: Final = {
    analysis_pb2.SUGGESTION_PASS: "Nothing found that reaches a threshold.",
    analysis_pb2.SUGGESTION_REVIEW: "A person should look at this.",
    analysis_pb2.SUGGESTION_BLOCK: "This should not be shown.",
}
_MEDIA: Final = ("image", "speech", "text", "sound", "metadata")
_NO_TRACK: Final = "NO_TRACK"
#: Why nothing was compared although somebody looked.
_TOO_LITTLE: Final = {
    "SPEECH_NOT_UNDERSTOOD": "too much speech was not understood",
    "UNLABELED_SOUND": "much loud sound has no name",
}
_WHY: Final = {
    "NOT_CHECKED": "nobody looked",
    "INCOMPLETE": "not everything was looked at",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """One stretch that reached a threshold.

    `picture` is a digest, "" when there is none; the page veils it until asked.
    """

    suggestion: str
    what: str
    when: str
    confidence: str
    threshold: str
    rule: str
    words: tuple[str, ...]
    picture: str


@dataclass(frozen=True, slots=True)
class Group:
    """One category in one medium; `absent` = the media has no such track.

    `coverage` has label, state and reason of everything that its rule looks for.
    """

    name: str
    medium: str
    suggestion: str
    confidence: str
    why: str
    absent: bool
    checked: int
    labels: int
    unchecked: tuple[str, ...]
    hits: tuple[Hit, ...]
    coverage: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A category; one cell per medium of the verdict, None where the template has no rule."""

    category: str
    cells: tuple[Group | None, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """Something given with the media that does not pass, and what was found in it."""

    name: str
    suggestion: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class GivenKind:
    """How many of a kind were given, and why nobody looked; "" where somebody did."""

    name: str
    count: int
    unchecked: str


@dataclass(frozen=True, slots=True)
class VerdictView:
    """The whole verdict: as a matrix of categories and media, and its groups, worst first.

    `given` are those of what was given with the media that do not pass, worst first.
    """

    suggestion: str
    advice: str
    template: str
    coverage_complete: bool
    media: tuple[str, ...]
    rows: tuple[Row, ...]
    groups: tuple[Group, ...]
    given: tuple[Given, ...]
    given_kinds: tuple[GivenKind, ...]


@dataclass(frozen=True, slots=True)
class PeopleSay:
    """What people say of the verdict.

    Args:
        suggestion: what they advise; "" before they have decided.
        state: of the review.
        others: category, medium, the verdict's advice and theirs, where the two differ.
    """

    review_id: str
    suggestion: str
    state: str
    reviewer: str
    others: tuple[tuple[str, str, str, str], ...]


def suggestion_word(value: int) -> str:
    """Return "pass", "review", "block" or "" when moderation did not run."""
    return word(analysis_pb2.Suggestion, value, "SUGGESTION")


def people_say(review: analysis_pb2.VerdictReview) -> PeopleSay:
    """Return what people say of a verdict."""
    return PeopleSay(
        review_id=review.review_id,
        suggestion=suggestion_word(review.suggestion),
        state=word(analysis_pb2.ReviewState, review.state, "REVIEW_STATE"),
        reviewer=review.reviewer,
        others=tuple(
            (one.category, one.medium, suggestion_word(one.suggestion),
             suggestion_word(one.people_suggestion))
            for one in review.groups
            if one.people_suggestion not in (0, one.suggestion)
        ),
    )  # fmt: skip


def verdict_view(verdict: analysis_pb2.Verdict, *, max_hits: int) -> VerdictView:
    """Return the verdict with at most `max_hits` hits a group."""
    shown = {(group.category, group.medium): _group(group, max_hits) for group in verdict.groups}
    media = tuple(sorted({medium for _, medium in shown}, key=_medium_order))
    worst = sorted(verdict.groups, key=lambda group: (-group.suggestion, -group.confidence))
    return VerdictView(
        suggestion=suggestion_word(verdict.suggestion),
        advice=_ADVICE.get(verdict.suggestion, ""),
        template=verdict.template,
        coverage_complete=verdict.coverage_complete,
        media=media,
        rows=tuple(
            Row(category, tuple(shown.get((category, medium)) for medium in media))
            for category in dict.fromkeys(category for category, _ in shown)
        ),
        groups=tuple(shown[group.category, group.medium] for group in worst),
        given=tuple(
            _given(one, max_hits)
            for one in sorted(verdict.given, key=lambda one: -one.suggestion)
            if one.suggestion > analysis_pb2.SUGGESTION_PASS
        ),
        given_kinds=tuple(map(_given_kind, verdict.given_coverage)),
    )


def _given(one: analysis_pb2.GivenVerdict, max_hits: int) -> Given:
    kind = word(analysis_pb2.GivenKind, one.kind, "GIVEN_KIND")
    at = f" at {when(one.span)}" if one.HasField("span") else ""
    return Given(
        name=f"{kind} {one.given_id}".rstrip() + at,
        suggestion=suggestion_word(one.suggestion),
        groups=tuple(_group(group, max_hits) for group in one.groups),
    )


def _given_kind(item: analysis_pb2.GivenCoverage) -> GivenKind:
    checked = item.state == analysis_pb2.COVERAGE_STATE_CHECKED
    return GivenKind(
        name=word(analysis_pb2.GivenKind, item.kind, "GIVEN_KIND"),
        count=item.count,
        unchecked="" if checked else item.reason.replace("_", " ").lower(),
    )


def _medium_order(medium: str) -> tuple[int, str]:
    return (_MEDIA.index(medium) if medium in _MEDIA else len(_MEDIA), medium)


def _group(group: analysis_pb2.VerdictGroup, max_hits: int) -> Group:
    missing = [item for item in group.coverage if item.state != analysis_pb2.COVERAGE_STATE_CHECKED]
    return Group(
        name=group.category,
        medium=group.medium,
        suggestion=suggestion_word(group.suggestion),
        confidence=percent(group.confidence) if group.confidence else "",
        why=_why(group, missing),
        absent=bool(missing) and all(item.reason == _NO_TRACK for item in group.coverage),
        checked=len(group.coverage) - len(missing),
        labels=len(group.coverage),
        unchecked=tuple(_unchecked(item) for item in missing if item.reason != _NO_TRACK),
        hits=tuple(_hit(segment) for segment in group.segments[:max_hits]),
        coverage=tuple(map(_covered, group.coverage)),
    )


def _why(group: analysis_pb2.VerdictGroup, missing: Sequence[analysis_pb2.LabelCoverage]) -> str:
    """Return what the advice rests on."""
    reasons = {item.reason for item in missing}
    if group.reason in _TOO_LITTLE:
        return _TOO_LITTLE[group.reason]
    if group.reason == "NOT_CHECKED" and len(reasons) == 1 and reasons <= _TOO_LITTLE.keys():
        return _TOO_LITTLE[reasons.pop()]
    return group.label or _WHY.get(group.reason, group.reason.replace("_", " ").lower())


def _covered(item: analysis_pb2.LabelCoverage) -> tuple[str, str, str]:
    """Return what was looked for, whether, and why not."""
    state = word(analysis_pb2.CoverageState, item.state, "COVERAGE_STATE")
    reason = _TOO_LITTLE.get(item.reason, item.reason.replace("_", " ").lower())
    return item.label or "listed words", state, "" if reason == state else reason


def _unchecked(item: analysis_pb2.LabelCoverage) -> str:
    reason = item.reason or word(analysis_pb2.CoverageState, item.state, "COVERAGE_STATE")
    words = _TOO_LITTLE.get(reason, reason.replace("_", " ").lower())
    return f"{item.label} ({words})" if item.label else words


def _matched(hit: analysis_pb2.WordHit) -> str:
    """Return what stands there, and as what and how it was found: “v1agra” as viagra: leetspeak."""
    if not hit.folds:
        return f"“{hit.text}”"
    folds = ", ".join(fold.replace("_", " ") for fold in hit.folds)
    return f"“{hit.text}” as {hit.entry}: {folds}"


def _hit(segment: analysis_pb2.VerdictSegment) -> Hit:
    return Hit(
        suggestion=suggestion_word(segment.suggestion),
        what=segment.label,
        when=when(segment.span),
        confidence=percent(segment.confidence),
        threshold=percent(segment.threshold),
        rule=segment.rule_id,
        words=tuple(map(_matched, segment.word_hits[:8])),
        picture=segment.picture_digest or segment.blurred_picture_digest,
    )
