"""The bench of formats: what counts as understood, and what as a clear refusal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from google.protobuf.duration_pb2 import Duration

from bench.constructed.foreign_files import FORMATS as FOREIGN
from bench.constructed.formats import BEEPS, CUTS, FORMATS, FRAMES, VENDOR_NAMES, Sample
from bench.harness import Outcome
from bench.measures.formats import format_figures, row
from videre.orchestrator.media.index import MediaKind
from videre.v1 import analysis_pb2, job_pb2, types_pb2

FILM = Sample("AVI", "film.avi", "ffmpeg", Path("film.avi"), MediaKind.VIDEO)
SCRIPT = replace(FILM, format="AVS (AviSynth script)", name="script.avs", kind=None, made=False)


def _opened(
    frames: int = FRAMES,
    firsts: tuple[int, ...] = (0, *CUTS),
    kind: analysis_pb2.AudioKind.ValueType = analysis_pb2.AUDIO_KIND_NOISE,
) -> Outcome:
    info = analysis_pb2.MediaInfo(
        kind=analysis_pb2.MEDIA_KIND_VIDEO,
        container="avi",
        duration=Duration(seconds=3),
        video=analysis_pb2.VideoStreamInfo(codec="h264", frame_count=frames),
        audio=analysis_pb2.AudioStreamInfo(codec="mp3"),
    )
    shots = [analysis_pb2.Shot(span=types_pb2.TimeSpan(start_frame=first)) for first in firsts]
    heard = analysis_pb2.AudioSegment(kind=kind)
    analysis = analysis_pb2.Analysis(media_info=info, shots=shots, audio_segments=[heard])
    return Outcome(FILM.path, job_pb2.Job(state=job_pb2.JOB_STATE_SUCCEEDED), analysis)


def _refused(error: str) -> Outcome:
    return Outcome(FILM.path, job_pb2.Job(), analysis_pb2.Analysis(), error)


def test_a_film_that_is_understood_is_right() -> None:
    line = row(FILM, _opened(), "upload", BEEPS)
    assert line.wrong == ()
    assert (line.answer, line.holds, line.frames, line.shots) == (
        "opened", "avi: h264 + mp3", FRAMES, 3,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (_opened(frames=74), "74 frames"),
        (_opened(firsts=(0, 31, 50)), "shots begin"),
        (_opened(kind=analysis_pb2.AUDIO_KIND_SILENCE), "nothing is heard"),
        (_refused("MEDIA_UNREADABLE: no demuxer"), "refused"),
    ],
)
def test_what_is_not_understood_is_wrong(outcome: Outcome, words: str) -> None:
    assert words in row(FILM, outcome, "upload", BEEPS).wrong[0]


@pytest.mark.parametrize(
    "beeps",
    [(), BEEPS[::2], [at + 0.3 for at in BEEPS], [at - 0.3 for at in BEEPS], BEEPS[:1],
     [*BEEPS, 2.7]],
)  # fmt: skip
def test_sound_that_is_missing_moved_or_added_is_wrong(beeps: Sequence[float]) -> None:
    assert "beeps begin" in row(FILM, _opened(), "upload", beeps).wrong[0]


def test_lead_in_that_a_container_does_not_tell_of_is_none() -> None:
    assert row(FILM, _opened(), "upload", [at + 0.025 for at in BEEPS]).wrong == ()


def test_a_script_must_be_refused_in_words() -> None:
    clear = _refused("ServerRefusal: URI_FORBIDDEN: the address is outside the allowed roots")
    assert row(SCRIPT, clear, "file://").wrong == ()
    assert row(SCRIPT, clear, "file://").holds.startswith("URI_FORBIDDEN: ")
    assert row(SCRIPT, _refused("INTERNAL: ?"), "upload").wrong
    assert row(SCRIPT, _opened(), "upload").wrong


def test_every_name_of_the_vendor_has_a_file() -> None:
    assert set(VENDOR_NAMES) <= {name.split(" ")[0] for name in (*FORMATS, *FOREIGN)}


def test_a_canary_that_was_touched_is_counted() -> None:
    figures = {f.name: f.value for f in format_figures([], ["the pipe was opened"])}
    assert figures["canaries: touched"] == 1
    assert figures["formats: of the vendor's 22"] == 0
