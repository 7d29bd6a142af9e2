"""What is said in the main input, as a file. Looks at the analysis only, never at the media."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from videre.common.engine import EngineSpec, Tier
from videre.common.models import ModelStore
from videre.exports.cues import clock
from videre.exports.production_params import TranscribeOptions
from videre.exports.production_params.times import Stretch as Wanted
from videre.exports.srt import to_srt
from videre.production.cue_layout import speech_cues
from videre.production.functions.base import Made, Work, require_answer
from videre.production.known import Stretch, Utterance
from videre.v1 import production_pb2 as pb

SPEC: Final = EngineSpec(
    feature="transcribe",
    name="transcribe",
    version="1",
    tier=Tier.BUNDLED,
    licence="none (no model)",
    cpu_seconds_per_item=0.001,
)
_NS: Final = 1_000_000_000
_LINE: Final = 42


class Transcribe:
    """`transcript.txt`, `transcript.srt` or `transcript.json`."""

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Nothing to load."""

    def render(self, work: Work) -> list[Made]:
        """See Function.

        Raises the reason for which nobody listened (NO_TRACK, NOT_REQUESTED, NO_ENGINE,
        SPEECH_NOT_UNDERSTOOD …): an empty file says that there was nothing to hear.
        """
        options = work.options
        assert isinstance(options, TranscribeOptions)
        require_answer(work.known, "speech")
        said = [one for one in work.known.utterances if _reaches(one.stretch, options.stretch)]
        work.progress(1.0)
        if options.format == pb.TRANSCRIPT_FORMAT_SRT:
            data = to_srt(speech_cues(said, _LINE))
            return [Made("transcript.srt", "transcript", "application/x-subrip", data)]
        if options.format == pb.TRANSCRIPT_FORMAT_JSON:
            data = _json(said, with_words=options.with_words)
            return [Made("transcript.json", "transcript", "application/json", data)]
        return [Made("transcript.txt", "transcript", "text/plain", _text(said))]


def _reaches(stretch: Stretch, wanted: Wanted) -> bool:
    ends_before = stretch.end_ns <= wanted.start * _NS
    begins_behind = wanted.end is not None and stretch.start_ns >= wanted.end * _NS
    return not ends_before and not begins_behind


def _text(said: Sequence[Utterance]) -> bytes:
    return "".join(
        f"[{clock(one.stretch.start_ns, '.')}] {' '.join(one.text.split())}\n" for one in said
    ).encode()


def _json(said: Sequence[Utterance], *, with_words: bool) -> bytes:
    told = []
    for one in said:
        utterance: dict[str, Any] = {**_times(one.stretch), "text": one.text}
        if with_words:
            utterance["words"] = [{**_times(word.stretch), "text": word.text} for word in one.words]
        told.append(utterance)
    return json.dumps({"utterances": told}, ensure_ascii=False, indent=1).encode() + b"\n"


def _times(stretch: Stretch) -> dict[str, float]:
    return {"start": stretch.start_ns / _NS, "end": stretch.end_ns / _NS}
