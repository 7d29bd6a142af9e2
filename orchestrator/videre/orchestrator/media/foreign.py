"""What a file is that is no media, told by its first bytes or its name: for the refusal. Pure.

Nothing here opens, follows or runs anything. Media that are understood never come here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

#: First bytes that are looked at; tar has its mark at 257.
HEAD_BYTES: Final = 1024

_LIST: Final = "media that a list names are not followed: submit them themselves"
_SCRIPT: Final = "scripts are not run: render it and submit the film"
_PROJECT: Final = "projects are not rendered: submit the finished film"
_ARCHIVE: Final = "archives are not unpacked: submit what is in it"
_DOCUMENT: Final = "it is neither picture, sound nor plain text"
_STREAM: Final = "there is no decoder for it: convert it first"


@dataclass(frozen=True, slots=True)
class Foreign:
    """A kind of file that is no media.

    Args:
        name: what people call it.
        advice: why it is refused, and what to do instead.
    """

    name: str
    advice: str


_MARKS: Final = tuple(
    (re.compile(pattern, re.DOTALL | re.IGNORECASE), Foreign(name, advice))
    for pattern, name, advice in (
        (rb"#EXTM3U", "an M3U or HLS playlist", _LIST),
        (rb"ffconcat version", "an ffconcat list", _LIST),
        (rb"\[playlist\]", "a PLS playlist", _LIST),
        (rb"\[reference\]", "an ASX or WMV reference", _LIST),
        (rb"v=0\r?\n", "an SDP session description", _LIST),
        (rb".{0,400}<MPD[\s>]", "a DASH manifest", _LIST),
        (rb".{0,400}<(?:smil|asx|playlist)[\s>]", "a playlist", _LIST),
        (rb".{0,400}<(?:AssetMap|CompositionPlaylist)[\s>]", "an IMF package's list", _LIST),
        (rb".{0,400}<(?:xmeml|fcpxml|mlt|aep|project)[\s>]", "an editing project", _PROJECT),
        (rb"RIF[FX]....Egg!", "an After Effects project", _PROJECT),
        (rb".{0,400}<svg[\s>]", "an SVG drawing", _DOCUMENT),
        (rb".{0,400}<(?:!doctype html|html)[\s>]", "a web page", _DOCUMENT),
        (rb"%PDF-", "a PDF document", _DOCUMENT),
        (rb"\xd0\xcf\x11\xe0", "an office document", _DOCUMENT),
        (rb"PK\x03\x04|PK\x05\x06", "a ZIP archive", _ARCHIVE),
        (rb"Rar!\x1a", "a RAR archive", _ARCHIVE),
        (rb"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _ARCHIVE),
        (rb"\x1f\x8b", "a gzip archive", _ARCHIVE),
        (rb"BZh[1-9]|\xfd7zXZ\x00|\x28\xb5\x2f\xfd", "a compressed file", _ARCHIVE),
        (rb".{257}ustar", "a tar archive", _ARCHIVE),
        (rb"\x7fELF|MZ", "a program", _DOCUMENT),
        (rb"#!", "a script", _SCRIPT),
    )
)
_NAMES: Final = {
    ".avs": Foreign("an AviSynth script", _SCRIPT),
    ".avsi": Foreign("an AviSynth script", _SCRIPT),
    ".vpy": Foreign("a VapourSynth script", _SCRIPT),
    ".edl": Foreign("an edit decision list", _LIST),
    ".prproj": Foreign("an editing project", _PROJECT),
    ".drp": Foreign("an editing project", _PROJECT),
    ".veg": Foreign("an editing project", _PROJECT),
}
#: MPEG-4's and AVS's start of a sequence: under the name .avs it is Chinese AVS video.
_SEQUENCE: Final = b"\x00\x00\x01\xb0"


def foreign(head: bytes, name: str) -> Foreign | None:
    """Return what a refused file is; None when nothing tells.

    Args:
        head: its first `HEAD_BYTES`.
        name: the name that people gave it.
    """
    suffix = PurePath(name).suffix.lower()
    if head.startswith(_SEQUENCE) and suffix.startswith(".avs"):
        return Foreign("AVS video", _STREAM)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for pattern, kind in _MARKS:
        # tar counts from the file's first byte, blank or not
        if pattern.match(start) or pattern.match(head):
            return kind
    return _NAMES.get(suffix)
