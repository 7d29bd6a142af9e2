"""False objects: only what cannot be seen counts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from bench.truth import load_set
from videre.cli.evaluation.measures.objects import faces, objects
from videre.cli.evaluation.observed import Observed, Shot, Thing
from videre.cli.evaluation.truth import Span, Truth

MAIN = frozenset({"bottle"})


@dataclass(frozen=True)
class Answer:
    """What the measure reads of an answer."""

    objects: tuple[Thing, ...] = ()
    faces: tuple[Thing, ...] = ()
    rate: float = 25.0
    shots: tuple[Shot, ...] = (Shot(0, 250, False),)
    labels: tuple[tuple[str, str], ...] = ()


def truth(**known: Any) -> Truth:
    return Truth(**{"name": "clip.mp4", "path": Path("clip.mp4"), "group": "clips", **known})


def figures(known: Truth, *names: str) -> tuple[float | None, float | None]:
    things = tuple(Thing(name, Span(1.0, 2.0), 0.9, 0) for name in names)
    present, false = objects([(known, cast(Observed, Answer(things)))])
    return present.value, false.value


def test_a_class_that_can_be_seen_beside_the_main_ones_is_not_false() -> None:
    listed = truth(objects=MAIN, all_objects=frozenset({"bottle", "person"}))
    assert figures(listed, "bottle", "person") == (1.0, 0.0)
    assert figures(listed, "bottle", "bus") == (1.0, 10.0)
    assert figures(truth(objects=MAIN), "bottle", "person") == (1.0, 10.0)


def test_a_clip_without_main_objects_counts_when_somebody_looked() -> None:
    assert figures(truth(), "bus") == (None, None)
    assert figures(truth(all_objects=frozenset()), "bus") == (None, 10.0)


def test_clips_are_known_by_their_bytes_not_by_their_names(tmp_path: Path) -> None:
    (tmp_path / "demo.mp4").write_bytes(b"another film of that name")
    (tmp_path / "truth.json").write_text(json.dumps({"files": {"demo.mp4": {"truth": {}}}}))
    (known,) = load_set(tmp_path)
    assert known.all_objects is None


def test_a_face_is_false_in_a_shot_that_is_known_to_show_none() -> None:
    shots = (Shot(0, 100, False), Shot(100, 250, False))
    seen = tuple(Thing("face", Span(at, at + 1), 0.9, shot) for at, shot in ((1.0, 0), (5.0, 1)))
    answered = cast(Observed, Answer(faces=seen, shots=shots))
    assert faces([(truth(faceless=(Span(4.0, 90.0),)), answered)]).value == 10.0
    assert faces([(truth(faceless=(Span(0.0, 90.0),)), answered)]).value == 10.0
    assert faces([(truth(), answered)]).value is None
    unseen = cast(Observed, Answer(shots=shots))
    assert faces([(truth(faceless=(Span(0.0, 90.0),)), unseen)]).value == 0.0
