"""Detections of handheld things beside what the picture as a whole shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import NS, TimeSpan
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.close_ups import credible
from videre.orchestrator.taxonomy.entries import ClassMapping
from videre.orchestrator.taxonomy.load import load_taxonomy
from videre.orchestrator.taxonomy.model import Taxonomy

TAXONOMY = load_taxonomy()
LARGE, SMALL = (2_000, 2_000, 2_500, 2_500), (2_000, 2_000, 2_000, 2_000)


def record(
    feature: str, class_name: str, frame: int = 0, box: tuple[int, int, int, int] | None = None
) -> Evidence:
    span = TimeSpan(frame * NS, (frame + 1) * NS, frame, frame + 1)
    return Evidence(
        feature=feature, engine="e@1", span=span, class_name=class_name, score=9_000, box=box
    )


PHONE = record("objects", "cell phone", box=LARGE)


def test_a_large_telephone_that_the_whole_picture_does_not_show_is_none() -> None:
    roof = [record("classes", "limousine"), record("classes", "stretcher")]
    assert credible([PHONE], roof, TAXONOMY) == []


@pytest.mark.parametrize(
    ("thing", "classes"),
    [
        (PHONE, [record("classes", "cellular telephone")]),
        (PHONE, [record("classes", "limousine", frame=25)]),  # nobody looked at its own frame
        (PHONE, []),
        (record("objects", "cell phone", box=SMALL), [record("classes", "limousine")]),
        (record("objects", "cell phone"), [record("classes", "limousine")]),
        (record("objects", "knife", box=LARGE), [record("classes", "limousine")]),
        (record("objects", "bus", box=LARGE), [record("classes", "cellular telephone")]),
    ],
)
def test_whatever_is_not_contradicted_stays(thing: Evidence, classes: list[Evidence]) -> None:
    assert credible([thing], classes, TAXONOMY) == [thing]


def test_an_engine_that_knows_no_such_things_contradicts_nothing() -> None:
    lists = tuple(
        ClassMapping(m.name, m.feature, {"limousine": "vehicle.car"})
        if m.feature == "classes"
        else m
        for m in TAXONOMY.mappings
    )
    cars_only = Taxonomy("1", TAXONOMY.nodes, lists, TAXONOMY.shared_words)
    assert credible([PHONE], [record("classes", "limousine")], cars_only) == [PHONE]


@given(
    st.lists(st.tuples(st.sampled_from(["cell phone", "mouse", "car", "person"]),
                       st.integers(0, 3), st.sampled_from([LARGE, SMALL]))),
    st.lists(st.tuples(st.sampled_from(["cellular telephone", "limousine"]), st.integers(0, 3))),
)  # fmt: skip
def test_detections_keep_their_order_and_nothing_is_added(
    things: list[tuple[str, int, tuple[int, int, int, int]]], classes: list[tuple[str, int]]
) -> None:
    objects = [record("objects", name, frame, box) for name, frame, box in things]
    kept = credible(objects, [record("classes", *each) for each in classes], TAXONOMY)
    left = iter(objects)
    assert all(one in left for one in kept)
    assert all(one in kept for one in objects if one.class_name in ("car", "person"))
