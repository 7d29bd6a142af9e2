"""Rows of docs/gallery that want more than the clip: an analysis, a verdict, slides, a text, a mix.

The analysis is that of the sample clip as docs/samples/result.json shows it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import Any, Final

import numpy as np
from google.protobuf.json_format import ParseDict

from bench.constructed.media import FRAME_RATE, Rgb, write_film
from bench.producing import Maker
from scripts.gallery_films import (
    Bgr,
    Stretch,
    frames_at,
    frames_of_preview,
    instant,
    stretch,
    tiled,
    waveform,
)
from videre.production.functions.base import Made
from videre.production.known import Finding, FlaggedPart, Judged, Known, SeenAt
from videre.production.known import Stretch as Span
from videre.production.known_messages import known_from
from videre.production.retouching.drawing import drawn
from videre.production.retouching.fonts import find_font
from videre.v1 import analysis_pb2
from videre.v1 import production_pb2 as pb

_ANSWER: Final = Path(__file__).parents[1] / "docs/samples/result.json"
_NS: Final = 1_000_000_000
#: Size of drawn pages, pixels; rows of a page, and the height of one.
_PAGE: Final = (480, 270)
_LINES: Final = 11
_LINE: Final = 23
_INK: Final = (60, 60, 60)
_TEXT: Final = "To the stars, and home again."
_SLIDES: Final = ("Gravity", "Orbits", "Coming home")
_SLIDE_S: Final = 4


@cache
def known_of_sample() -> Known:
    """Return the analysis of the sample clip."""
    answer = json.loads(_ANSWER.read_text(encoding="utf-8"))
    return known_from(ParseDict(answer["analysis"], analysis_pb2.Analysis()))


def captions(maker: Maker, sample: Path) -> Stretch:
    """Return subtitles in the picture as a file."""
    asked = pb.CaptionsParams(source=pb.CAPTION_SOURCE_PICTURE)
    (made,) = maker.make(pb.ProductionTask(captions=asked), {"main": sample}, known_of_sample())
    assert isinstance(made.data, bytes)
    words = "subtitles in the picture as SubRip: the beginning of the file"
    return Stretch(
        "captions", words, frames_at(sample, [8.0])[0], page(made.data.decode().split("\n"))
    )


def redact(maker: Maker, sample: Path) -> Stretch:
    """Return a frame without what a verdict flags."""
    box = SeenAt(14 * _NS, 0.36, 0.1, 0.28, 0.5)
    part = FlaggedPart(Span(13 * _NS, 16 * _NS), seen=True, heard=False, boxes=(box,))
    verdict = Judged("gallery@1", (Finding("ad", "image", "made up", "block", (part,)),))
    task = pb.ProductionTask(redact=pb.RedactParams(mode=pb.OBSCURE_MODE_MOSAIC))
    task.preview.at.CopyFrom(instant(14.0))
    made = maker.make(task, {"main": sample}, replace(Known(), judged=verdict))
    after, before = frames_of_preview(made)
    words = "a preview: the box that a verdict (made up here) flags, covered by a mosaic"
    return Stretch("redact", words, before, after)


def split_lecture(maker: Maker, folder: Path) -> Stretch:
    """Return the parts of a lecture of three slides."""
    film = folder / "lecture.mp4"
    _lecture(film)
    asked = pb.SplitLectureParams(output=pb.Rendition(preset="web"))
    made = maker.make(pb.ProductionTask(split_lecture=asked), {"main": film})
    parts = [one for one in made if one.role == "video"]
    words = f"{len(parts)} parts of a lecture of three slides; before: a frame every 2 s"
    looks = frames_at(film, range(0, _SLIDE_S * len(_SLIDES), 2))
    firsts = [frames_at(one.data, [1.0])[0] for one in parts if isinstance(one.data, Path)]
    return Stretch("split_lecture", words, tiled(looks), tiled(firsts))


def synthesize_speech(maker: Maker, sample: Path, folder: Path) -> Stretch:
    """Return a text, and how it sounds."""
    task = pb.ProductionTask(synthesize_speech=pb.SynthesizeSpeechParams(text=_TEXT))
    said = _kept(maker.make(task, {"main": sample}), folder / "said.wav")
    words = "a text said: its waveform"
    return Stretch("synthesize_speech", words, page([_TEXT]), waveform(said, 0.0, 2.5))


def demix_music(maker: Maker, sample: Path, folder: Path) -> Stretch:
    """Return speech and music in one, and the speech alone."""
    tracks = [
        pb.MixTrack(role=pb.MIX_ROLE_VOICE, range=stretch(5.0, 10.0)),
        pb.MixTrack(role=pb.MIX_ROLE_EFFECTS, range=stretch(36.0, 41.0), gain_db=3.0),
    ]
    mixed = pb.MixAudioParams(tracks=tracks, output=pb.Rendition(preset="audio-wav"))
    made = maker.make(pb.ProductionTask(mix_audio=mixed), {"main": sample})
    mix = _kept(made, folder / "mix.wav")
    parted = pb.DemixMusicParams(stems=[pb.MUSIC_STEM_VOICE, pb.MUSIC_STEM_ACCOMPANIMENT])
    made = maker.make(pb.ProductionTask(demix_music=parted), {"main": mix})
    parts = [waveform(one.data, 0.0, 5.0) for one in made if isinstance(one.data, Path)]
    words = "above the voice, below the accompaniment; before: both in one"
    return Stretch("demix_music", words, waveform(mix, 0.0, 5.0), np.concatenate(parts))


def producers(maker: Maker, sample: Path, folder: Path) -> Mapping[str, Callable[[], Stretch]]:
    """Return what makes each row, by the function's name; those whose models lack are left out."""
    found = {
        "captions": lambda: captions(maker, sample),
        "redact": lambda: redact(maker, sample),
        "split_lecture": lambda: split_lecture(maker, folder),
        "synthesize_speech": lambda: synthesize_speech(maker, sample, folder),
        "demix_music": lambda: demix_music(maker, sample, folder),
    }
    return {name: make for name, make in found.items() if maker.can(name)}


