"""Scripts, lists and projects that name other files: what must be refused, and never followed."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from bench.ffmpeg import convert

#: Format, file name, text. {file} is a file that nobody may open, {network} an address that nobody
#: may call, {film} a film beside it, inside the same root: that one is not followed either.
_TEXTS: Final = (
    (
        "AVS (AviSynth script)",
        "script.avs",
        'LoadPlugin("{file}")\nImport("{file}")\nDirectShowSource("{file}")\n'
        'WriteFileStart("{file}", "version")\n',
    ),
    ("VapourSynth script", "script.vpy", "open('{file}').read()\n"),
    (
        "M3U8",
        "inside.m3u8",
        "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{film}\n#EXT-X-ENDLIST\n",
    ),
    (
        "M3U8",
        "outside.m3u8",
        '#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXT-X-KEY:METHOD=AES-128,URI="{file}"\n'
        "#EXTINF:3,\n{network}\n#EXT-X-ENDLIST\n",
    ),
    ("M3U", "list.m3u", "#EXTM3U\n#EXTINF:3,\n{file}\n{network}\n"),
    ("PLS", "list.pls", "[playlist]\nFile1={file}\nFile2={network}\nNumberOfEntries=2\n"),
    ("ASX", "list.asx", '<asx version="3.0"><entry><ref href="{network}"/></entry></asx>'),
    (
        "DASH",
        "film.mpd",
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period>'
        '<AdaptationSet mimeType="video/mp4"><Representation id="1"><BaseURL>{network}</BaseURL>'
        "</Representation></AdaptationSet></Period></MPD>",
    ),
    ("ffconcat", "list.ffconcat", "ffconcat version 1.0\nfile '{film}'\nfile '{file}'\n"),
    (
        "SDP",
        "stream.sdp",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\na=control:{network}\n"
        "m=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    ),
    (
        "Kdenlive project",
        "film.kdenlive",
        '<?xml version="1.0"?><mlt LC_NUMERIC="C"><producer id="0">'
        '<property name="resource">{file}</property></producer></mlt>',
    ),
    (
        "Final Cut project",
        "film.fcpxml",
        '<?xml version="1.0"?><!DOCTYPE fcpxml><fcpxml version="1.9"><resources>'
        '<asset id="r1" src="{file}"/></resources></fcpxml>',
    ),
    (
        "SVG",
        "drawing.svg",
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{file}"/></svg>',
    ),
)  # fmt: skip

_ARCHIVE, _STREAM = "ZIP", "AVS (AVS2 video)"
#: Names of the formats.
FORMATS: Final = tuple(dict.fromkeys([*(format_ for format_, _, _ in _TEXTS), _ARCHIVE, _STREAM]))


def foreign_files(
    folder: Path, film: Path, bait: Callable[[str], str]
) -> Iterator[tuple[str, Path]]:
    """Write the files; yield the format and the place of each.

    Args:
        film: a media inside the same folder.
        bait: given "file" or "network", returns an address that nobody may open.
    """
    places = {"file": bait("file"), "network": bait("network"), "film": film.as_uri()}
    for format_, name, text in _TEXTS:
        path = folder / name
        path.write_text(text.format(**places), encoding="utf-8")
        yield format_, path
    archive = folder / "films.zip"
    with zipfile.ZipFile(archive, "w") as target:
        target.write(film, "film.mkv")
    yield _ARCHIVE, archive
    stream = folder / "stream.avs"
    convert("-i", film, "-an", "-frames:v", "25", "-c:v", "libxavs2", "-f", "avs2", stream)
    yield _STREAM, stream
