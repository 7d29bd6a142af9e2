"""Uploads: piece by piece, resumable, checked, gone without a trace when they come to nothing."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import google_crc32c
import pytest
from calling import TIMEOUT_S, Api, Refusal, kept, nothing_left, refused

from videre.v1 import media_pb2

PIECE = 1 << 20


def part(data: Path, upload_id: str) -> Path:
    return data / "uploads" / f"{upload_id}.part"


def committed(api: Api, upload_id: str) -> int:
    request = media_pb2.GetUploadRequest(upload_id=upload_id)
    return api.media.GetUpload(request, timeout=TIMEOUT_S).upload.committed_size


def test_pieces_become_the_media_with_their_digest(api: Api, data: Path) -> None:
    content = os.urandom(PIECE + 12_345)
    upload = api.open_upload(len(content), file_name="film.bin")
    assert (upload.committed_size, upload.media_id) == (0, "")
    lifetime = upload.expire_time.ToNanoseconds() - upload.create_time.ToNanoseconds()
    assert lifetime == 24 * 3600 * 10**9
    assert api.write(upload.upload_id, 0, content[:PIECE]) == PIECE
    assert api.write(upload.upload_id, PIECE, content[PIECE:]) == len(content)
    media = api.complete(upload.upload_id, content, title="A film", tags={"a": "b"})
    assert media.digest == hashlib.sha256(content).hexdigest()
    assert (media.size_bytes, media.source) == (len(content), "upload:film.bin")
    assert (media.title, dict(media.tags)) == ("A film", {"a": "b"})
    assert not part(data, upload.upload_id).exists()
    pieces = list(
        api.media.ReadArtifact(
            media_pb2.ReadArtifactRequest(digest=media.digest), timeout=TIMEOUT_S
        )
    )
    assert b"".join(piece.data for piece in pieces) == content
    assert max(len(piece.data) for piece in pieces) <= PIECE


def test_a_title_is_the_file_name_unless_given(api: Api) -> None:
    assert api.uploaded(b"words", name="note.txt").title == "note.txt"
    assert api.uploaded(b"words", name="note.txt", title="Mine").title == "Mine"


def test_an_interrupted_upload_goes_on_where_it_stopped(api: Api) -> None:
    content = b"abcdefghij"
    upload = api.open_upload(len(content))
    api.write(upload.upload_id, 0, content[:4])
    assert committed(api, upload.upload_id) == 4
    assert api.write(upload.upload_id, 0, content[:4]) == 4, "a committed piece is done"
    assert api.write(upload.upload_id, 1, content[1:3]) == 4, "also a part of it"
    assert api.write(upload.upload_id, 4, content[4:]) == 10
    assert api.complete(upload.upload_id, content).size_bytes == 10


@pytest.mark.parametrize(
    ("offset", "content", "why"),
    [(5, b"x", "a gap"), (3, b"xx", "an overlap"), (4, b"x" * 7, "past the end")],
)
def test_a_piece_that_does_not_continue_is_refused(
    api: Api, data: Path, offset: int, content: bytes, why: str
) -> None:
    upload = api.open_upload(10)
    api.write(upload.upload_id, 0, b"1234")
    with nothing_left(data):
        refusal = refused(lambda: api.write(upload.upload_id, offset, content))
    assert (refusal.code, refusal.reason) == ("OUT_OF_RANGE", "UPLOAD_OFFSET"), why
    assert refusal.metadata == {"committed_size": "4", "total_size": "10"}
    assert part(data, upload.upload_id).read_bytes() == b"1234"


def test_a_damaged_piece_is_refused_and_can_be_sent_again(api: Api, data: Path) -> None:
    upload = api.open_upload(4)
    right, wrong = google_crc32c.value(b"good"), google_crc32c.value(b"bad!")
    with nothing_left(data):
        refusal = refused(lambda: api.write(upload.upload_id, 0, b"good", crc=wrong))
    assert (refusal.code, refusal.reason) == ("INVALID_ARGUMENT", "UPLOAD_CHECKSUM")
    assert refusal.fields == ("crc32c",)
    assert refusal.metadata == {"field": "crc32c", "limit": str(right), "actual": str(wrong)}
    assert api.write(upload.upload_id, 0, b"good") == 4


@pytest.mark.parametrize(
    ("offset", "size", "field", "limit", "actual"),
    [
        (0, 0, "data", "1..1048576", "0"),
        (0, PIECE + 1, "data", "1..1048576", "1048577"),
        (-1, 1, "offset", "0..2000000", "-1"),
        (2_000_001, 1, "offset", "0..2000000", "2000001"),
    ],
)
def test_a_piece_out_of_bounds_is_refused(
    api: Api, data: Path, offset: int, size: int, field: str, limit: str, actual: str
) -> None:
    upload = api.open_upload(PIECE + 1)
    with nothing_left(data):
        refusal = refused(lambda: api.write(upload.upload_id, offset, bytes(size)))
    assert (refusal.code, refusal.reason) == ("INVALID_ARGUMENT", "FIELD_INVALID")
    assert refusal.metadata == {"field": field, "limit": limit, "actual": actual}


def test_bytes_with_another_digest_make_no_media(api: Api, data: Path) -> None:
    upload = api.open_upload(4)
    api.write(upload.upload_id, 0, b"good")
    other = hashlib.sha256(b"else").hexdigest()
    with nothing_left(data):
        refusal = refused(lambda: api.complete(upload.upload_id, b"good", sha256=other))
    assert (refusal.code, refusal.reason) == ("INVALID_ARGUMENT", "UPLOAD_CHECKSUM")
    right = hashlib.sha256(b"good").hexdigest()
    assert refusal.metadata == {"field": "sha256", "limit": right, "actual": other}
    upper = hashlib.sha256(b"good").hexdigest().upper()
    assert api.complete(upload.upload_id, b"good", sha256=upper).digest == right


def test_missing_bytes_cannot_be_completed(api: Api, data: Path) -> None:
    upload = api.open_upload(4)
    for size in (0, 3):
        with nothing_left(data):
            refusal = refused(lambda: api.complete(upload.upload_id, b"good"))
        assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "UPLOAD_INCOMPLETE")
        assert refusal.metadata == {"committed_size": str(size), "total_size": "4"}
        api.write(upload.upload_id, 0, b"goo")


def test_completing_again_gives_the_same_media(api: Api, data: Path) -> None:
    upload = api.open_upload(4)
    api.write(upload.upload_id, 0, b"once")
    before = kept(data).rows["media"]
    with ThreadPoolExecutor(8) as pool:
        made = {
            media.media_id
            for media in pool.map(lambda _: api.complete(upload.upload_id, b"once"), range(8))
        }
    assert len(made) == 1
    assert kept(data).rows["media"] == before + 1
    with nothing_left(data):
        refusal = refused(lambda: api.write(upload.upload_id, 0, b"more"))
    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "UPLOAD_COMPLETED")
    assert committed(api, upload.upload_id) == 4


def test_two_writers_of_one_piece_do_no_harm(api: Api) -> None:
    content = os.urandom(300_000)
    upload = api.open_upload(len(content))
    with ThreadPoolExecutor(8) as pool:
        sizes = list(pool.map(lambda _: api.write(upload.upload_id, 0, content), range(8)))
    assert sizes == [len(content)] * 8
    assert api.complete(upload.upload_id, content).digest == hashlib.sha256(content).hexdigest()


def test_the_same_bytes_twice_are_two_media_and_one_artifact(api: Api, data: Path) -> None:
    first = api.uploaded(b"twice the same", name="a.txt")
    files = kept(data).files
    second = api.uploaded(b"twice the same", name="b.txt")
    assert (first.media_id != second.media_id, first.digest) == (True, second.digest)
    assert kept(data).files == files


@pytest.mark.parametrize("call", ["GetUpload", "WriteUpload", "CompleteUpload"])
@pytest.mark.parametrize("upload_id", ["", "nobody", "../videre"])
def test_an_upload_that_is_not_there(api: Api, data: Path, call: str, upload_id: str) -> None:
    requests = {
        "GetUpload": media_pb2.GetUploadRequest(upload_id=upload_id),
        "WriteUpload": media_pb2.WriteUploadRequest(
            upload_id=upload_id, data=b"x", crc32c=google_crc32c.value(b"x")
        ),
        "CompleteUpload": media_pb2.CompleteUploadRequest(upload_id=upload_id, sha256="0" * 64),
    }

    def attempt() -> Refusal:
        return refused(lambda: getattr(api.media, call)(requests[call], timeout=TIMEOUT_S))

    with nothing_left(data):
        refusal = attempt()
    if upload_id:
        assert (refusal.code, refusal.reason) == ("NOT_FOUND", "UPLOAD_NOT_FOUND")
    else:
        assert (refusal.code, refusal.reason) == ("INVALID_ARGUMENT", "FIELD_INVALID")
        assert refusal.fields == ("upload_id",)
