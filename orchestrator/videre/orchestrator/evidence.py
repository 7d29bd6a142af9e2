"""The one record every modality writes: what one engine saw, when, where, how surely. Pure.

Numbers are integers so that the canonical JSON of a blob, and with it every id, is exact: scores,
boxes and points are E4 (0..10,000 for 0..1), times nanoseconds on the media's clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from sys import intern
from types import MappingProxyType
from typing import Any, Final

import msgspec

from videre.common.values import TimeSpan, canonical_json, sha256_hex

SCHEMA: Final = 1
#: Attribute of a line of text: the frame that was looked at before.
LOOKED_BEFORE: Final = "looked_before"
_ALL_CLASSES: Final[Mapping[str, frozenset[str]]] = MappingProxyType({})
_NO_ATTRIBUTES: Final[Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Word:
    """A spoken word: text, start and end in nanoseconds on the media's clock, posterior E4."""

    text: str
    start_ns: int
    end_ns: int
    score: int


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """What one engine said of one stretch.

    No dataclass: a long film has a hundred thousand.

    Args:
        feature: feature it was found for.
        engine: "name@version".
        span: when, frame indices for evidence of the picture.
        class_name: class of the engine; "" for words and text.
        score: raw score, E4.
        box: left, top, width, height, E4; None when it has no place.
        points: x, y pairs, E4: corners of a text line, landmarks of a face.
        text: text read or heard, or what a code says.
        words: words heard, in order of time.
        attributes: measurements by name, integers in the unit that the feature states.
        embedding: "<artifact digest>/<row>" of a float16 matrix; "" when there is none.
        picture: digest of the kept JPEG that shows it; "" when none was kept.
        id: "<blob digest, 16 hex>/<index>"; "" until it stands in a blob.
        data: bytes of a code, hex, where they are not the UTF-8 of its text.
    """

    feature: str
    engine: str
    span: TimeSpan
    class_name: str = ""
    score: int = 0
    box: tuple[int, int, int, int] | None = None
    points: tuple[int, ...] = ()
    text: str = ""
    words: tuple[Word, ...] = ()
    attributes: Mapping[str, int] = _NO_ATTRIBUTES
    embedding: str = ""
    picture: str = ""
    id: str = ""
    data: str = ""


@dataclass(frozen=True, slots=True)
class EvidenceBlob:
    """All evidence of one feature in one stretch (a unit, a speech group, a whole track)."""

    feature: str
    engine: str
    span: TimeSpan
    records: tuple[Evidence, ...]

    def encode(self) -> bytes:
        """Return canonical JSON; its SHA-256 names the blob."""
        return canonical_json(
            {
                "schema": SCHEMA,
                "feature": self.feature,
                "engine": self.engine,
                "span": _span_to_json(self.span),
                "records": [_record_to_json(record) for record in self.records],
            }
        )


#: Spans by what stands for them in a blob.
Spans = dict[tuple[int, ...], TimeSpan]


class _Record(msgspec.Struct):
    """How a record stands in a blob; what it has by default is left out."""

    span: tuple[int, ...]
    score: int
    class_name: str = msgspec.field(default="", name="class")
    box: tuple[int, int, int, int] | None = None
    points: tuple[int, ...] = ()
    text: str = ""
    words: tuple[tuple[str, int, int, int], ...] = ()
    attributes: dict[str, int] | None = None
    embedding: str = ""
    picture: str = ""
    data: str = ""


class _Blob(msgspec.Struct):
    """How a blob is stored."""

    schema: int
    feature: str
    engine: str
    span: TimeSpan
    records: list[_Record]


_READER: Final = msgspec.json.Decoder(_Blob)


def decode_blob(
    data: bytes, spans: Spans | None = None, classes: Mapping[str, frozenset[str]] = _ALL_CLASSES
) -> EvidenceBlob:
    """Read a blob and give every record its id.

    Args:
        data: the blob.
        spans: those of other blobs of the media, which records share; the new ones are added.
        classes: by feature, those whose records are wanted; all of a feature that is not named.

    Raises:
        ValueError: not a blob of a known schema.
    """
    try:
        blob = _READER.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"not a blob of evidence: {error}") from error
    if blob.schema != SCHEMA:
        raise ValueError(f"evidence schema {blob.schema} is not {SCHEMA}")
    numbered: Iterable[tuple[int, _Record]] = enumerate(blob.records)
    wanted = classes.get(blob.feature)
    if wanted is not None:
        numbered = [one for one in numbered if one[1].class_name in wanted]
    prefix = sha256_hex(data)[:16]
    records = tuple(_records(blob, numbered, prefix, {} if spans is None else spans))
    return EvidenceBlob(blob.feature, blob.engine, blob.span, records)


def evidence_key(
    *,
    project: str,
    media_digest: str,
    feature: str,
    engine: str,
    model_digests: Sequence[str],
    params: Mapping[str, int | str],
    plan_version: str,
    start_ns: int,
    end_ns: int,
) -> str:
    """Return the key under which evidence is looked up before any model is called (hex)."""
    return sha256_hex(
        canonical_json(
            {
                "project": project,
                "media": media_digest,
                "feature": feature,
                "engine": engine,
                "models": list(model_digests),
                "params": dict(params),
                "plan": plan_version,
                "start": start_ns,
                "end": end_ns,
            }
        )
    )


def _span_to_json(span: TimeSpan) -> list[int]:
    if span.start_frame is None or span.end_frame is None:
        return [span.start_ns, span.end_ns]
    return [span.start_ns, span.end_ns, span.start_frame, span.end_frame]


def _span(values: tuple[int, ...]) -> TimeSpan:
    if len(values) not in (2, 4):
        raise ValueError(f"not a blob of evidence: a span of {len(values)} numbers")
    return TimeSpan(*values)


def _record_to_json(record: Evidence) -> dict[str, Any]:
    out: dict[str, Any] = {"span": _span_to_json(record.span), "score": record.score}
    if record.class_name:
        out["class"] = record.class_name
    if record.box is not None:
        out["box"] = list(record.box)
    if record.points:
        out["points"] = list(record.points)
    if record.text:
        out["text"] = record.text
    if record.words:
        out["words"] = [[w.text, w.start_ns, w.end_ns, w.score] for w in record.words]
    if record.attributes:
        out["attributes"] = dict(record.attributes)
    if record.embedding:
        out["embedding"] = record.embedding
    if record.picture:
        out["picture"] = record.picture
    if record.data:
        out["data"] = record.data
    return out


def _records(
    blob: _Blob, numbered: Iterable[tuple[int, _Record]], prefix: str, spans: Spans
) -> Iterator[Evidence]:
    """Yield the records of a blob; long films have a hundred thousand, which share values."""
    feature, engine = blob.feature, blob.engine
    picture = ""
    for index, item in numbered:
        span = spans.get(item.span)
        if span is None:
            span = spans[item.span] = _span(item.span)
        if item.picture != picture:
            picture = item.picture
        yield Evidence(
            feature,
            engine,
            span,
            intern(item.class_name),
            item.score,
            item.box,
            item.points,
            item.text,
            tuple([Word(*word) for word in item.words]) if item.words else (),
            _NO_ATTRIBUTES if item.attributes is None else MappingProxyType(item.attributes),
            item.embedding,
            picture,
            f"{prefix}/{index}",
            item.data,
        )
