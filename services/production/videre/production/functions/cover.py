"""Covers: stills that stand for the media."""

from __future__ import annotations

from typing import Final

from videre.common.engine import EngineSpec, Tier
from videre.common.errors import Reason, VidereError
from videre.common.models import ModelStore
from videre.exports.production_params import CoverOptions
from videre.production.candidates import candidate_times, face_value, spread_times
from videre.production.decode import FrameSource
from videre.production.encoding import FORMATS, Encoder
from videre.production.functions.base import Made, Work
from videre.production.stills import Measured, choose, measure

#: Longer side of the pictures that are judged.
_JUDGED_SIDE: Final = 320
#: Shares of the work when the first look, the second look and the choice are done.
_LOOKED, _LOOKED_AGAIN = 0.6, 0.8

SPEC: Final = EngineSpec(
    feature="cover",
    name="cover",
    version="1",
    tier=Tier.BUNDLED,
    licence="none (no model)",
    max_call_seconds=3_600.0,
    cpu_seconds_per_item=0.05,
)


class Cover:
    """`cover-1.jpg`, `cover-2.jpg` …: best first, `count` at most, each unlike those before.

    Fewer when the media has fewer frames. A media that is black throughout gives one, score 0.
    """

    _encoder: Encoder

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Import the encoder."""
        self._encoder = Encoder()

    def render(self, work: Work) -> list[Made]:
        """See Function. Raises NO_TRACK, DECODE_FAILED, DECODE_LIMIT."""
        options = work.options
        assert isinstance(options, CoverOptions)
        source = work.source()
        times = candidate_times(work.known, source.pictures.end_ns, options.count)
        measured = self._look(work, source, times, 0.0, _LOOKED)
        if sum(one.score > 0 for one in measured) < options.count:
            seen = {one.frame for one in measured}
            more = self._look(
                work, source, spread_times(source.pictures.end_ns), _LOOKED, _LOOKED_AGAIN
            )
            measured += [one for one in more if one.frame not in seen]
        if not measured:
            raise VidereError(Reason.DECODE_FAILED, "no frame of the media could be decoded")
        return self._write(work, source, options, choose(measured, options.count))

    def _look(
        self, work: Work, source: FrameSource, times: list[int], begin: float, end: float
    ) -> list[Measured]:
        frames = sorted({source.pictures.frame_at(time) for time in times})
        measured = []
        for done, item in enumerate(source.read(frames, source.size(max_side=_JUDGED_SIDE)), 1):
            if item.picture is not None:
                face = face_value(work.known, source.pictures.start_ns(item.frame))
                measured.append(measure(item.frame, item.picture, face))
            work.progress(begin + (end - begin) * done / len(frames))
        return measured

    def _write(
        self, work: Work, source: FrameSource, options: CoverOptions, chosen: list[Measured]
    ) -> list[Made]:
        form = FORMATS[options.format]
        order = {one.frame: place for place, one in enumerate(chosen, start=1)}
        scores = {one.frame: one.score for one in chosen}
        covers: dict[int, Made] = {}
        size = source.size(max_side=options.max_side)
        for item in source.read(sorted(order), size):
            if item.picture is None:
                raise VidereError(Reason.DECODE_FAILED, f"frame {item.frame} decoded only once")
            place = order[item.frame]
            covers[place] = Made(
                name=f"cover-{place}.{form.suffix}",
                role="cover",
                media_type=form.media_type,
                data=self._encoder.encode(item.picture, form),
                offset_ns=source.pictures.start_ns(item.frame),
                score=scores[item.frame],
            )
            work.progress(_LOOKED_AGAIN + (1 - _LOOKED_AGAIN) * len(covers) / len(chosen))
        return [covers[place] for place in sorted(covers)]
