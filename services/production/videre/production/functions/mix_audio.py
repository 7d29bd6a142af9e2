"""Mix: several tracks of sound as one, matched in loudness, music lowered under speech."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from videre.common.errors import Reason, VidereError
from videre.exports.production_params import MixAudioOptions
from videre.exports.production_params.cuts import Part
from videre.exports.production_params.mix_audio import Track
from videre.exports.production_params.preview import LENGTH, Glance
from videre.exports.production_params.times import Stretch
from videre.production.functions.base import Input, Made, Work
from videre.production.previewing.moment import first_heard, refused
from videre.production.rendering.job import Mix, MixedTrack, Segment
from videre.production.rendering.run import RenderingFunction, within
from videre.production.rendering.samples import require_sound

_NS = 1_000_000_000


class MixAudio(RenderingFunction):
    """One file. Speech of the main input is where the analysis heard it, else where it is loud."""

    feature = "mix_audio"

    def render(self, work: Work) -> list[Made]:
        """See Function. Raises NO_TRACK where an input has no sound, or no picture to go with."""
        options = work.options
        assert isinstance(options, MixAudioOptions)
        names = list(
            dict.fromkeys(
                [
                    *([options.picture] if options.picture else []),
                    *(t.input for t in options.tracks),
                ]
            )
        )
        inputs = {name: work.input(name) for name in names}
        tracks = tuple(
            _track(work, inputs, names, track, f"task.mix_audio.tracks[{place}].range")
            for place, track in enumerate(options.tracks)
        )
        length = max(track.start + track.end - track.begin for track in tracks)
        if options.picture:
            media = inputs[options.picture].media
            if media.pictures is None or media.kind != "video":
                raise VidereError(
                    Reason.NO_TRACK, f"input {options.picture!r} has no moving picture",
                    metadata={"input": options.picture, "track": "picture"},
                )  # fmt: skip
            whole = Part(options.picture, Stretch(Fraction(0), None))
            length = within(inputs[options.picture], whole, "task.mix_audio.picture")[1]
        if work.preview is not None:
            tracks, length = heard_around(tracks, work.preview, length)
        mix = Mix(tracks, options.loudness, options.true_peak, options.duck_db)
        segments = (Segment(0, Fraction(0), length),)
        return self.encode(
            work, inputs, segments, [options.output], picture=bool(options.picture), sound=True,
            mix=mix,
        )  # fmt: skip


def heard_around(
    tracks: tuple[MixedTrack, ...], glance: Glance, length: Fraction
) -> tuple[tuple[MixedTrack, ...], Fraction]:
    """Return what is heard of a mix in a few seconds, and how long that is.

    Raises:
        VidereError: FIELD_INVALID, nothing is heard then.
    """
    first = first_heard(glance, length)
    last = min(length, first + LENGTH)
    heard = []
    for one in tracks:
        begin, end = max(first, one.start), min(last, one.start + one.end - one.begin)
        if begin < end:
            cut = one.begin + begin - one.start
            heard.append(replace(one, begin=cut, end=cut + end - begin, start=begin - first))
    if not heard:
        raise refused("where a track is heard", f"{float(first):g} s")
    return tuple(heard), last - first


def _track(
    work: Work, inputs: Mapping[str, Input], names: list[str], track: Track, field: str
) -> MixedTrack:
    given = inputs[track.input]
    require_sound(given)
    begin, end = within(given, Part(track.input, track.stretch), field)
    heard = work.known.utterances if track.input == "main" and track.role == "voice" else ()
    return MixedTrack(
        source=names.index(track.input),
        role=track.role,
        begin=begin,
        end=end,
        start=track.start,
        gain_db=track.gain_db,
        speech=tuple((one.stretch.start_ns / _NS, one.stretch.end_ns / _NS) for one in heard),
    )
