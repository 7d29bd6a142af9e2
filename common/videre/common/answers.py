"""What a service's answer must hold to be believed, checked before anything of it is kept.

A service of another version, a damaged reply, a broken engine: what they say must fail a stage,
never become evidence. Every check raises SERVICE_ANSWER, naming the service and what is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from videre.common.errors import Reason, VidereError
from videre.common.local_features import MOST, RECORD_BYTES, SIDE
from videre.internal.v1 import (
    asr_pb2,
    audio_pb2,
    engine_pb2,
    ocr_pb2,
    production_pb2,
    visual_pb2,
)
from videre.internal.v1.engine_pb2 import CallUsage

#: Feature whose observations carry local features.
_LANDMARKS: Final = "landmarks"
#: Longest carry that a unit's next batch may take along, bytes.
_MAX_CARRY: Final = 64 << 10
#: Longest text or value of a code, bytes.
_MAX_VALUE: Final = 8 << 10
#: What a float32 of a score or of a share of the picture may be beside its range.
_ROUNDING: Final = 1e-5
_S16: Final = 2
#: Beats in a bar that an engine may tell, and the pitch classes.
_BAR: Final = (3, 4)
_PITCHES: Final = 12
_DIGEST_LENGTH: Final = 64
#: Longest time that an engine may ask for one call, seconds.
_MAX_CALL_S: Final = 3_600.0


def frames(
    answer: visual_pb2.AnalyzeFramesResponse, asked: visual_pb2.AnalyzeFramesRequest
) -> None:
    """Check what was seen in a batch of frames."""
    features = {engine.feature for engine in asked.engines}
    known = {frame.frame for frame in asked.frames}
    lengths: dict[str, int] = {}
    for seen in answer.observations:
        where = f"{seen.feature[:40]!r} in frame {seen.frame}"
        _require("visual", seen.feature in features, f"{where} was not asked for")
        _require("visual", seen.frame in known, f"{where} was not asked for")
        _score("visual", seen.score)
        _require("visual", len(seen.box) in (0, 4), f"{where} has a box of {len(seen.box)} numbers")
        _shares("visual", seen.box)
        _require("visual", len(seen.points) % 2 == 0, f"{where} has half a point")
        _numbers("visual", seen.points)
        _numbers("visual", seen.embedding)
        _numbers("visual", seen.attributes.values())
        length = max(len(seen.text.encode()), len(seen.data))
        _require("visual", length <= _MAX_VALUE, f"{where} says {length} bytes")
        if seen.feature == _LANDMARKS:
            _marks(seen, where)
        if seen.embedding:
            length = lengths.setdefault(seen.feature, len(seen.embedding))
            _require("visual", length == len(seen.embedding), "embeddings differ in length")
    _carry("visual", answer.carry)
    for usage in answer.usage:
        _require("visual", usage.feature in features, "a cost of what was not asked for")
        _usage("visual", usage)


def shots(answer: visual_pb2.DetectShotsResponse, asked: visual_pb2.DetectShotsRequest,
          end_frame: int) -> None:  # fmt: skip
    """Check boundaries and runs; `end_frame` is the frame after the last of the given signals."""
    own = range(asked.own_start_frame, asked.own_end_frame)
    for boundary in answer.boundaries:
        _require("visual", boundary.frame in own, f"a boundary at {boundary.frame}, not in {own}")
        _require("visual", boundary.kind in ("cut", "fade"), f"a boundary {boundary.kind[:40]!r}")
        _score("visual", boundary.score)
    _rising("visual", [boundary.frame for boundary in answer.boundaries])
    for run in answer.runs:
        there = run.start_frame in own and run.start_frame < run.end_frame <= end_frame
        _require("visual", there, f"a run {run.start_frame}..{run.end_frame}")
        _require("visual", run.kind in ("black", "solid"), f"a run {run.kind[:40]!r}")
        _score("visual", run.score)
    _usage("visual", answer.usage)


def embeddings(answer: visual_pb2.EmbedTextsResponse, asked: visual_pb2.EmbedTextsRequest) -> None:
    """Check the places of texts."""
    given, found = len(asked.texts), len(answer.embeddings)
    _require("visual", found == given, f"{found} embeddings of {given} texts")
    lengths = {len(one.values) for one in answer.embeddings}
    _require("visual", len(lengths) == 1 and 0 not in lengths, "embeddings differ in length")
    for one in answer.embeddings:
        _numbers("visual", one.values)
    _usage("visual", answer.usage)


def text(answer: ocr_pb2.ReadFramesResponse, asked: ocr_pb2.ReadFramesRequest) -> None:
    """Check what was read in a batch of frames."""
    given = [frame.frame for frame in asked.frames]
    _require("ocr", [frame.frame for frame in answer.frames] == given, "not one entry per frame")
    for line in (line for frame in answer.frames for line in frame.lines):
        _score("ocr", line.score)
        _require("ocr", len(line.quad) == 8, f"a quad of {len(line.quad)} numbers")
        _numbers("ocr", line.quad)
    _carry("ocr", answer.carry)
    _usage("ocr", answer.usage)


def activity(answer: asr_pb2.DetectSpeechResponse, samples: int) -> None:
    """Check where somebody speaks in a track of so many samples."""
    _require("asr", answer.samples == samples, f"heard {answer.samples} of {samples} samples")
    edges = [edge for span in answer.spans for edge in (span.start_sample, span.end_sample)]
    _within("asr", edges, samples)
    for span in answer.spans:
        _score("asr", span.score)
    _usage("asr", answer.usage)


def turns(answer: asr_pb2.DiarizeResponse, samples: int) -> None:
    """Check who speaks when in a track of so many samples."""
    _require("asr", answer.samples == samples, f"heard {answer.samples} of {samples} samples")
    edges = [edge for turn in answer.turns for edge in (turn.start_sample, turn.end_sample)]
    _within("asr", edges, samples)
    known = 0
    for turn in answer.turns:
        _require("asr", turn.start_sample < turn.end_sample, "a turn without length")
        _require("asr", 0 <= turn.speaker <= known, f"speaker {turn.speaker} after {known} others")
        known = max(known, turn.speaker + 1)
        _score("asr", turn.score)
    _usage("asr", answer.usage)


def utterances(answer: asr_pb2.TranscribeResponse, asked: asr_pb2.TranscribeRequest) -> None:
    """Check what was understood of a speech group."""
    count = len(asked.spans)
    _require("asr", len(answer.utterances) == count, f"{len(answer.utterances)} of {count} spans")
    samples = len(asked.pcm) // _S16
    for heard in answer.utterances:
        _within("asr", [word.start_sample for word in heard.words], samples)
        for word in heard.words:
            there = word.start_sample <= word.end_sample <= samples
            _require("asr", there, f"a word {word.start_sample}..{word.end_sample} of {samples}")
            _score("asr", word.score)
        _numbers("asr", heard.measurements.values())
    _usage("asr", answer.usage)


def windows(answer: audio_pb2.AnalyzeSoundResponse, asked: audio_pb2.AnalyzeSoundRequest) -> None:
    """Check the windows of a stretch: they leave nothing of the owned range out."""
    samples = len(asked.pcm) // _S16
    reached = asked.own_start_sample
    for window in answer.windows:
        there = window.start_sample <= reached and reached <= window.end_sample <= samples
        _require(
            "audio", there, f"a window {window.start_sample}..{window.end_sample} after {reached}"
        )
        reached = window.end_sample
        for found in window.scores:
            _score("audio", found.score)
        _numbers("audio", (window.level_dbfs, window.flatness))
    _within("audio", [window.start_sample for window in answer.windows], samples)
    covered = reached >= min(asked.own_end_sample, samples)
    _require("audio", covered, f"nothing from {reached} to {asked.own_end_sample}")
    _usage("audio", answer.usage)


def music(answer: audio_pb2.AnalyzeMusicResponse, length_ns: int) -> None:
    """Check beats, bars, modes, key and sections of a track."""
    _numbers("audio", (answer.tempo_bpm,))
    _require("audio", answer.tempo_bpm >= 0, f"a tempo of {answer.tempo_bpm}")
    _within("audio", answer.beat_ns, length_ns)
    _within("audio", answer.downbeat_ns, length_ns)
    strangers = set(answer.downbeat_ns) - set(answer.beat_ns)
    _require("audio", not strangers, f"{len(strangers)} downbeats that are no beats")
    bar = answer.beats_per_bar
    told = _BAR if answer.downbeat_ns else (0,)
    _require("audio", bar in told, f"{bar} beats in a bar, {len(answer.downbeat_ns)} downbeats")
    for score in (answer.score, answer.downbeat_score):
        _score("audio", score)
    tempi = [level.tempo_bpm for level in answer.tempo_levels]
    tempi += [change.tempo_bpm for change in answer.tempo_changes]
    _numbers("audio", tempi)
    _require("audio", min(tempi, default=1) > 0, "a tempo of nothing")
    for level in answer.tempo_levels:
        _score("audio", level.score)
    _within("audio", [change.start_ns for change in answer.tempo_changes], length_ns)
    for stretch in answer.modes:
        _mode(stretch.mode, stretch.score)
        _require("audio", stretch.start_ns < stretch.end_ns, "a mode without length")
        _within("audio", (stretch.start_ns, stretch.end_ns), length_ns)
    if answer.HasField("key"):
        _mode(answer.key.mode, answer.key.score)
        _require("audio", 0 <= answer.key.tonic < _PITCHES, f"a tonic {answer.key.tonic}")
    _sections(answer, length_ns)
    _usage("audio", answer.usage)


def _mode(mode: str, score: float) -> None:
    _require("audio", mode in ("major", "minor"), f"a mode {mode[:20]!r}")
    _score("audio", score)


def _sections(answer: audio_pb2.AnalyzeMusicResponse, length_ns: int) -> None:
    for part in answer.sections:
        _score("audio", part.score)
        _require("audio", part.group >= 0, f"a group {part.group}")
        _require("audio", part.start_ns < part.end_ns, "a section without length")
    sides = [side for part in answer.sections for side in (part.start_ns, part.end_ns)]
    _within("audio", sides, length_ns)


def files(answer: production_pb2.RenderResult) -> None:
    """Check the files of a task; whether they are in the store is for the caller to find out."""
    names = [made.name for made in answer.outputs]
    _require("production", len(set(names)) == len(names), "two files of one name")
    for made in answer.outputs:
        plain = made.name.replace("-", "").replace("_", "").replace(".", "").isalnum()
        _require("production", plain and made.name[0] != ".", f"a file {made.name[:80]!r}")
        digest = len(made.digest) == _DIGEST_LENGTH and made.digest.isalnum()
        _require("production", digest, f"{made.name}: not a digest")
        _require("production", made.size_bytes >= 0, f"{made.name}: {made.size_bytes} bytes")
        if made.HasField("score"):
            _score("production", made.score)
    _usage("production", answer.usage)


def engines(answer: engine_pb2.DescribeEnginesResponse, service: str) -> None:
    """Check what a service says of its engines."""
    _require(service, answer.service == service, f"it says it is {answer.service[:40]!r}")
    for engine in answer.engines:
        named = bool(engine.feature and engine.name and engine.version)
        _require(service, named, "an engine without feature, name or version")
        for value in (engine.storing_floor, engine.score_cap):
            _score(service, value)
        for known in engine.classes:
            _score(service, known.detection_threshold)
        bounded = 0 < engine.max_call_seconds <= _MAX_CALL_S and engine.max_batch >= 1
        _require(service, bounded, f"{engine.name[:40]}: calls without bounds")
        _require(service, 0 <= engine.cpu_seconds_per_item < math.inf, "a cost that is no number")


# --- the rules ---------------------------------------------------------------------------------


def _require(service: str, holds: bool, words: str) -> None:
    if not holds:
        raise VidereError(
            Reason.SERVICE_ANSWER,
            f"the answer of {service} breaks the contract: {words}",
            metadata={"service": service},
        )


def _numbers(service: str, values: Iterable[float]) -> None:
    _require(service, all(map(math.isfinite, values)), "a value that is no number")


def _score(service: str, value: float) -> None:
    _require(service, -_ROUNDING <= value <= 1 + _ROUNDING, f"a score of {value}")


def _shares(service: str, values: Iterable[float]) -> None:
    there = all(-_ROUNDING <= value <= 1 + _ROUNDING for value in values)
    _require(service, there, "a place outside the picture")


def _marks(seen: visual_pb2.Observation, where: str) -> None:
    count, rest = divmod(len(seen.local_features), RECORD_BYTES)
    _require("visual", not rest and count <= MOST, f"{where} has {count} local features and a rest")
    sides = [seen.attributes[name] for name in ("width_px", "height_px") if name in seen.attributes]
    sized = len(sides) == 2 and all(1 <= side <= SIDE for side in sides)
    _require("visual", sized, f"{where} has no size")


def _rising(service: str, values: Sequence[int]) -> None:
    there = all(a < b for a, b in pairwise(values))
    _require(service, there, "not in order")


def _within(service: str, places: Sequence[int], end: int) -> None:
    """Check that places are in order and inside 0..end."""
    there = all(a <= b for a, b in zip((0, *places), (*places, end), strict=True))
    _require(service, there, f"not in order within 0..{end}")


def _carry(service: str, carry: bytes) -> None:
    _require(service, len(carry) <= _MAX_CARRY, f"a carry of {len(carry)} bytes")


def _usage(service: str, usage: CallUsage) -> None:
    sane = usage.model_calls >= 0 and 0 <= usage.cpu_seconds < math.inf
    _require(service, sane, f"a cost of {usage.model_calls} calls, {usage.cpu_seconds} s")
