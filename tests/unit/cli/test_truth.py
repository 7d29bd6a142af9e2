"""Comparing an analysis with what is known of a clip."""

from __future__ import annotations

import json
from typing import Any

import pytest
from doubles.recorded import recorded_analysis

from videre.cli.truth import TruthError, check, parse_truth


@pytest.mark.parametrize(
    ("fact", "met"),
    [
        ({"kind": "cut", "time": 4.0}, True),
        ({"kind": "cut", "time": 4.2}, False),
        ({"kind": "text", "text": "flower IN the garden"}, True),
        ({"kind": "text", "text": "Flower in the garden", "start": 30.0, "end": 40.0}, False),
        ({"kind": "text", "text": "ｆｌｏｗｅｒ"}, True),
        ({"kind": "speech", "text": "printing in the only sense"}, True),
        ({"kind": "speech", "text": "nothing of that kind"}, False),
        ({"kind": "object", "class": "car", "start": 5, "end": 6}, True),
        ({"kind": "object", "class": "zebra"}, False),
        ({"kind": "face"}, True),
        ({"kind": "sound", "class": "Dog"}, True),
        ({"kind": "label", "node_id": "vehicle.road.car"}, True),
        ({"kind": "label", "node_id": "vehicle.air"}, False),
        ({"kind": "verdict", "suggestion": "review"}, True),
        ({"kind": "verdict", "suggestion": "pass"}, False),
    ],
)
def test_facts(fact: dict[str, Any], met: bool) -> None:
    (result,) = check([fact], recorded_analysis())
    assert result.met is met
    assert result.words


@pytest.mark.parametrize(
    "text", ["nothing", "[]", '{"bundled": [{"kind": "smell"}]}', '{"standard": ["cut"]}']
)
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(TruthError):
        parse_truth(text)


def test_a_fact_must_be_complete() -> None:
    facts = parse_truth(json.dumps({"bundled": [{"kind": "cut"}]}))
    with pytest.raises(TruthError, match="time"):
        check(facts["bundled"], recorded_analysis())
    assert facts["standard"] == []
