"""Ad slots as an IAB VMAP 1.0 document, with VAST 4.2 in it where a clip is named. Pure.

Order and names of elements are those of the published schemas (vmap.xsd 1.0, vast_4.2.xsd).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree

from videre.exports.cues import clock

_VMAP: Final = "http://www.iab.net/videosuite/vmap"
_VAST: Final = "http://www.iab.com/VAST"
MEDIA_TYPE: Final = "application/vmap+xml"
_SYSTEM: Final = "Videre"
#: What the schema wants where nothing is to be fetched.
_NOWHERE: Final = "about:blank"
_Element = ElementTree.Element


@dataclass(frozen=True, slots=True)
class AdBreak:
    """A slot: "start", "end" or a time, and its id in the document."""

    id: str
    time_ns: int | None
    at_end: bool = False

    @property
    def offset(self) -> str:
        """The slot's `timeOffset`."""
        if self.time_ns is None:
            return "end" if self.at_end else "start"
        return clock(self.time_ns, ".")


@dataclass(frozen=True, slots=True)
class Creative:
    """A clip that is played."""

    id: str
    title: str
    media_uri: str
    media_type: str
    duration_ns: int
    width: int
    height: int
    impression_uri: str = ""
    click_uri: str = ""


def vmap_document(breaks: Iterable[AdBreak], source: str | Creative) -> bytes:
    """Return the document, UTF-8.

    Args:
        breaks: in order of time.
        source: URI of a VAST document, or the clip.
    """
    root = _Element("vmap:VMAP", {"xmlns:vmap": _VMAP, "version": "1.0"})
    for one in breaks:
        slot = _add(root, "vmap:AdBreak", timeOffset=one.offset, breakType="linear", breakId=one.id)
        ads = _add(
            slot, "vmap:AdSource", id=f"{one.id}-source", allowMultipleAds="false",
            followRedirects="true",
        )  # fmt: skip
        if isinstance(source, str):
            _add(ads, "vmap:AdTagURI", source, templateType="vast4")
        else:
            _add_vast(_add(ads, "vmap:VASTAdData"), source, one.id)
    ElementTree.indent(root, " ")
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _add_vast(parent: _Element, creative: Creative, slot: str) -> None:
    vast = _add(parent, "VAST", version="4.2", xmlns=_VAST)
    inline = _add(_add(vast, "Ad", id=f"{slot}-{creative.id}"), "InLine")
    _add(inline, "AdSystem", _SYSTEM)
    _add(inline, "Impression", creative.impression_uri or _NOWHERE, id=f"{slot}-impression")
    _add(inline, "AdServingId", f"{slot}-{creative.id}")
    _add(inline, "AdTitle", creative.title)
    made = _add(_add(inline, "Creatives"), "Creative", id=creative.id)
    _add(made, "UniversalAdId", creative.id, idRegistry="unknown")
    linear = _add(made, "Linear")
    _add(linear, "Duration", clock(creative.duration_ns, "."))
    _add(
        _add(linear, "MediaFiles"), "MediaFile", creative.media_uri, delivery="progressive",
        type=creative.media_type, width=str(creative.width), height=str(creative.height),
    )  # fmt: skip
    if creative.click_uri:
        _add(_add(linear, "VideoClicks"), "ClickThrough", creative.click_uri)


def _add(parent: _Element, tag: str, text: str = "", **attributes: str) -> _Element:
    element = ElementTree.SubElement(parent, tag, attributes)
    element.text = text or None
    return element
