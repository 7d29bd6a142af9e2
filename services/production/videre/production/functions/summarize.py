"""Summarize: the most interesting moments of an input, one after the other, and a list of them."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from typing import Final

import numpy as np
from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import MessageToDict

from videre.common.errors import Reason, VidereError
from videre.common.models import ModelStore
from videre.exports.production_params import SummarizeOptions
from videre.exports.production_params.cuts import Part
from videre.exports.production_params.times import Stretch as Seconds
from videre.production.decode import FrameSource
from videre.production.face_detector import MODEL
from videre.production.functions.base import Input, Made, Work
from videre.production.functions.trim_silence import fitting_output
from videre.production.interest import STEP_NS, Moment, Signals, highlights, summary
from videre.production.known import Known, Stretch
from videre.production.reframing.face_finder import FaceFinder
from videre.production.rendering.run import RenderingFunction
from videre.production.rendering.samples import read_samples
from videre.production.rendering.sound_edits import SoundEdits
from videre.production.signals import Seen, loudness, music, see, speech
from videre.production.silence import levels
from videre.v1 import production_pb2 as pb

_MAIN: Final = "main"
_NS: Final = 1_000_000_000
_FIELD: Final = "task.summarize"
#: Samples a second by which loudness is found.
_RATE: Final = 16_000
#: Shares of the work when everything has been seen, and heard.
_SEEN, _HEARD = 0.5, 0.6
#: Length over which the sound of a part becomes the next one's, seconds.
_CROSSFADE: Final = Fraction(12, 100)
#: Sound without pictures is cut where one of these long stretches ends.
_BLIND_NS: Final = 10 * _NS


class Summarize(RenderingFunction):
    """The film, if one is wanted, and `summary.json`."""

    feature = "summarize"
    _finder: FaceFinder | None

    def load(self, models: ModelStore) -> None:
        """Find the program; open the detector of faces where its model is installed."""
        super().load(models)
        self._finder = None if models.missing([MODEL]) else FaceFinder(models)

    def render(self, work: Work) -> list[Made]:
        """See Function. Raises NO_TRACK for pictures and texts, DECODE_FAILED, DECODE_LIMIT."""
        options = work.options
        assert isinstance(options, SummarizeOptions)
        given = work.input(options.input)
        if given.media.kind not in ("video", "audio"):
            raise VidereError(
                Reason.NO_TRACK, f"input {given.name!r} is a {given.media.kind}: nothing moves",
                metadata={"input": given.name, "actual": given.media.kind},
            )  # fmt: skip
        known = work.known if options.input == _MAIN else Known()
        end_ns = int(given.media.end * _NS)
        shots, signals = self._signals(work, given, known, options, end_ns)
        beats = [] if known.music is None else [
            one.ToNanoseconds() for one in known.music.beat_offsets
        ]  # fmt: skip
        parts = summary(shots, signals, int(options.length * _NS), beats)
        told = summary_message(parts, highlights(shots, signals, options.highlights))
        data = json.dumps(MessageToDict(told), ensure_ascii=False, indent=1).encode() + b"\n"
        listed = Made("summary.json", "summary", "application/json", data, summary=told)
        if not options.with_file:
            work.progress(1.0)
            return [listed]
        return [*self._film(work, given, options, parts), listed]

    def _film(
        self, work: Work, given: Input, options: SummarizeOptions, parts: list[Moment]
    ) -> list[Made]:
        kept = [
            Part(options.input, Seconds(Fraction(one.start_ns, _NS), Fraction(one.end_ns, _NS)))
            for one in (part.stretch for part in parts)
        ]
        rendering = replace(
            work, progress=lambda share: work.progress(_HEARD + (1 - _HEARD) * share)
        )
        edits = SoundEdits(crossfade=_CROSSFADE) if given.media.sound is not None else None
        return self.make(
            rendering, [_FIELD] * len(kept), kept, [fitting_output(given, options.output)],
            sound_edits=edits,
        )  # fmt: skip

    def _signals(
        self, work: Work, given: Input, known: Known, options: SummarizeOptions, end_ns: int
    ) -> tuple[tuple[Stretch, ...], Signals]:
        steps = max(1, -(-end_ns // STEP_NS))
        seen = self._see(work, given, known, steps)
        unfit = np.zeros(steps, np.bool_) if seen is None else seen.blank.copy()
        for one in known.unfit:
            unfit[one.start_ns // STEP_NS : -(-one.end_ns // STEP_NS)] = True
        signals = Signals(
            motion=None if seen is None else seen.motion,
            faces=None if seen is None else seen.faces,
            loudness=self._hear(work, given, steps),
            speech=speech(known, options.keywords, steps),
            music=music(known.music, known, steps),
            unfit=unfit,
        )
        borders = range(0, end_ns, _BLIND_NS)
        blind = tuple(Stretch(at, min(end_ns, at + _BLIND_NS)) for at in borders)
        return (blind if seen is None else seen.shots), signals

    def _see(self, work: Work, given: Input, known: Known, steps: int) -> Seen | None:
        pictures = given.media.pictures
        if pictures is None:
            return None
        source = FrameSource(given.path, pictures, work.check)
        seen = see(
            source, known, self._finder, steps, lambda share: work.progress(share * _SEEN)
        )  # fmt: skip
        work.spent(source.cpu_seconds, source.decoded)
        return seen

    def _hear(self, work: Work, given: Input, steps: int) -> np.ndarray | None:
        if given.media.sound is None:
            return None
        samples = read_samples(
            work, given, rate=_RATE, channels=1, span=(Fraction(0), given.media.end),
            share=lambda share: work.progress(_SEEN + (_HEARD - _SEEN) * share),
        )  # fmt: skip
        return loudness(levels(samples, _RATE), steps)


def summary_message(parts: list[Moment], listed: list[Moment]) -> pb.Summary:
    """Return what a summary shows as message."""
    return pb.Summary(parts=map(_part, parts), highlights=map(_part, listed))


def _part(one: Moment) -> pb.SummaryPart:
    return pb.SummaryPart(
        start_offset=_duration(one.stretch.start_ns),
        end_offset=_duration(one.stretch.end_ns),
        interest=round(one.interest, 4),
        **{name: round(value, 4) for name, value in one.reasons.items()},
    )


def _duration(ns: int) -> Duration:
    seconds, nanos = divmod(ns, _NS)
    return Duration(seconds=seconds, nanos=nanos)
