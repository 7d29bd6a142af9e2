"""Where statements of the document come from."""

from __future__ import annotations

from typing import Final

import msgspec

from videre.common.values import TimeSpan

#: Most evidence references that stand beside one statement.
MAX_REFS: Final = 20

BoxE4 = tuple[int, int, int, int]


class EvidenceRef(msgspec.Struct, frozen=True, gc=False):
    """Where one statement comes from: a record, its engine "name@version", its raw score E4.

    No dataclass, nor are boxes: a film's document has tens of thousands of both.
    """

    id: str
    modality: str
    engine: str
    raw_score: int
    span: TimeSpan
    box: BoxE4 | None = None
    picture: str = ""


class BoxAt(msgspec.Struct, frozen=True, gc=False):
    """A box in one frame; `interpolated` where the frame was looked at and it was not seen."""

    frame: int
    time_ns: int
    box: BoxE4
    score: int
    interpolated: bool = False
