"""How good the sound of an input is, as a file."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from google.protobuf.duration_pb2 import Duration

from videre.common.engine import EngineSpec, Tier
from videre.common.models import ModelStore
from videre.exports.production_params import AssessAudioOptions
from videre.exports.production_params.cuts import Part
from videre.production.assessment import Measures, measure
from videre.production.functions.base import Made, Work
from videre.production.functions.detect_beats import message_json
from videre.production.opinion import RATE, Listener, Opinion
from videre.production.rendering.run import within
from videre.production.rendering.samples import read_samples, require_sound
from videre.v1 import production_pb2 as pb

SPEC: Final = EngineSpec(
    feature="assess_audio",
    name="assess_audio",
    version="1",
    tier=Tier.BUNDLED,
    licence="DNSMOS: MIT",
    max_call_seconds=3_600.0,
    cpu_seconds_per_item=0.05,
)
_NS: Final = 1_000_000_000
_RATES: Final = (8_000, 192_000)
_MOST_CHANNELS: Final = 8
_KINDS: Final = {
    "clipping": pb.AUDIO_FAULT_KIND_CLIPPING,
    "dropout": pb.AUDIO_FAULT_KIND_DROPOUT,
}


class AssessAudio:
    """`assessment.json`."""

    def __init__(self) -> None:
        self._listener = Listener()

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Open the model."""
        self._listener.load()

    def render(self, work: Work) -> list[Made]:
        """See Function. Raises NO_TRACK, DECODE_FAILED, DECODE_LIMIT."""
        options = work.options
        assert isinstance(options, AssessAudioOptions)
        given = work.input(options.input)
        sound = require_sound(given)
        span = within(given, Part(options.input, options.stretch), "task.assess_audio.range")
        rate = min(max(sound.sample_rate, _RATES[0]), _RATES[1])
        rate -= rate % 50  # whole samples in a step of 20 ms
        own = read_samples(
            work, given, rate=rate, channels=min(sound.channels, _MOST_CHANNELS), span=span,
            share=lambda share: work.progress(0.3 * share),
        )  # fmt: skip
        measures = measure(own, rate)
        speech = read_samples(
            work, given, rate=RATE, channels=1, span=span,
            share=lambda share: work.progress(0.4 + 0.2 * share),
        )  # fmt: skip
        opinion = self._listener.opinion(
            speech[:, 0], lambda share: work.progress(0.6 + 0.4 * share)
        )
        found = _message(measures, opinion, span[0])
        found.duration.CopyFrom(_duration(span[1] - span[0]))
        found.sample_rate, found.channels = sound.sample_rate, sound.channels
        work.progress(1.0)
        return [Made("assessment.json", "assessment", "application/json", message_json(found))]


def _message(measures: Measures, opinion: Opinion | None, start: Fraction) -> pb.AudioAssessment:
    found = pb.AudioAssessment(
        snr_db=measures.snr_db,
        bandwidth_hz=measures.bandwidth_hz,
        peak_dbfs=measures.peak_dbfs,
        rms_dbfs=measures.rms_dbfs,
        clipped_ratio=measures.clipped_ratio,
        silent_ratio=measures.silent_ratio,
        faults=[
            pb.AudioFault(
                kind=_KINDS[one.kind],
                start_offset=_duration(start + Fraction(one.start)),
                end_offset=_duration(start + Fraction(one.end)),
            )
            for one in measures.faults
        ],
    )
    if opinion is not None:
        found.mos, found.speech_mos = opinion.overall, opinion.speech
        found.background_mos, found.lowest_mos = opinion.background, opinion.lowest
        found.lowest_offset.CopyFrom(_duration(start + Fraction(opinion.lowest_s)))
    return found


def _duration(seconds: Fraction) -> Duration:
    ns = round(seconds * _NS)
    return Duration(seconds=ns // _NS, nanos=ns % _NS)
