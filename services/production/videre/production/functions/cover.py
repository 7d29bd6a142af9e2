"""Covers: stills, or a few seconds, that stand for the media."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Final

from videre.common.engine import EngineSpec, Tier
from videre.common.errors import Reason, VidereError
from videre.common.models import ModelStore
from videre.exports.production_params import CoverOptions
from videre.exports.production_params.cuts import Part
from videre.exports.production_params.presets import PRESETS
from videre.exports.production_params.preview import Glance
from videre.exports.production_params.renditions import RenditionOptions
from videre.exports.production_params.times import Stretch as Seconds
from videre.production.candidates import candidate_times, spread_times
from videre.production.choosing import beside_each_other, choose
from videre.production.cover_search import search
from videre.production.decode import FrameSource
from videre.production.encoding import FORMATS, Encoder
from videre.production.face_detector import MODEL
from videre.production.functions.base import Made, Work
from videre.production.known import Stretch
from videre.production.moving_covers import (
    MEDIA_TYPES,
    RATE,
    Animator,
    liveliest,
    shot_around,
    suffix_of,
)
from videre.production.previewing.moment import moment_of
from videre.production.reframing.face_finder import FaceFinder
from videre.production.reframing.looks import small
from videre.production.rendering.job import MadeFacts
from videre.production.rendering.run import RenderingFunction
from videre.production.stills import Measured

_NS: Final = 1_000_000_000
#: Shares of the work when the first look, the second look and the choice are done.
_LOOKED, _LOOKED_AGAIN = 0.6, 0.8
#: Longer side of the pictures in which shots and movement are looked for.
_SMALL_SIDE: Final = 192
_CLIP: Final = "web"
#: Instants that are looked at for a preview.
_PREVIEWED: Final = 4

SPEC: Final = EngineSpec(
    feature="cover",
    name="cover",
    version="2",
    tier=Tier.BUNDLED,
    licence="none (no model needed; MIT: YuNet, where it is installed)",
    max_call_seconds=3_600.0,
    cpu_seconds_per_item=0.05,
)


class Cover(RenderingFunction):
    """`cover-1.jpg`, `cover-2.jpg` …: best first, `count` at most, each unlike those before.

    Fewer where fewer pictures are fit; one where none is.
    """

    feature = "cover"
    _encoder: Encoder
    _animator: Animator
    _finder: FaceFinder | None

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Import the encoders; open the detector of faces where its model is installed."""
        super().load(models)
        self._encoder, self._animator = Encoder(), Animator()
        self._finder = None if models.missing([MODEL]) else FaceFinder(models)

    def render(self, work: Work) -> list[Made]:
        """See Function. Raises NO_TRACK, DECODE_FAILED, DECODE_LIMIT."""
        options = work.options
        assert isinstance(options, CoverOptions)
        source = work.source()
        if work.preview is not None:
            return self._preview(work, source, options, work.preview)
        times = candidate_times(work.known, source.pictures.end_ns, options.count)
        measured = search(source, work.known, times, self._finder, _part(work, 0.0, _LOOKED))
        judged = beside_each_other(measured)
        if sum(one.fit for one in judged) < options.count:
            seen = {one.frame for one in measured}
            spread = spread_times(source.pictures.end_ns)
            more = [time for time in spread if source.pictures.frame_at(time) not in seen]
            progress = _part(work, _LOOKED, _LOOKED_AGAIN)
            measured += search(source, work.known, more, self._finder, progress)
            judged = beside_each_other(measured)
        if not measured:
            raise VidereError(Reason.DECODE_FAILED, "no frame of the media could be decoded")
        chosen = choose(judged, options.count)
        if not options.motion:
            return self._stills(work, source, options, chosen)
        return [
            self._moving(work, source, options, one, place)
            for place, one in enumerate(chosen, start=1)
        ]

    def _preview(
        self, work: Work, source: FrameSource, options: CoverOptions, glance: Glance
    ) -> list[Made]:
        """Return the best picture of a few seconds."""
        _, around = moment_of(glance, source.pictures.end_ns)
        step = max(1, (around.end_ns - around.start_ns) // _PREVIEWED)
        times = list(range(around.start_ns, around.end_ns, step))
        measured = search(source, work.known, times, self._finder, _part(work, 0.0, _LOOKED))
        if not measured:
            raise VidereError(Reason.DECODE_FAILED, "no frame of the media could be decoded")
        return self._stills(work, source, options, choose(beside_each_other(measured), 1))

    def _stills(
        self, work: Work, source: FrameSource, options: CoverOptions, chosen: list[Measured]
    ) -> list[Made]:
        form = FORMATS[options.format]
        order = {one.frame: place for place, one in enumerate(chosen, start=1)}
        covers: dict[int, Made] = {}
        size = source.size(max_side=options.max_side)
        for item in source.read(sorted(order), size):
            if item.picture is None:
                raise VidereError(Reason.DECODE_FAILED, f"frame {item.frame} decoded only once")
            place = order[item.frame]
            covers[place] = _told(
                Made(
                    name=f"cover-{place}.{form.suffix}",
                    role="cover",
                    media_type=form.media_type,
                    data=self._encoder.encode(item.picture, form),
                ),
                source,
                chosen[place - 1],
            )
            work.progress(_LOOKED_AGAIN + (1 - _LOOKED_AGAIN) * len(covers) / len(chosen))
        return [covers[place] for place in sorted(covers)]

    def _moving(
        self, work: Work, source: FrameSource, options: CoverOptions, one: Measured, place: int
    ) -> Made:
        stretch = _moment(work, source, source.pictures.start_ns(one.frame), options.length_ns)
        made = (
            self._clip(work, source, options, stretch, place)
            if options.motion == "mp4"
            else self._animation(work, source, options, stretch, place)
        )
        return _told(made, source, one)

    def _animation(
        self, work: Work, source: FrameSource, options: CoverOptions, stretch: Stretch, place: int
    ) -> Made:
        length = stretch.end_ns - stretch.start_ns
        count = max(1, length * RATE // _NS)
        instants = [stretch.start_ns + number * _NS // RATE for number in range(count)]
        frames = [source.pictures.frame_at(ns) for ns in instants]
        size = source.size(max_side=options.max_side)
        pictures = {}
        for item in source.read(sorted(set(frames)), size):
            work.check()
            if item.picture is not None:
                pictures[item.frame] = item.picture
        shown = [pictures[frame] for frame in frames if frame in pictures]
        if not shown:
            raise VidereError(Reason.DECODE_FAILED, "no frame of the cover could be decoded")
        file = f"cover-{place}.{suffix_of(options.motion)}"
        return Made(
            name=file,
            role="cover",
            media_type=MEDIA_TYPES[options.motion],
            data=self._animator.encode(shown, options.motion),
            facts=MadeFacts(
                file, len(shown) * _NS // RATE, size[0], size[1], frames=len(shown),
                frame_rate=Fraction(RATE), video_codec=options.motion,
            ),
        )  # fmt: skip

    def _clip(
        self, work: Work, source: FrameSource, options: CoverOptions, stretch: Stretch, place: int
    ) -> Made:
        preset = PRESETS[_CLIP]
        width, height = source.size(max_side=options.max_side)
        wanted = RenditionOptions(
            name=f"cover-{place}", preset=preset, width=width, height=height, aspect=None,
            fit="inside", frame_rate=None, options=preset.options, with_sound=False,
        )  # fmt: skip
        part = Part("main", Seconds(Fraction(stretch.start_ns, _NS), Fraction(stretch.end_ns, _NS)))
        (made,) = self.make(work, ["task.cover"], [part], [wanted])
        return replace(made, role="cover")


def _part(work: Work, begin: float, end: float) -> Callable[[float], None]:
    return lambda share: work.progress(begin + (end - begin) * share)


def _told(made: Made, source: FrameSource, one: Measured) -> Made:
    return replace(
        made,
        offset_ns=source.pictures.start_ns(one.frame),
        score=one.score,
        cover=one,
    )


def _moment(work: Work, source: FrameSource, ns: int, length_ns: int) -> Stretch:
    """Return the liveliest stretch around an instant, inside its shot."""
    pictures = source.pictures
    first = pictures.frame_at(max(0, ns - length_ns))
    last = pictures.frame_at(min(pictures.end_ns - 1, ns + length_ns))
    smalls, instants = [], []
    for item in source.read(range(first, last + 1), source.size(max_side=_SMALL_SIDE)):
        work.check()
        if item.picture is not None:
            smalls.append(small(item.picture))
            instants.append(pictures.start_ns(item.frame))
    if not smalls:
        raise VidereError(Reason.DECODE_FAILED, "no frame of the cover could be decoded")
    ends = pictures.start_ns(last + 1) if last + 1 < len(pictures.pts) else pictures.end_ns
    instants.append(ends)
    shot = shot_around(instants, smalls, ns)
    known = next((one for one in work.known.shots if one.holds(ns)), None)
    if known is not None:
        shot = Stretch(max(shot.start_ns, known.start_ns), min(shot.end_ns, known.end_ns))
    return liveliest(instants, smalls, shot, ns, length_ns)
