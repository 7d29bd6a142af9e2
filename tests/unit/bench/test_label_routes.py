"""What the bench of examples looks for exists, and words alone are no finding."""

from __future__ import annotations

from bench.constructed.drawn_pictures import KINDS
from bench.label_routes import _shown, examples
from videre.orchestrator.taxonomy.load import load_taxonomy
from videre.v1 import analysis_pb2

TAXONOMY = load_taxonomy()
LOOKS = {look.__name__: node for node, looks in KINDS.items() for look in looks}


def test_every_example_is_a_label_with_media_that_can_be_made() -> None:
    found = examples()
    assert sum(item.name.startswith("tree: ") for item in found) == 14
    assert len(found) == 15 + 14
    for item in found:
        assert item.node in TAXONOMY.nodes, item
        for name in item.media:
            kind, _, look = name.partition(":")
            assert kind not in ("drawn", "made") or look in {*LOOKS, "flood_report"}, item


def test_drawn_kinds_are_labels() -> None:
    assert set(LOOKS.values()) - {""} <= TAXONOMY.nodes.keys()


def label(node: str, *modalities: str) -> analysis_pb2.Analysis:
    return analysis_pb2.Analysis(
        labels=[analysis_pb2.Label(node_id=node, modalities=modalities, confidence=0.6)]
    )


def test_what_is_only_named_is_not_found() -> None:
    assert _shown("landscape.forest", label("landscape.forest", "text", "speech")) is None
    assert _shown("landscape.forest", label("landscape.forest", "text", "image")) is not None
    assert _shown("daily.letter", label("daily.letter", "text")) is not None
    assert _shown("vehicle", label("vehicle.car", "image")) is None
