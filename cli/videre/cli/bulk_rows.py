"""Vectors and events in bulk as flat rows, the same in JSON lines and in Parquet."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from videre.v1 import recommendation_pb2 as pb

if TYPE_CHECKING:
    from arro3.core import Schema
    from google.protobuf.timestamp_pb2 import Timestamp

#: Rows that are held while Parquet is written.
_GROUP: Final = 10_000
_BATCH: Final = 1_000


def item_row(one: pb.ItemVector) -> dict[str, Any]:
    """Return a media as a row; one that was deleted has its id and number only."""
    return {
        "media_id": one.media_id,
        "number": one.number,
        "deleted": one.deleted,
        "create_time": _time(one.create_time) if one.HasField("create_time") else None,
        "duration_s": _seconds(one.duration) if one.HasField("duration") else None,
        "language_code": one.language_code,
        "traits": [
            {
                "kind": pb.TraitKind.Name(trait.kind),
                "value": trait.value,
                "weight": trait.weight,
            }
            for trait in one.traits
        ],
        "look_engine": one.look_engine,
        "look": _floats(one.look),
    }


def trait_row(one: pb.TraitVector) -> dict[str, Any]:
    """Return a trait as a row."""
    return {
        "kind": pb.TraitKind.Name(one.kind),
        "value": one.value,
        "media_count": one.media_count,
        "rarity": one.rarity,
        "look_engine": one.look_engine,
        "look": _floats(one.look),
    }


def event_row(one: pb.PseudonymousEvent) -> dict[str, Any]:
    """Return what a user did as a row; of one who was erased the name and number only."""
    return {
        "user": one.user,
        "number": one.number,
        "erased": one.erased,
        "event_key": one.event_key,
        "media_id": one.media_id,
        "act": "" if one.erased else pb.UserAct.Name(one.act),
        "event_time": _time(one.event_time) if one.HasField("event_time") else None,
        "watched_s": _seconds(one.watched) if one.HasField("watched") else None,
    }


#: By what is exported.
ROWS: Final[Mapping[str, Callable[[Any], dict[str, Any]]]] = {
    "items": item_row,
    "traits": trait_row,
    "events": event_row,
}


def line(row: Mapping[str, Any]) -> bytes:
    """Return a row as a line of JSON."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def write_parquet(lines: Path, data: str, path: Path) -> None:
    """Write rows that stand in a file, one JSON object a line, as Parquet; some at a time."""
    from arro3 import io

    rows = io.read_json(lines, _schema(data), batch_size=_BATCH)
    io.write_parquet(rows, path, compression="zstd(3)", max_row_group_size=_GROUP)


def _schema(data: str) -> Schema:
    from arro3.core import DataType, Field, Schema

    text, number, time = DataType.utf8(), DataType.int64(), DataType.timestamp("ns", tz="UTC")
    real, flag = DataType.float64(), DataType.bool()
    look = DataType.list(Field("item", DataType.float32()))
    trait = DataType.struct([Field("kind", text), Field("value", text), Field("weight", real)])
    columns: Mapping[str, Iterable[tuple[str, DataType]]] = {
        "items": (
            ("media_id", text), ("number", number), ("deleted", flag), ("create_time", time),
            ("duration_s", real), ("language_code", text),
            ("traits", DataType.list(Field("item", trait))), ("look_engine", text), ("look", look),
        ),
        "traits": (
            ("kind", text), ("value", text), ("media_count", number), ("rarity", real),
            ("look_engine", text), ("look", look),
        ),
        "events": (
            ("user", text), ("number", number), ("erased", flag), ("event_key", text),
            ("media_id", text), ("act", text), ("event_time", time), ("watched_s", real),
        ),
    }  # fmt: skip
    return Schema([Field(name, kind) for name, kind in columns[data]])


def _time(value: Timestamp) -> str:
    return value.ToJsonString()


def _seconds(value: Any) -> float:
    return float(value.ToNanoseconds() / 1e9)


def _floats(values: Iterable[float]) -> list[float]:
    """Return numbers of four bytes as the shortest decimals that are the same."""
    return [float(f"{value:.7g}") for value in values]
