"""Labels against what was seen: parents hold too, what is unclear counts neither way."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bench.measures.labels import FUSED, SENSES, Judged, LabelCase, judged, voting_figures
from bench.seen import SeenLabels, _entries
from videre.common.values import TimeSpan
from videre.orchestrator.document import Label
from videre.orchestrator.taxonomy.load import load_taxonomy

TAXONOMY = load_taxonomy()


def label(node: str, modality: str = "image") -> Label:
    item = TAXONOMY.node(node)
    return Label(node, item.level, item.parent, 9_000, 0, 0, (TimeSpan(0, 1),), (modality,), (), 1)


def counts(truth: SeenLabels, *nodes: str, modality: str = "image") -> tuple[int, int, int]:
    return judged([label(node, modality) for node in nodes], truth, TAXONOMY).counts


def test_parents_of_what_is_seen_hold_and_the_first_level_is_not_judged() -> None:
    seen = SeenLabels(frozenset({"animal.cat"}))
    assert counts(seen, "animal", "animal.pet", "animal.cat") == (2, 0, 0)
    assert counts(seen, "animal", "animal.pet") == (1, 0, 1)
    assert counts(seen, "animal.dog") == (0, 1, 2)


def test_colours_are_not_judged() -> None:
    assert counts(SeenLabels(frozenset()), "color.blue", "color") == (0, 0, 0)


def test_what_is_unclear_counts_neither_way() -> None:
    assert counts(SeenLabels(frozenset(), frozenset({"animal.dog"})), "animal.dog") == (0, 0, 0)
    assert counts(SeenLabels(frozenset(), frozenset({"music.*"})), "music.piano") == (0, 0, 0)
    assert counts(SeenLabels(frozenset(), frozenset({"music.*"})), "sound.silence") == (0, 1, 0)


def test_what_nobody_listened_to_is_false_only_where_it_is_seen() -> None:
    unheard = SeenLabels(frozenset(), unheard=True)
    assert counts(unheard, "animal.dog", modality="sound") == (0, 0, 0)
    assert counts(unheard, "animal.dog") == (0, 1, 0)


def case(group: str, fused: Sequence[str], image: Sequence[str], text: Sequence[str]) -> LabelCase:
    truth = SeenLabels(frozenset({"animal.cat", "food.coffee"}))
    told = {sense.value: [] for sense in SENSES} | {FUSED: fused, "image": image, "text": text}
    by_voice: dict[str, Judged] = {
        voice: judged(
            [label(step) for node in nodes for step in TAXONOMY.lineage(node)], truth, TAXONOMY
        )
        for voice, nodes in told.items()
    }
    return LabelCase("film", group, by_voice)


@pytest.mark.parametrize(
    ("fused", "gain"), [(["animal.cat", "food.coffee"], 1 / 3), (["vehicle.car"], -2 / 3)]
)
def test_gain_is_over_the_best_sense_alone(fused: list[str], gain: float) -> None:
    least, overall, _, *sets = voting_figures([case("a", fused, ["animal.cat"], ["food.coffee"])])
    assert overall.value == pytest.approx(gain, abs=0.01)
    assert least.value == overall.value
    assert [row.name for row in sets] == ["gain: a"]


def test_media_of_which_one_sense_tells_are_no_vote() -> None:
    least, overall, low = voting_figures([case("a", ["animal.cat"], ["animal.cat"], [])])
    assert (least.value, overall.value, low.value) == (None, None, None)


def test_every_node_that_was_seen_exists() -> None:
    for entry in _entries().values():
        for name in ("nodes", "unclear", "about", "named_once"):
            for node in entry.get(name, ()):
                assert node.removesuffix(".*") in TAXONOMY.nodes, (entry["clip"], node)
