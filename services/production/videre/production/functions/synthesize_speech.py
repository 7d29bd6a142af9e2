"""Speech made of text, with the times of its words."""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from google.protobuf.duration_pb2 import Duration
from numpy.typing import NDArray

from videre.common.engine import EngineSpec, Tier
from videre.common.errors import invalid
from videre.common.models import ModelStore
from videre.exports.production_params import SynthesizeSpeechOptions
from videre.exports.speech_script import (
    CHARACTERS,
    Clause,
    ScriptError,
    is_chinese,
    read_script,
)
from videre.exports.subtitles import text_of
from videre.production.functions.base import Made, Work
from videre.production.functions.detect_beats import message_json
from videre.production.rendering.job import MadeFacts
from videre.production.speaking.alignment import trimmed, word_times
from videre.production.speaking.voice import Floats, Speaker, Tone, find_speaker
from videre.v1 import production_pb2 as pb

_NS: Final = 1_000_000_000
_FIELD: Final = "task.synthesize_speech"
_TYPES: Final = {"wav": "audio/wav", "pcm": "audio/L16", "mp3": "audio/mpeg"}
_MP3_BITS: Final = 64_000


@dataclass(slots=True)
class _Speech:
    """What has been said so far: pieces of sound, and words with their samples."""

    rate: int
    length: int = 0
    pieces: list[Floats] = field(default_factory=list)
    words: list[tuple[str, int, int]] = field(default_factory=list)

    def add(self, samples: Floats) -> None:
        self.pieces.append(samples)
        self.length += len(samples)


