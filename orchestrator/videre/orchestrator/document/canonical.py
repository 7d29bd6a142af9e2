"""`document.Analysis` ↔ canonical JSON, and the digest by which two answers are compared. Pure.

The JSON is what the store keeps of a revision; being canonical and free of everything that may
differ between two runs, it is the *result document* too, and its SHA-256 the `result_digest`.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, Final, TypeVar, cast

from videre.common.values import TimeSpan, canonical_json, sha256_hex
from videre.orchestrator.document import Analysis, MediaFacts

#: Changes when the JSON's form changes.
SCHEMA: Final = 1

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
    return cast(Analysis, _read(data, lambda analysis: _decode(Analysis, analysis)))


def parts_from_json(data: bytes, *names: str) -> tuple[Any, ...]:
    """Read some fields alone of a result document's analysis, in the order they are named.

    They have default values: those that are left out have them. A long film's other lists are long.

    Raises:
        ValueError: not a result document of a known schema.
    """
    return StoredDocument(data).read(*names)


class StoredDocument:
    """A result document of which only some fields are read or changed.

    What is left is neither made into records nor checked: a long film's document is megabytes.
    """

    def __init__(self, data: bytes) -> None:
        """Open a result document.

        Raises:
            ValueError: not a result document of a known schema.
        """
        self._analysis = cast(dict[str, Any], _read(data, lambda analysis: dict(analysis.items())))

    def read(self, *names: str) -> tuple[Any, ...]:
        """Return fields of the analysis, in the order they are named.

        Raises:
            ValueError: one has no value of its type.
        """
        with _refusing():
            return _parts(self._analysis, names)

    def part_digest(self, name: str) -> str:
        """Return the SHA-256 (hex) of a field's canonical JSON; "" where it is left out."""
        part = self._analysis.get(name)
        return "" if part is None else sha256_hex(canonical_json(part))

    def with_parts(self, **parts: Any) -> bytes:
        """Return the document with other values in some fields.

        The bytes are those of `result_document` of the changed analysis.
        """
        defaults, changed = dict(_defaults(Analysis)), dict(self._analysis)
        for name, value in parts.items():
            changed.pop(name, None)
            if value != defaults[name]:
                changed[name] = _encode(value)
        document = {"schema": SCHEMA, "analysis": changed}
        # As `canonical_json`; a stored document holds no floats.
        return json.dumps(
            document, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()


def read_field(record: type, name: str, value: Any) -> Any:
    """Return the value of a record's field, given as a JSON value.

    Raises:
        ValueError: the field has no such value.
    """
    with _refusing():
        return _decode(_hints(record)[name], value)


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
def _refusing() -> Iterator[None]:
    """Raise ValueError where values are not those of a document."""
    try:
        yield
    except (AttributeError, LookupError, RecursionError, TypeError) as error:
        raise ValueError(f"not a result document: {error}") from error


def _parts(analysis: Mapping[str, Any], names: Sequence[str]) -> tuple[Any, ...]:
    defaults, hints = dict(_defaults(Analysis)), _hints(Analysis)
    given = {name: analysis.get(name) for name in names}
    return tuple(
        _decode(hints[name], value) if value is not None else defaults[name]
        for name, value in given.items()
    )


def _read(data: bytes, decode: Callable[[Any], Any]) -> Any:
    with _refusing():
        document = json.loads(data)
        if document.get("schema") != SCHEMA:
            raise ValueError(f"not a result document of schema {SCHEMA}")
        return decode(document["analysis"])


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
    try:
        return cast(T, _decode(kind, json.loads(data)))
    except (AttributeError, LookupError, RecursionError, TypeError) as error:
        raise ValueError(f"not a {kind.__name__}: {error}") from error


def facts_to_json(facts: MediaFacts) -> dict[str, Any]:
    """Return a media's description as JSON values, for the media's row."""
    return cast(dict[str, Any], _encode(facts))


def facts_from_json(values: Mapping[str, Any]) -> MediaFacts:
    """Return the description that `facts_to_json` gave these values."""
    return cast(MediaFacts, _decode(MediaFacts, values))


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
        if dataclasses.is_dataclass(kind):
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
    return tuple((field.name, field.default) for field in dataclasses.fields(record))


def _decode(hint: Any, value: Any) -> Any:
    """Return the value that a type hint of `document` describes; None is None everywhere."""
    return _decoder(hint)(value)


@functools.cache
def _decoder(hint: Any) -> Callable[[Any], Any]:
    """Return what decodes values of a type hint, found out once: a film has a million of them."""
    origin = typing.get_origin(hint)
    if origin is types.UnionType:
        return _decoder(next(arg for arg in typing.get_args(hint) if arg is not type(None)))
    if origin is tuple:  # every tuple here is of one type
        return functools.partial(_items_of, _decoder(typing.get_args(hint)[0]))
    if hint is TimeSpan:
        return _span_of
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return functools.partial(_member_of, hint)
    if dataclasses.is_dataclass(hint):
        return functools.partial(_record_of, cast(type, hint))
    return _itself


def _items_of(decode: Callable[[Any], Any], values: Any) -> Any:
    if values is None:
        return None
    return tuple(values) if decode is _itself else tuple([decode(item) for item in values])


def _span_of(values: Any) -> Any:
    return None if values is None else TimeSpan(*values)


def _member_of(kind: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else kind(value)


def _record_of(kind: type, values: Any) -> Any:
    if values is None:
        return None
    decoders = _decoders(kind)
    return kind(**{name: decoders[name](item) for name, item in values.items()})


@functools.cache
def _decoders(record: type) -> dict[str, Callable[[Any], Any]]:
    """Return what decodes each field of a record."""
    return {name: _decoder(hint) for name, hint in _hints(record).items()}


@functools.cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)
