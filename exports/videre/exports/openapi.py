"""The public API as an OpenAPI document: what a caller without gRPC posts to which path.

Made of protobuf descriptors by the rules of proto3's JSON mapping and the Connect protocol.
Comments are there where the descriptors bring their sources, as those of `make protos-dist` do.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from google.protobuf.descriptor import FileDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)

Schema = dict[str, Any]

_Field = FieldDescriptorProto
#: Numbers of 64 bits are text in JSON: a number of JavaScript holds 53.
_WIDE: Final[Schema] = {"type": "string", "format": "int64", "pattern": "^-?[0-9]+$"}
_INT32: Final[Schema] = {"type": "integer", "format": "int32"}
_UINT32: Final[Schema] = {"type": "integer", "minimum": 0, "maximum": 2**32 - 1}
_SCALARS: Final[Mapping[int, Schema]] = {
    _Field.TYPE_DOUBLE: {"type": "number", "format": "double"},
    _Field.TYPE_FLOAT: {"type": "number", "format": "float"},
    _Field.TYPE_BOOL: {"type": "boolean"},
    _Field.TYPE_STRING: {"type": "string"},
    _Field.TYPE_BYTES: {"type": "string", "contentEncoding": "base64"},
    _Field.TYPE_INT32: _INT32,
    _Field.TYPE_SINT32: _INT32,
    _Field.TYPE_SFIXED32: _INT32,
    _Field.TYPE_UINT32: _UINT32,
    _Field.TYPE_FIXED32: _UINT32,
    _Field.TYPE_INT64: _WIDE,
    _Field.TYPE_SINT64: _WIDE,
    _Field.TYPE_SFIXED64: _WIDE,
    _Field.TYPE_UINT64: _WIDE,
    _Field.TYPE_FIXED64: _WIDE,
}
#: Messages that JSON has a form of its own for.
_WELL_KNOWN: Final[Mapping[str, Schema]] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Duration": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]{1,9})?s$"},
    "google.protobuf.FieldMask": {"type": "string"},
    "google.protobuf.Struct": {"type": "object"},
    "google.protobuf.Value": {},
    "google.protobuf.ListValue": {"type": "array"},
}
_ERROR: Final = "connect.error"
#: Codes of gRPC as Connect writes them.
_CODES: Final = (
    "canceled", "unknown", "invalid_argument", "deadline_exceeded", "not_found", "already_exists",
    "permission_denied", "resource_exhausted", "failed_precondition", "aborted", "out_of_range",
    "unimplemented", "internal", "unavailable", "data_loss", "unauthenticated",
)  # fmt: skip
_REFUSAL: Final[Schema] = {
    "type": "object",
    "description": "Why a call was refused.",
    "required": ["code"],
    "properties": {
        "code": {"type": "string", "enum": list(_CODES)},
        "message": {"type": "string"},
        "details": {
            "type": "array",
            "description": "google.rpc.ErrorInfo; BadRequest where fields are wrong; RetryInfo "
            "where waiting helps.",
            "items": {
                "type": "object",
                "required": ["type", "value"],
                "properties": {
                    "type": {"type": "string", "description": "Name of the message."},
                    "value": {
                        "type": "string",
                        "contentEncoding": "base64",
                        "description": "The message in protobuf.",
                    },
                },
            },
        },
    },
}
_PARAMETERS: Final[Mapping[str, Schema]] = {
    "timeout": {
        "name": "Connect-Timeout-Ms",
        "in": "header",
        "description": "Time in which the call is to be answered.",
        "schema": {"type": "integer", "minimum": 0, "maximum": 9_999_999_999},
    },
    "project": {
        "name": "x-videre-project",
        "in": "header",
        "description": "Project of the call, where its request names none.",
        "schema": {"type": "string"},
    },
}
_STREAM: Final = (
    "The answer is a stream (application/connect+json): every message, that of the request too, "
    "stands behind five bytes, flags and length; the last one, with flag 2, is the end."
)


@dataclass(frozen=True, slots=True)
class _Said:
    """Comments of a file, by path."""

    texts: Mapping[tuple[int, ...], str]

    def of(self, *path: int) -> str:
        return self.texts.get(path, "")


def document(files: Iterable[FileDescriptorProto], version: str) -> Schema:
    """Return the OpenAPI 3.1 document of the services in some files.

    Args:
        files: they and what they import, in any order.
        version: of the API.
    """
    paths: Schema = {}
    schemas: Schema = {_ERROR: _REFUSAL}
    tags: list[Schema] = []
    for file in sorted(files, key=lambda one: one.name):
        if file.package.startswith("google."):
            continue
        said = _said(file)
        for number, service in enumerate(file.service):
            tags.append(_described({"name": service.name}, said.of(6, number)))
            for index, method in enumerate(service.method):
                path, operation = _operation(file.package, service, method)
                paths[path] = {"post": _described(operation, said.of(6, number, 2, index))}
        for number, message in enumerate(file.message_type):
            schemas.update(_messages(file.package, message, said, (4, number)))
        for number, enum in enumerate(file.enum_type):
            schemas[f"{file.package}.{enum.name}"] = _enum(enum, said, (5, number))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Videre",
            "version": version,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "parameters": dict(_PARAMETERS),
            "responses": {
                "refused": {
                    "description": "The call was refused.",
                    "content": _json(_ref(_ERROR)),
                }
            },
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"key": []}, {}],
    }


def files_of(services: Iterable[ServiceDescriptor]) -> list[FileDescriptorProto]:
    """Return the files of services and what they import, without comments."""
    found: dict[str, FileDescriptor] = {}

    def add(file: FileDescriptor) -> None:
        if file.name not in found:
            found[file.name] = file
            for imported in file.dependencies:
                add(imported)

    for service in services:
        add(service.file)
    protos = []
    for file in found.values():
        proto = FileDescriptorProto()
        file.CopyToProto(proto)
        protos.append(proto)
    return protos


def _said(file: FileDescriptorProto) -> _Said:
    return _Said({
        tuple(place.path): " ".join(place.leading_comments.split())
        for place in file.source_code_info.location
        if place.leading_comments
    })  # fmt: skip


def _described(schema: Schema, text: str) -> Schema:
    if not text:
        return schema
    before = schema.get("description")
    return {**schema, "description": f"{text} {before}" if before else text}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: Schema, kind: str = "application/json") -> Schema:
    return {kind: {"schema": schema}}


def _operation(
    package: str, service: ServiceDescriptorProto, method: MethodDescriptorProto
) -> tuple[str, Schema]:
    kind = "application/connect+json" if method.server_streaming else "application/json"
    operation: Schema = {
        "operationId": f"{service.name}_{method.name}",
        "tags": [service.name],
        "parameters": [{"$ref": f"#/components/parameters/{name}"} for name in _PARAMETERS],
        "requestBody": {
            "required": True,
            "content": _json(_ref(method.input_type.lstrip(".")), kind),
        },
        "responses": {
            "200": {
                "description": "The answer.",
                "content": _json(_ref(method.output_type.lstrip(".")), kind),
            },
            "default": {"$ref": "#/components/responses/refused"},
        },
    }
    if method.server_streaming:
        operation["description"] = _STREAM
    return f"/{package}.{service.name}/{method.name}", operation


def _messages(
    scope: str, message: DescriptorProto, said: _Said, path: tuple[int, ...]
) -> Iterator[tuple[str, Schema]]:
    """Give the schemas of a message and of what is declared in it."""
    name = f"{scope}.{message.name}"
    maps = {
        f".{name}.{nested.name}": nested
        for nested in message.nested_type
        if nested.options.map_entry
    }
    properties = {
        _json_name(field): _described(_property(field, maps), said.of(*path, 2, number))
        for number, field in enumerate(message.field)
    }
    yield name, _described({"type": "object", "properties": properties}, said.of(*path))
    for number, nested in enumerate(message.nested_type):
        if not nested.options.map_entry:
            yield from _messages(name, nested, said, (*path, 3, number))
    for number, enum in enumerate(message.enum_type):
        yield f"{name}.{enum.name}", _enum(enum, said, (*path, 4, number))


def _json_name(field: FieldDescriptorProto) -> str:
    """Return a field's name in JSON, which descriptors inside programs do not bring along."""
    first, *others = field.name.split("_")
    return field.json_name or first + "".join(part[:1].upper() + part[1:] for part in others)