class SynthesizeSpeech:
    """`speech.wav`, `.pcm` or `.mp3`, and `words.json`."""

    _speaker: Speaker
    _rate: int

    def __init__(self, program: Path | None) -> None:
        """Take the path of the program that speaks; None = the one on the path."""
        self._program = program

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return EngineSpec(
            feature="synthesize_speech",
            name="synthesize_speech",
            version="1",
            tier=Tier.BUNDLED,
            licence="eSpeak NG: GPL-3.0-or-later, run as a program",
            max_call_seconds=3_600.0,
            cpu_seconds_per_item=0.05,
        )

    def load(self, models: ModelStore) -> None:
        """Find the program and hear it; see `find_speaker`."""
        del models
        self._speaker = find_speaker(self._program)
        _, self._rate = self._speaker.say("a", Tone("en"))

    def render(self, work: Work) -> list[Made]:
        """See Function. Raises FIELD_INVALID for what holds no text, ENGINE_FAILED."""
        options = work.options
        assert isinstance(options, SynthesizeSpeechOptions)
        text = options.text or _document(work, options.input)
        clauses = _script(text, options)
        language = options.language or ("zh" if is_chinese(text) else "en")
        speech = _Speech(self._rate)
        alone: dict[tuple[str, Tone], Floats] = {}
        for done, clause in enumerate(clauses):
            work.progress(done / len(clauses))
            self._say(work, speech, clause, _tone(options, clause, language), alone)
        samples = _resampled(np.concatenate(speech.pieces), speech.rate, options.sample_rate)
        facts = MadeFacts(
            file=f"speech.{options.form}",
            duration_ns=len(samples) * _NS // options.sample_rate,
            audio_codec="mp3" if options.form == "mp3" else "pcm_s16le",
            sample_rate=options.sample_rate,
            channels=1,
        )
        renderer = f"espeak-ng {self._speaker.version}"
        data = _written(samples, options.form, options.sample_rate)
        sound = Made(facts.file, "audio", _TYPES[options.form], data, facts=facts,
                     renderer=renderer)  # fmt: skip
        return [sound, Made("words.json", "transcript", "application/json", _words(speech))]

    def _say(
        self,
        work: Work,
        speech: _Speech,
        clause: Clause,
        tone: Tone,
        alone: dict[tuple[str, Tone], Floats],
    ) -> None:
        """Say a clause behind what has been said, and find its words."""
        if clause.words:
            said = trimmed(self._speaker.say(clause.text, tone)[0], speech.rate)
            work.check()
            for word in clause.words if len(clause.words) > 1 else ():
                if (word, tone) not in alone:
                    single, _ = self._speaker.say(word, tone)
                    alone[word, tone] = trimmed(single, speech.rate)
                    work.check()
            spoken = [alone.get((word, tone), said) for word in clause.words]
            times = word_times(said, spoken, speech.rate)
            for word, (start, end) in zip(clause.words, times, strict=True):
                first, last = round(start * speech.rate), round(end * speech.rate)
                speech.words.append((word, speech.length + first, speech.length + last))
            speech.add(said)
        speech.add(np.zeros(clause.pause_ms * speech.rate // 1_000, np.float32))


def _document(work: Work, name: str) -> str:
    """Return the text of an input.

    Raises:
        VidereError: FIELD_INVALID, it is no text.
    """
    given = work.input(name)
    if given.media.kind != "text":
        raise invalid(
            f"{_FIELD}.input", f"{name!r} is no text", limit="a text", actual=given.media.kind
        )
    return text_of(given.path.read_bytes())


def _script(text: str, options: SynthesizeSpeechOptions) -> tuple[Clause, ...]:
    """Return what is said; texts of the task were checked before, those of inputs are here."""
    where = f"{_FIELD}.text" if options.text else f"{_FIELD}.input"
    if len(text) > CHARACTERS:
        limit = f"1..{CHARACTERS} characters"
        raise invalid(where, f"must have {limit}", limit=limit, actual=str(len(text)))
    try:
        clauses = read_script(text)
    except ScriptError as error:
        raise invalid(where, str(error), limit="the subset of SSML", actual=text[:80]) from error
    if not any(one.words for one in clauses):
        raise invalid(where, "has no word", limit="a word", actual=text[:80])
    return clauses


def _tone(options: SynthesizeSpeechOptions, clause: Clause, language: str) -> Tone:
    return Tone(
        language=language,
        rate=speed_of(options.speech_rate) * clause.manner.rate,
        pitch=50 + options.pitch_rate / 10 + clause.manner.pitch,
        volume=options.volume / 50 * clause.manner.volume,
    )


def speed_of(speech_rate: int) -> float:
    """Return how many times as fast −500..500 is: half, once, twice at −500, 0, 500."""
    return 1 / (1 - speech_rate * (0.001 if speech_rate > 0 else 0.002))


def _resampled(samples: Floats, rate: int, wanted: int) -> NDArray[np.int16]:
    """Return samples of 16 bits at another rate."""
    whole: NDArray[np.int16] = np.rint(samples.clip(-1, 1) * 32_767).astype(np.int16)
    if rate == wanted:
        return whole
    resampler = av.AudioResampler(format="s16", layout="mono", rate=wanted)
    frame = av.AudioFrame.from_ndarray(whole.reshape(1, -1), format="s16", layout="mono")
    frame.sample_rate = rate
    made = [*resampler.resample(frame), *resampler.resample(None)]
    parts = [np.asarray(one.to_ndarray(), np.int16).reshape(-1) for one in made]
    return np.concatenate(parts) if parts else whole[:0]


def _written(samples: NDArray[np.int16], form: str, rate: int) -> bytes:
    if form == "pcm":
        return samples.astype("<i2").tobytes()
    out = io.BytesIO()
    if form == "wav":
        with wave.open(out, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes(samples.astype("<i2").tobytes())
        return out.getvalue()
    with av.open(out, "w", format="mp3", options={"id3v2_version": "0"}) as container:
        stream = container.add_stream("libmp3lame", rate=rate, layout="mono")
        stream.bit_rate = _MP3_BITS
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16p", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), 0
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    return out.getvalue()


def _words(speech: _Speech) -> bytes:
    def at(sample: int) -> Duration:
        ns = sample * _NS // speech.rate
        return Duration(seconds=ns // _NS, nanos=ns % _NS)

    words: Sequence[tuple[str, int, int]] = speech.words
    return message_json(
        pb.SpokenWords(
            words=[
                pb.SpokenWord(text=text, start_offset=at(first), end_offset=at(last))
                for text, first, last in words
            ]
        )
    )
