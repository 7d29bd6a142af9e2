"""`document.Analysis` ↔ canonical JSON, and the digest by which two answers are compared. Pure.

The JSON is what the store keeps of a revision; being canonical and free of everything that may
differ between two runs, it is the *result document* too, and its SHA-256 the `result_digest`.
"""

from __future__ import annotations

import dataclasses
import functools
import threading
import typing
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeVar, cast

import msgspec

from videre.common.values import TimeSpan, canonical_json, sha256_hex
from videre.orchestrator.document import Analysis, MediaFacts

#: Changes when the JSON's form changes.
SCHEMA: Final = 1
#: msgspec 0.22 describes a type when it is first read, and shows other threads the description
#: while it is half made: the process crashes. So one thread at a time describes.
_DESCRIBING: Final = threading.Lock()

T = TypeVar("T")


def result_document(analysis: Analysis) -> bytes:
    """Return the analysis as canonical JSON (UTF-8, sorted keys, integers only)."""
    return canonical_json({"schema": SCHEMA, "analysis": _encode(analysis)})


def result_digest(analysis: Analysis) -> str:
    """Return the SHA-256 (hex) of the result document."""
    return sha256_hex(result_document(analysis))


def from_json(data: bytes) -> Analysis:
    """Read a result document.

    Raises:
        ValueError: not a result document of a known schema.
    """
    with _refusing():
        return cast(Analysis, _analysis(data, Analysis))


def parts_from_json(data: bytes, *names: str) -> tuple[Any, ...]:
    """Read some fields alone of a result document's analysis, in the order they are named.

    They have default values: those that are left out have them. A long film's other lists are long.

    Raises:
        ValueError: not a result document of a known schema.
    """
    return StoredDocument(data).read(*names)


class StoredDocument:
    """A result document of which only some fields are read or changed.

    What is left stays bytes, neither made into records nor checked: a long film's document is
    megabytes.
    """

    def __init__(self, data: bytes) -> None:
        """Open a result document, as `result_document` writes it.

        Raises:
            ValueError: not a result document of a known schema.
        """
        with _refusing():
            self._parts = _analysis(data, dict[str, msgspec.Raw])

    def read(self, *names: str) -> tuple[Any, ...]:
        """Return fields of the analysis, in the order they are named.

        Raises:
            ValueError: one has no value of its type.
        """
        defaults, hints = dict(_defaults(Analysis)), _hints(Analysis)
        with _refusing():
            return tuple(
                _reader(hints[name]).decode(self._parts[name])
                if name in self._parts
                else defaults[name]
                for name in names
            )

    def part_digest(self, name: str) -> str:
        """Return the SHA-256 (hex) of a field's canonical JSON; "" where it is left out."""
        part = self._parts.get(name)
        return "" if part is None else sha256_hex(bytes(part))

    def with_parts(self, **parts: Any) -> bytes:
        """Return the document with other values in some fields.

        The bytes are those of `result_document` of the changed analysis.
        """
        defaults = dict(_defaults(Analysis))
        changed: dict[str, Any] = dict(self._parts)
        for name, value in parts.items():
            changed.pop(name, None)
            if value != defaults[name]:
                changed[name] = canonical_json(_encode(value))
        fields = [b'"%b":%b' % (name.encode(), changed[name]) for name in sorted(changed)]
        return b'{"analysis":{%b},"schema":%d}' % (b",".join(fields), SCHEMA)


def read_field(record: type, name: str, value: Any) -> Any:
    """Return the value of a record's field, given as a JSON value.

    Raises:
        ValueError: the field has no such value.
    """
    with _refusing():
        return _converted(value, _hints(record)[name])


def read_entry(record: type, name: str, value: Any) -> Any:
    """Return an entry of a list that is a record's field, given as a JSON value.

    Raises:
        ValueError: the list has no such entry.
    """
    return read_field(record, name, (value,))[0]


def is_list(record: type, name: str) -> bool:
    """Tell whether a record's field is a list."""
    return typing.get_origin(_hints(record).get(name)) is tuple


