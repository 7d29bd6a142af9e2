"""Speech of a text: its words when they are said, its scales; documents, formats, refusals."""

from __future__ import annotations

import json
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rendering import refusal, render, request

from videre.common.errors import Reason
from videre.v1 import production_pb2 as pb

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(
        shutil.which("espeak-ng") is None, reason="no espeak-ng on this machine: nothing speaks"
    ),
]


@pytest.fixture
def document(production: Any, tmp_path: Path) -> Any:
    path = tmp_path / "hello.txt"
    path.write_text("Hello world, this is Videre.", encoding="utf-8")
    return production.document(path)


def speaking(**params: Any) -> pb.ProductionTask:
    return pb.ProductionTask(synthesize_speech=pb.SynthesizeSpeechParams(**params))


async def said(production: Any, *inputs: Any, **params: Any) -> tuple[Any, bytes, list[Any]]:
    _, result = await render(production, request(speaking(**params), *inputs))
    sound, words = result.outputs
    told = json.loads(production.store.read("default", words.digest))
    return sound, production.store.read("default", sound.digest), told["words"]


def seconds(word: dict[str, str], side: str) -> float:
    return float(word.get(f"{side}Offset", "0s").removesuffix("s"))


async def test_a_document_is_said_with_the_times_of_its_words(
    production: Any, document: Any
) -> None:
    sound, data, words = await said(production, document)
    assert (sound.name, sound.role, sound.media.sample_rate) == ("speech.wav", "audio", 16_000)
    assert sound.media.renderer.startswith("espeak-ng ")
    assert [one["text"] for one in words] == ["Hello", "world", "this", "is", "Videre"]
    edges = [(seconds(one, "start"), seconds(one, "end")) for one in words]
    assert all(start < end for start, end in edges)
    assert all(a[1] <= b[0] + 1e-6 for a, b in pairwise(edges))
    # There is a pause behind the comma, and silence there.
    assert edges[2][0] - edges[1][1] == pytest.approx(0.15, abs=0.01)
    samples = np.frombuffer(data[44:], "<i2").astype(np.float64)
    assert len(samples) / 16_000 == pytest.approx(sound.media.duration.ToSeconds(), abs=1)
    pause = samples[int((edges[1][1] + 0.03) * 16_000) : int((edges[2][0] - 0.03) * 16_000)]
    assert np.abs(pause).max() < 50 < np.abs(samples).max()
    again, *_ = await said(production, document)
    assert again.digest == sound.digest


async def test_volume_speed_and_formats(production: Any, document: Any) -> None:
    chinese = {"text": "你好世界", "format": "SPEECH_FORMAT_PCM"}
    plain, loud_data, _ = await said(production, document, **chinese)
    assert plain.name == "speech.pcm"
    _, soft_data, words = await said(production, document, **chinese, volume=25)
    assert [one["text"] for one in words] == list("你好世界")
    loud, soft = (np.abs(np.frombuffer(one, "<i2").astype(float)).max()
                  for one in (loud_data, soft_data))  # fmt: skip
    assert soft == pytest.approx(loud / 2, rel=0.15)
    _, fast_data, _ = await said(production, document, **chinese, speech_rate=500)
    assert len(fast_data) < 0.7 * len(loud_data)
    song, data, _ = await said(
        production, document, text="<speak>Hi<break time='1s'/>you</speak>", sample_rate=24_000,
        format="SPEECH_FORMAT_MP3",
    )  # fmt: skip
    assert (song.name, song.media.sample_rate, data[:2]) == ("speech.mp3", 24_000, b"\xff\xf3")


async def test_a_document_that_is_no_text_or_not_spoken_is_refused(
    production: Any, tmp_path: Path
) -> None:
    path = tmp_path / "broken.txt"
    path.write_text("<speak><audio/></speak>", encoding="utf-8")
    error = await refusal(production, request(speaking(), production.document(path)))
    assert error.reason is Reason.FIELD_INVALID
    assert "element 'audio' is not spoken" in error.message
