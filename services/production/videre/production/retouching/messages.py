"""From what was made unrecognisable to its public message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from google.protobuf.duration_pb2 import Duration

from videre.production.retouching.edits import Hidden, Removed
from videre.v1 import production_pb2 as pb
from videre.v1 import types_pb2

_NS: Final = 1_000_000_000
#: Most parts that are told.
_MOST: Final = 1_000
_TARGETS: Final = {
    "face": pb.OBSCURE_TARGET_FACES,
    "text": pb.OBSCURE_TARGET_TEXT,
    "plate": pb.OBSCURE_TARGET_PLATES,
    "region": pb.OBSCURE_TARGET_UNSPECIFIED,
}


def obscured_messages(hidden: Sequence[Hidden]) -> list[pb.ObscuredPart]:
    """Return what was hidden, in order of time."""
    return [_part(one) for one in sorted(hidden, key=lambda one: one.start_ns)[:_MOST]]


def _part(one: Hidden) -> pb.ObscuredPart:
    _, x, y, width, height = one.keys[0]
    left, top = max(0.0, x), max(0.0, y)
    box = types_pb2.BoundingBox(
        x=left, y=top, width=min(1.0, x + width) - left, height=min(1.0, y + height) - top
    )
    part = pb.ObscuredPart(target=_TARGETS[one.kind], box=box)
    if one.end_ns > one.start_ns:
        part.start_offset.CopyFrom(_duration(one.start_ns))
        part.end_offset.CopyFrom(_duration(one.end_ns))
    return part


def removed_messages(removed: Sequence[Removed]) -> list[pb.RemovedPart]:
    """Return what was taken away, in order of time."""
    made = []
    for one in sorted(removed, key=lambda one: one.start_ns)[:_MOST]:
        x, y, width, height = one.box
        part = pb.RemovedPart(
            box=types_pb2.BoundingBox(x=x, y=y, width=width, height=height),
            computed_ratio=one.computed,
        )
        if one.end_ns > one.start_ns:
            part.start_offset.CopyFrom(_duration(one.start_ns))
            part.end_offset.CopyFrom(_duration(one.end_ns))
        made.append(part)
    return made


def _duration(ns: int) -> Duration:
    seconds, nanos = divmod(ns, _NS)
    return Duration(seconds=seconds, nanos=nanos)
