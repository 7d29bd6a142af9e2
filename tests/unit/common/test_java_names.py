"""Java makes a class of every file: none may have the name of a message, enum or service."""

from __future__ import annotations

import importlib
import pkgutil

import videre.v1


def test_no_file_has_the_name_of_a_message_of_another() -> None:
    files = [
        importlib.import_module(f"videre.v1.{found.name}").DESCRIPTOR
        for found in pkgutil.iter_modules(videre.v1.__path__)
        if found.name.endswith("_pb2")
    ]
    names = {
        name: file.name
        for file in files
        for known in (file.message_types_by_name, file.enum_types_by_name, file.services_by_name)
        for name in known
    }
    outer = {
        file.name: file.GetOptions().java_outer_classname
        or file.name.rpartition("/")[2].removesuffix(".proto").title()
        for file in files
    }
    # In its own file protoc gives way by itself.
    assert {one: name for one, name in outer.items() if names.get(name, one) != one} == {}
