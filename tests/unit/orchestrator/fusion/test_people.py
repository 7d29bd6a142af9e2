"""Faces over a film → people: what is told of them, and when nothing is."""

from __future__ import annotations

import random
from collections.abc import Callable

import numpy as np
import pytest
from msgspec import structs

from videre.common.errors import Reason
from videre.common.values import NS
from videre.orchestrator.document import (
    Analysis,
    MediaFacts,
    MediaKind,
    Person,
    ShotSize,
    StageResult,
    StageState,
    VideoFacts,
)
from videre.orchestrator.document.canonical import from_json, result_document
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import FEATURES
from videre.orchestrator.fusion.fuse import fuse
from videre.orchestrator.fusion.inputs import FusionInput
from videre.orchestrator.taxonomy.load import load_taxonomy

FRAMES, CUT = 200, 100
MEDIA = MediaFacts(
    digest="a" * 64,
    size_bytes=1,
    kind=MediaKind.VIDEO,
    container="mp4",
    duration_ns=8 * NS,
    video=VideoFacts("h264", 1_000, 1_000, 1_000, 1_000, 0, 25, 1, False, FRAMES),
)
ENGINE = "yunet-mobileface@1"
ANNA, BERT = (1.0, 0.0, 0.1), (0.0, 1.0, 0.0)
LEFT, RIGHT = (1_000, 3_000, 1_000, 2_000), (6_000, 3_000, 1_000, 2_000)


class Film:
    """A film of two shots, frames 0 to 99 and 100 to 199, sampled at 20, 70, 120, 170."""

    def __init__(self, seen, heard, clock) -> None:  # type: ignore[no-untyped-def]
        self._seen, self._heard, self._clock = seen, heard, clock
        self.records: list[Evidence] = [seen("shots", "cut", CUT)]
        self.records += [seen("colors", "blue", frame, score=6_000) for frame in (20, 70, 120, 170)]
        self._rows: list[tuple[float, ...]] = []

    def face(
        self, frame: int, box, who, width_px: int = 120, aside: int = 0, **more: object
    ) -> Evidence:  # type: ignore[no-untyped-def]
        x, y, width, _ = box
        middle = x + width // 2 + aside
        eyes = (x + 300, y + 600, x + 700, y + 600, middle, y + 1_000)
        record = structs.replace(
            self._seen(
                "faces", "face", frame, box=box, points=(*eyes, *eyes[:4]),
                attributes={"width_px": width_px * 10_000}, embedding=f"m/{len(self._rows)}",
                **more,
            ),
            engine=ENGINE,
        )  # fmt: skip
        self._rows.append(who)
        self.records.append(record)
        return record

    def speech(self, start_ms: int, end_ms: int) -> None:
        record = self._heard("speech_activity", "speech", start_ms, end_ms)
        self.records.append(record)

    def fuse(self, records: list[Evidence] | None = None) -> Analysis:
        given = FusionInput(
            timeline=self._clock(FRAMES),
            media=MEDIA,
            evidence=self.records if records is None else records,
            stages=tuple(StageResult(f.name, StageState.SUCCEEDED) for f in FEATURES),
            taxonomy=load_taxonomy(),
            embeddings={"m": np.array(self._rows, np.float16).reshape(len(self._rows), -1)},
        )
        return fuse(given, lambda records, hints: [])

    def people(self) -> tuple[Person, ...]:
        return self.fuse().people


@pytest.fixture
def film(seen, heard, clock: Callable[..., object]) -> Film:  # type: ignore[no-untyped-def]
    return Film(seen, heard, clock)


def test_who_comes_back_after_a_cut_is_the_same_person(film: Film) -> None:
    for frame in (20, 70, 120, 170):
        film.face(frame, LEFT if frame < CUT else RIGHT, ANNA)
    for frame in (120, 170):
        film.face(frame, LEFT, BERT)
    anna, bert = film.people()
    assert (anna.face_count, anna.track_count, anna.appearance) == (4, 2, 10_000)
    assert [(track.shot_index, len(track.boxes)) for track in anna.tracks] == [(0, 2), (1, 2)]
    assert (bert.face_count, bert.appearance) == (2, 5_000)
    assert [(s.start_frame, s.end_frame) for s in bert.spans] == [(100, 200)]
    assert anna.id != bert.id
    assert len(anna.evidence) == 4
    assert all(track.likeness > 9_900 for track in anna.tracks)


