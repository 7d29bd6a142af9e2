"""What events say for labels."""

from __future__ import annotations

from dataclasses import replace

from videre.orchestrator.fusion.events.cases import film
from videre.orchestrator.fusion.events.load import packaged_rules
from videre.orchestrator.fusion.events.model import NO_EVENT_RULES, Rule
from videre.orchestrator.fusion.fuse import fuse
from videre.orchestrator.fusion.stitch_speech import LanguageGate
from videre.orchestrator.taxonomy.load import load_taxonomy

TAXONOMY = load_taxonomy()


def rule(name: str) -> Rule:
    return next(rule for rule in packaged_rules(TAXONOMY).rules if rule.id == name)


def nobody(records, hints):  # type: ignore[no-untyped-def]
    return []


GATE: LanguageGate = nobody


def test_an_event_speaks_for_its_node_with_its_confidence() -> None:
    given = film(rule("road_traffic"), rule("road_traffic").cases[0], TAXONOMY)
    analysis = fuse(given, GATE)
    (event,) = analysis.events
    label = next(label for label in analysis.labels if label.node_id == event.node_id)
    assert (label.score, label.modalities) == (event.score, event.modalities)
    assert label.spans == (event.span,)
    assert {ref.id for ref in label.evidence} == {ref.id for ref in event.evidence}


def test_what_was_heard_is_not_heard_twice() -> None:
    given = film(rule("applause"), rule("applause").cases[0], TAXONOMY)
    analysis = fuse(given, GATE)
    without = fuse(replace(given, event_rules=NO_EVENT_RULES), GATE)
    assert analysis.events
    assert analysis.labels == without.labels


def test_only_what_was_not_said_directly_is_added() -> None:
    """The crowd is heard: directly. That many people are seen only the rule says."""
    given = film(rule("crowd"), rule("crowd").cases[1], TAXONOMY)
    before = fuse(replace(given, event_rules=NO_EVENT_RULES), GATE)
    labels = {label.node_id: label for label in fuse(given, GATE).labels}
    heard = {label.node_id: label for label in before.labels}["people.crowd"]
    assert heard.modalities == ("sound",)
    assert labels["people.crowd"].modalities == ("image", "sound")
    assert labels["people.crowd"].score > heard.score