def _property(field: FieldDescriptorProto, maps: Mapping[str, DescriptorProto]) -> Schema:
    if field.type_name in maps:
        _, value = maps[field.type_name].field
        return {"type": "object", "additionalProperties": _value(value)}
    value_schema = _value(field)
    if field.label == _Field.LABEL_REPEATED:
        return {"type": "array", "items": value_schema}
    return value_schema


def _value(field: FieldDescriptorProto) -> Schema:
    if field.type in _SCALARS:
        return dict(_SCALARS[field.type])
    name = field.type_name.lstrip(".")
    return dict(_WELL_KNOWN[name]) if name in _WELL_KNOWN else _ref(name)


def _enum(enum: EnumDescriptorProto, said: _Said, path: tuple[int, ...]) -> Schema:
    values = [value.name for value in enum.value]
    lines = [said.of(*path)] + [
        f"{value.name}: {text}"
        for number, value in enumerate(enum.value)
        if (text := said.of(*path, 2, number))
    ]
    return _described({"type": "string", "enum": values}, "\n".join(filter(None, lines)))


def main(arguments: Sequence[str]) -> None:
    """Write the document of a descriptor set: FILE VERSION TARGET."""
    source, version, target = arguments
    read = FileDescriptorSet.FromString(Path(source).read_bytes())
    text = json.dumps(document(read.file, version), ensure_ascii=False, indent=1)
    Path(target).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
