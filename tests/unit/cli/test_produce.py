"""`videre produce …`: what is asked for, what is fetched and shown."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import typer
from doubles.world import World
from google.protobuf.duration_pb2 import Duration
from hypothesis import given
from hypothesis import strategies as st

from videre.cli.production_words import range_of, rate_of, time_of
from videre.exports.production_params.times import seconds_of
from videre.v1 import job_pb2
from videre.v1 import production_pb2 as pb

Run = Callable[..., Any]


@pytest.fixture
def clip(world: World, tmp_path: Path) -> Path:
    """A file to send; the server makes one file of it."""
    data = b"a film"
    digest = hashlib.sha256(data).hexdigest()
    world.artifacts[digest] = data
    media = pb.MadeMedia(
        duration=Duration(seconds=1, nanos=500_000_000), width=320, height=180, frames=45,
        frame_rate=pb.RationalTime(rate_numerator=30_000, rate_denominator=1_001),
        video_codec="h264", audio_codec="aac", sample_rate=48_000, channels=2,
    )  # fmt: skip
    world.outputs.append(
        pb.OutputArtifact(
            name="web.mp4", task="trim", role="video", digest=digest, size_bytes=6, media=media
        )
    )
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"source")
    return path


def task_of(world: World) -> pb.ProductionTask:
    request = world.calls("SubmitJob")[-1]
    assert request.skip_analysis
    (task,) = request.production_tasks
    return task


def test_a_picture_has_no_length(videre: Run, world: World, clip: Path, tmp_path: Path) -> None:
    (film,) = world.outputs
    film.media.CopyFrom(pb.MadeMedia(width=1_280, height=720))
    ran = videre("produce", "--preview", "middle", "trim", clip, "-k", "0-1", "-o", tmp_path)
    assert "1280×720" in ran.out
    assert "0.000" not in ran.out


@pytest.mark.parametrize("word", ["middle", "50@25"])
def test_a_preview_is_made_instead(
    videre: Run, world: World, clip: Path, tmp_path: Path, word: str
) -> None:
    ran = videre("produce", "--preview", word, "reframe", clip, "-o", tmp_path / "made")
    assert ran.code == 0, ran.err
    task = task_of(world)
    assert task.HasField("preview")
    wanted = pb.RationalTime(value=50, rate_numerator=25, rate_denominator=1)
    assert task.preview == pb.ProductionPreview(at=wanted if word == "50@25" else None)
    assert videre("produce", "reframe", clip, "-o", tmp_path / "made").code == 0
    assert not task_of(world).HasField("preview")
    assert videre("produce", "--preview", "soon", "reframe", clip).code == 2


def test_covers_may_move(videre: Run, world: World, clip: Path, tmp_path: Path) -> None:
    wanted = ("produce", "cover", clip, "-n", "3", "--form", "moving-webp", "--length", "1.5")
    assert videre(*wanted, "-o", tmp_path / "made", "--json").code == 0
    params = task_of(world).cover
    assert (params.count, params.motion) == (3, pb.COVER_MOTION_WEBP)
    assert params.length == Duration(seconds=1, nanos=500_000_000)
    assert params.format == pb.IMAGE_FORMAT_UNSPECIFIED


def test_a_summary_of_so_many_seconds(
    videre: Run, world: World, clip: Path, tmp_path: Path
) -> None:
    made = ("-o", tmp_path / "made")
    wanted = ("produce", "summarize", clip, "--length", "7.5", "-k", "goal", *made, "--json")
    assert videre(*wanted).code == 0
    params = task_of(world).summarize
    assert seconds_of(params.length) == Fraction(15, 2)
    assert (list(params.keywords), params.highlights) == (["goal"], 10)
    assert not params.HasField("output")
    assert videre("produce", "summarize", clip, "--list-only", "-p", "vp9", *made).code == 0
    params = task_of(world).summarize
    assert params.without_file
    assert params.output.preset == "vp9"


def test_a_lecture_is_read_and_cut(videre: Run, world: World, clip: Path, tmp_path: Path) -> None:
    made = ("-o", tmp_path / "made")
    wanted = ("produce", "split-lecture", clip, "--shortest", "10", "--edit-list", "edl", *made)
    assert videre(*wanted, "--part", "60-2:30", "--json").code == 0
    request = world.calls("SubmitJob")[-1]
    assert list(request.features) == ["text"]
    params = request.production_tasks[0].split_lecture
    assert seconds_of(params.shortest) == 10
    assert seconds_of(params.range.end) == 150
    assert list(params.edit_lists) == [pb.EDIT_LIST_FORMAT_EDL]
    assert (params.output.preset, params.without_files) == ("web", False)
    wanted = ("produce", "split-lecture", clip, "--untitled", "--list-only", *made)
    assert videre(*wanted).code == 0
    assert task_of(world).split_lecture.without_files


def test_captions_of_the_picture_or_of_speech(
    videre: Run, world: World, clip: Path, tmp_path: Path
) -> None:
    made = ("-o", tmp_path / "made")
    wanted = ("produce", "captions", clip, "--from", "picture", "--format", "ass", "--split", *made)
    more = ("--region", "0,0.5,1,0.5", "-l", "zh", "--main-track", "--prefix", "{\\an8}")
    assert videre(*wanted, *more).code == 0
    request = world.calls("SubmitJob")[-1]
    assert list(request.features) == ["text"]
    params = request.production_tasks[0].captions
    assert (params.source, params.format) == (pb.CAPTION_SOURCE_PICTURE, pb.CAPTION_FORMAT_ASS)
    assert (params.split_languages, params.main_track_only) == (True, True)
    assert (list(params.languages), params.cue_prefix) == (["zh"], "{\\an8}")
    assert (params.region.y, params.region.height) == (0.5, 0.5)
    assert videre("produce", "captions", clip, *made).code == 0
    assert list(world.calls("SubmitJob")[-1].features) == ["speech"]
    assert videre("produce", "captions", clip, "--region", "left", *made).code == 2


def test_a_frame_follows_its_subject_in_several_shapes(
    videre: Run, world: World, clip: Path, tmp_path: Path
) -> None:
    ran = videre(
        "produce", "reframe", clip, "-a", "9:16", "-a", "1:1", "--fallback", "black",
        "--part", "1-2", "--json", "-o", tmp_path / "made",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    params = task_of(world).reframe
    assert [(one.name, one.preset, one.aspect) for one in params.renditions] == [
        ("web-9x16", "web", "9:16"), ("web-1x1", "web", "1:1"),
    ]  # fmt: skip
    assert params.fallback == pb.REFRAME_FALLBACK_BLACK
    assert seconds_of(params.range.end) == 2


def test_marks_and_captions(videre: Run, world: World, clip: Path, tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"a picture")
    ran = videre(
        "produce", "watermark", clip, "--picture", logo, "--at", "top-left", "--size", 0.2,
        "--opacity", 0.5, "--show", "1-2", "--show", "3-", "-o", tmp_path / "made",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    drawn = task_of(world).watermark
    assert (drawn.picture, drawn.anchor, drawn.opacity) == ("mark", pb.ANCHOR_TOP_LEFT, 0.5)
    assert [seconds_of(one.start) for one in drawn.shown] == [1, 3]
    assert [item.name for item in world.calls("SubmitJob")[-1].inputs] == ["main", "mark"]
    assert videre("produce", "watermark", clip).code == 2
    ran = videre("produce", "burn-captions", clip, logo, "--style", "box", "-o", tmp_path, "--json")
    assert ran.code == 0, ran.err
    written = task_of(world).burn_captions
    assert (written.file, written.style) == ("captions", pb.CAPTION_STYLE_BOX)


def test_parts_are_obscured(videre: Run, world: World, clip: Path, tmp_path: Path) -> None:
    ran = videre("produce", "obscure", clip, "--box", "0.5,0.1,0.2,0.3@1-2", "-o", tmp_path)
    assert ran.code == 0, ran.err
    params = task_of(world).obscure
    assert not params.targets
    (region,) = params.regions
    box = region.keys[0].box
    assert (box.x, box.y, box.width, box.height) == (0.5, 0.1, 0.2, 0.3)
    assert seconds_of(region.range.end) == 2
    assert videre("produce", "obscure", clip, "--mode", "fill", "-o", tmp_path).code == 0
    assert list(task_of(world).obscure.targets) == [pb.OBSCURE_TARGET_FACES]
    assert videre("produce", "obscure", clip, "--box", "1,2,3").code == 2
    ran = videre("produce", "remove-logo", clip, "--mode", "blur", "-o", tmp_path)
    assert ran.code == 0, ran.err
    assert task_of(world).remove_logo.mode == pb.REMOVAL_MODE_BLUR
    ran = videre("produce", "remove-text", clip, "--box", "0,0.8,1,0.2", "-o", tmp_path)
    assert ran.code == 0, ran.err
    assert task_of(world).remove_text.regions[0].keys[0].box.height == 0.2


def test_a_screen_is_keyed_before_a_film(
    videre: Run, world: World, clip: Path, tmp_path: Path
) -> None:
    ran = videre(
        "produce", "key-green-screen", clip, "-b", clip, "--key", "#10c020", "--despill", "0.5",
        "--image-format", "webp", "-o", tmp_path / "made",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    params = task_of(world).key_green_screen
    assert (params.key_color, params.despill) == ("#10c020", 0.5)
    assert params.backdrop.input == "background"
    assert [one.name for one in world.calls("SubmitJob")[-1].inputs] == ["main", "background"]
    assert params.image_format == pb.IMAGE_FORMAT_WEBP
    assert videre("produce", "key-green-screen", clip, "-b", "#ff0000", "-o", tmp_path).code == 0
    params = task_of(world).key_green_screen
    assert (params.backdrop.color, params.renditions[0].preset) == ("#ff0000", "web")
    assert videre("produce", "key-green-screen", clip, "-o", tmp_path).code == 0
    params = task_of(world).key_green_screen
    assert not params.HasField("backdrop")
    assert params.renditions[0].preset == "prores-4444"
    assert videre("produce", "matte-portrait", clip, "-b", clip, "-o", tmp_path).code == 0
    people = task_of(world).matte_portrait
    assert (people.backdrop.input, people.renditions[0].preset) == ("background", "web")


@pytest.mark.parametrize(
    ("words", "task"),
    [
        (("beautify-faces", "--smooth", "0.5", "--whiten", "0"),
         pb.ProductionTask(beautify_faces=pb.BeautifyFacesParams(smooth=0.5, whiten=0))),
        (("cartoonize", "--levels", "6", "--outlines", "0.25"),
         pb.ProductionTask(cartoonize=pb.CartoonizeParams(levels=6, outlines=0.25))),
        (("upscale", "--factor", "3"), pb.ProductionTask(upscale=pb.UpscaleParams(factor=3))),
    ],
)  # fmt: skip
def test_frames_are_changed(
    videre: Run, world: World, clip: Path, tmp_path: Path, words: list[str], task: pb.ProductionTask
) -> None:
    assert videre("produce", words[0], clip, *words[1:], "-o", tmp_path).code == 0
    function = str(task.WhichOneof("function"))
    getattr(task, function).renditions.add(preset="web")
    assert task_of(world) == task


def test_stretches_are_kept_exactly(videre: Run, world: World, clip: Path, tmp_path: Path) -> None:
    ran = videre(
        "produce", "trim", clip, "-k", "1.5-4", "-k", "50@25-1:02.04", "-k", "10-",
        "--width", 640, "--set", "crf=20", "--mute", "-o", tmp_path / "made",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    params = task_of(world).trim
    found = [(seconds_of(k.start), seconds_of(k.end) if k.HasField("end") else None)
             for k in params.keep]  # fmt: skip
    assert found == [(Fraction(3, 2), 4), (2, Fraction(1551, 25)), (10, None)]
    assert params.output == pb.Rendition(
        preset="web", width=640, encoder_options={"crf": "20"}, without_sound=True
    )
    assert (tmp_path / "made" / "web.mp4").read_bytes() == b"a film"
    assert "h264 320×180, 45 frames, 29.97 a second" in ran.out
    assert "aac 48000 Hz × 2" in ran.out


def test_one_rendition_per_preset(videre: Run, world: World, clip: Path, tmp_path: Path) -> None:
    ran = videre(
        "produce", "transcode", clip, "-p", "web", "-p", "vp9", "--aspect", "9:16", "--fit", "pad",
        "--rate", "30000/1001", "--part", "-5", "-o", tmp_path, "--json",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    params = task_of(world).transcode
    assert [one.preset for one in params.renditions] == ["web", "vp9"]
    rate = pb.RationalTime(rate_numerator=30_000, rate_denominator=1_001)
    assert all(
        (one.aspect, one.fit, one.frame_rate) == ("9:16", pb.FIT_PAD, rate)
        for one in params.renditions
    )
    assert not params.range.HasField("start")
    assert ran.json()["outputs"][0]["media"]["frames"] == "45"


def test_sources_become_named_inputs(videre: Run, world: World, clip: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.mp4"
    other.write_bytes(b"another")
    ran = videre("produce", "concatenate", clip, other, "https://example.com/x", "-o", tmp_path)
    assert ran.code == 0, ran.err
    request = world.calls("SubmitJob")[-1]
    assert [item.name for item in request.inputs] == ["main", "part-2", "part-3"]
    assert request.inputs[1].upload_id
    assert request.inputs[1].upload_id != request.inputs[0].upload_id
    assert request.inputs[2].uri == "https://example.com/x"


def test_tasks_come_as_json(videre: Run, world: World, clip: Path, tmp_path: Path) -> None:
    tasks = tmp_path / "tasks.json"
    tasks.write_text(json.dumps([{"name": "c", "cover": {"count": 2}}]))
    ran = videre("produce", "run", clip, tasks, "--input", f"logo={clip}", "-o", tmp_path)
    assert ran.code == 0, ran.err
    assert task_of(world) == pb.ProductionTask(name="c", cover=pb.CoverParams(count=2))
    tasks.write_text(json.dumps({"cover": {"number": 2}}))
    assert videre("produce", "run", clip, tasks).code == 2


def test_a_task_that_failed_is_told(videre: Run, world: World, clip: Path, tmp_path: Path) -> None:
    world.end_state = job_pb2.JOB_STATE_PARTIAL
    assert videre("produce", "trim", clip, "-k", "0-1", "-o", tmp_path).code == 3


@given(st.fractions(0, 10_000, max_denominator=1_000))
def test_a_frame_is_an_exact_time(rate: Fraction) -> None:
    if rate:
        word = f"7@{rate.numerator}/{rate.denominator}"
        assert seconds_of(time_of(word)) == 7 / rate


@pytest.mark.parametrize("word", ["", "x", "1:2:3:4", "5@", "-1", "1e3"])
def test_words_that_are_no_time_are_refused(word: str) -> None:
    with pytest.raises(typer.BadParameter):
        time_of(word)
    with pytest.raises(typer.BadParameter):
        range_of("5")
    with pytest.raises(typer.BadParameter):
        rate_of("25/0")


def test_music_and_words_are_analysed_first(
    videre: Run, world: World, clip: Path, tmp_path: Path
) -> None:
    def task(*words: object) -> tuple[pb.ProductionTask, list[str]]:
        ran = videre("produce", *words, "-o", tmp_path, "--json")
        assert ran.code == 0, ran.err
        request = world.calls("SubmitJob")[-1]
        assert request.skip_analysis == (not request.features)
        return request.production_tasks[0], list(request.features)

    made, features = task("beats", clip, "--format", "csv")
    assert (made.detect_beats.format, features) == (pb.BEATS_FORMAT_CSV, ["music"])
    made, features = task("music-segments", clip, "--choruses", 2, "--fade-out", "1.5")
    assert (made.detect_music_segments.choruses, features) == (2, ["music"])
    assert seconds_of(made.detect_music_segments.fade_out) == Fraction(3, 2)
    made, features = task("transcribe", clip, "--format", "srt", "--part", "1-")
    assert (made.transcribe.format, features) == (pb.TRANSCRIPT_FORMAT_SRT, ["speech"])
    made, features = task("trim-silence", clip, "--threshold", -40, "--ends", "--margin", "0.2")
    assert (made.trim_silence.threshold_db, made.trim_silence.ends_only) == (-40, True)
    assert (features, made.trim_silence.output.preset) == ([], "")
    made, features = task("bleep", clip, "-w", "damn*", "--mute", "--range", "1-2")
    assert (list(made.bleep.words), features) == (["damn*"], ["speech"])
    assert made.bleep.mode == pb.BLEEP_MODE_MUTE
    _, features = task("bleep", clip, "-r", "1-2", "--tone", 800)
    assert features == []
    made, features = task("denoise", clip, "--strength", 20, "-p", "web")
    assert (made.denoise_speech.strength_db, made.denoise_speech.output.preset) == (20, "web")
    made, _ = task("demix", clip, "--stem", "accompaniment", "-p", "audio-flac")
    assert list(made.demix_music.stems) == [pb.MUSIC_STEM_ACCOMPANIMENT]
    assert made.demix_music.output.preset == "audio-flac"
    made, _ = task("assess-audio", clip, "--part", "1-3")
    assert seconds_of(made.assess_audio.range.end) == 3


def test_what_a_template_flags_is_redacted(
    videre: Run, world: World, clip: Path, tmp_path: Path
) -> None:
    words = ("--template", "10", "--on-block", "cut", "--on-review", "keep", "--category", "porn")
    more = ("--mode", "mosaic", "--mute", "--margin", "0.5", "-o", tmp_path, "--json")
    ran = videre("produce", "redact", clip, *words, *more)
    assert ran.code == 0, ran.err
    request = world.calls("SubmitJob")[-1]
    assert (request.skip_analysis, request.templates.moderation) == (False, "10")
    made = request.production_tasks[0].redact
    assert (made.on_block, made.on_review) == (pb.REDACT_ACTION_CUT, pb.REDACT_ACTION_KEEP)
    assert (list(made.categories), made.mode) == (["porn"], pb.OBSCURE_MODE_MOSAIC)
    assert (made.sound, seconds_of(made.margin)) == (pb.BLEEP_MODE_MUTE, Fraction(1, 2))


def test_a_timeline_is_carried_out(videre: Run, world: World, clip: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.otio"
    cut.write_text('{"OTIO_SCHEMA": "Timeline.1"}', encoding="utf-8")
    words = ("--map", "file:///a?b=c=main", "--loudness", -23, "-p", "web", "--aspect", "9:16")
    ran = videre("produce", "assemble", cut, clip, *words, "-o", tmp_path, "--json")
    assert ran.code == 0, ran.err
    made = task_of(world).assemble
    assert (made.timeline, dict(made.inputs)) == (cut.read_text(), {"file:///a?b=c": "main"})
    assert (made.loudness, made.renditions[0].aspect) == (-23, "9:16")
    ran = videre("produce", "assemble", cut, clip, "-o", tmp_path)
    assert not task_of(world).assemble.renditions
    assert videre("produce", "assemble", cut, clip, "--map", "main").code == 2


def test_a_text_is_said(videre: Run, world: World, clip: Path, tmp_path: Path) -> None:
    words = ("--language", "zh", "--volume", 80, "--rate", 100, "--pitch", -50, "--format", "mp3")
    assert videre("produce", "speak", clip, *words, "-o", tmp_path, "--json").code == 0
    made = task_of(world).synthesize_speech
    assert (made.language, made.volume, made.speech_rate, made.pitch_rate) == ("zh", 80, 100, -50)
    assert (made.format, made.sample_rate) == (pb.SPEECH_FORMAT_MP3, 16_000)
