"""Beats, choruses, silence, bleeps and transcripts as files; what cannot be done is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import synth
from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import ParseDict
from rendering import refusal, render, request

from videre.common.errors import Reason
from videre.common.manifest import packaged_manifest
from videre.v1 import analysis_pb2, types_pb2
from videre.v1 import production_pb2 as pb

pytestmark = pytest.mark.engine

Clip = Callable[[str], Path]
RATE = 48_000
WAV = pb.Rendition(preset="audio-wav")


def at(seconds: float) -> Duration:
    return Duration(seconds=int(seconds), nanos=round(seconds % 1 * 1e9))


def length(seconds: float) -> pb.RationalTime:
    return pb.RationalTime(value=round(seconds * 1_000), rate_numerator=1_000)


def span(start: float, end: float) -> types_pb2.TimeSpan:
    return types_pb2.TimeSpan(start_offset=at(start), end_offset=at(end))


def known(*stages: str, **parts: Any) -> analysis_pb2.Analysis:
    done = [
        analysis_pb2.Stage(name=name, state=analysis_pb2.STAGE_STATE_SUCCEEDED) for name in stages
    ]
    return analysis_pb2.Analysis(stages=done, **parts)


MUSIC = analysis_pb2.MusicStructure(
    tempo_bpm=120, beat_offsets=[at(0.5 * n) for n in range(8)], confidence=0.9,
    downbeat_offsets=[at(0.5), at(2.0)], beats_per_bar=3,
    tempo_changes=[analysis_pb2.TempoChange(offset=at(0), tempo_bpm=120)],
    sections=[
        analysis_pb2.MusicSection(span=span(0, 1), group="A", confidence=0.7),
        analysis_pb2.MusicSection(span=span(1, 2.5), group="B", chorus=True, confidence=0.9),
        analysis_pb2.MusicSection(span=span(3, 4), group="B", chorus=True, confidence=0.9),
    ],
)  # fmt: skip


def heard() -> analysis_pb2.Analysis:
    words = [("Oh", 0.5, 0.9), ("damn", 1.0, 1.4), ("it", 1.5, 1.8)]
    told = analysis_pb2.Utterance(
        span=span(0.5, 1.8), text="Oh damn it",
        understanding=analysis_pb2.UNDERSTANDING_UNDERSTOOD,
        words=[analysis_pb2.Word(span=span(a, b), text=word) for word, a, b in words],
    )  # fmt: skip
    return known("speech", utterances=[told])


@pytest.fixture(scope="module")
def tune(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of a tone, silent from 1 to 2 and at the end from 3.4 on."""
    samples = synth.tone(4, 500, level=0.5)
    samples[RATE : 2 * RATE] = 0
    samples[17 * RATE // 5 :] = 0
    sound = synth.Sound(samples, codec="pcm_s16le")
    return synth.make(synth.Clip("tune.mkv", 0, sounds=(sound,)), tmp_path_factory.mktemp("tunes"))


def samples_of(production: Any, output: pb.OutputArtifact) -> np.ndarray:
    path = production.folder / output.name
    path.write_bytes(production.store.read("default", output.digest))
    with av.open(str(path)) as container:
        parts = [frame.to_ndarray() for frame in container.decode(audio=0)]
    whole = np.concatenate(parts, axis=1)[0]
    found = whole / float(1 << (8 * whole.itemsize - 1))
    return np.asarray(found[:: output.media.channels])


def text_of(production: Any, output: pb.OutputArtifact) -> str:
    return str(production.store.read("default", output.digest).decode())


async def test_beats_are_written_as_the_analysis_found_them(production: Any) -> None:
    task = pb.ProductionTask(detect_beats=pb.DetectBeatsParams())
    _, result = await render(production, request(task, known=known("music", music=MUSIC)))
    (made,) = result.outputs
    assert (made.name, made.role, made.media_type) == ("beats.json", "beats", "application/json")
    told = json.loads(text_of(production, made))
    assert (told["tempoBpm"], len(told["beatOffsets"]), "sections" in told) == (120, 8, False)
    task.detect_beats.format = pb.BEATS_FORMAT_CSV
    _, result = await render(production, request(task, known=known("music", music=MUSIC)))
    lines = text_of(production, result.outputs[0]).splitlines()
    assert lines[:3] == ["seconds,beat_in_bar,bpm", "0.000000,3,120.000", "0.500000,1,120.000"]
    assert [line.split(",")[1] for line in lines[1:]] == list("31231231")
    _, result = await render(production, request(task, known=known("music")))
    assert text_of(production, result.outputs[0]) == "seconds,beat_in_bar,bpm\n"


@pytest.mark.parametrize(
    "task",
    [
        pb.ProductionTask(detect_beats=pb.DetectBeatsParams()),
        pb.ProductionTask(detect_music_segments=pb.DetectMusicSegmentsParams()),
        pb.ProductionTask(transcribe=pb.TranscribeParams()),
        pb.ProductionTask(bleep=pb.BleepParams(words=["x"])),
    ],
    ids=lambda task: str(task.WhichOneof("function")),
)
async def test_what_nobody_listened_to_is_not_made_up(
    production: Any, task: pb.ProductionTask
) -> None:
    assert (await refusal(production, request(task))).reason is Reason.NOT_REQUESTED
    away = analysis_pb2.Analysis(
        stages=[
            analysis_pb2.Stage(
                name=name, state=analysis_pb2.STAGE_STATE_NOT_CHECKED, reason="NO_ENGINE"
            )
            for name in ("music", "speech")
        ]
    )
    assert (await refusal(production, request(task, known=away))).reason is Reason.NO_ENGINE


async def test_choruses_are_files_with_fades(production: Any, tune: Path) -> None:
    params = pb.DetectMusicSegmentsParams(
        choruses=5, fade_in=length(0.2), fade_out=length(0.4), output=WAV
    )
    task = pb.ProductionTask(detect_music_segments=params)
    wanted = request(task, production.media(tune), known=known("music", music=MUSIC))
    _, result = await render(production, wanted)
    listed, first, second = result.outputs
    assert [one["group"] for one in json.loads(text_of(production, listed))["sections"]] == [
        "A", "B", "B",
    ]  # fmt: skip
    assert (first.name, second.name) == ("chorus-1.wav", "chorus-2.wav")
    assert (first.offset, second.offset) == (at(1), at(3))
    samples = samples_of(production, second)
    assert len(samples) == pytest.approx(RATE, abs=100)
    assert np.abs(samples[:480]).max() < 0.01, "it rises"
    assert np.abs(samples[RATE // 4 : RATE // 3]).max() == pytest.approx(0.5, abs=0.02)
    quiet = known("music", music=analysis_pb2.MusicStructure(tempo_bpm=90))
    _, result = await render(production, request(task, production.media(tune), known=quiet))
    assert [one.name for one in result.outputs] == ["segments.json"]


@pytest.mark.parametrize(
    ("params", "seconds"),
    [
        pytest.param(pb.TrimSilenceParams(), 2.7, marks=pytest.mark.long),
        (pb.TrimSilenceParams(margin=length(0), shortest=length(0.6)), 3.0),
        (pb.TrimSilenceParams(ends_only=True), 3.5),
        pytest.param(pb.TrimSilenceParams(shortest=length(2)), 4.0, marks=pytest.mark.long),
        pytest.param(pb.TrimSilenceParams(threshold_db=-10.0), 2.7, marks=pytest.mark.long),
    ],
)
async def test_silence_is_cut_out(
    production: Any, tune: Path, params: pb.TrimSilenceParams, seconds: float
) -> None:
    params.output.CopyFrom(WAV)
    task = pb.ProductionTask(trim_silence=params)
    _, result = await render(production, request(task, production.media(tune)))
    (made,) = result.outputs
    assert made.media.duration.ToNanoseconds() / 1e9 == pytest.approx(seconds, abs=0.03)


async def test_what_is_all_silence_or_has_no_sound_is_refused(
    production: Any, clip: Clip, tune: Path
) -> None:
    task = pb.ProductionTask(trim_silence=pb.TrimSilenceParams())
    task.trim_silence.range.start.CopyFrom(length(1.2))
    task.trim_silence.range.end.CopyFrom(length(1.8))
    error = await refusal(production, request(task, production.media(tune)))
    assert error.reason is Reason.FIELD_INVALID
    assert error.metadata["field"] == "task.trim_silence.threshold_db"
    silent = production.media(clip("tiny"))
    task = pb.ProductionTask(trim_silence=pb.TrimSilenceParams())
    assert (await refusal(production, request(task, silent))).reason is Reason.NO_TRACK
    task = pb.ProductionTask(bleep=pb.BleepParams(ranges=[pb.MediaRange()]))
    assert (await refusal(production, request(task, silent))).reason is Reason.NO_TRACK


@pytest.mark.parametrize("mode", [pb.BLEEP_MODE_TONE, pb.BLEEP_MODE_MUTE])
async def test_words_and_stretches_are_covered(
    production: Any, tmp_path: Path, mode: pb.BleepMode.ValueType
) -> None:
    sound = synth.Sound(synth.tone(3, 500, level=0.5), codec="pcm_s16le")
    path = synth.make(synth.Clip("said.mkv", 0, sounds=(sound,)), tmp_path)
    params = pb.BleepParams(
        words=["Damn*"], mode=mode, margin=length(0.1), output=WAV,
        ranges=[pb.MediaRange(start=length(2.2), end=length(2.4))],
    )  # fmt: skip
    task = pb.ProductionTask(bleep=params)
    _, result = await render(production, request(task, production.media(path), known=heard()))
    made, listed = result.outputs
    told = json.loads(text_of(production, listed))["bleeps"]
    assert told == [
        {"start": 0.9, "end": 1.5, "words": ["Damn*"]}, {"start": 2.1, "end": 2.5, "words": []},
    ]  # fmt: skip
    samples = samples_of(production, made)
    assert len(samples) == 3 * RATE
    level = 0.1 if mode == pb.BLEEP_MODE_TONE else 0.0
    for begin, end in ((0.9, 1.5), (2.1, 2.5)):
        covered = samples[round(begin * RATE) : round(end * RATE)]
        assert np.abs(covered).max() == pytest.approx(level, abs=0.001)
    assert np.abs(samples[: round(0.88 * RATE)]).max() == pytest.approx(0.5, abs=0.01)
    early = pb.MediaRange(start=length(9))
    task = pb.ProductionTask(bleep=pb.BleepParams(ranges=[early]))
    error = await refusal(production, request(task, production.media(path)))
    assert error.metadata["field"] == "task.bleep.ranges[0]"


async def test_a_transcript_is_written_in_three_forms(production: Any) -> None:
    task = pb.ProductionTask(transcribe=pb.TranscribeParams())
    made = {}
    for form in pb.TranscriptFormat.values()[1:]:
        task.transcribe.format = form
        _, result = await render(production, request(task, known=heard()))
        made[result.outputs[0].name] = text_of(production, result.outputs[0])
    assert made["transcript.txt"] == "[00:00:00.500] Oh damn it\n"
    assert made["transcript.srt"].startswith("1\n00:00:00,500 --> ")
    (told,) = json.loads(made["transcript.json"])["utterances"]
    assert (told["start"], told["end"], told["text"]) == (0.5, 1.8, "Oh damn it")
    assert told["words"][1] == {"start": 1.0, "end": 1.4, "text": "damn"}
    task.transcribe.range.start.CopyFrom(length(2))
    _, result = await render(production, request(task, known=heard()))
    assert json.loads(text_of(production, result.outputs[0])) == {"utterances": []}


@pytest.mark.long
async def test_noise_is_taken_from_a_film_and_its_sound_stays_in_step(
    production: Any, tmp_path: Path
) -> None:
    samples = np.random.default_rng(1).normal(0, 0.1, RATE * 3 // 2).astype(np.float32)
    clip = synth.Clip(
        "noisy.mkv", 30, rate=Fraction(20), size=(48, 48),
        sounds=(synth.Sound(samples, codec="pcm_s16le"),),
    )  # fmt: skip
    path = synth.make(clip, tmp_path)
    task = pb.ProductionTask(
        denoise_speech=pb.DenoiseSpeechParams(output=pb.Rendition(preset="archive"))
    )
    _, result = await render(production, request(task, production.media(path)))
    (made,) = result.outputs
    assert (made.media.frames, made.media.sample_rate, made.media.audio_codec) == (30, RATE, "flac")
    found = samples_of(production, made)
    assert found.std() < 0.02, "white noise is no speech"


async def test_sound_is_assessed(production: Any, tmp_path: Path) -> None:
    samples = synth.tone(4, 1_000, level=0.3)
    samples[RATE : RATE + RATE // 50] = 0
    samples[2 * RATE : 2 * RATE + 400] = 1
    sound = synth.Sound(samples, codec="pcm_s16le")
    path = synth.make(synth.Clip("bad.mkv", 0, sounds=(sound,)), tmp_path)
    task = pb.ProductionTask(assess_audio=pb.AssessAudioParams())
    _, result = await render(production, request(task, production.media(path)))
    (made,) = result.outputs
    assert (made.name, made.role) == ("assessment.json", "assessment")
    told = ParseDict(json.loads(text_of(production, made)), pb.AudioAssessment())
    assert [one.kind for one in told.faults] == [
        pb.AUDIO_FAULT_KIND_DROPOUT, pb.AUDIO_FAULT_KIND_CLIPPING,
    ]  # fmt: skip
    assert told.faults[0].start_offset.ToMilliseconds() == pytest.approx(1_000, abs=2)
    assert told.faults[1].end_offset.ToMilliseconds() == pytest.approx(2_008, abs=2)
    assert (told.sample_rate, told.channels) == (RATE, 1)
    assert 1 <= told.lowest_mos <= told.mos <= 5
    assert told.peak_dbfs == pytest.approx(0, abs=0.01)


def parting(params: pb.DemixMusicParams, given: Any) -> Any:
    wanted = request(pb.ProductionTask(demix_music=params), given)
    manifest = packaged_manifest()
    names = ("spleeter_voice", "spleeter_accompaniment")
    wanted.engine.model_digests.extend(manifest[name].sha256 for name in names)
    return wanted


@pytest.mark.long
async def test_music_is_parted_and_its_parts_add_up(production: Any, tmp_path: Path) -> None:
    rate = 44_100
    beat = np.exp(-np.arange(rate // 4) / 2_000) * 0.4
    noise = np.random.default_rng(2).uniform(-1, 1, rate * 3)
    drums = (noise * np.tile(beat, 12)).astype(np.float32)
    source = synth.Sound(drums, rate=rate, codec="pcm_s16le")
    clip = synth.Clip("drums.mkv", 6, rate=Fraction(2), size=(48, 48), sounds=(source,))
    given = production.media(synth.make(clip, tmp_path))
    params = pb.DemixMusicParams(output=pb.Rendition(preset="archive", name="take"))
    wanted = parting(params, given)
    _, result = await render(production, wanted)
    voice, rest = result.outputs
    assert [one.name for one in result.outputs] == ["take-voice.mkv", "take-accompaniment.mkv"]
    assert (voice.media.sample_rate, voice.media.frames) == (rate, 6)
    sung, played = samples_of(production, voice), samples_of(production, rest)
    count = min(len(sung), len(drums))
    assert np.abs((sung + played)[:count] - drums[:count])[rate // 10 : -rate // 10].max() < 2e-3
    assert sung.std() < played.std() / 3, "drums are no voice"
    wanted.task.preview.SetInParent()
    _, result = await render(production, wanted)
    assert [one.name for one in result.outputs] == ["preview.m4a"], "the first stem alone"
