"""Tracks as an analysis tells them: whose boxes, which ids, when nobody followed anything."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest
from msgspec import structs

from videre.common.values import NS
from videre.orchestrator.document import (
    Analysis,
    MediaFacts,
    MediaKind,
    StageResult,
    StageState,
    VideoFacts,
)
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import FEATURES, TRACKS
from videre.orchestrator.fusion.fuse import fuse
from videre.orchestrator.fusion.inputs import FusionInput
from videre.orchestrator.taxonomy.load import load_taxonomy

FRAMES, CUT, STEP = 200, 100, 10
MEDIA = MediaFacts(
    digest="a" * 64,
    size_bytes=1,
    kind=MediaKind.VIDEO,
    container="mp4",
    duration_ns=8 * NS,
    video=VideoFacts("h264", 1_000, 1_000, 1_000, 1_000, 0, 25, 1, False, FRAMES),
)
DONE = tuple(StageResult(feature.name, StageState.SUCCEEDED) for feature in FEATURES)
FACES = "yunet-mobileface@1"


@pytest.fixture
def records(seen) -> list[Evidence]:  # type: ignore[no-untyped-def]
    """Two shots with a car that drives and a face, sampled every 10 frames; one misses the car."""
    made = [seen("shots", "cut", CUT)]
    for frame in range(0, FRAMES, STEP):
        made.append(seen("colors", "blue", frame, score=6_000))
        if frame != 50:
            box = (1_000 + 20 * frame, 4_000, 2_000, 1_500)
            made.append(seen("objects", "car", frame, box=box))
        face = seen("faces", "face", frame, box=(7_000, 1_000, 1_000, 1_500),
                    points=(7_300, 1_500, 7_700, 1_500, 7_500, 1_900, 7_300, 2_200, 7_700, 2_200),
                    attributes={"width_px": 1_200_000}, embedding="m/0")  # fmt: skip
        made.append(structs.replace(face, engine=FACES))
    return made


@pytest.fixture
def fused(clock: Callable[..., object]) -> Callable[..., Analysis]:
    def run(records: list[Evidence], stages: tuple[StageResult, ...] = DONE) -> Analysis:
        given = FusionInput(
            timeline=clock(FRAMES),  # type: ignore[arg-type]
            media=MEDIA,
            evidence=records,
            stages=stages,
            taxonomy=load_taxonomy(),
            embeddings={"m": np.array([[1.0, 0.0]], np.float16)},
        )
        return fuse(given, lambda records, hints: [])

    return run


def test_an_object_has_a_track_per_shot(
    records: list[Evidence], fused: Callable[..., Analysis]
) -> None:
    analysis = fused(records)
    cars = [track for track in analysis.tracks if track.class_name == "car"]
    assert [track.shot_index for track in cars] == [0, 1]
    first = cars[0]
    assert (first.span.start_frame, first.span.end_frame) == (0, 91)
    assert (first.seen_count, len(first.boxes)) == (9, 10)
    assert [box.frame for box in first.boxes] == list(range(0, CUT, STEP))
    (between,) = [box for box in first.boxes if box.interpolated]
    assert (between.frame, between.box, between.score) == (50, (2_000, 4_000, 2_000, 1_500), 0)
    assert first.appearance == 5_000, "it is there from the first to the last frame of its shot"
    assert first.node_id == "vehicle.car"
    assert {ref.modality for ref in first.evidence} == {"image"}
    told = {item.shot_index: item.track_ids for item in analysis.objects}
    assert told == {track.shot_index: (track.id,) for track in cars}


def test_the_track_of_a_face_is_that_of_the_person(
    records: list[Evidence], fused: Callable[..., Analysis]
) -> None:
    analysis = fused(records)
    faces = {track.id for track in analysis.tracks if track.class_name == "face"}
    (person,) = analysis.people
    assert faces == {track.id for track in person.tracks}
    assert [item.track_ids for item in analysis.faces] == [(track.id,) for track in person.tracks]


def test_faces_that_nobody_compared_are_followed_by_their_place(
    records: list[Evidence], fused: Callable[..., Analysis]
) -> None:
    analysis = fused([structs.replace(record, engine="other@1") for record in records])
    assert not analysis.people
    assert sum(track.class_name == "face" for track in analysis.tracks) == 2


def test_the_order_of_the_evidence_does_not_matter(
    records: list[Evidence], fused: Callable[..., Analysis]
) -> None:
    before = fused(records)
    random.Random(1).shuffle(records)
    assert fused(records) == before


def test_where_nobody_asked_nothing_is_followed(
    records: list[Evidence], fused: Callable[..., Analysis]
) -> None:
    stages = tuple(
        StageResult(TRACKS.name, StageState.SKIPPED, "NOT_REQUESTED") if s.name == "tracks" else s
        for s in DONE
    )
    analysis = fused(records, stages)
    assert not analysis.tracks
    assert not any(item.track_ids for item in (*analysis.objects, *analysis.faces))
    assert analysis.people
