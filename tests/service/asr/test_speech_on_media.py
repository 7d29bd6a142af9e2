"""Accuracy on real sound: where speech is, what was said, and what was not understood."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from videre.asr.engines.base import Samples
from videre.common.values import NS, TimeSpan
from videre.internal.v1 import asr_pb2
from videre.orchestrator.document import Understanding
from videre.orchestrator.evidence import Evidence, Word
from videre.orchestrator.fusion.language_gate import understand

pytestmark = [pytest.mark.engine, pytest.mark.long]
Reader = Callable[[Path], Samples]
RATE = 16_000


async def hear(client: Any, samples: Samples) -> list[Evidence]:
    """Return what the service hears in a track, in the form the orchestrator keeps."""
    pin = client.pins["speech"]
    records = []
    for span in (await client.detect(samples)).spans:
        spoken = samples[span.start_sample : span.end_sample]
        (heard,) = (await client.transcribe(spoken)).utterances
        records.append(record(heard, span, f"{pin.name}@{pin.version}"))
    return records


def record(heard: asr_pb2.HeardUtterance, span: asr_pb2.SpeechSpan, engine: str) -> Evidence:
    return Evidence(
        feature="speech",
        engine=engine,
        span=TimeSpan(span.start_sample * NS // RATE, span.end_sample * NS // RATE),
        words=tuple(Word(word.text, 0, 0, 0) for word in heard.words),
        text=" ".join(word.text for word in heard.words),
        attributes={name: round(value * 10_000) for name, value in heard.measurements.items()},
    )


def plain(text: str) -> list[str]:
    return re.sub(r"[^a-z' ]+", " ", text.lower().replace("-", " ")).split()


def word_errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """Return the edit distance in words."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(heard, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (word != other))
    return row[-1]


async def test_speech_is_found_to_the_window(client: Any, media: Path, read_sound: Reader) -> None:
    annotation = json.loads((media / "vad" / "VAD_train.json").read_text())
    samples = read_sound(media / "vad" / "sb_vad_train.wav")
    end = max(item["wav"]["stop"] for item in annotation.values())
    truth, found = np.zeros(end, bool), np.zeros(end, bool)
    for item in annotation.values():
        times = [float(value) for value in item["speech"].split()]
        for start, stop in zip(times[::2], times[1::2], strict=True):
            offset = item["wav"]["start"]
            truth[offset + int(start * RATE) : offset + int(stop * RATE)] = True
    for span in (await client.detect(samples)).spans:
        found[span.start_sample : span.end_sample] = True
    assert np.mean(truth != found) <= 0.05


@pytest.mark.parametrize("number", [1, 3, 9, 14])
async def test_a_word_said_at_once_is_found_from_its_beginning(
    client: Any, media: Path, read_sound: Reader, number: int
) -> None:
    """The recordings begin with speech; so does what follows loud music after a breath of quiet."""
    samples = read_sound(media / "speech_en" / f"LJ001-{number:04d}.wav")
    (first, *_) = (await client.detect(samples)).spans
    assert first.start_sample <= 0.1 * RATE
    music = read_sound(media / "music" / "vibe_ace.ogg")[20 * RATE : 26 * RATE]
    cut = len(music) + RATE // 10
    joined = np.concatenate([music, np.zeros(RATE // 10, np.int16), samples])
    starts = [span.start_sample for span in (await client.detect(joined)).spans]
    assert min(abs(start - cut) for start in starts) <= 0.1 * RATE


async def test_music_holds_next_to_no_speech(client: Any, media: Path, read_sound: Reader) -> None:
    for name in ("ragtime.ogg", "vibe_ace.ogg", "ballroom_waltz_84bpm.wav"):
        samples = read_sound(media / "music" / name)
        spans = (await client.detect(samples)).spans
        assert sum(span.end_sample - span.start_sample for span in spans) <= 0.05 * len(samples)


@pytest.fixture
async def film(client: Any, media: Path, read_sound: Reader) -> list[Evidence]:
    """The sound of demo.mp4: music, English, 4 s of Chinese, an old recording."""
    return await hear(client, read_sound(media / "demo.mp4"))


def during(records: Sequence[Evidence], part: dict[str, Any]) -> list[int]:
    """Return the indices of the utterances inside a part of the film."""
    return [
        index
        for index, one in enumerate(records)
        if part["start"] <= (one.span.start_ns + one.span.end_ns) / 2 / NS < part["end"]
    ]


async def test_the_film_keeps_its_english_and_not_its_chinese(
    film: list[Evidence], truth: dict[str, Any]
) -> None:
    judged = understand(film)
    said = heard = errors = 0
    for part in truth["demo"]["audio"]:
        indices = during(film, part)
        if part["lang"] == "zh":
            assert indices
            for index in indices:
                assert judged[index].understanding is not Understanding.UNDERSTOOD
        elif part["source"] and part["source"].startswith("LJ"):
            for index in indices:
                assert judged[index].understanding is Understanding.UNDERSTOOD, film[index].text
            words = [word for index in indices for word in plain(film[index].text)]
            errors += word_errors(plain(part["text"]), words)
            said += len(plain(part["text"]))
            heard += len(words)
    assert heard > 100
    assert errors / said <= 0.30


async def test_no_chinese_file_is_presented_as_english(
    client: Any, media: Path, read_sound: Reader
) -> None:
    for path in sorted((media / "speech_zh").iterdir()):
        records = await hear(client, read_sound(path))
        assert records
        for judged in understand(records):
            assert judged.understanding is not Understanding.UNDERSTOOD, path.name


async def test_short_english_files_are_never_lost(
    client: Any, media: Path, read_sound: Reader
) -> None:
    states = []
    for path in sorted((media / "speech_en").glob("sb_*.wav")):
        records = await hear(client, read_sound(path))
        states += [judged.understanding for judged in understand(records)]
    assert states
    assert set(states) == {Understanding.UNDERSTOOD}
