"""How scenes that were found are compared with the plan of a film."""

from __future__ import annotations

from pathlib import Path

from bench.constructed.scene_film import SceneFilm, shots_apart
from bench.harness import Outcome
from bench.scenes import measured
from videre.v1 import analysis_pb2, job_pb2

SHOTS = (0, 50, 100, 150, 200, 250)
FILM = SceneFilm(Path("film.mp4"), ("one", "two", "three"), SHOTS, (0, 100, 200))


def outcome(*starts: int) -> Outcome:
    analysis = analysis_pb2.Analysis()
    for index, start in enumerate((0, *starts)):
        scene = analysis.scenes.add(index=index, kind=analysis_pb2.SCENE_KIND_SCENE)
        scene.span.start_frame = start
    analysis.scenes.add(index=1, kind=analysis_pb2.SCENE_KIND_CHAPTER)
    return Outcome(FILM.path, job_pb2.Job(), analysis)


def figures(*starts: int) -> list[float | None]:
    return [figure.value for figure in measured([FILM], [outcome(*starts)])]


def test_boundaries_are_compared_by_shots() -> None:
    assert [shots_apart(at, (100, 200), SHOTS) for at in (0, 50, 104, 151, 250)] == [2, 1, 0, 1, 1]


def test_precision_and_recall_allow_for_one_shot() -> None:
    assert figures(100, 200) == [1, 1]
    assert figures(150) == [1, 1]
    assert figures(50) == [1, 0.5]
    assert figures() == [None, 0]


def test_false_and_missed_scenes_are_listed() -> None:
    far = SceneFilm(Path("film.mp4"), ("one", "two"), SHOTS, (0, 250))
    precision, recall = measured([far], [outcome(100)])
    assert (precision.value, recall.value) == (0, 0)
    assert [(case.at_s, case.got) for case in precision.cases] == [
        (4, "a scene begins"), (10, "none"),
    ]  # fmt: skip
