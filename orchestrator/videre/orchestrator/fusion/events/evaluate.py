"""Where the rules hold: events with span, confidence and evidence. Pure, integers only.

**Span.** From the first to the last sign of the conditions that hold, inside the window; windows
that follow each other within the rule's `join` make one event.

**Confidence.** In each window every engine's feature speaks with its surest sign among the
conditions that hold; `pool` adds their log-odds (independent modalities raise each other, a second
feature of one modality counts a quarter), and the rule's trust scales the sum. The event has the
confidence of its surest window.

More of what a rule asks for never removes an event nor lowers it. One frame of one engine alone
never makes one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from videre.common.values import SCORE_ONE
from videre.orchestrator.document import MAX_REFS, Event, EventRuleState, EvidenceRef, RuleState
from videre.orchestrator.fusion.events.looked import Looked
from videre.orchestrator.fusion.events.model import Clause, Condition, Rule, RuleSet
from videre.orchestrator.fusion.events.signs import Observed, Sign, Signs, collect
from videre.orchestrator.fusion.events.windows import Windows, holds
from videre.orchestrator.fusion.pool import Witness, pool
from videre.orchestrator.fusion.refs import Proof, reference, strength, strongest


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event with what makes it so sure: the witnesses of its surest window, rule's trust E4."""

    event: Event
    witnesses: tuple[Witness, ...]
    trust: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What became of the rules: events in order of time, states in the order of the rules."""

    found: tuple[FoundEvent, ...] = ()
    states: tuple[EventRuleState, ...] = ()


def evaluate(rules: RuleSet, observed: Observed) -> Evaluation:
    """Return the events of all rules that can be evaluated."""
    looked = Looked(observed)
    states = tuple(looked.state(rule) for rule in rules.rules)
    able = [
        rule
        for rule, state in zip(rules.rules, states, strict=True)
        if state.state is not RuleState.NOT_EVALUATED
    ]
    signs = collect(dict.fromkeys(c for rule in able for c in rule.conditions()), observed)
    windows: dict[int, Windows] = {}
    found: list[FoundEvent] = []
    for rule in able:
        if rule.window_ns not in windows:
            duration_ns = observed.timeline.duration_ns
            windows[rule.window_ns] = Windows(rule.window_ns, duration_ns, observed.shots)
        firings = _firings(rule, signs, windows[rule.window_ns])
        found += _events(rule, firings, observed)
    found.sort(key=lambda item: (item.event.span, item.event.rule_id))
    return Evaluation(tuple(found), states)


class _Firing(msgspec.Struct, frozen=True, gc=False):
    """A window in which a rule holds, and by which signs."""

    start_ns: int
    end_ns: int
    score: int
    witnesses: tuple[Witness, ...]
    signs: tuple[Sign, ...]


def _firings(rule: Rule, signs: Signs, windows: Windows) -> list[_Firing]:
    sorted_signs = {c: windows.sort(signs[c]) for c in rule.conditions()}
    candidates: set[int] = set()
    for index, clause in enumerate(rule.clauses):
        there = {number for c in clause.conditions for number in sorted_signs[c]}
        candidates = candidates & there if index else there
    firings = []
    for number in sorted(candidates):
        start_ns, end_ns = windows.spans[number]
        here = {c: found.get(number, []) for c, found in sorted_signs.items()}
        if any(holds(c, here[c], start_ns, end_ns) for c in rule.none):
            continue
        fired = _fired(rule.clauses, here, start_ns, end_ns)
        if fired:
            firings.append(_firing(rule, fired, start_ns, end_ns))
    return firings


def _fired(
    clauses: Iterable[Clause], here: Mapping[Condition, Sequence[Sign]], start_ns: int, end_ns: int
) -> list[Sign]:
    """Return the signs of the conditions that hold; none where a clause does not."""
    fired: list[Sign] = []
    for clause in clauses:
        held = [c for c in clause.conditions if holds(c, here[c], start_ns, end_ns)]
        if len(held) < clause.at_least:
            return []
        fired += [sign for c in held for sign in here[c]]
    return fired


def _firing(rule: Rule, fired: Sequence[Sign], start_ns: int, end_ns: int) -> _Firing:
    best: dict[str, Sign] = {}
    for sign in fired:
        if sign.feature not in best or sign.score > best[sign.feature].score:
            best[sign.feature] = sign
    witnesses = tuple(
        sorted(Witness(sign.modality, feature, sign.score) for feature, sign in best.items())
    )
    return _Firing(
        start_ns=max(start_ns, min(sign.start_ns for sign in fired)),
        end_ns=min(end_ns, max(sign.end_ns for sign in fired)),
        score=trusted(rule.trust, witnesses),
        witnesses=witnesses,
        signs=tuple(fired),
    )


def trusted(trust: int, witnesses: Iterable[Witness]) -> int:
    """Return the confidence E4 of an event: what its witnesses say together, times the trust."""
    return (trust * pool(witnesses) + SCORE_ONE // 2) // SCORE_ONE


def _events(rule: Rule, firings: Iterable[_Firing], observed: Observed) -> list[FoundEvent]:
    runs: list[list[_Firing]] = []
    end_ns = 0
    for firing in sorted(firings, key=lambda item: (item.start_ns, item.end_ns)):
        if runs and firing.start_ns - end_ns <= rule.join_ns:
            runs[-1].append(firing)
            end_ns = max(end_ns, firing.end_ns)
        else:
            runs.append([firing])
            end_ns = firing.end_ns
    return [found for run in runs if (found := _event(rule, run, observed)) is not None]


def _event(rule: Rule, run: Sequence[_Firing], observed: Observed) -> FoundEvent | None:
    """Return the event of a run of windows; None where it is too short or rests on one frame."""
    start_ns, end_ns = run[0].start_ns, max(firing.end_ns for firing in run)
    signs = {id(sign): sign for firing in run for sign in firing.signs}
    evidence = _Evidence(signs.values())
    if end_ns - start_ns < rule.min_ns or not evidence.stands_on_more_than_one_frame():
        return None
    surest = max(run, key=lambda firing: (firing.score, firing.witnesses))
    return FoundEvent(
        Event(
            rule_id=rule.id,
            node_id=rule.node,
            span=observed.timeline.with_frames(start_ns, end_ns),
            score=surest.score,
            modalities=tuple(sorted({sign.modality for sign in signs.values()})),
            evidence=evidence.strongest(),
            evidence_count=evidence.count,
        ),
        surest.witnesses,
        rule.trust,
    )


class _Evidence:
    """The evidence of signs, by feature."""

    def __init__(self, signs: Iterable[Sign]) -> None:
        self._by_feature: dict[str, dict[str, Proof]] = defaultdict(dict)
        for sign in signs:
            known = self._by_feature[sign.feature]
            for item in sign.refs or sign.records:
                known[item.id] = item

    @property
    def count(self) -> int:
        """Number of records."""
        return sum(len(items) for items in self._by_feature.values())

    def stands_on_more_than_one_frame(self) -> bool:
        """Tell whether two engines speak, or one of more than one instant."""
        said = {
            (item.engine, item.span.start_ns)
            for items in self._by_feature.values()
            for item in items.values()
        }
        return len(said) > 1

    def strongest(self) -> tuple[EvidenceRef, ...]:
        """Return the strongest references, at most `MAX_REFS`; each feature has its share."""
        share = max(1, MAX_REFS // max(1, len(self._by_feature)))
        ordered = {
            feature: strongest(items.values()) for feature, items in self._by_feature.items()
        }
        first = [item for items in ordered.values() for item in items[:share]]
        rest = sorted((item for items in ordered.values() for item in items[share:]), key=strength)
        chosen = sorted([*first, *rest][:MAX_REFS], key=strength)
        return tuple(reference(item) for item in chosen)