def record_of(record: type, name: str) -> type | None:
    """Return which record a record's field holds; None where it holds a plain value or a list."""
    hint = _hints(record).get(name)
    kinds = [kind for kind in (hint, *typing.get_args(hint)) if dataclasses.is_dataclass(kind)]
    wanted = bool(kinds) and kinds[0] is not TimeSpan and not is_list(record, name)
    return cast(type, kinds[0]) if wanted else None


@contextmanager
def _refusing(what: str = f"result document of schema {SCHEMA}") -> Iterator[None]:
    """Raise ValueError where values are not those of a record."""
    try:
        yield
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"not a {what}: {error}") from error


def _analysis(data: bytes, kind: Any) -> Any:
    """Return the analysis of a result document, as so much of it as `kind` says.

    Raises:
        msgspec.MsgspecError: not a result document of a known schema.
    """
    document = _reader(_Document[kind]).decode(data)
    if document.schema != SCHEMA:
        raise msgspec.ValidationError(f"it is of schema {document.schema}")
    return document.analysis


class _Document(msgspec.Struct, typing.Generic[T]):
    """What stands in the JSON of a result document."""

    analysis: T
    schema: int


@functools.cache
def _reader(hint: Any) -> msgspec.json.Decoder[Any]:
    """Return what reads the JSON of a type hint of `document`: made once."""
    with _DESCRIBING:
        return msgspec.json.Decoder(hint)


def _converted(value: Any, hint: Any) -> Any:
    """Return JSON values as what a type hint says.

    Raises:
        msgspec.ValidationError: they are no such thing.
    """
    _reader(hint)  # describes the types
    return msgspec.convert(value, hint)


def record_to_json(record: Any) -> bytes:
    """Return a record of dataclasses, tuples, strings and integers as canonical JSON."""
    return canonical_json(_encode(record))


def record_to_values(record: Any) -> dict[str, Any]:
    """Return a record as JSON values, as `record_to_json` writes them."""
    return cast(dict[str, Any], _encode(record))


def record_from_json(kind: type[T], data: bytes) -> T:
    """Return the record that `record_to_json` was given.

    Raises:
        ValueError: not such a record.
    """
    with _refusing(kind.__name__):
        return cast(T, _reader(cast(Any, kind)).decode(data))


def facts_to_json(facts: MediaFacts) -> dict[str, Any]:
    """Return a media's description as JSON values, for the media's row."""
    return cast(dict[str, Any], _encode(facts))


def facts_from_json(values: Mapping[str, Any]) -> MediaFacts:
    """Return the description that `facts_to_json` gave these values."""
    return cast(MediaFacts, _converted(values, MediaFacts))


def _encode(value: Any) -> Any:
    """Return JSON values: spans as lists, records as objects without their default values."""
    return _ENCODERS[type(value)](value)


class _Encoders(dict[type, Callable[[Any], Any]]):
    """What encodes values of a kind, found out once: a film has a million of them."""

    def __missing__(self, kind: type) -> Callable[[Any], Any]:
        self[kind] = self._for(kind)
        return self[kind]

    def _for(self, kind: type) -> Callable[[Any], Any]:
        if issubclass(kind, TimeSpan):
            return _span
        if issubclass(kind, tuple):
            return _items
        if dataclasses.is_dataclass(kind) or issubclass(kind, msgspec.Struct):
            return functools.partial(_record, _defaults(kind))
        return _itself


_ENCODERS: Final = _Encoders()


def _span(span: TimeSpan) -> list[int | None]:
    frames = [] if span.start_frame is None else [span.start_frame, span.end_frame]
    return [span.start_ns, span.end_ns, *frames]


def _items(values: tuple[Any, ...]) -> list[Any]:
    return [_ENCODERS[type(item)](item) for item in values]


def _record(fields: tuple[tuple[str, Any], ...], record: Any) -> dict[str, Any]:
    return {
        name: _ENCODERS[type(item)](item)
        for name, default in fields
        if (item := getattr(record, name)) != default
    }


def _itself(value: Any) -> Any:
    return value


@functools.cache
def _defaults(record: type) -> tuple[tuple[str, Any], ...]:
    """Return the fields of a record with their default values."""
    known = (
        msgspec.structs.fields(record)
        if issubclass(record, msgspec.Struct)
        else dataclasses.fields(cast(Any, record))
    )
    return tuple((field.name, field.default) for field in known)


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)
