"""Cover pictures that were given with the media: each is judged as a picture of its own. Pure.

The rules for pictures and for text in pictures look at a cover. One that could not be looked at has
stages that FAILED, so that it never passes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from videre.common.errors import Reason
from videre.orchestrator.document import (
    Analysis,
    Coverage,
    GivenCoverage,
    GivenKind,
    GivenVerdict,
    LabelCoverage,
    Verdict,
)
from videre.orchestrator.moderation.inputs import Cover, ModerationInput
from videre.orchestrator.moderation.template import Medium, ModerationTemplate

_SEEN: Final = frozenset({Medium.IMAGE, Medium.TEXT})


Moderate = Callable[[ModerationTemplate, ModerationInput], Verdict]


def cover_verdicts(
    template: ModerationTemplate,
    given: ModerationInput,
    covers: Sequence[Cover],
    moderate: Moderate,
) -> tuple[tuple[GivenVerdict, ...], tuple[GivenCoverage, ...]]:
    """Return the verdict on each cover, and whether they were looked at.

    Args:
        template: of which the rules for pictures and text count.
        given: engines, lists and blurred pictures.
        covers: the pictures.
        moderate: judges one.
    """
    if not covers:
        return (), ()
    rules = tuple(rule for rule in template.rules if rule.medium in _SEEN and rule.enabled)
    if not rules:
        reason = str(Reason.NOT_REQUESTED)
        return (), (GivenCoverage(GivenKind.COVER, len(covers), Coverage.NOT_CHECKED, reason),)
    places = {f"{rule.category}/{rule.medium}" for rule in rules}
    own = replace(
        template,
        rules=rules,
        required=tuple(one for one in template.required if one.rpartition("/")[0] in places),
        unlabeled_sound=None,
    )
    verdicts = [moderate(own, _input(given, cover)) for cover in covers]
    judged = tuple(
        GivenVerdict(GivenKind.COVER, str(place), verdict.suggestion, verdict.groups)
        for place, verdict in enumerate(verdicts)
    )
    found = [one for verdict in verdicts for group in verdict.groups for one in group.coverage]
    state, reason = _state(found)
    categories = tuple(sorted({rule.category.value for rule in rules}))
    return judged, (GivenCoverage(GivenKind.COVER, len(covers), state, reason, categories),)


def _input(given: ModerationInput, cover: Cover) -> ModerationInput:
    return ModerationInput(
        analysis=Analysis(media=cover.media, stages=cover.stages, text_lines=cover.text_lines),
        evidence=cover.evidence,
        engines=given.engines,
        tables=given.tables,
        word_lists=given.word_lists,
        blurred=given.blurred,
        hash_lists=given.hash_lists,
    )


def _state(found: Sequence[LabelCoverage]) -> tuple[Coverage, str]:
    """Return the worst that holds of the covers: FAILED, or that nobody looked at all."""
    failed = next((one for one in found if one.state is Coverage.FAILED), None)
    if failed is not None:
        return Coverage.FAILED, failed.reason
    if any(one.state is Coverage.CHECKED for one in found):
        return Coverage.CHECKED, ""
    reason = next((one.reason for one in found if one.reason), "")
    return Coverage.NOT_CHECKED, reason
