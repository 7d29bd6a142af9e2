"""What is seen in single frames is believed per shot."""

from __future__ import annotations

import pytest

from videre.orchestrator.document import MAX_BOXES, ShotSize
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.stitch_frames import Samples, appearances, faces, objects
from videre.orchestrator.fusion.stitch_shots import stitch_shots
from videre.orchestrator.taxonomy.load import load_taxonomy

JUDGE = Judge([])


@pytest.fixture
def believed(clock, seen):  # type: ignore[no-untyped-def]
    def run(records, looked_at=(0, 20, 40, 60, 80)):  # type: ignore[no-untyped-def]
        timeline = clock(100)
        shots = stitch_shots([seen("shots", "cut", 50)], JUDGE, timeline)
        evidence = [*records, *(seen("colors", "blue", frame) for frame in looked_at)]
        samples = Samples(evidence, shots)
        return appearances(records, shots, samples, JUDGE, load_taxonomy(), timeline)

    return run


def test_two_sampled_frames_of_a_shot_make_an_object(seen, believed) -> None:  # type: ignore[no-untyped-def]
    (item,) = believed([seen("objects", "car", 0), seen("objects", "car", 40, score=6_000)])
    assert (item.shot, item.score) == (0, 9_000)
    assert (item.span.start_frame, item.span.end_frame) == (0, 41)


def test_one_spurious_frame_makes_none(seen, believed) -> None:  # type: ignore[no-untyped-def]
    assert believed([seen("objects", "car", 20, score=9_900)]) == []


def test_one_frame_in_each_of_two_shots_makes_none(seen, believed) -> None:  # type: ignore[no-untyped-def]
    assert believed([seen("objects", "car", 40), seen("objects", "car", 60)]) == []


def test_two_boxes_in_one_frame_are_one_frame(seen, believed) -> None:  # type: ignore[no-untyped-def]
    assert believed([seen("objects", "car", 20), seen("objects", "car", 20)]) == []


@pytest.mark.parametrize(("score", "count"), [(7_500, 1), (7_499, 0)])
def test_the_only_sample_of_a_shot_must_show_it_clearly(seen, believed, score, count) -> None:  # type: ignore[no-untyped-def]
    assert len(believed([seen("objects", "car", 20, score=score)], looked_at=(20,))) == count


@pytest.mark.parametrize(("score", "count"), [(4_000, 1), (3_999, 0)])
def test_a_second_frame_may_show_it_faintly(seen, believed, score, count) -> None:  # type: ignore[no-untyped-def]
    records = [seen("objects", "car", 0, score=score), seen("objects", "car", 20)]
    found = believed(records)
    assert [len(item.records) for item in found] == [2] * count


@pytest.mark.parametrize(("score", "count"), [(5_800, 1), (5_799, 0)])
def test_a_detection_and_a_faint_frame_reach_the_threshold_on_average(
    seen, believed, score, count
) -> None:  # type: ignore[no-untyped-def]
    records = [seen("objects", "car", 0, score=4_200), seen("objects", "car", 20, score=score)]
    assert len(believed(records)) == count


def test_faint_frames_alone_show_nothing(seen, believed) -> None:  # type: ignore[no-untyped-def]
    assert believed([seen("objects", "car", frame, score=4_999) for frame in (0, 20, 40)]) == []


def test_faint_boxes_beside_detected_ones_do_not_count(seen, believed) -> None:  # type: ignore[no-untyped-def]
    boxes = [
        seen("objects", "car", frame, score=score) for frame in (0, 20) for score in (6_000, 4_500)
    ]
    (item,) = objects(believed(boxes), JUDGE, load_taxonomy())
    assert item.max_count == 1


def test_two_engines_that_see_the_same_kind_of_thing_agree(seen, believed) -> None:  # type: ignore[no-untyped-def]
    records = [seen("objects", "bicycle", 20), seen("classes", "unicycle", 20)]
    assert {item.class_name for item in believed(records)} == {"bicycle", "unicycle"}


def test_two_engines_that_see_different_things_do_not(seen, believed) -> None:  # type: ignore[no-untyped-def]
    assert believed([seen("objects", "bus", 20), seen("classes", "unicycle", 20)]) == []


def test_objects_count_boxes_and_know_their_node(seen, believed) -> None:  # type: ignore[no-untyped-def]
    boxes = [(0, 0, 100, 100), (500, 0, 100, 100)]
    records = [seen("objects", "car", f, box=box) for f in (0, 20) for box in boxes]
    (item,) = objects(believed(records), JUDGE, load_taxonomy())
    assert (item.node_id, item.max_count, len(item.boxes)) == ("vehicle.car", 2, 4)
    assert [box.frame for box in item.boxes] == [0, 0, 20, 20]


def test_boxes_are_bounded_and_the_strongest_stay(seen, believed) -> None:  # type: ignore[no-untyped-def]
    records = [
        seen("objects", "car", f % 50, box=(f, 0, 1, 1), score=5_000 + f) for f in range(150)
    ]
    (item,) = objects(believed(records), JUDGE, load_taxonomy())
    assert len(item.boxes) == MAX_BOXES
    assert min(box.score for box in item.boxes) == 5_050
    assert len(item.evidence) == 20


@pytest.mark.parametrize(
    ("height", "size"),
    [
        (5_001, ShotSize.CLOSE_UP),
        (5_000, ShotSize.MEDIUM_CLOSE_UP),
        (2_500, ShotSize.MEDIUM),
        (1_250, ShotSize.LONG),
    ],
)
def test_the_largest_face_gives_the_shot_size(seen, believed, height, size) -> None:  # type: ignore[no-untyped-def]
    records = [
        seen("faces", "face", 0, box=(0, 0, 100, height)),
        seen("faces", "face", 20, box=(0, 0, 100, 100)),
    ]
    (item,) = faces(believed(records), JUDGE)
    assert item.shot_size is size
