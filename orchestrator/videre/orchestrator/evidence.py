"""The one record every modality writes: what one engine saw, when, where, how surely. Pure.

Numbers are integers so that the canonical JSON of a blob, and with it every id, is exact: scores,
boxes and points are E4 (0..10,000 for 0..1), times nanoseconds on the media's clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from pydantic_core import from_json

from videre.common.values import TimeSpan, canonical_json, sha256_hex

SCHEMA: Final = 1
_NO_ATTRIBUTES: Final[Mapping[str, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Word:
    """A spoken word: text, start and end in nanoseconds on the media's clock, posterior E4."""

    text: str
    start_ns: int
    end_ns: int
    score: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one engine said of one stretch.

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
    attributes: Mapping[str, int] = field(default_factory=lambda: _NO_ATTRIBUTES)
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


def decode_blob(data: bytes, spans: Spans | None = None) -> EvidenceBlob:
    """Read a blob and give every record its id.

    Args:
        data: the blob.
        spans: those of other blobs of the media, which records share; the new ones are added.

    Raises:
        ValueError: not a blob of a known schema.
    """
    try:
        # Half as long as `json` takes, and what is said again and again (classes, texts) stands in
        # memory once.
        document = from_json(data, cache_strings="all")
        if document.get("schema") != SCHEMA:
            raise ValueError(f"evidence schema {document.get('schema')!r} is not {SCHEMA}")
        prefix = sha256_hex(data)[:16]
        feature, engine = document["feature"], document["engine"]
        known = {} if spans is None else spans
        records = _records_from_json(feature, engine, document["records"], prefix, known)
        return EvidenceBlob(feature, engine, TimeSpan(*document["span"]), records)
    except (AttributeError, LookupError, RecursionError, TypeError) as error:
        raise ValueError(f"not a blob of evidence: {error}") from error


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


def _records_from_json(
    feature: str, engine: str, items: list[dict[str, Any]], prefix: str, spans: Spans
) -> tuple[Evidence, ...]:
    """Return the records of a blob; long films have a hundred thousand: neighbours share values."""
    records: list[Evidence] = []
    place: list[int] = []
    span: TimeSpan | None = None
    picture = ""
    for index, item in enumerate(items):
        if span is None or item["span"] != place:
            place = item["span"]
            span = spans.get(tuple(place))
            if span is None:
                span = spans[tuple(place)] = TimeSpan(*place)
        if "picture" in item and item["picture"] != picture:
            picture = item["picture"]
        record: Any = _Unfrozen()
        record.feature, record.engine, record.span = feature, engine, span
        record.id, record.score = f"{prefix}/{index}", item["score"]
        get = item.get
        box = get("box")
        record.class_name, record.text = get("class", ""), get("text", "")
        record.box = (box[0], box[1], box[2], box[3]) if box else None
        # Few records have these: to look is faster than to make a tuple of a default.
        record.points = tuple(item["points"]) if "points" in item else ()
        record.words = tuple([Word(*word) for word in item["words"]]) if "words" in item else ()
        record.attributes = (
            MappingProxyType(item["attributes"]) if "attributes" in item else _NO_ATTRIBUTES
        )
        record.picture = picture if "picture" in item else ""
        record.embedding, record.data = get("embedding", ""), get("data", "")
        record.__class__ = Evidence
        records.append(record)
    return tuple(records)


class _Unfrozen:
    """An `Evidence` whose fields are being set: a frozen one sets each four times as slowly."""

    __slots__ = tuple(Evidence.__dataclass_fields__)
