"""Cues → WebVTT (.vtt), and the WebVTT index of a sprite. Pure.

https://www.w3.org/TR/webvtt1/; regions of a picture by https://www.w3.org/TR/media-frags/.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from videre.exports.cues import Cue, clock, one_line

_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
#: Between a picture's address and the four numbers of its region.
_REGION: Final = "#xywh="


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a picture, in pixels, and the time it stands for, in ns from the media's origin."""

    start_ns: int
    end_ns: int
    x: int
    y: int
    width: int
    height: int


def to_vtt(cues: Iterable[Cue]) -> bytes:
    """Return the file; no cues give its header alone."""
    return _file(
        (cue.start_ns, cue.end_ns, [one_line(line).translate(_ESCAPES) for line in cue.lines])
        for cue in cues
    )


def sprite_index(tiles: Iterable[Tile], picture: str) -> bytes:
    """Return a file whose cues name parts of a picture: `sprite.jpg#xywh=160,0,160,90`.

    Args:
        tiles: in order of time.
        picture: file name of the picture, beside which the index lies.
    """
    link = f"{quote(picture)}{_REGION}"
    return _file(
        (tile.start_ns, tile.end_ns, [f"{link}{tile.x},{tile.y},{tile.width},{tile.height}"])
        for tile in tiles
    )


def relinked(index: bytes, places: Mapping[str, str]) -> bytes:
    """Return a sprite's index for files that lie elsewhere or have other names.

    Args:
        index: what `sprite_index` made.
        places: file name of a picture in it → its path from the index's folder, with "/".
    """
    lines = index.decode().split("\n")
    return "\n".join(_relinked_line(line, places) for line in lines).encode()


def _relinked_line(line: str, places: Mapping[str, str]) -> str:
    name, mark, region = line.rpartition(_REGION)
    place = places.get(unquote(name)) if mark else None
    return line if place is None else f"{quote(place)}{mark}{region}"


def _file(blocks: Iterable[tuple[int, int, list[str]]]) -> bytes:
    parts = ["WEBVTT\n"]
    for start_ns, end_ns, lines in blocks:
        text = "\n".join(line for line in lines if line)
        parts.append(f"{clock(start_ns, '.')} --> {clock(end_ns, '.')}\n{text}\n")
    return "\n".join(parts).encode()
