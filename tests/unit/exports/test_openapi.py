"""The API's description: a valid OpenAPI document that says how messages look in JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.protobuf.message import Message
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from videre.exports.openapi import document, files_of, main
from videre.v1 import event_pb2, job_pb2, media_pb2, template_pb2, trigger_pb2

FILES = (job_pb2, media_pb2, event_pb2, template_pb2, trigger_pb2)
SERVICES = [one for file in FILES for one in file.DESCRIPTOR.services_by_name.values()]
DEPTH = 5


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return document(files_of(SERVICES), "1.2.3")


def test_every_method_has_a_path(described: dict[str, Any]) -> None:
    methods = {
        f"/{service.full_name}/{method.name}": method
        for service in SERVICES
        for method in service.methods
    }
    assert set(described["paths"]) == set(methods)
    for path, method in methods.items():
        operation = described["paths"][path]["post"]
        (kind,) = operation["requestBody"]["content"]
        assert kind == f"application/{'connect+' if method.server_streaming else ''}json"
        wanted = f"#/components/schemas/{method.input_type.full_name}"
        assert operation["requestBody"]["content"][kind]["schema"] == {"$ref": wanted}
    assert json.loads(json.dumps(described))["info"]["version"] == "1.2.3"


@pytest.mark.long
def test_the_whole_document_is_valid(described: dict[str, Any]) -> None:
    assert not [str(error) for error in OpenAPIV31SpecValidator(described).iter_errors()]


@pytest.mark.parametrize(
    "kind",
    [
        job_pb2.SubmitJobRequest, job_pb2.QueryJobResponse, job_pb2.WatchJobResponse,
        media_pb2.WriteUploadRequest, event_pb2.ListEventsResponse, trigger_pb2.SetTriggerRequest,
    ],
)  # fmt: skip
def test_messages_are_as_described(described: dict[str, Any], kind: type[Message]) -> None:
    resource = Resource(contents=described, specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource("urn:api", resource)
    checked = Draft202012Validator(
        {"$ref": f"urn:api#/components/schemas/{kind.DESCRIPTOR.full_name}"},
        registry=registry,
    )
    message = kind()
    filled(message, DEPTH)
    written = json_format.MessageToDict(message)
    assert written
    checked.validate(written)
    named(written, described["components"]["schemas"], kind.DESCRIPTOR.full_name)
    assert kind.FromString(message.SerializeToString()) == json_format.ParseDict(written, kind())


def filled(message: Message, depth: int) -> None:
    """Say something in every field, of a choice in the last one."""
    for field in message.DESCRIPTOR.fields:
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            value = field.message_type.fields_by_name["value"]
            if value.message_type is None:
                getattr(message, field.name)["a"] = scalar(value)
        elif field.message_type is None:
            said = scalar(field)
            if field.is_repeated:
                getattr(message, field.name).append(said)
            else:
                setattr(message, field.name, said)
        elif depth:
            inner = getattr(message, field.name)
            one = inner.add() if field.is_repeated else inner
            if not field.is_repeated:
                one.SetInParent()
            if field.message_type.full_name != "google.protobuf.Struct":
                filled(one, depth - 1)


def scalar(field: FieldDescriptor) -> Any:
    """Return a value of a field that is no message."""
    if field.enum_type is not None:
        return field.enum_type.values[-1].number
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        return b"\xff" if field.type == FieldDescriptor.TYPE_BYTES else "字"
    if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL:
        return True
    return 7


def named(written: Any, schemas: dict[str, Any], name: str) -> None:
    """See that a message in JSON has no property that its schema does not name."""
    for key, value in written.items():
        schema = schemas[name]["properties"][key]
        schema = schema.get("items", schema)
        if "$ref" in schema and isinstance(value, list | dict):
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict):
                    named(one, schemas, schema["$ref"].rpartition("/")[2])


def test_comments_become_descriptions(tmp_path: Any) -> None:
    file = FileDescriptorProto(name="a.proto", package="a", syntax="proto3")
    message = file.message_type.add(name="M")
    message.field.add(name="some_size", json_name="someSize", type=3, label=1)
    message.enum_type.add(name="E").value.add(name="E_NONE")
    service = file.service.add(name="S")
    service.method.add(
        name="Do", input_type=".a.M", output_type=".a.M", server_streaming=True
    )  # fmt: skip
    for path, text in (
        ((4, 0), " A thing.\n Truly."), ((4, 0, 2, 0), " Its size."), ((6, 0), " Serves."),
        ((6, 0, 2, 0), " Does."), ((4, 0, 4, 0), " A kind."), ((4, 0, 4, 0, 2, 0), " No kind."),
    ):  # fmt: skip
        file.source_code_info.location.add(path=path, leading_comments=text)
    (tmp_path / "set").write_bytes(FileDescriptorSet(file=[file]).SerializeToString())
    main([str(tmp_path / "set"), "9", str(tmp_path / "out.json")])
    said = json.loads((tmp_path / "out.json").read_text())
    schemas = said["components"]["schemas"]
    assert schemas["a.M"]["description"] == "A thing. Truly."
    size = schemas["a.M"]["properties"]["someSize"]
    assert (size["description"], size["type"], size["format"]) == ("Its size.", "string", "int64")
    assert schemas["a.M.E"]["description"] == "A kind.\nE_NONE: No kind."
    assert said["tags"] == [{"name": "S", "description": "Serves."}]
    assert said["paths"]["/a.S/Do"]["post"]["description"].startswith("Does. The answer is a str")
