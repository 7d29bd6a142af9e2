"""What is no media is named in its refusal, by bytes first and by name only after them."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.foreign import HEAD_BYTES, foreign
from videre.orchestrator.media.ingest import probe
from videre.orchestrator.media.runner import RunChild


def _zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("film.mp4", b"x")
    return target.getvalue()


def _tar() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        archive.addfile(tarfile.TarInfo("film.mp4"), io.BytesIO(b""))
    return target.getvalue()


CASES = [
    (b"#EXTM3U\n#EXTINF:5,\nfilm.ts\n", "film.mp4", "an M3U or HLS playlist"),
    (b"\xef\xbb\xbf\n#EXTM3U\n", "", "an M3U or HLS playlist"),
    (b"ffconcat version 1.0\nfile x\n", "x", "an ffconcat list"),
    (b"[playlist]\nFile1=x\n", "x.pls", "a PLS playlist"),
    (b"v=0\no=- 0 0 IN IP4 127.0.0.1\n", "x.sdp", "an SDP session description"),
    (b'<?xml version="1.0"?>\n<MPD xmlns="x">', "x.mpd", "a DASH manifest"),
    (b'<asx version="3.0">', "x.asx", "a playlist"),
    (b'<?xml version="1.0"?><mlt LC_NUMERIC="C">', "x.kdenlive", "an editing project"),
    (b"<!DOCTYPE html><html>", "x.mp4", "a web page"),
    (b'<svg width="1">', "x.svg", "an SVG drawing"),
    (b"%PDF-1.7", "x.pdf", "a PDF document"),
    (_zip(), "film.mp4", "a ZIP archive"),
    (gzip.compress(b"x", mtime=0), "x", "a gzip archive"),
    (_tar(), "x", "a tar archive"),
    (b"#!/bin/sh\n", "x", "a script"),
    (b'DirectShowSource("film.avi")', "x.AVS", "an AviSynth script"),
    (b"\x00\x00\x01\xb0\x20\x10", "x.avs", "AVS video"),
]


@pytest.mark.parametrize(("head", "name", "kind"), CASES)
def test_kinds_are_told(head: bytes, name: str, kind: str) -> None:
    found = foreign(head[:HEAD_BYTES], name)
    assert found is not None
    assert found.name == kind


@pytest.mark.parametrize("head", [b"", b"plain words", bytes(HEAD_BYTES), b"\x00\x00\x01\xb0"])
def test_nothing_is_made_up(head: bytes) -> None:
    assert foreign(head, "film.mp4") is None


async def test_the_refusal_says_what_it_is_and_what_to_do(
    tmp_path: Path, run_child: RunChild
) -> None:
    path = tmp_path / "upload"
    path.write_bytes(b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfilm.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(VidereError, match="HLS playlist; media that a list names") as caught:
        await probe(path, run=run_child, name="film.m3u8")
    assert caught.value.reason is Reason.MEDIA_UNREADABLE
    assert caught.value.metadata["format"] == "an M3U or HLS playlist"
    assert "demuxer" in caught.value.metadata["cause"]
