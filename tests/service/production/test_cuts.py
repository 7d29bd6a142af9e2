"""Trim, concatenate and transcode: exact to the frame and the sample, repeatable, or refused."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import synth
from processes import own_children
from rendering import refusal, render, request

from videre.common.errors import Reason
from videre.internal.v1 import production_pb2
from videre.orchestrator.media.limits import MediaLimits
from videre.orchestrator.media.probe import probe_media
from videre.v1 import production_pb2 as pb

pytestmark = pytest.mark.engine

Clip = Callable[[str], Path]
RATE = 48_000


def time(seconds: Fraction) -> pb.RationalTime:
    return pb.RationalTime(
        value=seconds.numerator, rate_numerator=seconds.denominator, rate_denominator=1
    )


def stretch(start: str, end: str) -> pb.MediaRange:
    return pb.MediaRange(start=time(Fraction(start)), end=time(Fraction(end)))


def trim(*keep: pb.MediaRange, **output: Any) -> pb.ProductionTask:
    return pb.ProductionTask(trim=pb.TrimParams(keep=keep, output=pb.Rendition(**output)))


def transcode(*renditions: pb.Rendition) -> pb.ProductionTask:
    return pb.ProductionTask(transcode=pb.TranscodeParams(renditions=renditions))


def noise(seconds: float, seed: int = 1) -> synth.Samples:
    """Return noise, of which every stretch is found again."""
    made = np.random.default_rng(seed).normal(0, 0.1, round(seconds * RATE))
    smooth = np.convolve(made, np.ones(8) / 8, "same")
    return np.asarray(smooth, np.float32)


def written(production: Any, output: pb.OutputArtifact, folder: Path) -> Path:
    path = folder / output.name
    path.write_bytes(production.store.read("default", output.digest))
    assert path.stat().st_size == output.size_bytes
    return path


def numbers(path: Path) -> list[int]:
    with av.open(str(path)) as container:
        return [synth.read_number(f.to_ndarray(format="bgr24")) for f in container.decode(video=0)]


def times(path: Path) -> list[Fraction]:
    with av.open(str(path)) as container:
        return [f.pts * f.time_base for f in container.decode(video=0)]


def samples(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        pieces = [f.to_ndarray().reshape(1, -1) if f.format.is_packed else f.to_ndarray()[:1]
                  for f in container.decode(audio=0)]  # fmt: skip
    return np.concatenate(pieces, axis=1)[0]


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110  another process is looked at
            await asyncio.sleep(0.05)


# --- trim --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("b_frames", "transport"),
        *(
            pytest.param(name, marks=pytest.mark.long)
            for name in ("cfr25", "open_gop", "avi_b_frames", "ntsc")
        ),
    ],
)
async def test_trim_keeps_exactly_the_frames_of_its_stretches(
    production: Any, clip: Clip, tmp_path: Path, name: str
) -> None:
    found, _ = synth.named(name, tmp_path)
    frames = [(7, 20), (31, 33), (3, 40), (50, 60)]
    # In a transport stream the sound begins before the picture, and with it the media.
    first = Fraction(int(probe_media(clip(name), MediaLimits()).frame_starts_ns[0]), 10**9)
    keep = [stretch(str(first + a / found.rate), str(first + b / found.rate)) for a, b in frames]
    wanted = request(trim(*keep), production.media(clip(name)))
    shares, result = await render(production, wanted)
    (output,) = result.outputs
    made = written(production, output, tmp_path)
    assert numbers(made) == [n for a, b in frames for n in range(a, b)]
    assert (output.name, output.role, output.media_type) == ("web.mp4", "video", "video/mp4")
    assert (output.media.width, output.media.height) == (320, 180)
    rate = output.media.frame_rate
    assert Fraction(rate.rate_numerator, rate.rate_denominator) == found.rate
    assert output.media.frames == sum(b - a for a, b in frames)
    assert output.media.video_codec == "h264"
    assert output.media.renderer.startswith("ffmpeg ")
    assert shares == sorted(shares)
    assert result.usage.items == output.media.frames


async def test_frames_that_come_irregularly_keep_their_times(
    production: Any, clip: Clip, tmp_path: Path
) -> None:
    found, path = synth.named("vfr", tmp_path)
    whole = [tick * found.time_base for tick in found.frame_ticks]
    begin, end = Fraction(1, 2), Fraction(13, 10)
    task = trim(stretch("1/2", "13/10"), name="part")
    _, result = await render(production, request(task, production.media(path)))
    made = written(production, result.outputs[0], tmp_path)
    first = max(n for n, at in enumerate(whole) if at <= begin)
    inside = [n for n in range(first, len(whole)) if whole[n] < end]
    assert numbers(made)[: len(inside)] == inside
    shown = [max(whole[n], begin) - begin for n in inside]
    found_times = times(made)
    assert all(abs(a - b) < Fraction(1, 500) for a, b in zip(found_times, shown, strict=False))
    assert not result.outputs[0].media.HasField("frame_rate")


async def test_sound_is_cut_where_the_picture_is(production: Any, tmp_path: Path) -> None:
    sound = noise(4.0)
    clip = synth.Clip("noisy.mov", 100, sounds=(synth.Sound(sound, codec="pcm_s16le"),))
    path = synth.make(clip, tmp_path)
    frames = [(50, 75), (10, 11), (88, 100), (0, 5)]
    keep = [stretch(str(Fraction(a, 25)), str(Fraction(b, 25))) for a, b in frames]
    task = trim(*keep, preset="prores", name="cut")
    _, result = await render(production, request(task, production.media(path)))
    made = written(production, result.outputs[0], tmp_path)
    wanted = np.concatenate([sound[a * 1920 : b * 1920] for a, b in frames])
    heard = samples(made).astype(np.float64)
    heard = heard / np.abs(heard).max() * np.abs(wanted).max()
    assert len(heard) == len(wanted)
    assert np.abs(heard - wanted).max() < 0.002
    assert numbers(made) == [n for a, b in frames for n in range(a, b)]


async def test_sound_that_starts_late_stays_late(
    production: Any, clip: Clip, tmp_path: Path
) -> None:
    # The beep stands half a second into the sound, which itself starts half a second before.
    task = trim(stretch("1/4", "3/2"), preset="archive")
    _, result = await render(production, request(task, production.media(clip("late_start"))))
    heard = np.abs(samples(written(production, result.outputs[0], tmp_path)).astype(np.float64))
    loud = np.flatnonzero(heard > heard.max() / 2)
    assert abs(loud[0] / RATE - 0.25) < 0.002


# --- concatenate -------------------------------------------------------------------------------


async def test_inputs_of_all_shapes_become_one_film(
    production: Any, clip: Clip, tmp_path: Path
) -> None:
    names = {"main": "cfr25", "turned": "rotated", "wide": "anamorphic", "mute": "ntsc"}
    inputs = [production.media(clip(file), name=name) for name, file in names.items()]
    task = pb.ProductionTask(concatenate=pb.ConcatenateParams())
    _, result = await render(production, request(task, *inputs))
    (output,) = result.outputs
    made = written(production, output, tmp_path)
    assert (output.media.width, output.media.height) == (320, 180)
    # 60 + 25 + 25 frames of 25 a second, then 60 of 29.97 shown at 25: 2.002 s.
    assert output.media.frames == 160
    seen = numbers(made)
    assert seen[:60] == list(range(60))
    assert seen[85:110] == list(range(25))
    assert seen[110] == 0
    assert abs(len(samples(made)) / RATE - 6.4) < 0.06


async def test_parts_name_their_inputs(production: Any, clip: Clip, tmp_path: Path) -> None:
    inputs = [production.media(clip("cfr25")), production.media(clip("b_frames"), name="b")]
    parts = [
        pb.ConcatenatePart(input="b", range=stretch("1", "6/5")),
        pb.ConcatenatePart(range=stretch("0", "1/5")),
        pb.ConcatenatePart(input="b", range=stretch("0", "1/25")),
    ]
    task = pb.ProductionTask(concatenate=pb.ConcatenateParams(parts=parts))
    _, result = await render(production, request(task, *inputs))
    seen = numbers(written(production, result.outputs[0], tmp_path))
    assert seen == [25, 26, 27, 28, 29, 0, 1, 2, 3, 4, 0]


# --- transcode ---------------------------------------------------------------------------------


async def test_one_decode_makes_all_renditions(production: Any, clip: Clip, tmp_path: Path) -> None:
    wanted = [
        pb.Rendition(),
        pb.Rendition(name="tall", aspect="9:16"),
        pb.Rendition(name="square", aspect="1:1", fit=pb.FIT_PAD),
        pb.Rendition(name="small", width=160, encoder_options={"crf": "30"}),
        pb.Rendition(
            name="half", frame_rate=pb.RationalTime(rate_numerator=25, rate_denominator=2)
        ),
        pb.Rendition(preset="hevc"),
        pb.Rendition(preset="archive", without_sound=True),
        pb.Rendition(preset="audio-mp3"),
    ]
    source = production.media(clip("cfr25"))
    _, result = await render(production, request(transcode(*wanted), source))
    found = {output.name: output.media for output in result.outputs}
    assert list(found) == ["web.mp4", "tall.mp4", "square.mp4", "small.mp4", "half.mp4",
                           "hevc.mp4", "archive.mkv", "audio-mp3.mp3"]  # fmt: skip
    sizes = {name: (media.width, media.height) for name, media in found.items()}
    assert sizes["tall.mp4"] == (100, 180)
    assert sizes["square.mp4"] == (320, 320)
    assert sizes["small.mp4"] == (160, 90)
    assert sizes["audio-mp3.mp3"] == (0, 0)
    assert found["half.mp4"].frames == 30
    assert found["hevc.mp4"].video_codec == "hevc"
    assert found["archive.mkv"].audio_codec == ""
    assert (found["audio-mp3.mp3"].audio_codec, found["audio-mp3.mp3"].channels) == ("mp3", 1)
    assert result.outputs[-1].media_type == "audio/mpeg"
    for output in result.outputs[:4]:
        seen = numbers(written(production, output, tmp_path))
        if output.name not in ("tall.mp4", "square.mp4"):
            assert seen == list(range(60))
    assert result.usage.items == 60


@pytest.mark.parametrize(
    "preset",
    [
        *("prores", "short-video"),
        *(pytest.param(preset, marks=pytest.mark.long) for preset in ("av1", "vp9")),
    ],
)
async def test_other_presets_show_the_same_frames(
    production: Any, clip: Clip, tmp_path: Path, preset: str
) -> None:
    task = transcode(pb.Rendition(preset=preset, width=320, height=180))
    _, result = await render(production, request(task, production.media(clip("cfr25"))))
    assert numbers(written(production, result.outputs[0], tmp_path)) == list(range(60))


async def test_an_archive_has_the_very_samples_of_its_source(
    production: Any, clip: Clip, tmp_path: Path
) -> None:
    path = clip("odd_size")
    task = transcode(pb.Rendition(preset="archive"))
    _, result = await render(production, request(task, production.media(path)))
    made = written(production, result.outputs[0], tmp_path)
    with av.open(str(path)) as one, av.open(str(made)) as other:
        for a, b in zip(one.decode(video=0), other.decode(video=0), strict=True):
            before, after = a.to_ndarray(), b.to_ndarray()
            assert (before == after).all()


@pytest.mark.long
async def test_colours_are_named_and_high_range_is_kept_or_mapped(
    production: Any, clip: Clip, tmp_path: Path
) -> None:
    task = transcode(pb.Rendition(preset="hevc"))
    _, kept = await render(production, request(task, production.media(clip("pq"))))
    with av.open(str(written(production, kept.outputs[0], tmp_path))) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.pix_fmt, codec.color_trc) == ("yuv420p10le", 16)
    _, mapped = await render(
        production, request(transcode(pb.Rendition()), production.media(clip("pq")))
    )
    with av.open(str(written(production, mapped.outputs[0], tmp_path))) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.pix_fmt, codec.color_trc, codec.color_primaries) == ("yuv420p", 1, 1)


async def test_the_same_task_gives_the_same_bytes(production: Any, clip: Clip) -> None:
    presets = ["web", "hevc", "av1", "vp9", "prores", "archive", "audio-m4a", "audio-opus"]
    task = transcode(*(pb.Rendition(preset=preset, width=160) for preset in presets))
    wanted = request(task, production.media(clip("transport")))
    first, second = [(await render(production, wanted))[1] for _ in range(2)]
    assert [o.digest for o in first.outputs] == [o.digest for o in second.outputs]


# --- refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "name", "reason", "field"),
    [
        (trim(stretch("3", "4")), "cfr25", Reason.FIELD_INVALID, "task.trim.keep[0]"),
        (trim(stretch("0", "1/1000")), "cfr25", Reason.FIELD_INVALID, "task"),
        (trim(), "cfr25", Reason.FIELD_INVALID, "task.trim.keep"),
        (transcode(pb.Rendition(preset="audio-mp3")), "ntsc", Reason.NO_TRACK, "preset"),
        (transcode(pb.Rendition(preset="mpeg2")), "ntsc", Reason.FIELD_INVALID,
         "task.transcode.renditions[0].preset"),
        (transcode(pb.Rendition(encoder_options={"filter_script": "/etc/passwd"})), "ntsc",
         Reason.FIELD_INVALID,
         "task.transcode.renditions[0].encoder_options[filter_script]"),
    ],
)  # fmt: skip
async def test_what_cannot_be_made_is_refused_by_name(
    production: Any, clip: Clip, task: pb.ProductionTask, name: str, reason: Reason, field: str
) -> None:
    error = await refusal(production, request(task, production.media(clip(name))))
    assert error.reason is reason
    assert error.metadata.get("field", "task") == field
    assert not list((production.folder / "render").glob("*"))


async def test_a_still_picture_has_nothing_to_cut(production: Any, tmp_path: Path) -> None:
    path = tmp_path / "still.jpg"
    path.write_bytes(synth.jpeg_with_orientation(1))
    error = await refusal(production, request(trim(stretch("0", "1")), production.media(path)))
    assert error.reason is Reason.NO_TRACK


async def test_a_film_that_breaks_off_is_rendered_as_far_as_it_goes(
    production: Any, clip: Clip, tmp_path: Path
) -> None:
    source = production.media(clip("open_gop"))
    data = clip("open_gop").read_bytes()
    torn = tmp_path / "torn.mkv"
    torn.write_bytes(data[: len(data) * 2 // 3])
    broken = dataclasses.replace(production).media(torn)
    broken.index_digest = source.index_digest
    _, result = await render(production, request(transcode(pb.Rendition()), broken))
    seen = numbers(written(production, result.outputs[0], tmp_path))
    assert len(seen) == 90
    assert seen[:30] == list(range(30))
    assert seen[-1] == seen[-5]  # the last frame there is stays


async def test_nobody_waits_so_everything_ends(production: Any, clip: Clip) -> None:
    source = production.media(clip("minute"))
    task = transcode(pb.Rendition(preset="av1", width=1_280, height=720, fit=pb.FIT_PAD,
                                  encoder_options={"speed": "0"}))  # fmt: skip
    call = production.stub.Render(request(task, source), timeout=120)
    message = await call.read()
    assert isinstance(message, production_pb2.RenderResponse)
    await until(lambda: bool(own_children("rendering.child")))
    call.cancel()
    await until(lambda: not own_children("rendering.child"))
    await until(lambda: not list((production.folder / "render").glob("*")))
