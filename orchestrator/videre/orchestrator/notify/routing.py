"""Routing rules: which webhooks an event goes to. Pure.

A rule names what it wants of an event, each list by "one of these"; all that it names must hold,
and what it does not name does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from videre.orchestrator.notify.messages import FeedEvent
from videre.orchestrator.notify.types import is_wanted
from videre.orchestrator.notify.wildcards import is_like

#: Types of events with which a job has ended.
_ENDS: Final = frozenset({"job.succeeded", "job.partial", "job.failed", "job.cancelled"})
#: Fields of a rule that are lists.
_LISTS: Final = (
    "on", "types", "states", "verdicts", "labels", "targets", "pipelines", "branches",
)  # fmt: skip


class Occasion(StrEnum):
    """What happened, in the words of rules."""

    FINISH = "FINISH"
    CHANGE = "CHANGE"
    VERDICT = "VERDICT"
    REVIEWED = "REVIEWED"


@dataclass(frozen=True, slots=True)
class Facts:
    """What rules look at.

    Args:
        type: of the event.
        state: of the job; "" of events that tell of something else.
        verdict: what people say of the media, else what its analysis advises; "" = nothing yet.
        labels: ids of nodes that the media's analysis has.
        tags: of the job.
        pipeline: of the job; "" = none.
        branch: of its flow that the job has taken; "" = none.
    """

    type: str
    state: str = ""
    verdict: str = ""
    labels: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    pipeline: str = ""
    branch: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A routing rule.

    Args:
        id: names it.
        on: occasions.
        types: types of events and patterns of them.
        states: of the job.
        verdicts: PASS, REVIEW, BLOCK.
        labels: patterns, of which one label must meet one.
        tags: a pattern by key; the job must have all.
        targets: ids of webhooks.
        pipelines: of the job.
        branches: of its flow.
    """

    id: str
    on: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    targets: tuple[str, ...] = ()
    pipelines: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()


def facts_of(event: FeedEvent) -> Facts:
    """Return what rules look at; of events of earlier releases, what they tell themselves."""
    kept: Mapping[str, Any] = event.facts or {}
    return Facts(
        type=event.type,
        state=str(event.payload.get("state", "")) if event.type.startswith("job.") else "",
        verdict=str(kept.get("verdict", "")).upper(),  # jobs keep it in lower case
        labels=tuple(kept.get("labels", ())),
        tags=dict(kept.get("tags", {})),
        pipeline=str(kept.get("pipeline", "")),
        branch=str(kept.get("branch", "")),
    )


def meets(rule: Rule, facts: Facts) -> bool:
    """Tell whether an event is what a rule wants."""
    return (
        (not rule.on or any(_is_occasion(one, facts.type) for one in rule.on))
        and is_wanted(rule.types, facts.type)
        and (not rule.states or facts.state in rule.states)
        and (not rule.pipelines or facts.pipeline in rule.pipelines)
        and (not rule.branches or facts.branch in rule.branches)
        and (not rule.verdicts or facts.verdict in rule.verdicts)
        and (
            not rule.labels
            or any(is_like(pattern, label) for pattern in rule.labels for label in facts.labels)
        )
        and all(
            key in facts.tags and is_like(pattern, facts.tags[key])
            for key, pattern in rule.tags.items()
        )
    )


def routed(rules: Sequence[Rule], facts: Facts) -> dict[str, str]:
    """Return, by webhook that an event goes to, the first rule that says so."""
    found: dict[str, str] = {}
    for rule in rules:
        if any(target not in found for target in rule.targets) and meets(rule, facts):
            for target in rule.targets:
                found.setdefault(target, rule.id)
    return found


def rules_of(documents: Sequence[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """Return rules from what is stored of them."""
    return tuple(
        Rule(
            id=str(one["id"]),
            tags=dict(one.get("tags", {})),
            **{name: tuple(one.get(name, ())) for name in _LISTS},
        )
        for one in documents
    )


def _is_occasion(occasion: str, kind: str) -> bool:
    match occasion:
        case Occasion.FINISH:
            return kind in _ENDS
        case Occasion.CHANGE:
            return kind.startswith("job.")
        case Occasion.VERDICT:
            return kind == "analysis.published"
        case _:
            return kind == "review.changed"
