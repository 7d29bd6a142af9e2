"""`videre library …`: what is sent, what is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from doubles.libraries import NOBODY
from doubles.world import World

from videre.v1 import library_pb2 as pb

Run = Callable[..., Any]


@pytest.fixture
def staff(videre: Run) -> None:
    """A library of persons."""
    assert videre("library", "create", "staff", "--name", "Staff", "--tag", "a=b").code == 0


@pytest.fixture
def pictures(tmp_path: Path) -> tuple[Path, Path]:
    """A picture of somebody, and one of nobody."""
    somebody, nobody = tmp_path / "ada.jpg", tmp_path / "flower.jpg"
    somebody.write_bytes(b"ada")
    nobody.write_bytes(NOBODY)
    return somebody, nobody


def test_a_library_is_made_and_listed(videre: Run, world: World) -> None:
    made = videre("library", "create", "staff", "--threshold", "0.5", "--review", "--json").json()
    assert (made["libraryId"], made["kind"]) == ("staff", "LIBRARY_KIND_PERSONS")
    (request,) = world.calls("CreateLibrary")
    assert [*request.usages] == [pb.LIBRARY_USAGE_REVIEW]
    world.libraries["staff"].version = 2
    shown = videre("library", "list").out
    assert "not yet" in shown
    world.libraries["staff"].media_left = 7
    assert "7 media left" in videre("library", "list", "--kind", "persons").out
    assert videre("library", "list", "--kind", "words", "--json").json() == []
    assert videre("library", "list", "--kind", "planets").code == 2


@pytest.mark.usefixtures("staff")
def test_an_entry_is_added_with_every_kind_of_sample(
    videre: Run, world: World, pictures: tuple[Path, Path]
) -> None:
    somebody, nobody = pictures
    ran = videre(
        "library", "add", "staff", "Ada", "--id", "ada", "--sample", somebody, "--sample", nobody,
        "--not", somebody, "--person", "m1/p1", "--identity", "abcd", "--category", "maths",
        "--partial",
    )  # fmt: skip
    assert ran.out == "added ada, 4 samples\n"
    assert ran.err == "not taken: entries[0].samples[1]: no face was found (FACE_NOT_FOUND)\n"
    (request,) = world.calls("AddLibraryEntries")
    assert request.allow_partial
    (entry,) = request.entries
    assert [sample.WhichOneof("source") for sample in entry.samples] == [
        "picture", "picture", "picture", "person", "identity_id",
    ]  # fmt: skip
    assert [sample.negative for sample in entry.samples] == [False, False, True, False, False]
    assert entry.samples[3].person.person_id == "p1"
    assert "maths" in videre("library", "show", "staff").out
    assert "what it is not" in videre("library", "entry", "staff", "ada").out


@pytest.mark.usefixtures("staff")
def test_a_person_is_named_as_media_and_person(videre: Run, world: World) -> None:
    assert videre("library", "add", "staff", "Ada", "--person", "m1").code == 2
    assert not world.calls("AddLibraryEntries")


@pytest.mark.usefixtures("staff")
def test_entries_are_shown_over_all_pages_changed_and_removed(videre: Run, world: World) -> None:
    for name in ("ada", "bob", "cyd"):
        videre("library", "add", "staff", name, "--id", name, "--identity", "x")
    shown = videre("library", "show", "staff", "--json").json()
    assert [entry["entryId"] for entry in shown["entries"]] == ["ada", "bob", "cyd"]
    changed = videre(
        "library", "set", "staff", "ada", "--name", "Ada L.", "--identity", "y", "--without", "s0"
    )
    assert changed.out == "changed ada, 2 samples\n"
    (request,) = world.calls("UpdateLibraryEntry")
    assert ([*request.remove_sample_ids], request.name) == (["s0"], "Ada L.")
    assert not request.HasField("category")
    assert videre("library", "remove", "staff", "bob", "cyd").out == "removed 2, 1 left\n"
    assert videre("library", "update", "staff", "--name", "Crew").out.startswith("changed staff")
    assert videre("library", "delete", "staff").out == "deleted staff\n"
    assert videre("library", "show", "staff").code != 0


def test_the_people_of_all_media(videre: Run) -> None:
    assert "m1/p1" in videre("library", "people").out
    assert videre("library", "people", "--json").json()[0]["mediaCount"] == 3
