"""Files that point at other files or at the network; nothing of it may ever be opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.hostile_inputs.case import SUCCEEDED, UNREADABLE, Hostile


@dataclass(frozen=True, slots=True)
class Bait:
    """What hostile files point at: an address of a listener, and a file that nobody reads."""

    address: str
    file: Path

    @property
    def targets(self) -> dict[str, str]:
        """The two by kind."""
        return {"network": f"http://{self.address}/bait.ts", "file": self.file.as_uri()}


_M3U8: Final = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{url}\n#EXT-X-ENDLIST\n"
_MASTER: Final = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{url}\n"
_KEY: Final = (
    '#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXT-X-KEY:METHOD=AES-128,URI="{url}"\n'
    "#EXTINF:9,\nfilm.ts\n#EXT-X-ENDLIST\n"
)
_DASH: Final = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
    'mediaPresentationDuration="PT9S"><Period><AdaptationSet mimeType="video/mp4">'
    '<Representation id="1"><BaseURL>{url}</BaseURL></Representation></AdaptationSet>'
    "</Period></MPD>"
)
_XXE: Final = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y SYSTEM "{url}">]><svg>&y;</svg>'
_SVG: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{url}"/></svg>'
)
_SMIL: Final = '<smil><body><video src="{url}"/></body></smil>'
_ASX: Final = '<asx version="3.0"><entry><ref href="{url}"/></entry></asx>'
_XSPF: Final = (
    '<?xml version="1.0"?><playlist xmlns="http://xspf.org/ns/0/"><trackList><track>'
    "<location>{url}</location></track></trackList></playlist>"
)
_IMF: Final = (
    '<?xml version="1.0"?><AssetMap xmlns="http://www.smpte-ra.org/schemas/429-9/2007/AM">'
    "<AssetList><Asset><ChunkList><Chunk><Path>{url}</Path></Chunk></ChunkList></Asset>"
    "</AssetList></AssetMap>"
)
_SDP: Final = (
    "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\n"
    "a=control:{url}\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n"
)
_FORMS: Final = {
    "list.m3u8": _M3U8,
    "master.m3u8": _MASTER,
    "key.m3u8": _KEY,
    "list.ffconcat": "ffconcat version 1.0\nfile '{url}'\nduration 9\n",
    "list.concat": "ffconcat version 1.0\nfile {url}\n",
    "session.sdp": _SDP,
    "show.smil": _SMIL,
    "drawing.svg": _SVG,
    "entity.svg": _XXE,
    "manifest.mpd": _DASH,
    "list.asx": _ASX,
    "list.pls": "[playlist]\nFile1={url}\nLength1=9\nNumberOfEntries=1\n",
    "list.xspf": _XSPF,
    "ASSETMAP.xml": _IMF,
    "script.avs": 'DirectShowSource("{url}")\n',
    "script.vpy": "import vapoursynth as vs\nvs.core.ffms2.Source('{url}').set_output()\n",
    "cuts.edl": "TITLE: X\n001 AX V C 00:00:00:00 00:00:09:00 00:00:00:00 00:00:09:00\n"
    "* FROM CLIP NAME: {url}\n",
    "disc.cue": 'FILE "{url}" WAVE\n  TRACK 01 AUDIO\n    INDEX 01 00:00:00\n',
    "link.url": "[InternetShortcut]\nURL={url}\n",
    "page.html": '<html><meta http-equiv="refresh" content="0;url={url}"><img src="{url}"></html>',
    "reference.mov": "RTSPtext\r\n{url}\r\n",
}


def pointers(bait: Bait) -> Iterator[Hostile]:
    """Yield every form pointing at both baits, under its own name and under that of a film."""
    for number, (file, form) in enumerate(_FORMS.items()):
        for kind, url in bait.targets.items():
            data = form.format(url=url).encode()
            yield Hostile(f"{file} to the {kind}", UNREADABLE, file, data)
            if number < 6:
                yield Hostile(f"{file} to the {kind} as a film", UNREADABLE, "film.mp4", data)
    for kind, url in bait.targets.items():
        yield Hostile(f"alias in a film to the {kind}", UNREADABLE, "alias.mov", alias(url))
        note = f"file '{url}'\n![x]({url})\n<img src=\"{url}\">\n".encode()
        yield Hostile(f"a note to the {kind}", SUCCEEDED, "note.md", note)
        cue = f"1\n00:00:01,000 --> 00:00:02,000\n<img src={url}>words\n\n".encode()
        yield Hostile(f"a subtitle to the {kind}", SUCCEEDED, "cue.srt", cue)


def alias(url: str) -> bytes:
    """Return a QuickTime reference movie: a list of addresses instead of pictures."""
    address = url.encode() + b"\0"
    reference = b"\0\0\0\0url " + len(address).to_bytes(4, "big") + address
    return _box(b"moov", _box(b"rmra", _box(b"rmda", _box(b"rdrf", reference))))


def _box(name: bytes, body: bytes) -> bytes:
    return (len(body) + 8).to_bytes(4, "big") + name + body
