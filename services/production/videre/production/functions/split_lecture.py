"""Split a lecture: parts where its slides change, with their titles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from google.protobuf.duration_pb2 import Duration

from videre.common.errors import Reason, VidereError, invalid
from videre.exports.cut_list import FINE_RATE, CutList, ListedPart, to_edl, to_otio
from videre.exports.production_params import SplitLectureOptions
from videre.exports.production_params.cuts import Part
from videre.exports.subject import NotCarriedError
from videre.production.decode import FrameSource
from videre.production.functions.base import Input, Made, Work
from videre.production.functions.detect_beats import message_json
from videre.production.lectures.parts import SlidePart, find_parts
from videre.production.media_index import Pictures
from videre.production.rendering.job import Segment
from videre.production.rendering.run import RenderingFunction, tracks, within
from videre.production.rendering.timeline import constant_rate
from videre.v1 import production_pb2 as pb

_NS: Final = 1_000_000_000
_MAIN: Final = "main"
_FIELD: Final = "task.split_lecture"
#: Files of parts that one task makes at most.
_MOST_FILES: Final = 500
#: Share of the work when the parts are known.
_KNOWN: Final = 0.5

Span = tuple[Fraction, Fraction]


class SplitLecture(RenderingFunction):
    """A file a part, edit lists, and `lecture.json`."""

    feature = "split_lecture"

    def render(self, work: Work) -> list[Made]:
        """See Function.

        Raises NO_TRACK for what has no moving picture; FIELD_INVALID for a stretch behind the
        input's end, more than 500 files, an edit list that cannot count the frames; DECODE_FAILED,
        DECODE_LIMIT.
        """
        options = work.options
        assert isinstance(options, SplitLectureOptions)
        given = work.input(options.input)
        pictures = given.media.pictures
        if pictures is None or given.media.kind != "video":
            raise VidereError(
                Reason.NO_TRACK, f"input {given.name!r} has no moving picture",
                metadata={"input": given.name, "actual": given.media.kind},
            )  # fmt: skip
        if options.with_files:
            tracks([given], [options.output])
        whole = within(given, Part(options.input, options.stretch), f"{_FIELD}.range")
        frames = range(
            pictures.frame_at(int(whole[0] * _NS)), pictures.frame_at(int(whole[1] * _NS) - 1) + 1
        )
        lines = work.known.lines if options.input == _MAIN else ()
        source = FrameSource(given.path, pictures, work.check)
        parts = find_parts(
            source, frames, lines, int(options.shortest * _NS),
            lambda share: work.progress(share * _KNOWN),
        )  # fmt: skip
        work.spent(source.cpu_seconds, source.decoded)
        spans = _spans(parts, pictures, whole)
        lists = [_edit_list(given, pictures, parts, spans, one) for one in options.edit_lists]
        films = self._films(work, options, given, spans) if options.with_files else []
        work.progress(1.0)
        told = lecture_message(parts, spans, [one.name for one in films])
        listed = Made(
            "lecture.json", "lecture", "application/json", message_json(told), lecture=told
        )  # fmt: skip
        return [*films, *lists, listed]

    def _films(
        self, work: Work, options: SplitLectureOptions, given: Input, spans: Sequence[Span]
    ) -> list[Made]:
        count = len(spans)
        if count > _MOST_FILES:
            words = f"there are {count} parts, at most {_MOST_FILES} become files"
            raise refused("shortest", words, str(_MOST_FILES), str(count))
        films: list[Made] = []
        for number, (start, end) in enumerate(spans):
            done = _KNOWN + (1 - _KNOWN) * number / count
            part = replace(work, progress=_share(work.progress, done, (1 - _KNOWN) / count))
            output = replace(options.output, name=f"{options.output.name}-{number + 1}")
            films += self.encode(
                part, {given.name: given}, (Segment(0, start, end),), [output],
                picture=bool(output.preset.video),
                sound=given.media.sound is not None and output.with_sound,
            )  # fmt: skip
        return films


def _share(progress: Callable[[float], None], done: float, rest: float) -> Callable[[float], None]:
    """Return what tells of a part of the work, as part of the whole."""
    return lambda share: progress(done + rest * share)


def refused(field: str, words: str, limit: str, actual: str) -> VidereError:
    """Return the error of a parameter that does not suit the media."""
    return invalid(f"{_FIELD}.{field}", words, limit=limit, actual=actual)


def _spans(parts: Sequence[SlidePart], pictures: Pictures, whole: Span) -> list[Span]:
    """Return when parts begin and end, seconds from the origin: at frames, but for the ends."""
    starts = [
        int(pictures.pts[part.first]) * pictures.time_base - pictures.origin for part in parts[1:]
    ]
    return list(zip([whole[0], *starts], [*starts, whole[1]], strict=True))


def _edit_list(
    given: Input,
    pictures: Pictures,
    parts: Sequence[SlidePart],
    spans: Sequence[Span],
    form: pb.EditListFormat.ValueType,
) -> Made:
    """Return the parts as an edit list of the input, in its frames."""
    rate = constant_rate(pictures)
    if rate is None:
        listed = [
            ListedPart(part.title, round(start * FINE_RATE), round(end * FINE_RATE))
            for part, (start, end) in zip(parts, spans, strict=True)
        ]
        edits = CutList(given.name, FINE_RATE, round(given.media.end * FINE_RATE), tuple(listed))
    else:
        listed = [ListedPart(part.title, part.first, part.end) for part in parts]
        edits = CutList(given.name, rate, len(pictures.pts), tuple(listed))
    if form == pb.EDIT_LIST_FORMAT_OTIO:
        return Made("lecture.otio", "edit-list", "application/json", to_otio(edits))
    try:
        return Made("lecture.edl", "edit-list", "text/plain", to_edl(edits))
    except NotCarriedError as error:
        actual = "varying" if rate is None else f"{float(rate):g}"
        limit = "a rate with SMPTE timecodes"
        raise refused("edit_lists", str(error), limit, actual) from error


def lecture_message(
    parts: Sequence[SlidePart], spans: Sequence[Span], files: Sequence[str]
) -> pb.Lecture:
    """Return the parts of a lecture as message."""
    return pb.Lecture(
        parts=[
            pb.LecturePart(
                start_offset=_duration(start),
                end_offset=_duration(end),
                start_frame=part.first,
                end_frame=part.end,
                title=part.title,
                file=files[number] if files else "",
            )
            for number, (part, (start, end)) in enumerate(zip(parts, spans, strict=True))
        ]
    )


def _duration(seconds: Fraction) -> Duration:
    whole, nanos = divmod(round(seconds * _NS), _NS)
    return Duration(seconds=whole, nanos=nanos)
