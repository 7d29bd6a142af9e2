"""Ingest: bytes are identified while they arrive, files are noticed when they change."""

import hashlib
import io
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.index import MediaKind
from videre.orchestrator.media.ingest import (
    FileIdentity,
    check_unchanged,
    digest_stream,
    file_pieces,
    probe,
)
from videre.orchestrator.media.limits import MediaLimits
from videre.orchestrator.media.runner import RunChild


async def pieces(*data: bytes) -> AsyncIterator[bytes]:
    for piece in data:
        yield piece


async def test_digest_and_copy_in_one_pass() -> None:
    target = io.BytesIO()
    done = await digest_stream(pieces(b"one", b"two"), MediaLimits(), target)
    assert target.getvalue() == b"onetwo"
    assert (done.digest, done.size) == (hashlib.sha256(b"onetwo").hexdigest(), 6)


async def test_reading_stops_at_the_limit() -> None:
    target = io.BytesIO()
    with pytest.raises(VidereError) as caught:
        await digest_stream(pieces(b"x" * 8, b"x" * 8), MediaLimits(max_bytes=10), target)
    assert caught.value.reason is Reason.MEDIA_TOO_LARGE
    assert caught.value.metadata["limit"] == "10"
    assert len(target.getvalue()) == 8


async def test_no_bytes_is_no_media() -> None:
    with pytest.raises(VidereError) as caught:
        await digest_stream(pieces(), MediaLimits())
    assert caught.value.reason is Reason.MEDIA_EMPTY


async def test_local_files_are_read_to_their_end(tmp_path: Path) -> None:
    path = tmp_path / "big"
    path.write_bytes(os.urandom(1 << 20) * 9)
    done = await digest_stream(file_pieces(path), MediaLimits())
    assert done.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(VidereError) as caught:
        await digest_stream(file_pieces(tmp_path / "missing"), MediaLimits())
    assert caught.value.reason is Reason.FETCH_FAILED


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one")
    identity = FileIdentity.of(path)
    check_unchanged(path, identity)
    os.utime(path, ns=(0, identity.mtime_ns + 1))
    for change in (lambda: None, lambda: path.write_bytes(b"longer"), path.unlink):
        change()
        with pytest.raises(VidereError) as caught:
            check_unchanged(path, identity)
        assert caught.value.reason is Reason.MEDIA_CHANGED


async def test_documents_are_told_by_name_and_need_no_child(
    tmp_path: Path, run_child: RunChild
) -> None:
    path = tmp_path / "artifact"
    path.write_text("hello\nworld\n")
    index = await probe(path, run=run_child, name="notes.txt")
    assert (index.kind, index.container, index.size_bytes) == (MediaKind.TEXT, "txt", 12)
    with pytest.raises(VidereError) as caught:
        await probe(path, run=run_child, name="notes.mp4")
    assert caught.value.reason is Reason.MEDIA_UNREADABLE
