"""What functions make of stretches of the sample clip, for docs/gallery: frames, and waveforms.

Rows of other modules show films and sound by what stands here too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import av
import cv2
import numpy as np
import opentimelineio as otio
from numpy.typing import NDArray

from bench.constructed.media import SOUND_RATE, sound
from bench.producing import Maker
from videre.production.functions.base import Made
from videre.v1 import production_pb2 as pb
from videre.v1 import types_pb2

Bgr = NDArray[np.uint8]

#: Where captions stand in the sample clip.
_CAPTION: Final = types_pb2.BoundingBox(x=0.2, y=0.82, width=0.6, height=0.17)
_RATE: Final = 30_000 / 1_001
#: Size of waveforms, pixels, and their colours, blue first.
_WAVE: Final = (480, 120)
_PAPER, _INK = (250, 250, 250), (160, 90, 40)
#: Size of small pictures, pixels, and how many stand in a row.
_TILE: Final = (160, 90)
_ROW: Final = 3
#: By how much a frame may come before its instant, seconds: times of media are rounded.
_EARLY_S: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Stretch:
    """A row of the gallery: what is done, in words, and both pictures."""

    name: str
    words: str
    before: Bgr
    after: Bgr


def stretches(maker: Maker, sample: Path) -> Iterator[Stretch]:
    """Yield what functions make of stretches of a clip; those whose models lack are left out."""
    caption = pb.PictureRegion(keys=[pb.RegionKey(box=_CAPTION)])
    faces = pb.ObscureParams(targets=[pb.OBSCURE_TARGET_FACES])
    if maker.can("beautify_faces"):  # the same model finds them
        words = "a preview: faces that are found, and made unrecognisable"
        yield _framed(maker, sample, pb.ProductionTask(obscure=faces), 14.0, words)
    text = pb.ProductionTask(remove_text=pb.RemoveTextParams(regions=[caption]))
    yield _framed(maker, sample, text, 8.0, "a preview: strokes of a subtitle, and without them")
    film = pb.ProductionTask(assemble=pb.AssembleParams(timeline=_timeline()))
    words = "the middle of a dissolve with a title over it; before: its first second"
    first, middle = (_preview(maker, sample, film, at)[0] for at in (0.5, 2.0))
    yield Stretch("assemble", words, first, middle)
    yield from _heard(maker, sample)


def _heard(maker: Maker, sample: Path) -> Iterator[Stretch]:
    loud = stretch(5.0, 10.0)
    plain = waveform(sample, 5.0, 10.0)
    covered = pb.BleepParams(range=loud, ranges=[stretch(6.5, 7.5)])
    words = "a second of speech covered by a tone"
    yield Stretch("bleep", words, plain, _sounding(maker, sample, bleep=covered))
    tracks = [
        pb.MixTrack(role=pb.MIX_ROLE_VOICE, range=loud),
        pb.MixTrack(role=pb.MIX_ROLE_MUSIC, range=stretch(36.0, 41.0)),
    ]
    words = "music under speech; before: the speech alone"
    mixed = pb.MixAudioParams(tracks=tracks)
    yield Stretch("mix_audio", words, plain, _sounding(maker, sample, mix_audio=mixed))
    shorter = pb.TrimSilenceParams(range=loud, output=pb.Rendition(preset="audio-m4a"))
    shorter.threshold_db = -35
    words = "pauses below −35 dB cut out"
    yield Stretch("trim_silence", words, plain, _sounding(maker, sample, trim_silence=shorter))


def _framed(maker: Maker, sample: Path, task: pb.ProductionTask, at: float, words: str) -> Stretch:
    after, marked = _preview(maker, sample, task, at)
    return Stretch(str(task.WhichOneof("function")), words, marked, after)


def _preview(maker: Maker, sample: Path, task: pb.ProductionTask, at: float) -> list[Bgr]:
    task.preview.at.CopyFrom(instant(at))
    return frames_of_preview(maker.make(task, {"main": sample}))


def frames_of_preview(made: Sequence[Made]) -> list[Bgr]:
    """Return the pictures of a preview."""
    held = [one.data for one in made if isinstance(one.data, bytes)]
    shown: list[Any] = [
        cv2.imdecode(np.frombuffer(one, np.uint8), cv2.IMREAD_COLOR) for one in held
    ]
    return [np.asarray(one, np.uint8) for one in shown]


def _sounding(maker: Maker, sample: Path, **function: Any) -> Bgr:
    ((name, params),) = function.items()
    if name != "trim_silence":
        params.output.preset = "audio-m4a"
    made = maker.make(pb.ProductionTask(**function), {"main": sample})
    assert isinstance(made[0].data, Path)
    return waveform(made[0].data, 0.0, 5.0)


def frames_at(path: Path, seconds: Sequence[float]) -> list[Bgr]:
    """Return the first frame from each of the rising instants on; the last one behind the end."""
    found: list[Bgr] = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            shown = float(frame.time or 0) + _EARLY_S
            due = sum(one <= shown for one in seconds[len(found) :])
            found += [_bgr(frame)] * due
            if len(found) == len(seconds):
                return found
        return found + [_bgr(frame)] * (len(seconds) - len(found))


def _bgr(frame: av.VideoFrame) -> Bgr:
    return np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def tiled(pictures: Sequence[Bgr]) -> Bgr:
    """Return pictures, small, three in a row."""
    small = [
        np.asarray(cv2.resize(one, _TILE, interpolation=cv2.INTER_AREA), np.uint8)
        for one in pictures
    ]
    small += [np.full_like(small[0], 255)] * (-len(small) % _ROW)
    rows = [np.concatenate(small[at : at + _ROW], axis=1) for at in range(0, len(small), _ROW)]
    return np.concatenate(rows)


def waveform(path: Path, start: float, end: float) -> Bgr:
    """Return a stretch of sound as picture: its highest and lowest sample by column."""
    whole = sound(path)[round(start * SOUND_RATE) : round(end * SOUND_RATE)]
    columns, rows = _WAVE
    picture = np.full((rows, columns, 3), _PAPER, np.uint8)
    step = round((end - start) * SOUND_RATE) // columns
    for column in range(min(columns, len(whole) // step)):
        part = whole[column * step : (column + 1) * step]
        top, bottom = ((1 - np.array([part.max(), part.min()])) * rows / 2).clip(0, rows - 1)
        cv2.line(picture, (column, round(top)), (column, round(bottom)), _INK)
    return picture


def _timeline() -> str:
    """Return two shots of the clip, a dissolve between them, and a title over it."""
    clips = [_clip(5.0, 2.0), _clip(13.0, 2.0)]
    half = otio.opentime.RationalTime(15, _RATE)
    dissolve = otio.schema.Transition(
        transition_type="SMPTE_Dissolve", in_offset=half, out_offset=half
    )
    track = otio.schema.Track(kind="Video", children=[clips[0], dissolve, clips[1]])
    length = otio.opentime.RationalTime(120, _RATE)
    whole = otio.opentime.TimeRange(otio.opentime.RationalTime(0, _RATE), length)
    title = otio.schema.Clip(
        media_reference=otio.schema.GeneratorReference(
            generator_kind="title",
            parameters={"text": "To the stars", "anchor": "top", "size": 0.12},
        ),
        source_range=whole,
    )
    over = otio.schema.Track(kind="Video", children=[title])
    timeline = otio.schema.Timeline()
    timeline.tracks.extend([track, over])
    return str(otio.adapters.write_to_string(timeline, "otio_json"))


def _clip(start: float, length: float) -> otio.schema.Clip:
    begin, lasts = (
        otio.opentime.RationalTime(round(one * _RATE), _RATE) for one in (start, length)
    )
    return otio.schema.Clip(
        media_reference=otio.schema.ExternalReference(target_url="main"),
        source_range=otio.opentime.TimeRange(begin, lasts),
    )


def stretch(start: float, end: float) -> pb.MediaRange:
    """Return a stretch of a media."""
    return pb.MediaRange(start=instant(start), end=instant(end))


def instant(seconds: float) -> pb.RationalTime:
    """Return an instant, exact to the millisecond."""
    return pb.RationalTime(value=round(seconds * 1_000), rate_numerator=1_000)
