"""Values of an analysis → public messages: integers E4 become shares, instants Durations."""

from __future__ import annotations

from videre.common.values import SCORE_ONE
from videre.orchestrator import document as d
from videre.orchestrator.api.present import duration
from videre.v1 import analysis_pb2 as pb
from videre.v1 import types_pb2


def confidence(score: int) -> float:
    """Return a score E4 as 0..1."""
    return score / SCORE_ONE


def box(value: d.BoxE4 | None) -> types_pb2.BoundingBox | None:
    """Return a box in shares of the picture; None stays unset."""
    if value is None:
        return None
    x, y, width, height = (number / SCORE_ONE for number in value)
    return types_pb2.BoundingBox(x=x, y=y, width=width, height=height)


def shot_size(size: d.ShotSize) -> pb.ShotSize.ValueType:
    """Return how large somebody is in the picture."""
    return pb.ShotSize.Value(f"SHOT_SIZE_{size.upper()}")


def box_at(item: d.BoxAt) -> pb.BoxAt:
    """Return a box in one frame."""
    return pb.BoxAt(
        frame=item.frame,
        offset=duration(item.time_ns),
        box=box(item.box),
        confidence=confidence(item.score),
        interpolated=item.interpolated,
    )


def quad(points: tuple[int, ...]) -> types_pb2.Quad | None:
    """Return four corners in shares of the picture; none stays unset."""
    if not points:
        return None
    pairs = zip(points[0::2], points[1::2], strict=True)
    return types_pb2.Quad(
        points=[types_pb2.Point(x=x / SCORE_ONE, y=y / SCORE_ONE) for x, y in pairs]
    )
