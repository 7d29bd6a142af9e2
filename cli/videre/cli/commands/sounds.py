"""`videre produce …` of the functions that work on sound: music, silence, words."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from videre.cli.commands import options as shared
from videre.cli.commands.produce import Folder, Options, Source, make, shape_of


class BeatsFormat(StrEnum):
    """Format of a file of beats."""

    JSON = "json"
    CSV = "csv"


class Stem(StrEnum):
    """Part of a mix of music."""

    VOICE = "voice"
    ACCOMPANIMENT = "accompaniment"


class TranscriptFormat(StrEnum):
    """Format of a transcript."""

    TXT = "txt"
    SRT = "srt"
    JSON = "json"


Part = Annotated[str, typer.Option(help="Only this stretch, such as 1.5-4.")]
Preset = Annotated[
    str, typer.Option("--preset", "-p", help="How it is encoded; default: as the input is.")
]


def beats(
    source: Source,
    file_format: Annotated[
        BeatsFormat, typer.Option("--format", help="Format of the file.")
    ] = BeatsFormat.JSON,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Write beats, bars and tempo of music into a file."""
    from videre.v1 import production_pb2 as pb

    params = pb.DetectBeatsParams(format=pb.BeatsFormat.Value(f"BEATS_FORMAT_{file_format.name}"))
    task = pb.ProductionTask(detect_beats=params)
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json, features=["music"])


def music_segments(
    source: Source,
    choruses: Annotated[
        int, typer.Option(help="How many choruses are made as files of their own.")
    ] = 0,
    fade_in: Annotated[str, typer.Option(help="Length of their rise, such as 0.5.")] = "",
    fade_out: Annotated[str, typer.Option(help="Length of their fall, such as 2.")] = "",
    preset: Preset = "",
    option: Options = None,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Write the parts of songs into a file, and choruses as sound."""
    from videre.cli.production_words import renditions, time_of
    from videre.v1 import production_pb2 as pb

    params = pb.DetectMusicSegmentsParams(
        choruses=choruses,
        fade_in=time_of(fade_in) if fade_in else None,
        fade_out=time_of(fade_out) if fade_out else None,
        output=renditions([preset or "audio-m4a"], shape_of(option=option))[0],
    )
    task = pb.ProductionTask(detect_music_segments=params)
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json, features=["music"])


def trim_silence(
    source: Source,
    threshold: Annotated[
        float | None, typer.Option(help="Level below which there is silence, dB of full scale.")
    ] = None,
    shortest: Annotated[str, typer.Option(help="Shortest silence that is cut out.")] = "",
    margin: Annotated[str, typer.Option(help="What is left of a silence at each side.")] = "",
    ends: Annotated[bool, typer.Option("--ends", help="Only at the beginning and end.")] = False,
    part: Part = "",
    preset: Preset = "",
    option: Options = None,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Cut the silence out of a video or of sound."""
    from videre.cli.production_words import range_of, renditions, time_of
    from videre.v1 import production_pb2 as pb

    params = pb.TrimSilenceParams(
        range=range_of(part) if part else None,
        threshold_db=threshold,
        shortest=time_of(shortest) if shortest else None,
        margin=time_of(margin) if margin else None,
        ends_only=ends,
        output=renditions([preset], shape_of(option=option))[0],
    )
    task = pb.ProductionTask(trim_silence=params)
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json)


def bleep(
    source: Source,
    word: Annotated[
        list[str] | None,
        typer.Option("--word", "-w", help="Word or phrase to cover, such as damn*; repeat."),
    ] = None,
    stretch: Annotated[
        list[str] | None,
        typer.Option("--range", "-r", help="Stretch to cover, such as 1.5-2; repeat."),
    ] = None,
    mute: Annotated[bool, typer.Option("--mute", help="Silence instead of a tone.")] = False,
    tone: Annotated[float | None, typer.Option(help="Pitch of the tone, Hz.")] = None,
    margin: Annotated[str, typer.Option(help="What is covered beside each.")] = "",
    part: Part = "",
    preset: Preset = "",
    option: Options = None,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Cover words that are said, or stretches, by a tone or by silence."""
    from videre.cli.production_words import range_of, renditions, time_of
    from videre.v1 import production_pb2 as pb

    params = pb.BleepParams(
        range=range_of(part) if part else None,
        words=word or (),
        ranges=[range_of(one) for one in stretch or ()],
        mode=pb.BLEEP_MODE_MUTE if mute else pb.BLEEP_MODE_TONE,
        tone_hz=tone,
        margin=time_of(margin) if margin else None,
        output=renditions([preset], shape_of(option=option))[0],
    )
    task = pb.ProductionTask(bleep=params)
    features = ["speech"] if word else []
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json, features=features)


def transcribe(
    source: Source,
    file_format: Annotated[
        TranscriptFormat, typer.Option("--format", help="Format of the file.")
    ] = TranscriptFormat.TXT,
    part: Part = "",
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Write what is said into a file."""
    from videre.cli.production_words import range_of
    from videre.v1 import production_pb2 as pb

    params = pb.TranscribeParams(
        format=pb.TranscriptFormat.Value(f"TRANSCRIPT_FORMAT_{file_format.name}"),
        range=range_of(part) if part else None,
    )
    task = pb.ProductionTask(transcribe=params)
    make(
        server, source, {}, task, folder=output, timeout=timeout, as_json=json, features=["speech"]
    )


def denoise(
    source: Source,
    strength: Annotated[
        float | None, typer.Option(help="By how much noise is lowered at most, dB.")
    ] = None,
    part: Part = "",
    preset: Preset = "",
    option: Options = None,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Lower the noise around speech."""
    from videre.cli.production_words import range_of, renditions
    from videre.v1 import production_pb2 as pb

    params = pb.DenoiseSpeechParams(
        range=range_of(part) if part else None,
        strength_db=strength,
        output=renditions([preset], shape_of(option=option))[0],
    )
    task = pb.ProductionTask(denoise_speech=params)
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json)


def demix(
    source: Source,
    stem: Annotated[
        list[Stem] | None, typer.Option(help="Only this one; may be repeated. Default: both.")
    ] = None,
    part: Part = "",
    preset: Annotated[
        str, typer.Option("--preset", "-p", help="How they are encoded; default: audio-m4a.")
    ] = "",
    option: Options = None,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Part music into voice and accompaniment."""
    from videre.cli.production_words import range_of, renditions
    from videre.v1 import production_pb2 as pb

    params = pb.DemixMusicParams(
        range=range_of(part) if part else None,
        stems=[pb.MusicStem.Value(f"MUSIC_STEM_{one.name}") for one in stem or ()],
        output=renditions([preset], shape_of(option=option))[0],
    )
    task = pb.ProductionTask(demix_music=params)
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json)


def assess_audio(
    source: Source,
    part: Part = "",
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Write how good sound is into a file."""
    from videre.cli.production_words import range_of
    from videre.v1 import production_pb2 as pb

    params = pb.AssessAudioParams(range=range_of(part) if part else None)
    task = pb.ProductionTask(assess_audio=params)
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json)
