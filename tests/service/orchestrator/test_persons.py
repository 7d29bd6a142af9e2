"""Persons by sample pictures of real faces: what is taken, and what is refused with words."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from calling import TIMEOUT_S, Api, refused

from videre.v1 import library_pb2 as pb

pytestmark = pytest.mark.engine

Picture = Callable[..., bytes]


@pytest.fixture(scope="module")
def media() -> Path:
    folder = os.environ.get("VIDERE_TEST_MEDIA")
    if not folder or not Path(folder, "truth.json").is_file():
        pytest.skip("VIDERE_TEST_MEDIA names no folder with test media")
    return Path(folder)


@pytest.fixture(scope="module")
def api(request: pytest.FixtureRequest) -> Api:
    if not os.environ.get("VIDERE_MODEL_MIRROR"):
        pytest.skip("VIDERE_MODEL_MIRROR names no folder with model files")
    api: Api = request.getfixturevalue("seeing_api")
    return api


@pytest.fixture(scope="module")
def picture(media: Path) -> Picture:
    """Return what takes a picture out of a clip, as a file of some format."""

    def take(clip: str, second: float = 0.0, form: str = ".jpg", scale: float = 1.0) -> bytes:
        return encoded(frame(media / clip, second), form, scale)

    return take


def frame(path: Path, second: float) -> Any:
    with av.open(path) as container:
        for picture in container.decode(video=0):
            if picture.time is not None and picture.time >= second:
                return picture.to_ndarray(format="bgr24")
    raise AssertionError(f"{path} has no frame at {second} s")


def encoded(bgr: Any, form: str = ".jpg", scale: float = 1.0) -> bytes:
    resized = cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(form, resized)[1])


def staff(api: Api) -> str:
    request = pb.CreateLibraryRequest(kind=pb.LIBRARY_KIND_PERSONS)
    return api.libraries.CreateLibrary(request, timeout=TIMEOUT_S).library.library_id


def add(
    api: Api, library_id: str, *entries: pb.NewLibraryEntry, partial: bool = False
) -> pb.AddLibraryEntriesResponse:
    request = pb.AddLibraryEntriesRequest(
        library_id=library_id, entries=entries, allow_partial=partial
    )
    return api.libraries.AddLibraryEntries(request, timeout=TIMEOUT_S)


def person(entry_id: str, *pictures: bytes) -> pb.NewLibraryEntry:
    samples = [{"picture": data} for data in pictures]
    return pb.NewLibraryEntry(entry_id=entry_id, name=entry_id.title(), samples=samples)


def test_a_clear_face_is_taken_in_every_format(api: Api, picture: Picture) -> None:
    library_id = staff(api)
    formats = [picture("video/asl_yes.mkv", form=form) for form in (".jpg", ".png", ".webp")]
    (entry,) = add(api, library_id, person("signer", *formats)).entries
    assert len(entry.samples) == 3
    boxes = [sample.box for sample in entry.samples]
    assert max(box.x for box in boxes) - min(box.x for box in boxes) < 0.01
    assert {sample.engine for sample in entry.samples} == {"yunet-mobileface@1"}
    assert all(sample.picture_digest for sample in entry.samples)
    again = add(api, library_id, person("signer", *formats))
    assert again.entries == [entry], "the same request is answered as done"


def bad_pictures(picture: Picture) -> dict[str, bytes]:
    one = cv2.imdecode(np.frombuffer(picture("video/asl_yes.mkv"), np.uint8), 1)
    return {
        "FACE_NOT_FOUND": picture("video/flower.mp4"),
        "FACES_SEVERAL": encoded(np.hstack([one, one])),
        "FACE_UNCLEAR": picture("video/asl_yes.mkv", scale=0.7),
        "MEDIA_UNREADABLE": b"no picture at all",
    }


def test_every_bad_sample_is_named_and_nothing_is_taken(api: Api, picture: Picture) -> None:
    library_id = staff(api)
    good, bad = picture("video/asl_yes.mkv"), bad_pictures(picture)
    entries = [person("good", good), person("bad", *bad.values(), good)]
    refusal = refused(lambda: add(api, library_id, *entries))
    assert (refusal.code, refusal.reason) == ("INVALID_ARGUMENT", "ITEMS_REFUSED")
    assert refusal.fields == tuple(f"entries[1].samples[{n}]" for n in range(len(bad)))
    assert "no face was found" in refusal.message
    assert "2 faces were found" in refusal.message
    listed = api.libraries.ListLibraryEntries(
        pb.ListLibraryEntriesRequest(library_id=library_id), timeout=TIMEOUT_S
    )
    assert not listed.entries


def test_with_allow_partial_the_good_ones_are_taken(api: Api, picture: Picture) -> None:
    library_id = staff(api)
    good, bad = picture("video/asl_yes.mkv"), bad_pictures(picture)
    answer = add(
        api, library_id, person("nobody", bad["FACE_NOT_FOUND"]),
        person("some", *bad.values(), good), partial=True,
    )  # fmt: skip
    assert [entry.entry_id for entry in answer.entries] == ["some"]
    assert len(answer.entries[0].samples) == 1
    assert [error.reason for error in answer.errors] == ["FACE_NOT_FOUND", *bad]
    assert answer.library.entry_count == 1


def test_samples_come_and_go_and_one_stays(api: Api, picture: Picture) -> None:
    library_id = staff(api)
    (entry,) = add(api, library_id, person("signer", picture("video/asl_yes.mkv"))).entries
    change = pb.UpdateLibraryEntryRequest(
        library_id=library_id, entry_id="signer", category="signers",
        add_samples=[{"picture": picture("video/asl_milk.mkv"), "negative": True}],
    )  # fmt: skip
    changed = api.libraries.UpdateLibraryEntry(change, timeout=TIMEOUT_S)
    assert [sample.negative for sample in changed.entry.samples] == [False, True]
    assert (changed.entry.category, changed.library.version) == ("signers", 3)
    again = api.libraries.UpdateLibraryEntry(change, timeout=TIMEOUT_S)
    assert [*again.entry.samples] == [*changed.entry.samples], "repeated, nothing is added"
    last = pb.UpdateLibraryEntryRequest(
        library_id=library_id, entry_id="signer", remove_sample_ids=[entry.samples[0].sample_id]
    )
    refusal = refused(lambda: api.libraries.UpdateLibraryEntry(last, timeout=TIMEOUT_S))
    assert refusal.fields == ("remove_sample_ids",)
    removed = pb.RemoveLibraryEntriesRequest(library_id=library_id, entry_ids=["signer"])
    assert api.libraries.RemoveLibraryEntries(removed, timeout=TIMEOUT_S).library.entry_count == 0


def file_of(api: Api, library_id: str) -> tuple[pb.ExportLibraryResponse, bytes]:
    request = pb.ExportLibraryRequest(library_id=library_id)
    pieces = [*api.libraries.ExportLibrary(request, timeout=TIMEOUT_S)]
    return pieces[0], b"".join(piece.data for piece in pieces)


def bring(api: Api, library_id: str, data: bytes, **given: Any) -> pb.ImportLibraryResponse:
    request = pb.ImportLibraryRequest(library_id=library_id, data=data, **given)
    return api.libraries.ImportLibrary(request, timeout=TIMEOUT_S)


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return made.getvalue()


def test_persons_are_brought_elsewhere_in_a_file(api: Api, picture: Picture) -> None:
    library_id = staff(api)
    signer = person("signer", picture("video/asl_yes.mkv"))
    signer.samples.add(picture=picture("video/asl_yes.mkv", 0.5), negative=True)
    (before,) = add(api, library_id, signer).entries
    head, data = file_of(api, library_id)
    assert (head.entry_count, head.samples_left_out, head.media_type) == (1, 0, "application/zip")
    assert file_of(api, library_id)[1] == data, "the same bytes again"
    same = bring(api, library_id, data)
    assert (same.unchanged_count, same.added_count) == (1, 0)
    other = staff(api)
    assert bring(api, other, data).added_count == 1
    request = pb.GetLibraryEntryRequest(library_id=other, entry_id="signer")
    after = api.libraries.GetLibraryEntry(request, timeout=TIMEOUT_S).entry
    assert after.name == before.name
    assert [one.negative for one in after.samples] == [one.negative for one in before.samples]
    for one, was in zip(after.samples, before.samples, strict=True):
        assert one.box.x == pytest.approx(was.box.x, abs=0.01)
    assert bring(api, other, data).unchanged_count == 1


def test_folders_of_pictures_become_persons(api: Api, picture: Picture) -> None:
    library_id = staff(api)
    good = picture("video/asl_yes.mkv")
    data = zipped({"crew/The signer/1.jpg": good, "crew/flower/1.jpg": picture("video/flower.mp4"),
                   "crew/flower/2.jpg": b"no picture", "crew/.DS_Store": b"x"})  # fmt: skip
    refusal = refused(lambda: bring(api, library_id, data))
    assert refusal.reason == "ITEMS_REFUSED"
    assert "crew/flower/1.jpg: no face was found" in refusal.message
    answer = bring(api, library_id, data, allow_partial=True)
    assert (answer.added_count, answer.refused_count) == (1, 2)
    assert [(error.file, error.reason) for error in answer.errors] == [
        ("crew/flower/1.jpg", "FACE_NOT_FOUND"), ("crew/flower/2.jpg", "MEDIA_UNREADABLE"),
    ]  # fmt: skip
    listed = api.libraries.ListLibraryEntries(
        pb.ListLibraryEntriesRequest(library_id=library_id), timeout=TIMEOUT_S
    )
    assert [entry.name for entry in listed.entries] == ["The signer"]


def test_of_several_faces_the_one_in_the_box_is_taken(api: Api, picture: Picture) -> None:
    library_id = staff(api)
    one = cv2.imdecode(np.frombuffer(picture("video/asl_yes.mkv"), np.uint8), 1)
    two = encoded(np.hstack([one, one]))
    (alone,) = add(api, library_id, person("alone", picture("video/asl_yes.mkv"))).entries
    box = alone.samples[0].box
    right = {"x": 0.5 + box.x / 2, "y": box.y, "width": box.width / 2, "height": box.height}
    meant = pb.NewLibraryEntry(
        entry_id="right", name="Right", samples=[{"picture": two, "box": right}]
    )
    (entry,) = add(api, library_id, meant).entries
    assert entry.samples[0].box.x == pytest.approx(right["x"], abs=0.02)
