"""Units of copies have one digest; whatever changes a decoded frame or its time changes it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
import synth
from remuxing import Copy, remuxed

from videre.common.media_index import StoredIndex
from videre.orchestrator.media.index import MediaIndex
from videre.orchestrator.media.limits import MediaLimits
from videre.orchestrator.media.probe import probe_media

#: 44 s: units of 20 and 24 s, key frames every 4 s, with B-frames.
FILM = synth.Clip(
    "film.mp4", 352, size=(96, 54), rate=Fraction(8), cuts=(40, 200),
    encoder=(("preset", "veryfast"), ("g", "32"), ("x264-params", "bframes=2:scenecut=0")),
)  # fmt: skip


@pytest.fixture(scope="module")
def film(clip_folder: Path) -> Path:
    return synth.make(FILM, clip_folder)


def index_of(path: Path) -> MediaIndex:
    return probe_media(path, MediaLimits())


def digests(path: Path) -> tuple[str, ...]:
    return index_of(path).unit_digests


def test_a_container_changes_no_digest(film: Path, tmp_path: Path) -> None:
    own = digests(film)
    assert len(set(own)) == 2
    assert digests(film) == own
    for copy in (
        Copy("a.mov"), Copy("b.mkv"), Copy("c.ts"),
        Copy("d.mp4", muxer={"movflags": "faststart"}, metadata={"title": "Another"}),
    ):  # fmt: skip
        assert digests(remuxed(film, tmp_path, copy)) == own, copy.name


def test_a_cut_changes_what_it_reaches(film: Path, tmp_path: Path) -> None:
    own = digests(film)
    shorter = digests(remuxed(film, tmp_path, Copy("short.mp4", end_s=40)))
    longer = digests(remuxed(film, tmp_path, Copy("long.mp4", behind=film)))
    for found in (shorter, longer):
        assert found[0] == own[0]
        assert own[1] not in found
    assert not set(own) & set(digests(remuxed(film, tmp_path, Copy("near.mp4", end_s=25))))


def test_what_changes_a_frame_or_its_time_changes_all(
    film: Path, clip_folder: Path, tmp_path: Path
) -> None:
    own = set(digests(film))
    forged = [
        remuxed(film, tmp_path, copy)
        for copy in (Copy("turned.mp4", rotation=90), Copy("slower.mp4", slower=2))
    ]
    others = [synth.make(replace(FILM, name="wide.mp4", aspect=Fraction(4, 3)), clip_folder)]
    for path in (*forged, *others):
        found = digests(path)
        assert found, path.name
        assert not own & set(found), path.name


def test_frames_that_an_edit_list_hides_are_others(film: Path, tmp_path: Path) -> None:
    # Written from a picture that is no key frame on: the muxer hides those before it.
    data = film.read_bytes()
    place = data.index(b"elst")
    media_time = place + 4 + 4 + 4 + 4
    later = int.from_bytes(data[media_time : media_time + 4], "big") + 16_384 // 8 * 3
    forged = tmp_path / "hidden.mp4"
    forged.write_bytes(data[:media_time] + later.to_bytes(4, "big") + data[media_time + 4 :])
    found = index_of(forged)
    assert found.video is not None
    assert found.video.frame_count < FILM.frames
    assert digests(film)[0] not in found.unit_digests


def test_a_codec_that_reads_its_container_has_none(clip_folder: Path) -> None:
    clip = replace(
        FILM,
        name="old.mp4",
        frames=20,
        codec="mpeg4",
        encoder=(),
        time_base=Fraction(1, 8),
    )
    assert digests(synth.make(clip, clip_folder)) == ()


def test_earlier_indices_are_read(film: Path) -> None:
    index = index_of(film)
    assert MediaIndex.decode(index.encode()).unit_digests == index.unit_digests
    stored = StoredIndex.decode(index.encode())
    header = {name: value for name, value in stored.header.items() if name != "unit_digests"}
    earlier = MediaIndex.decode(replace(stored, header=header).encode())
    assert earlier.unit_digests == ()
    assert earlier.duration_ns == index.duration_ns
