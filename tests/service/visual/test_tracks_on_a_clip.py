"""Objects on known ways, seen by a real detector, are followed: one track each, in its place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import av
import cv2
import numpy as np
import pytest

from videre.common.engine import EngineRegistry
from videre.common.values import NS, TimeSpan
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.face_tracks import overlap
from videre.orchestrator.fusion.object_tracks import Chain, follow_boxes
from videre.visual.engines.base import FrameEngine
from videre.visual.pictures import decode_jpeg
from videre.visual.registry import VisualEngine

pytestmark = pytest.mark.engine

RATE, SECONDS = 25, 10
#: A frame with three bottles, and one with the right one alone.
THREE, ONE = 20, 645
Array = np.ndarray[Any, Any]
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Way:
    """A bottle's way: left edge (share of the width) at the start and at the end; from when on."""

    start: float
    end: float
    since: int = 0

    def left(self, frame: int) -> float | None:
        last = RATE * SECONDS - 1
        if frame < self.since:
            return None
        return self.start + (self.end - self.start) * (frame - self.since) / (last - self.since)


#: One crosses the table, one is put down half-way and stays; the film's own stands at the right.
WAYS = (Way(0.02, 0.62), Way(0.02, 0.02, 125))


@pytest.fixture(scope="module")
def table(media: Path) -> tuple[Array, Array, Box]:
    """The table with one bottle at the right, a bottle's picture, and where it was cut out."""
    kept = {}
    with av.open(str(media / "video" / "bottle-detection.mp4")) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number in (THREE, ONE):
                kept[number] = frame.to_ndarray(format="bgr24")
            if number >= ONE:
                break
    height, width = kept[ONE].shape[:2]
    box = (int(0.435 * width), int(0.28 * height), int(0.125 * width), int(0.62 * height))
    x, y, w, h = box
    return kept[ONE], kept[THREE][y : y + h, x : x + w], box


@pytest.fixture(scope="module")
def detector(engines: EngineRegistry[VisualEngine]) -> FrameEngine:
    status = next(one for one in engines.describe() if one.spec.feature == "objects")
    spec = status.spec
    loaded = engines.acquire(spec.feature, spec.name, spec.version, status.model_digests, 0)
    return cast(FrameEngine, loaded)


def _picture(table: tuple[Array, Array, Box], frame: int) -> tuple[bytes, dict[str, Box]]:
    """Return a frame as JPEG, and where each bottle's patch lies in it, E4."""
    room, bottle, (_, y, w, h) = table
    shown = room.copy()
    height, width = room.shape[:2]
    truth: dict[str, Box] = {}
    for number, way in enumerate(WAYS):
        left = way.left(frame)
        if left is not None:
            at = int(left * width)
            shown[y : y + h, at : at + w] = bottle
            truth[f"bottle {number}"] = (
                at * 10_000 // width, y * 10_000 // height,
                w * 10_000 // width, h * 10_000 // height,
            )  # fmt: skip
    done, jpeg = cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, 90])
    assert done
    return jpeg.tobytes(), truth


def _film(
    table: tuple[Array, Array, Box], detector: FrameEngine, step: int
) -> tuple[list[Evidence], dict[str, str], list[int]]:
    """Return what the detector sees, whose each record is, and the frames."""
    records: list[Evidence] = []
    owners: dict[str, str] = {}
    frames = list(range(0, RATE * SECONDS, step))
    for frame in frames:
        jpeg, truth = _picture(table, frame)
        span = TimeSpan(frame * NS // RATE, (frame + 1) * NS // RATE, frame, frame + 1)
        for number, seen in enumerate(detector.look(decode_jpeg(jpeg, 1280)).seen):
            if seen.class_name != "bottle" or seen.score < 0.5 or seen.box is None:
                continue
            place = seen.box
            sides = (place.x, place.y, place.width, place.height)
            box = cast(Box, tuple(round(side * 10_000) for side in sides))
            record = Evidence("objects", "e@1", span, "bottle", round(seen.score * 10_000), box,
                              id=f"{frame}/{number}")  # fmt: skip
            records.append(record)
            shared = {name: overlap(at, box) for name, at in truth.items()}
            best = max(shared, key=lambda name: shared[name], default="")
            owners[record.id] = best if best and shared[best] > 3_000 else "the film's own"
    return records, owners, frames


def _purity(chains: list[Chain], owners: dict[str, str]) -> float:
    counts = [Counter(owners[s.record.id] for s in chain.sightings) for chain in chains]
    return sum(max(count.values()) for count in counts) / sum(count.total() for count in counts)


@pytest.mark.parametrize("step", [12, 6])
def test_bottles_on_known_ways_have_a_track_each(
    table: tuple[Array, Array, Box], detector: FrameEngine, step: int
) -> None:
    records, owners, frames = _film(table, detector, step)
    assert set(owners.values()) == {"bottle 0", "bottle 1", "the film's own"}
    chains = follow_boxes(records, frames)
    print(
        step,
        len(records),
        [
            (
                owners[c.sightings[0].record.id],
                len(c.sightings),
                c.continuity,
                c.sightings[0].frame,
                c.sightings[-1].frame,
            )
            for c in chains
        ],
    )
    assert _purity(chains, owners) == 1.0
    assert len(chains) == 3
    assert sum(len(chain.sightings) for chain in chains) == len(records)
    assert min(chain.continuity for chain in chains) >= 5_000


def test_what_moves_is_not_followed_at_the_default_of_three_seconds(
    table: tuple[Array, Array, Box], detector: FrameEngine
) -> None:
    records, owners, frames = _film(table, detector, 3 * RATE)
    chains = follow_boxes(records, frames)
    print(
        len(records),
        [(owners[c.sightings[0].record.id], len(c.sightings), c.continuity) for c in chains],
    )
    assert _purity(chains, owners) == 1.0
    lengths = {owners[c.sightings[0].record.id]: len(c.sightings) for c in chains}
    assert lengths["the film's own"] == len(frames)
    assert lengths["bottle 0"] == 1
