"""What differs between two verdicts on one media. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.orchestrator.document import (
    GivenKind,
    GivenVerdict,
    Suggestion,
    Verdict,
    VerdictGroup,
    VerdictSegment,
)

#: Fields of a verdict beside its groups.
_FIELDS: Final = (
    "suggestion", "template", "coverage_complete", "given", "given_coverage", "allowed",
    "libraries",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GroupChange:
    """What is another of one category in one medium.

    Args:
        before: suggestion; PASS where no rule looked.
        after: suggestion; PASS where no rule looks.
        score: E4, by the later verdict.
        worst: the worst segment of the later verdict; None where there is none.
        reason: why it is REVIEW where nothing was found.
    """

    category: str
    medium: str
    before: Suggestion
    after: Suggestion
    score: int
    worst: VerdictSegment | None
    reason: str


def suggestion_of(verdict: Verdict | None) -> Suggestion:
    """Return what a verdict advises; PASS where there is none."""
    return Suggestion.PASS if verdict is None else verdict.suggestion


def changes(before: Verdict | None, after: Verdict) -> tuple[GroupChange, ...]:
    """Return the groups that advise something else, or the same for something else."""
    old, new = _groups(before), _groups(after)
    return tuple(
        _change(place, old.get(place), new.get(place))
        for place in sorted(old.keys() | new.keys())
        if _told(old.get(place)) != _told(new.get(place))
    )


def differing(before: Verdict, after: Verdict) -> tuple[str, ...]:
    """Return what two verdicts say otherwise: fields, and groups as "category.medium"."""
    fields = [name for name in _FIELDS if getattr(before, name) != getattr(after, name)]
    old, new = _groups(before), _groups(after)
    places = sorted(old.keys() | new.keys())
    groups = [".".join(place) for place in places if old.get(place) != new.get(place)]
    if not groups and before.groups != after.groups:
        groups.append("order")
    return (*fields, *groups)


def _groups(verdict: Verdict | None) -> dict[tuple[str, str], VerdictGroup]:
    """Return the groups by category and medium; those of covers by "cover/<place>/<medium>"."""
    groups = () if verdict is None else verdict.groups
    covers = () if verdict is None else _covers(verdict)
    found = {(group.category, group.medium): group for group in groups}
    found.update(
        ((group.category, f"cover/{one.given_id}/{group.medium}"), group)
        for one in covers
        for group in one.groups
    )
    return found


def _covers(verdict: Verdict) -> tuple[GivenVerdict, ...]:
    return tuple(one for one in verdict.given if one.kind is GivenKind.COVER)


def judged_groups(verdict: Verdict) -> tuple[VerdictGroup, ...]:
    """Return the groups of a verdict, then those of the covers; texts stand in the former."""
    return (*verdict.groups, *(group for one in _covers(verdict) for group in one.groups))


def all_groups(verdict: Verdict) -> tuple[VerdictGroup, ...]:
    """Return the groups of a verdict and of what was given with the media."""
    return (*verdict.groups, *(group for one in verdict.given for group in one.groups))


def _told(group: VerdictGroup | None) -> tuple[Suggestion, int, str, str]:
    if group is None:
        return Suggestion.PASS, 0, "", ""
    return group.suggestion, group.score, group.label, group.reason


def _change(
    place: tuple[str, str], old: VerdictGroup | None, new: VerdictGroup | None
) -> GroupChange:
    category, medium = place
    before, _, _, _ = _told(old)
    after, score, _, reason = _told(new)
    worst = new.segments[0] if new is not None and new.segments else None
    return GroupChange(category, medium, before, after, score, worst, reason)
