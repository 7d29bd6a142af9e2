"""The verdicts on texts that were given with the media, each on its own. Pure.

A text's verdict is what the rules for metadata say of its words alone. The groups of the whole
verdict hold the same words, so that its suggestion is the worst over media and texts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from videre.common.errors import Reason
from videre.orchestrator.document import (
    Coverage,
    GivenCoverage,
    GivenKind,
    GivenVerdict,
    Suggestion,
    VerdictGroup,
)
from videre.orchestrator.fusion.inputs import Context
from videre.orchestrator.fusion.searched_texts import SearchedText
from videre.orchestrator.moderation.hits import Hit
from videre.orchestrator.moderation.template import Medium, Rule

#: What stands before the name of a text in the id of its evidence.
_PREFIX: Final = "metadata/"


def by_text(hits: Sequence[Hit]) -> dict[str, tuple[Hit, ...]]:
    """Return the hits in given texts by the id of their text's evidence."""
    found: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        found[hit.refs[0].id].append(hit)
    return {name: tuple(some) for name, some in found.items()}


def given_coverage(
    texts: Sequence[SearchedText], rules: Sequence[Rule]
) -> tuple[GivenCoverage, ...]:
    """Return, per kind of text that was given, whether somebody looked.

    Args:
        texts: what was given.
        rules: those that are enabled.
    """
    asked = [rule for rule in rules if rule.medium is Medium.METADATA]
    looking = sorted({rule.category.value for rule in asked if rule.word_lists or rule.libraries})
    counts = Counter(_place(text)[0] for text in texts)
    state, reason = Coverage.CHECKED, ""
    if not looking:
        state = Coverage.NOT_CHECKED
        reason = str(Reason.NO_ENGINE if asked else Reason.NOT_REQUESTED)
    return tuple(
        GivenCoverage(kind, counts[kind], state, reason, tuple(looking))
        for kind in GivenKind
        if counts[kind]
    )


def given_verdicts(
    texts: Sequence[SearchedText],
    context: Context,
    groups: Mapping[str, Sequence[VerdictGroup]],
    looked: Sequence[GivenCoverage],
) -> tuple[GivenVerdict, ...]:
    """Return the verdict on every text of a kind that was looked at, in the order of the texts.

    Args:
        texts: what was given.
        context: the same, with the caller's ids.
        groups: what rules found, by the id of the text's evidence.
        looked: see `given_coverage`.
    """
    checked = {item.kind for item in looked if item.state is Coverage.CHECKED}
    verdicts = []
    for text in texts:
        kind, name = _place(text)
        if kind not in checked:
            continue
        span = None
        if kind is GivenKind.COMMENT:
            comment = context.comments[int(name)]
            name = comment.id or name
            span = None if comment.time_ns is None or text.span.duration_ns else text.span
        own = sorted(
            groups.get(text.refs[0].id, ()), key=lambda g: (-g.suggestion.severity, -g.score)
        )
        suggestion = max(
            (group.suggestion for group in own),
            key=lambda one: one.severity,
            default=Suggestion.PASS,
        )
        verdicts.append(GivenVerdict(kind, name, suggestion, tuple(own), span))
    return tuple(verdicts)


def _place(text: SearchedText) -> tuple[GivenKind, str]:
    """Return what a text is, and which of its kind."""
    kind, _, name = text.refs[0].id.removeprefix(_PREFIX).partition("/")
    return GivenKind(kind), name