def test_sizes_and_share_are_of_the_time_a_sampled_frame_speaks_for(film: Film) -> None:
    film.face(20, (1_000, 1_000, 3_000, 6_000), ANNA)
    film.face(70, (1_000, 1_000, 1_000, 2_000), ANNA)
    film.face(120, (1_000, 1_000, 1_000, 2_000), ANNA)
    film.face(170, (1_000, 1_000, 1_000, 2_000), ANNA)
    (anna,) = film.people()
    sizes = {item.shot_size: item.duration_ns for item in anna.shot_sizes}
    assert sizes == {ShotSize.MEDIUM: 155 * NS // 25, ShotSize.CLOSE_UP: 45 * NS // 25}
    assert anna.shot_sizes[0].shot_size is ShotSize.MEDIUM
    assert 0 < anna.centric < 1_000


def test_nobody_new_is_seen_only_small_or_from_the_side_or_blurred(film: Film) -> None:
    film.face(20, LEFT, ANNA)
    film.face(70, LEFT, ANNA)
    film.face(120, RIGHT, BERT, width_px=45)
    film.face(170, RIGHT, BERT, width_px=45)
    (anna,) = film.people()
    assert anna.face_count == 2
    film.face(120, LEFT, ANNA, width_px=45)
    film.face(170, LEFT, ANNA, width_px=45)
    (anna,) = film.people()
    assert anna.face_count == 4, "but whom the film knows is known when small"


def test_a_profile_founds_no_person(film: Film) -> None:
    for frame in (120, 170):
        film.face(frame, RIGHT, BERT, aside=250)
    assert film.people() == ()


def test_a_blurred_frame_founds_no_person(film: Film, seen) -> None:  # type: ignore[no-untyped-def]
    for frame in (120, 170):
        film.face(frame, RIGHT, BERT)
        film.records.append(seen("frame_conditions", "blurred", frame))
    assert film.people() == ()


def test_speech_counts_while_no_other_face_is_in_the_shot(film: Film) -> None:
    for frame in (20, 70, 120, 170):
        film.face(frame, LEFT, ANNA)
    for frame in (120, 170):
        film.face(frame, RIGHT, BERT)
    assert [person.speech for person in film.people()] == [None, None], "nobody listened"
    film.speech(1_000, 6_000)
    anna, bert = film.people()
    assert anna.speech == 7_500, "3 s of the 4 s alone; the crowded shot says nothing"
    assert bert.speech is None


def test_the_picture_is_a_kept_one_and_shows_the_box(film: Film) -> None:
    film.face(20, LEFT, ANNA)
    kept = film.face(70, RIGHT, ANNA, picture="b" * 64)
    (anna,) = film.people()
    assert (anna.picture, anna.picture_box) == ("b" * 64, kept.box)


def test_without_a_kept_picture_there_is_none(film: Film) -> None:
    film.face(20, LEFT, ANNA)
    film.face(70, LEFT, ANNA)
    (anna,) = film.people()
    assert (anna.picture, anna.picture_box) == ("", None)


def test_the_order_of_evidence_changes_no_byte(film: Film) -> None:
    film.speech(0, 3_000)
    for frame in (20, 70, 120, 170):
        film.face(frame, LEFT, ANNA)
        film.face(frame, RIGHT, BERT)
    document = result_document(film.fuse())
    for seed in range(5):
        mixed = random.Random(seed).sample(film.records, len(film.records))
        assert result_document(film.fuse(mixed)) == document
    assert result_document(from_json(document)) == document


def test_where_faces_cannot_be_compared_the_stage_says_so(film: Film) -> None:
    film.face(20, LEFT, ANNA)
    film.face(70, LEFT, ANNA)

    def stage(analysis: Analysis) -> StageResult:
        return next(item for item in analysis.stages if item.name == "faces")

    assert stage(film.fuse()).reason == ""
    blind = [structs.replace(record, embedding="") for record in film.records]
    analysis = film.fuse(blind)
    assert analysis.people == ()
    assert len(analysis.faces) == 1
    found = stage(analysis)
    assert (found.state, found.reason) == (StageState.SUCCEEDED, Reason.FACES_NOT_COMPARED)
    unknown = [
        structs.replace(record, engine="other@1") if record.feature == "faces" else record
        for record in film.records
    ]
    assert stage(film.fuse(unknown)).reason == Reason.FACES_NOT_COMPARED
    faceless = [record for record in film.records if record.feature != "faces"]
    assert stage(film.fuse(faceless)).reason == "", "no faces: no people, and nothing to say"
