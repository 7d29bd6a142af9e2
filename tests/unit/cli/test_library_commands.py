"""`videre library …`: what is sent, what is shown."""

from __future__ import annotations

import io
import zipfile
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
        "--label", "animal.dog",
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


@pytest.mark.usefixtures("staff")
def test_a_library_is_written_to_a_file(
    videre: Run, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = videre("library", "export", "staff", "--category", "maths", "--format", "zip")
    assert ran.out == "wrote staff.zip, 2 entries\n", "beside, not above"
    assert "1 entries, 3 samples" in ran.err
    assert (tmp_path / "staff.zip").read_bytes() == b"a file of a library"
    (request,) = world.calls("ExportLibrary")
    assert (request.category, request.format) == ("maths", pb.LIBRARY_FILE_FORMAT_ZIP)
    told = videre("library", "export", "staff", "-o", tmp_path / "x", "--json").json()
    assert (told["entries"], told["entriesLeftOut"], told["samplesLeftOut"]) == (2, 1, 3)
    assert videre("library", "export", "nothing").code == 1


def test_a_file_is_imported_and_what_is_refused_is_told(
    videre: Run, world: World, tmp_path: Path
) -> None:
    table = tmp_path / "words.csv"
    table.write_bytes(b"word\nx\n")
    ran = videre("library", "import", "arms", table, "--create", "words", "--partial",
                 "--replace", "--dry-run", "--etag", "7")  # fmt: skip
    assert ran.out == "would be added 1, replaced 2, as before 3, refused 5\n"
    assert ran.err.splitlines() == [
        "not taken: line 3: is bad (FIELD_INVALID)",
        "not taken: ada/1.jpg: no face was found (FACE_NOT_FOUND)",
        "and 3 more",
    ]
    (request,) = world.calls("ImportLibrary")
    assert (request.data, request.create_kind, request.etag) == (
        b"word\nx\n", pb.LIBRARY_KIND_WORDS, "7",
    )  # fmt: skip
    assert (request.allow_partial, request.replace, request.validate_only) == (True, True, True)
    assert videre("library", "import", "arms", table, "--json").json()["refusedCount"] == 5


def test_a_folder_is_packed_without_its_links(videre: Run, world: World, tmp_path: Path) -> None:
    folder = tmp_path / "crew"
    (folder / "Ada").mkdir(parents=True)
    (folder / "Ada" / "1.jpg").write_bytes(b"ada")
    (folder / "Ada" / "passwd").symlink_to("/etc/passwd")
    assert videre("library", "import", "staff", folder).code == 0
    (request,) = world.calls("ImportLibrary")
    with zipfile.ZipFile(io.BytesIO(request.data)) as packed:
        assert packed.namelist() == ["Ada/1.jpg"]


def test_a_large_file_is_uploaded_first(videre: Run, world: World, tmp_path: Path) -> None:
    table = tmp_path / "words.csv"
    table.write_bytes(b"word\n" + b"x" * (3 << 20))
    assert videre("library", "import", "arms", table).code == 0
    (request,) = world.calls("ImportLibrary")
    (opened,) = world.calls("CreateUpload")
    assert request.WhichOneof("source") == "upload_id"
    assert opened.total_size == table.stat().st_size
    assert not world.calls("CompleteUpload")
