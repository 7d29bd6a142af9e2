"""Coded pictures without what containers add to them: NAL units of H.264 and H.265. Pure.

MP4 and Matroska put a length before every unit and keep the parameter sets in their header; a
transport stream puts start codes and delimiters between units and repeats the sets at key frames.
The pictures are the same. Forms: ISO/IEC 14496-15, 5.3.3 and 8.3.3; start codes: annex B of H.264.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

_START: Final = b"\0\0\1"
#: Types of parameter sets, and of the delimiter between pictures.
_SETS: Final = {"h264": frozenset({7, 8}), "hevc": frozenset({32, 33, 34})}
_DELIMITER: Final = {"h264": 9, "hevc": 35}
#: Bytes of avcC and hvcC before their lists.
_AVC_HEAD, _HEVC_HEAD = 5, 22
#: Bytes of a length where the header does not say.
_WIDEST: Final = 4
CODECS: Final = frozenset(_SETS)


class PictureForm:
    """Takes the packets of one stream apart, in their order."""

    def __init__(self, codec: str, header: bytes) -> None:
        """Read what the container's header says.

        Args:
            codec: one of `CODECS`.
            header: the stream's avcC or hvcC, or its parameter sets with start codes, or nothing.
        """
        self._codec = codec
        try:
            self._width, units = _read_header(codec, header)
        except IndexError:  # decoders may read a part of it
            self._width, units = _WIDEST, []
        #: Parameter sets of the header, in no order; a broken header as it is.
        self.sets = tuple(sorted({unit for unit in units if self._is_set(unit)})) or (header,)
        kinds = Counter(_kind(codec, unit) for unit in units if self._is_set(unit))
        # One of each: sending them again changes nothing. Of two, the later one may take the place
        # of the other.
        self._repeatable = frozenset(units) if max(kinds.values(), default=0) == 1 else frozenset()
        #: Sets that were sent and are not those of the header, in their order.
        self.others: list[bytes] = []

    def _is_set(self, unit: bytes) -> bool:
        return _kind(self._codec, unit) in _SETS[self._codec]

    def units(self, packet: bytes) -> Iterator[bytes]:
        """Yield the units of the next packet that say something which the header does not."""
        found = _sized(packet, self._width) if self._width else _started(packet)
        for unit in found:
            if _kind(self._codec, unit) == _DELIMITER[self._codec]:
                continue
            if not self.others and unit in self._repeatable:
                continue
            if self._is_set(unit):  # from here on, order matters
                self.others.append(unit)
            yield unit


def _kind(codec: str, unit: bytes) -> int:
    return unit[0] & 31 if codec == "h264" else unit[0] >> 1 & 63


def _read_header(codec: str, header: bytes) -> tuple[int, list[bytes]]:
    """Return how many bytes a length has (0 = start codes are used), and the header's units.

    Raises:
        IndexError: it breaks off.
    """
    if header[:1] != b"\1":
        return 0, list(_started(header))
    units = _avc(header) if codec == "h264" else _hevc(header)
    head = _AVC_HEAD if codec == "h264" else _HEVC_HEAD
    return header[head - 1] % 4 + 1, [unit for unit in units if unit]


def _avc(header: bytes) -> list[bytes]:
    place, units = _AVC_HEAD, []
    for mask in (31, 255):  # sequences, then pictures
        count = header[place] & mask
        some, place = _listed(header, place + 1, count)
        units += some
    return units


def _hevc(header: bytes) -> list[bytes]:
    place, units = _HEVC_HEAD + 1, []
    for _ in range(header[_HEVC_HEAD]):
        count = int.from_bytes(header[place + 1 : place + 3], "big")
        some, place = _listed(header, place + 3, count)
        units += some
    return units


def _listed(data: bytes, place: int, count: int) -> tuple[list[bytes], int]:
    """Return so many units with lengths of two bytes, and the place behind them.

    Raises:
        IndexError: the data ends before.
    """
    units = []
    for _ in range(count):
        end = place + 2 + (data[place] << 8 | data[place + 1])
        if end > len(data):
            raise IndexError(end)
        units.append(data[place + 2 : end].rstrip(b"\0"))
        place = end
    return units, place


def _sized(data: bytes, width: int) -> list[bytes]:
    """Return the units behind lengths; all as one where lengths and data do not agree.

    Decoders give such packets up, and copies whose lengths are right do not.
    """
    units: list[bytes] = []
    place = 0
    while place < len(data):
        start = place + width
        place = start + int.from_bytes(data[place:start], "big")
        units += _whole(data[start:place])
    return units if place == len(data) else [data]


def _started(data: bytes) -> Iterator[bytes]:
    """Yield the units behind start codes, and what may stand before the first."""
    start = data.find(_START)
    yield from _whole(data[:start] if start >= 0 else data)
    while start >= 0:
        end = data.find(_START, start + 3)
        yield from _whole(data[start + 3 : end if end >= 0 else len(data)])
        start = end


def _whole(unit: bytes) -> Iterable[bytes]:
    """Return a unit without the zeros that may follow it; none where nothing is left."""
    unit = unit.rstrip(b"\0")
    return (unit,) if unit else ()
