"""`videre produce speak`: speech made of a text."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from videre.cli.commands import options as shared
from videre.cli.commands.produce import Folder, Source, make


class SpeechFormat(StrEnum):
    """Format of speech."""

    WAV = "wav"
    PCM = "pcm"
    MP3 = "mp3"


def speak(
    source: Source,
    language: Annotated[str, typer.Option(help="en or zh; default: as the text is.")] = "",
    volume: Annotated[int | None, typer.Option(help="Loudness, 0..100; default 50.")] = None,
    speech_rate: Annotated[
        int | None, typer.Option("--rate", help="Speed, -500 (half) to 500 (twice).")
    ] = None,
    pitch: Annotated[int | None, typer.Option(help="Pitch, -500 to 500.")] = None,
    file_format: Annotated[
        SpeechFormat, typer.Option("--format", help="Format of the file.")
    ] = SpeechFormat.WAV,
    sample_rate: Annotated[int, typer.Option(help="Samples a second.")] = 16_000,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Say a text file, plain or SSML, and tell when each word is said."""
    from videre.v1 import production_pb2 as pb

    params = pb.SynthesizeSpeechParams(
        language=language,
        volume=volume,
        speech_rate=speech_rate,
        pitch_rate=pitch,
        format=pb.SpeechFormat.Value(f"SPEECH_FORMAT_{file_format.name}"),
        sample_rate=sample_rate,
    )
    task = pb.ProductionTask(synthesize_speech=params)
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json)
