"""Render makes the right files from the right frames, repeatably, or says why not."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import synth
from google.protobuf.duration_pb2 import Duration
from processes import own_children
from rendering import refusal, render, request

from videre.common.errors import Reason
from videre.orchestrator.media.limits import MediaLimits
from videre.orchestrator.media.probe import probe_media
from videre.v1 import analysis_pb2, types_pb2
from videre.v1 import production_pb2 as pb

pytestmark = pytest.mark.engine

Clip = Callable[[str], Path]


def cover(**params: Any) -> pb.ProductionTask:
    return pb.ProductionTask(cover=pb.CoverParams(**params))


def sprite(**params: Any) -> pb.ProductionTask:
    return pb.ProductionTask(sprite=pb.SpriteParams(**params))


def picture(production: Any, output: pb.OutputArtifact) -> np.ndarray:
    data = production.store.read("default", output.digest)
    assert len(data) == output.size_bytes
    found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert found is not None
    return found


def seconds(duration: Duration) -> float:
    return duration.seconds + duration.nanos / 1e9


# --- covers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("open_gop", "vfr", "transport"),
        *(
            pytest.param(name, marks=pytest.mark.long)
            for name in ("cfr25", "b_frames", "avi_b_frames", "late_start")
        ),
    ],
)
async def test_a_cover_is_exactly_the_frame_it_names(
    production: Any, clip: Clip, name: str
) -> None:
    path = clip(name)
    _, result = await render(production, request(cover(count=3), production.media(path)))
    assert [output.name for output in result.outputs] == [f"cover-{n}.jpg" for n in (1, 2, 3)]
    starts = list(probe_media(path, MediaLimits()).frame_starts_ns)
    for output in result.outputs:
        frame = starts.index(output.offset.seconds * 10**9 + output.offset.nanos)
        assert synth.read_number(picture(production, output)) == frame
        assert 0 < output.score <= 1
        assert (output.task, output.role, output.media_type) == ("cover", "cover", "image/jpeg")


@pytest.mark.long
async def test_covers_of_real_film_are_bright_and_differ(production: Any, media: Path) -> None:
    main = production.media(media / "demo.mp4", by_path=True)
    shares, result = await render(production, request(cover(count=5, max_side=320), main))
    pictures = [picture(production, output) for output in result.outputs]
    assert [p.shape for p in pictures] == [(180, 320, 3)] * 5
    assert all(p.mean() > 40 and p.std() > 20 for p in pictures)
    small = [cv2.resize(p, (16, 9)).astype(int) for p in pictures]
    for place, one in enumerate(small):
        assert all(np.abs(one - other).mean() > 15 for other in small[:place])
    assert shares == sorted(shares)
    assert result.usage.items > 20
    assert result.usage.cpu_seconds > 0.1


async def test_known_shots_and_black_stretches_guide_the_choice(
    production: Any, clip: Clip
) -> None:
    def span(start: float, end: float) -> types_pb2.TimeSpan:
        return types_pb2.TimeSpan(
            start_offset=Duration(nanos=int(start * 1e9)), end_offset=Duration(nanos=int(end * 1e9))
        )

    known = analysis_pb2.Analysis(
        shots=[analysis_pb2.Shot(span=span(0.0, 0.8))],
        frame_conditions=[analysis_pb2.FrameCondition(span=span(0.0, 0.4))],
    )
    wanted = request(cover(count=2), production.media(clip("cfr25")), known=known)
    _, result = await render(production, wanted)
    assert all(0.4 <= seconds(output.offset) < 0.8 for output in result.outputs)


@pytest.mark.parametrize(
    ("name", "shape"),
    [("rotated", (320, 180)), ("odd_size", (187, 333)), ("one_frame", (180, 320)),
     *(pytest.param(name, (180, 320), marks=pytest.mark.long)
       for name in ("anamorphic", "grey", "rgb", "pq"))],
)  # fmt: skip
async def test_covers_show_the_displayed_picture(
    production: Any, clip: Clip, name: str, shape: tuple[int, int]
) -> None:
    _, result = await render(production, request(cover(), production.media(clip(name))))
    (output,) = result.outputs
    assert picture(production, output).shape[:2] == shape


@pytest.mark.parametrize(
    ("form", "suffix", "magic"),
    [
        (pb.IMAGE_FORMAT_JPEG, "jpg", b"\xff\xd8\xff"),
        (pb.IMAGE_FORMAT_PNG, "png", b"\x89PNG"),
        (pb.IMAGE_FORMAT_WEBP, "webp", b"RIFF"),
    ],
)
async def test_covers_come_in_three_formats_and_are_not_scaled_up(
    production: Any, clip: Clip, form: int, suffix: str, magic: bytes
) -> None:
    task = cover(format=form, max_side=3_840)
    _, result = await render(production, request(task, production.media(clip("cfr25"))))
    (output,) = result.outputs
    assert output.name == f"cover-1.{suffix}"
    assert production.store.read("default", output.digest).startswith(magic)
    assert picture(production, output).shape == (180, 320, 3)


@pytest.mark.parametrize(
    ("motion", "name", "kind", "codec"),
    [(pb.COVER_MOTION_GIF, "cover-1.gif", "image/gif", "gif"),
     pytest.param(
         pb.COVER_MOTION_MP4, "cover-1.mp4", "video/mp4", "h264", marks=pytest.mark.long
     )],
)  # fmt: skip
async def test_covers_that_move_stay_inside_a_shot(
    production: Any, clip: Clip, motion: int, name: str, kind: str, codec: str
) -> None:
    task = cover(motion=motion, length=Duration(nanos=700_000_000), max_side=160)
    wanted = request(task, production.media(clip("cfr25")))
    _, result = await render(production, wanted)
    (output,) = result.outputs
    assert (output.name, output.role, output.media_type) == (name, "cover", kind)
    assert (output.media.width, output.media.height, output.media.video_codec) == (160, 90, codec)
    assert 0.5 <= seconds(output.media.duration) <= 0.75
    assert output.cover_reasons.sharpness > 0.5
    assert output.cover_reasons.fault == pb.COVER_FAULT_UNSPECIFIED
    _, again = await render(production, wanted)
    assert again.outputs[0].digest == output.digest


@pytest.mark.long
async def test_old_444_encodings_decode_after_a_seek(production: Any, media: Path) -> None:
    wanted = request(cover(count=3), production.media(media / "video/cockatoo.mp4"))
    _, result = await render(production, wanted)
    for output in result.outputs:
        found = picture(production, output).astype(int)
        assert (found[:, :, 1] - found[:, :, 0]).mean() < 30  # rubbish is green


@pytest.mark.long
async def test_a_task_gives_the_same_bytes_before_and_after_another(
    production: Any, clip: Clip
) -> None:
    first, other = production.media(clip("minute")), production.media(clip("b_frames"))
    digests = []
    for main, task in ((first, cover(count=4)), (first, sprite()), (other, cover())) * 2:
        _, result = await render(production, request(task, main))
        digests.append([output.digest for output in result.outputs])
    assert digests[:3] == digests[3:]


# --- sprites -----------------------------------------------------------------------------------


async def test_each_thumbnail_shows_the_middle_of_its_interval(production: Any, clip: Clip) -> None:
    task = sprite(interval=Duration(seconds=4), columns=4, tile_width=160)
    shares, result = await render(production, request(task, production.media(clip("minute"))))
    sheet, index = result.outputs
    assert [sheet.role, index.role] == ["sprite", "index"]
    shown = picture(production, sheet)
    assert shown.shape == (4 * 90, 4 * 160, 3)
    text = production.store.read("default", index.digest).decode()
    places = re.findall(r"sprite\.jpg#xywh=(\d+),(\d+),(\d+),(\d+)", text)
    assert len(places) == 15
    for number, place in enumerate(places):
        x, y, width, height = map(int, place)
        tile = shown[y : y + height, x : x + width]
        assert synth.read_number(tile) == number * 100 + 50
    assert shares == sorted(shares)


async def test_the_index_of_a_named_task_names_its_picture(production: Any, clip: Clip) -> None:
    task = sprite()
    task.name = "thumbs"
    _, result = await render(production, request(task, production.media(clip("cfr25"))))
    sheet, index = result.outputs
    assert (sheet.name, sheet.task) == ("sprite.jpg", "thumbs")
    assert "thumbs-sprite.jpg#xywh=" in production.store.read("default", index.digest).decode()


# --- captions ----------------------------------------------------------------------------------


def spoken(state: analysis_pb2.StageState.ValueType, reason: str = "") -> analysis_pb2.Analysis:
    span = types_pb2.TimeSpan(start_offset=Duration(seconds=1), end_offset=Duration(seconds=3))
    return analysis_pb2.Analysis(
        utterances=[
            analysis_pb2.Utterance(
                span=span, text="你好，世界", understanding=analysis_pb2.UNDERSTANDING_UNDERSTOOD
            )
        ],
        stages=[analysis_pb2.Stage(name="speech", state=state, reason=reason)],
    )


async def test_captions_are_written_from_what_is_known(production: Any) -> None:
    known = spoken(analysis_pb2.STAGE_STATE_SUCCEEDED)
    task = pb.ProductionTask(captions=pb.CaptionsParams(format=pb.CAPTION_FORMAT_VTT))
    _, result = await render(production, request(task, known=known))
    (output,) = result.outputs
    assert (output.name, output.media_type) == ("captions.vtt", "text/vtt")
    assert production.store.read("default", output.digest).decode() == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n你好，世界\n"
    )


async def test_subtitles_of_two_languages_become_two_files(production: Any) -> None:
    known = analysis_pb2.Analysis(
        stages=[analysis_pb2.Stage(name="text", state=analysis_pb2.STAGE_STATE_SUCCEEDED)]
    )
    for text, code, y in (("你好", "zh-Hans", 0.8), ("hello", "en", 0.88), ("note", "en", 0.05)):
        known.text_lines.add(
            text=text, language_code=code, kind=analysis_pb2.TEXT_KIND_SUBTITLE,
            span=types_pb2.TimeSpan(end_offset=Duration(seconds=2)),
            box=types_pb2.BoundingBox(x=0.3, y=y, width=0.4, height=0.06),
        )  # fmt: skip
    params = pb.CaptionsParams(
        source=pb.CAPTION_SOURCE_PICTURE, split_languages=True, cue_prefix="{\\an8}",
        region=types_pb2.BoundingBox(y=0.5, width=1, height=0.5),
    )  # fmt: skip
    _, result = await render(production, request(pb.ProductionTask(captions=params), known=known))
    told = {
        one.name: production.store.read("default", one.digest).decode().split("\n")[2]
        for one in result.outputs
    }
    assert told == {"captions-en.srt": "{\\an8}hello", "captions-zh.srt": "{\\an8}你好"}


async def test_captions_are_not_made_of_what_nobody_heard(production: Any) -> None:
    task = pb.ProductionTask(captions=pb.CaptionsParams())
    known = spoken(analysis_pb2.STAGE_STATE_NOT_CHECKED, "SPEECH_NOT_UNDERSTOOD")
    error = await refusal(production, request(task, known=known))
    assert error.reason is Reason.SPEECH_NOT_UNDERSTOOD
    error = await refusal(production, request(task))
    assert error.reason is Reason.NOT_REQUESTED


# --- refusals and ends -------------------------------------------------------------------------


async def test_parameters_are_checked_before_work(production: Any) -> None:
    error = await refusal(production, request(cover(count=21, max_side=5)))
    assert error.reason is Reason.FIELD_INVALID
    assert [one.field for one in error.violations] == ["task.cover.count", "task.cover.max_side"]
    assert error.metadata["limit"] == "1..20"


async def test_an_unknown_function_is_unimplemented(production: Any) -> None:
    error = await refusal(production, request(pb.ProductionTask(name="trailer")))
    assert error.reason is Reason.FUNCTION_UNIMPLEMENTED


@pytest.mark.parametrize("task", [cover(), sprite()], ids=["cover", "sprite"])
async def test_sound_alone_has_no_pictures(production: Any, clip: Clip, task: Any) -> None:
    error = await refusal(production, request(task, production.media(clip("sound_only"))))
    assert error.reason is Reason.NO_TRACK


async def test_a_picture_inside_a_sound_file_is_no_track(production: Any, media: Path) -> None:
    main = production.media(media / "music/vibe_ace.ogg")
    assert (await refusal(production, request(cover(), main))).reason is Reason.NO_TRACK


async def test_a_missing_input_is_named(production: Any, clip: Clip) -> None:
    assert (await refusal(production, request(cover()))).reason is Reason.FIELD_REQUIRED
    main = production.media(clip("cfr25"), by_path=True)
    main.path = "/nowhere/at/all.mp4"
    assert (await refusal(production, request(cover(), main))).reason is Reason.FETCH_FAILED


async def test_a_damaged_media_is_an_error_not_a_dead_service(
    production: Any, clip: Clip, tmp_path: Path
) -> None:
    main = production.media(clip("cfr25"))
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"\0" * 5_000)
    main.path = str(broken)
    assert (await refusal(production, request(cover(), main))).reason is Reason.DECODE_FAILED
    await render(production, request(cover(), production.media(clip("cfr25"))))


async def test_a_cancelled_task_leaves_no_child_and_no_file(production: Any, media: Path) -> None:
    main = production.media(media / "demo.mp4")
    before = set(production.store.iter_digests("default"))
    call = production.stub.Render(request(sprite(interval=Duration(nanos=500_000_000)), main))
    while (await call.read()).progress == 0:
        pass
    assert len(own_children("frame_child")) == 1
    call.cancel()
    # There is one slot: the next task has it only when the cancelled one has left.
    task = pb.ProductionTask(captions=pb.CaptionsParams())
    await refusal(production, request(task))
    assert not own_children("frame_child")
    assert set(production.store.iter_digests("default")) == before
