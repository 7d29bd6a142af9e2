"""An analysis → a Dublin Core record, for catalogues and archives. Pure.

DCMI Metadata Terms (https://www.dublincore.org/specifications/dublin-core/dcmi-terms/) of one
resource, in RDF/XML as DCMI recommends it (https://www.dublincore.org/specifications/dublin-core/
dc-rdf/). What was not understood or not looked at is left out; the terms have no word for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeAlias
from xml.etree import ElementTree

from google.protobuf.timestamp_pb2 import Timestamp

from videre.exports.json_ld import iso_duration
from videre.exports.subject import Subject, nanoseconds, understood
from videre.v1 import analysis_pb2

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TERMS: Final = "http://purl.org/dc/terms/"
_TYPES: Final = {
    analysis_pb2.MEDIA_KIND_VIDEO: "MovingImage",
    analysis_pb2.MEDIA_KIND_AUDIO: "Sound",
    analysis_pb2.MEDIA_KIND_IMAGE: "StillImage",
    analysis_pb2.MEDIA_KIND_TEXT: "Text",
}
#: Languages in which every label and topic has a name; in others some fall back to English.
_NAMED_IN: Final = frozenset({"en", "zh-Hans"})
#: What XML 1.0 cannot carry in any spelling.
_NO_CHARACTER: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

#: A term, its value, and the value's attribute: (name, value) or nothing.
_Property: TypeAlias = tuple[str, str, tuple[str, str] | None]


def to_dublin_core(subject: Subject) -> bytes:
    """Return one rdf:Description about the media; every value once, in a fixed order."""
    root = ElementTree.Element("rdf:RDF", {"xmlns:rdf": _RDF, "xmlns:dcterms": _TERMS})
    about = {"rdf:about": f"urn:uuid:{subject.analysis.media_id}"}
    record = ElementTree.SubElement(root, "rdf:Description", about)
    if kind := _TYPES.get(subject.analysis.media_info.kind):
        resource = {"rdf:resource": f"http://purl.org/dc/dcmitype/{kind}"}
        ElementTree.SubElement(record, "dcterms:type", resource)
    for term, value, attribute in dict.fromkeys(_properties(subject)):
        text = _NO_CHARACTER.sub(" ", value).strip()
        if text:
            attributes = dict([attribute] if attribute else [])
            ElementTree.SubElement(record, f"dcterms:{term}", attributes).text = text
    ElementTree.indent(root, " ")
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _properties(subject: Subject) -> Iterator[_Property]:
    analysis = subject.analysis
    info = analysis.media_info
    yield "identifier", analysis.media_id, None
    yield "identifier", f"sha256:{info.digest}" if info.digest else "", None
    yield "identifier", subject.media_uri, None
    yield "title", subject.name, None
    yield "description", subject.description, None
    for code in _languages(analysis):
        yield "language", code, None
    yield from _subjects(subject)
    for entity in analysis.entities:
        if entity.kind == analysis_pb2.ENTITY_KIND_PLACE:
            yield "coverage", entity.name, None
    for person in analysis.people:
        yield "contributor", person.name, None
    if subject.job.HasField("create_time"):
        submitted = Timestamp(seconds=subject.job.create_time.seconds).ToJsonString()
        yield "dateSubmitted", submitted, ("rdf:datatype", f"{_TERMS}W3CDTF")
    yield "format", _format(info), None
    for extent in _extents(info):
        yield "extent", extent, None


def _subjects(subject: Subject) -> Iterator[_Property]:
    """Yield topics, keywords, what is named beside places, and labels, as they are ordered."""
    analysis = subject.analysis
    named = ("xml:lang", subject.language) if subject.language in _NAMED_IN else None
    for topic in analysis.topics:
        yield "subject", topic.name or topic.topic_id, named
    for keyword in analysis.keywords:
        code = keyword.language_code
        yield "subject", keyword.text, ("xml:lang", code) if code else None
    for entity in analysis.entities:
        if entity.kind != analysis_pb2.ENTITY_KIND_PLACE:
            yield "subject", entity.name, None
    for label in analysis.labels:
        yield "subject", label.name or label.node_id, named


def _languages(analysis: analysis_pb2.Analysis) -> list[str]:
    """Return the languages of what was said and understood; of a text, those it is written in."""
    codes = {line.language_code for line in understood(analysis)}
    if analysis.media_info.kind == analysis_pb2.MEDIA_KIND_TEXT:
        codes |= {line.language_code for line in analysis.text_lines}
    return sorted(codes - {"", "und"})


def _format(info: analysis_pb2.MediaInfo) -> str:
    """Return container and codecs, such as "mov,mp4,m4a,3gp,3g2,mj2 (h264, aac)"."""
    codecs = ", ".join(codec for codec in (info.video.codec, info.audio.codec) if codec)
    return f"{info.container} ({codecs})" if info.container and codecs else info.container


def _extents(info: analysis_pb2.MediaInfo) -> Iterator[str]:
    """Yield length, size in bytes and pixels, and how many frames or characters there are."""
    if info.kind in (analysis_pb2.MEDIA_KIND_VIDEO, analysis_pb2.MEDIA_KIND_AUDIO):
        yield iso_duration(nanoseconds(info.duration))
    if info.size_bytes:
        yield f"{info.size_bytes} bytes"
    video = info.video
    if video.width and video.height:
        yield f"{video.width} x {video.height} pixels"
    if info.kind == analysis_pb2.MEDIA_KIND_VIDEO and video.frame_count:
        rate = f"{video.frame_rate_numerator}/{video.frame_rate_denominator}"
        yield f"{video.frame_count} frames, {rate} per second"
    if info.character_count:
        yield f"{info.character_count} characters"