def _kept(made: Sequence[Made], path: Path) -> Path:
    """Keep the first file that was made, and return its place."""
    data = made[0].data
    path.write_bytes(data if isinstance(data, bytes) else data.read_bytes())
    return path


def page(lines: Sequence[str]) -> Bgr:
    """Return lines of text on white."""
    columns, rows = _PAGE
    sheet = np.full((rows, columns, 3), 255, np.uint8)
    face = find_font(None).open()
    for number, line in enumerate(lines[:_LINES]):
        if line.strip():
            _lay(sheet, drawn(face, [line], _LINE, boxed=False), 8, 6 + number * _LINE)
    return sheet


def _lay(page: Bgr, text: Any, left: int, top: int) -> None:
    """Put the ink of a drawn text on a page, in dark grey."""
    part = page[top : top + text.shape[0], left : left + text.shape[1]]
    ink = text[: part.shape[0], : part.shape[1]]
    share = (ink[:, :, 3:] / 255) * (ink[:, :, :1] / 255)
    part[:] = np.rint(part + share * (np.array(_INK) - part)).astype(np.uint8)


def _lecture(path: Path) -> None:
    """Write a film of slides: a title on each, a line more for every second."""
    write_film(path, _slides())


def _slides() -> Iterator[Rgb]:
    face, (columns, rows) = find_font(None).open(), (640, 360)
    for title in _SLIDES:
        slide = np.full((rows, columns, 3), 250, np.uint8)
        _lay(slide, drawn(face, [title], 60, boxed=False), 30, 24)
        for second in range(_SLIDE_S):
            point = drawn(face, [f"· point {second + 1}"], 40, boxed=False)
            _lay(slide, point, 50, 110 + 56 * second)
            yield from repeat(slide, FRAME_RATE)
