"""What leads to a label, tier by tier: nothing that no engine can find is promised."""

from __future__ import annotations

import pytest

from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.fusion.events.load import packaged_rules
from videre.orchestrator.fusion.text_labels import TEXT_LABELS
from videre.orchestrator.routes import TIERS, Kind, Reach, Routes
from videre.orchestrator.taxonomy.load import load_taxonomy

TAXONOMY = load_taxonomy()
RULES = packaged_rules(TAXONOMY)


def engine(
    feature: str, name: str, tier: str, *classes: str, available: bool = True
) -> EngineFacts:
    return EngineFacts(
        service="visual",
        feature=feature,
        name=name,
        version="1",
        tier=tier,
        available=available,
        class_thresholds=dict.fromkeys(classes, 5_000),
    )


OBJECTS = engine("objects", "detector", "standard", "car", "person", available=False)
CLASSES = engine("classes", "namer", "bundled", "seashore", "racer")
ENGINES = (OBJECTS, CLASSES, engine("text", "reader", "bundled"), engine("shots", "s", "bundled"))
ROUTES = Routes(TAXONOMY, RULES, ENGINES)


def test_a_class_leads_to_its_node_and_to_those_above_it() -> None:
    (route, words) = ROUTES.of("landscape.beach")
    assert (route.kind, route.engine, route.classes) == (Kind.CLASS, "namer@1", ("seashore",))
    assert (route.tier, route.installed, route.features) == ("bundled", True, ("classes",))
    assert words.kind is Kind.WORDS
    assert "seaside" in words.words
    assert ROUTES.of("tourism") == [], "what leads to nodes below it stands there"
    assert ROUTES.reach("tourism", "bundled") is Reach.OBSERVED
    assert ROUTES.observed_below("tourism") == 2


def test_a_tier_brings_the_engines_of_those_before_it_and_no_others() -> None:
    node = TAXONOMY.node_of("objects", "car")
    assert [ROUTES.reach(node, tier) is Reach.OBSERVED for tier in TIERS] == [
        False, True, True, True,
    ]  # fmt: skip
    assert ROUTES.reach_now(node) is not Reach.OBSERVED, "its engine cannot work"
    (route,) = [r for r in ROUTES.of(node) if r.engine == "detector@1"]
    assert (route.tier, route.installed) == ("standard", False)


def test_only_the_engine_that_is_picked_counts() -> None:
    better = engine("classes", "better", "bundled", "seashore")
    routes = Routes(TAXONOMY, RULES, (better, CLASSES))
    installed = {r.engine: r.installed for r in routes.of("landscape.beach") if r.engine}
    assert installed == {"better@1": True, "namer@1": False}
    assert routes.reach_now(TAXONOMY.node_of("classes", "racer")) is not Reach.OBSERVED


def test_a_rule_leads_where_engines_bring_what_it_asks_for() -> None:
    (rule,) = [r for r in ROUTES.of("event.meal") if r.kind is Kind.EVENT_RULE]
    assert (rule.rule, rule.tier, rule.installed) == ("meal", "", False)
    assert "objects" in rule.features
    assert rule.about
    dining = engine("objects", "detector", "bundled", "person", "pizza", "fork", "dining table")
    faces = engine("faces", "f", "bundled", "face")
    routes = Routes(TAXONOMY, RULES, (dining, faces, CLASSES, *ENGINES[2:]))
    (rule,) = [r for r in routes.of("event.meal") if r.kind is Kind.EVENT_RULE]
    assert (rule.tier, rule.installed) == ("bundled", True)
    assert routes.reach_now("event") is Reach.OBSERVED


def test_speaker_turns_have_no_engine() -> None:
    (rule,) = [r for r in ROUTES.of("event.interview") if r.kind is Kind.EVENT_RULE]
    assert (rule.tier, rule.installed) == ("", False)


def test_text_in_the_picture_leads_to_labels_of_its_own() -> None:
    for node in TEXT_LABELS:
        assert node in TAXONOMY.nodes
        (route, *_) = ROUTES.of(node)
        assert (route.kind, route.tier, route.installed) == (Kind.PICTURE_TEXT, "bundled", True)
        assert Routes(TAXONOMY, RULES, ()).reach(node, "torch") is not Reach.OBSERVED


def test_what_nothing_leads_to_says_so() -> None:
    mute = next(
        node.id
        for node in TAXONOMY.nodes.values()
        if node.level == 3 and not node.spoken and not ROUTES.of(node.id)
    )
    assert [ROUTES.reach(mute, tier) for tier in TIERS] == [Reach.NO_ENGINE] * 4


@pytest.mark.parametrize("tier", TIERS[:2])
def test_a_parent_is_reached_as_far_as_its_best_child(tier: str) -> None:
    for node in list(TAXONOMY.nodes.values())[::5]:
        if node.parent:
            assert ROUTES.reach(node.parent, tier) >= ROUTES.reach(node.id, tier), node.id
