"""Voice and accompaniment of an input."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from videre.common.engine import EngineSpec, Tier
from videre.common.models import ModelStore
from videre.exports.production_params import DemixMusicOptions
from videre.exports.production_params.cuts import Part
from videre.exports.production_params.sound import SOUND_PRESET, output_of
from videre.production.functions.base import Made, Work
from videre.production.rendering.process import run_child
from videre.production.rendering.run import RenderingFunction, within
from videre.production.rendering.samples import read_samples, require_sound, samples_file
from videre.production.rendering.sound_edits import RawSound, SoundEdits
from videre.production.stems.child import JOB, MODULE, PartingJob
from videre.production.stems.parting import RATE

_FIELD: Final = "task.demix_music.range"
_VOICE, _ACCOMPANIMENT = "voice", "accompaniment"
_MODELS: Final = {_VOICE: "spleeter_voice", _ACCOMPANIMENT: "spleeter_accompaniment"}
#: Shares of the work when the sound has been decoded, and when it is parted.
_READ, _PARTED = 0.1, 0.7


class DemixMusic(RenderingFunction):
    """A file for each stem."""

    feature = "demix_music"
    _weights: dict[str, Path]

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return EngineSpec(
            feature=self.feature,
            name=self.feature,
            version="1",
            tier=Tier.BUNDLED,
            licence="Spleeter: MIT; ffmpeg: GPL-3.0-or-later, run as a program",
            models=tuple(_MODELS.values()),
            max_call_seconds=3_600.0,
            cpu_seconds_per_item=0.1,
        )

    def load(self, models: ModelStore) -> None:
        """Find the program and the weights.

        Raises:
            VidereError: MODEL_UNAVAILABLE.
        """
        super().load(models)
        self._weights = {stem: models.path(name) for stem, name in _MODELS.items()}

    def render(self, work: Work) -> list[Made]:
        """See Function. Raises NO_TRACK, ENGINE_FAILED."""
        options = work.options
        assert isinstance(options, DemixMusicOptions)
        given = work.input(options.input)
        channels = min(require_sound(given).channels, 2)
        part = Part(options.input, options.stretch)
        span = within(given, part, _FIELD)
        read_samples(
            work, given, rate=RATE, channels=channels, span=span,
            share=lambda share: work.progress(share * _READ),
        )  # fmt: skip
        source = samples_file(work, given, RATE, channels)
        # A preview is heard: of one stem, the first.
        stems = options.stems[:1] if work.preview is not None else options.stems
        files = {stem: source.with_suffix(f".{stem}") for stem in stems}
        job = PartingJob(
            source=str(source),
            channels=channels,
            voice=str(files.get(_VOICE, "")),
            accompaniment=str(files.get(_ACCOMPANIMENT, "")),
            voice_weights=str(self._weights[_VOICE]),
            accompaniment_weights=str(self._weights[_ACCOMPANIMENT]),
        )
        done = run_child(
            MODULE,
            JOB.dump_json(job),
            check=work.check,
            share=lambda share: work.progress(_READ + share * (_PARTED - _READ)),
        )
        work.spent(float(done["cpu_seconds"]), 0)
        made = []
        for stem, file in files.items():
            asked = options.output
            name = f"{asked.name}-{stem}" if asked.name else stem
            output = replace(output_of(asked, SOUND_PRESET), name=name)
            raw = RawSound(str(file), RATE, channels, span[0])
            made += self.make(work, [_FIELD], [part], [output], sound_edits=SoundEdits(raw=raw))
        return made
