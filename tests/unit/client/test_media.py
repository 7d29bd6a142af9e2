"""Uploads, media and artifacts through the blocking client."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

import pytest
from doubles.api import ApiServer
from doubles.world import Fault, World

from videre.client import CorruptDownload, NotFound, SourceChanged, Videre
from videre.client._upload import SourceFile
from videre.v1 import media_pb2

MIB = 1 << 20


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A file of a little more than two pieces."""
    path = tmp_path / "film.mp4"
    path.write_bytes(random.Random(7).randbytes(2 * MIB + 12_345))
    return path


def test_upload_sends_checked_pieces(videre: Videre, world: World, film: Path) -> None:
    seen: list[tuple[int, int]] = []
    done = videre.upload(film, title="A film", progress=lambda now, all_: seen.append((now, all_)))
    assert bytes(world.bytes_of[done.upload_id]) == film.read_bytes()
    assert done.media.digest == hashlib.sha256(film.read_bytes()).hexdigest()
    assert done.media.title == "A film"
    size = film.stat().st_size
    assert seen == [(MIB, size), (2 * MIB, size), (size, size)]


def test_a_submitted_file_is_uploaded_first(videre: Videre, world: World, film: Path) -> None:
    videre.submit(film, request_id="batch-7")
    (request,) = world.calls("SubmitJob")
    assert request.inputs[0].upload_id == "upload-batch-7"
    assert world.uploads["upload-batch-7"].committed_size == film.stat().st_size


def test_submitting_a_file_twice_uploads_once(videre: Videre, world: World, film: Path) -> None:
    first = videre.submit(film, request_id="batch-7")
    second = videre.submit(film, request_id="batch-7")
    assert first.job_id == second.job_id
    assert len(world.calls("WriteUpload")) == 3


def test_an_upload_goes_on_at_the_committed_size(videre: Videre, world: World, film: Path) -> None:
    # The second piece arrives but its answer is lost until the client stops asking.
    world.faults["WriteUpload"] = [None, *[Fault("UNAVAILABLE", after=True)] * 8]
    done = videre.upload(film)
    assert bytes(world.bytes_of[done.upload_id]) == film.read_bytes()
    assert len(world.calls("GetUpload")) == 1
    assert world.calls("WriteUpload")[-1].offset == 2 * MIB


def test_an_interrupted_upload_is_found_again(videre: Videre, world: World, film: Path) -> None:
    data = film.read_bytes()
    world.uploads["upload-r1"] = media_pb2.Upload(
        upload_id="upload-r1", total_size=len(data), committed_size=MIB
    )
    world.bytes_of["upload-r1"] = bytearray(data[:MIB])
    done = videre.upload(film, request_id="r1")
    assert done.media.digest == hashlib.sha256(data).hexdigest()
    assert [call.offset for call in world.calls("WriteUpload")] == [MIB, 2 * MIB]


def test_a_damaged_piece_is_sent_again(videre: Videre, world: World, film: Path) -> None:
    world.faults["WriteUpload"] = [Fault("INVALID_ARGUMENT", "UPLOAD_CHECKSUM")]
    done = videre.upload(film)
    assert bytes(world.bytes_of[done.upload_id]) == film.read_bytes()


def test_a_completion_whose_answer_was_lost_counts(
    videre: Videre, world: World, film: Path
) -> None:
    world.faults["CompleteUpload"] = [Fault("UNAVAILABLE", after=True)]
    done = videre.upload(film)
    assert done.media.media_id == f"media-{done.upload_id}"


def test_a_file_that_changes_is_noticed(film: Path) -> None:
    source = SourceFile(film)
    source.piece(0)
    film.write_bytes(b"something else")
    with pytest.raises(SourceChanged):
        source.sha256()
    source.close()


def test_a_missing_file_is_an_os_error(videre: Videre, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        videre.submit(tmp_path / "nothing.mp4")


def test_get_analysis_collects_all_pages(videre: Videre, world: World) -> None:
    media_id = world.add_film()
    analysis = videre.get_analysis(media_id)
    assert any(group.segments for group in analysis.verdict.groups), "on the second page"
    assert analysis.HasField("music"), "on the second page"
    assert analysis == world.analyses[media_id]


def test_media_are_listed_changed_and_deleted(videre: Videre, world: World) -> None:
    made = videre.create_media(media_pb2.CreateMediaRequest(uri="https://example.org/a.mp4"))
    videre.update_media(media_pb2.UpdateMediaRequest(media_id=made.media_id, title="New"))
    assert [media.title for media in videre.list_media()] == ["New"]
    videre.delete_media(made.media_id)
    with pytest.raises(NotFound):
        videre.get_media(made.media_id)


def test_an_artifact_arrives_whole_across_a_broken_stream(
    videre: Videre, world: World, tmp_path: Path
) -> None:
    data = random.Random(3).randbytes(100_000)
    digest = hashlib.sha256(data).hexdigest()
    world.artifacts[digest] = data
    world.piece_bytes = 30_000
    world.faults["ReadArtifact"] = [Fault("UNAVAILABLE"), Fault("UNAVAILABLE")]
    path = videre.read_artifact_to(digest, tmp_path / "cover.jpg")
    assert path.read_bytes() == data
    assert [call.offset for call in world.calls("ReadArtifact")] == [0, 30_000, 60_000]
    assert [item.name for item in tmp_path.iterdir()] == ["cover.jpg"]


def test_damaged_bytes_are_refused(videre: Videre, world: World, tmp_path: Path) -> None:
    digest = hashlib.sha256(b"right").hexdigest()
    world.artifacts[digest] = b"wrong"
    with pytest.raises(CorruptDownload):
        videre.read_artifact_to(digest, tmp_path / "a")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(CorruptDownload):
        videre.read_artifact(digest)


def test_an_artifact_has_a_bound(videre: Videre, world: World) -> None:
    digest = hashlib.sha256(b"12345").hexdigest()
    world.artifacts[digest] = b"12345"
    assert videre.read_artifact(digest, max_bytes=5) == b"12345"
    with pytest.raises(CorruptDownload, match="larger"):
        videre.read_artifact(digest, max_bytes=4)


def test_a_restarted_server_is_found_again(server: ApiServer, videre: Videre) -> None:
    media_id = server.world.add_film()
    videre.get_media(media_id)
    server.restart()
    assert videre.get_media(media_id).title == "A film"
