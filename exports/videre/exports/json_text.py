"""Messages → the text that protobuf's JSON mapping has for them, piece by piece. Pure.

Byte for byte what `json_format.MessageToJson(indent=1, ensure_ascii=False)` writes. That makes the
whole document as Python values first and looks at every field anew, which takes a film of six hours
minutes. Here a kind of message is looked at once.
"""

from __future__ import annotations

import base64
import json
import math
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from json.encoder import encode_basestring
from typing import Any, Final, TypeAlias

from google.protobuf import duration_pb2, json_format
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

#: value, indentation of the line that it stands on → its text.
_Write: TypeAlias = Callable[[Any, str], str]
_STEP: Final = " "
#: JSON has no integers of 64 bits: they are strings.
_LONG: Final = frozenset({FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64})
_WELL_KNOWN: Final = duration_pb2.DESCRIPTOR.package
#: Different scores that are kept as text: scores have four digits.
_SCORES: Final = 1 << 15


def message_text(message: Message, indent: str = "") -> str:
    """Return a message as JSON; its last line begins with `indent`."""
    fields = _fields(message.DESCRIPTOR)
    inner = indent + _STEP
    lines = []
    for field, value in message.ListFields():
        head, write = fields[field.number]
        lines.append(f"{inner}{head}{write(value, inner)}")
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}" if lines else "{}"


def member_text(message: Message, name: str, indent: str) -> str:
    """Return one field that is set as a member of an object: its name and its value."""
    head, write = _fields(message.DESCRIPTOR)[message.DESCRIPTOR.fields_by_name[name].number]
    return f"{indent}{head}{write(getattr(message, name), indent)}"


def message_pieces(message: Message, indent: str, depth: int) -> Iterator[str]:
    """Yield the text of `message_text` in pieces.

    Args:
        message: the message.
        indent: what its last line begins with.
        depth: so many levels of lists of messages are cut into their entries.
    """
    before = "{\n"
    for field, _ in message.ListFields() if depth else ():
        yield before
        yield from member_pieces(message, field.name, indent + _STEP, depth)
        before = ",\n"
    yield message_text(message, indent) if before == "{\n" else f"\n{indent}}}"


def member_pieces(message: Message, name: str, indent: str, depth: int) -> Iterator[str]:
    """Yield the text of `member_text` in pieces; `depth` as for messages."""
    field = message.DESCRIPTOR.fields_by_name[name]
    inner = field.message_type
    plain = inner is None or inner.GetOptions().map_entry or inner.file.package == _WELL_KNOWN
    if plain or not depth:
        yield member_text(message, name, indent)
        return
    yield f"{indent}{_fields(message.DESCRIPTOR)[field.number][0]}"
    if not field.is_repeated:
        yield from message_pieces(getattr(message, name), indent, depth)
        return
    before = "[\n"
    for entry in getattr(message, name):
        yield f"{before}{indent}{_STEP}"
        yield from message_pieces(entry, indent + _STEP, depth - 1)
        before = ",\n"
    yield f"\n{indent}]"


def list_pieces(field: FieldDescriptor, values: Iterable[Any], indent: str) -> Iterator[str]:
    """Yield a list as a member of an object, an entry at a time; nothing where it is empty."""
    write = _writer(field)
    inner = indent + _STEP
    before = f"{indent}{_head(field)}[\n"
    empty = True
    for value in values:
        yield f"{before}{inner}{write(value, inner)}"
        before, empty = ",\n", False
    if not empty:
        yield f"\n{indent}]"


@cache
def _fields(descriptor: Descriptor) -> Mapping[int, tuple[str, _Write]]:
    """Return, by number, what stands before a field's value and what writes it."""
    return {field.number: (_head(field), _field_writer(field)) for field in descriptor.fields}


def _head(field: FieldDescriptor) -> str:
    return f"{encode_basestring(field.json_name)}: "


def _field_writer(field: FieldDescriptor) -> _Write:
    inner = field.message_type
    if inner is not None and inner.GetOptions().map_entry:
        return _map_writer(_writer(inner.fields_by_name["value"]))
    return _list_writer(_writer(field)) if field.is_repeated else _writer(field)


def _list_writer(write: _Write) -> _Write:
    def text(values: Any, indent: str) -> str:
        inner = indent + _STEP
        lines = [f"{inner}{write(value, inner)}" for value in values]
        return "[\n" + ",\n".join(lines) + f"\n{indent}]"

    return text


def _map_writer(write: _Write) -> _Write:
    def text(values: Any, indent: str) -> str:
        inner = indent + _STEP
        lines = [
            f"{inner}{encode_basestring(str(key))}: {write(values[key], inner)}" for key in values
        ]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"

    return text


def _writer(field: FieldDescriptor) -> _Write:
    """Return what writes one value of a field."""
    kind = field.cpp_type
    if field.message_type is not None:
        return _message_writer(field.message_type)
    if field.enum_type is not None:
        names = {value.number: f'"{value.name}"' for value in field.enum_type.values}
        return lambda value, indent: names.get(value) or str(value)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return lambda value, indent: f'"{base64.b64encode(value).decode()}"'
    if kind == FieldDescriptor.CPPTYPE_STRING:
        return lambda value, indent: encode_basestring(value)
    if kind == FieldDescriptor.CPPTYPE_BOOL:
        return lambda value, indent: "true" if value else "false"
    if kind in _LONG:
        return lambda value, indent: f'"{value}"'
    if kind == FieldDescriptor.CPPTYPE_FLOAT:
        # 0.0 and -0.0 are one key of a cache.
        return lambda value, indent: _float_text(value) if value else repr(value)
    if kind == FieldDescriptor.CPPTYPE_DOUBLE:
        return lambda value, indent: _double_text(value)
    return lambda value, indent: str(value)


def _message_writer(descriptor: Descriptor) -> _Write:
    if descriptor.full_name == duration_pb2.Duration.DESCRIPTOR.full_name:
        return lambda value, indent: _duration_text(value.seconds, value.nanos)
    if descriptor.file.package == _WELL_KNOWN:
        return lambda value, indent: json.dumps(json_format.MessageToDict(value))
    return message_text


def _duration_text(seconds: int, nanos: int) -> str:
    sign = "-" if seconds < 0 or nanos < 0 else ""
    whole, part = abs(seconds), abs(nanos)
    if not part:
        return f'"{sign}{whole}s"'
    if part % 1_000_000 == 0:
        return f'"{sign}{whole}.{part // 1_000_000:03}s"'
    if part % 1_000 == 0:
        return f'"{sign}{whole}.{part // 1_000:06}s"'
    return f'"{sign}{whole}.{part:09}s"'


@lru_cache(maxsize=_SCORES)
def _float_text(value: float) -> str:
    """Return the shortest number that is the same 32-bit float: six to nine digits."""
    for digits in (6, 7, 8):
        rounded = float(f"{value:.{digits}g}")
        if math.isfinite(value) and struct.unpack("f", struct.pack("f", rounded))[0] == value:
            return repr(rounded)
    return _double_text(float(f"{value:.9g}"))


def _double_text(value: float) -> str:
    if math.isfinite(value):
        return repr(value)
    return '"NaN"' if math.isnan(value) else '"Infinity"' if value > 0 else '"-Infinity"'
