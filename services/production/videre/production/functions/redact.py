"""The main input without what the job's verdict flags: hidden, covered or cut out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import Final

from google.protobuf.duration_pb2 import Duration

from videre.common.errors import Reason, VidereError, invalid
from videre.exports.cut_list import (
    FINE_RATE,
    Change,
    CutList,
    ListedPart,
    to_edl,
    to_fcp_xml,
    to_otio,
)
from videre.exports.production_params import RedactOptions
from videre.exports.production_params.cuts import Part
from videre.exports.production_params.times import Stretch
from videre.exports.subject import NotCarriedError
from videre.production.functions.base import Input, Made, Work
from videre.production.functions.detect_beats import message_json
from videre.production.functions.retouching import RetouchingFunction
from videre.production.functions.trim_silence import fitting_output
from videre.production.known import Followed, Judged, Known
from videre.production.media_index import Media
from videre.production.redaction.plan import COVER, Extent, Plan, Span, Wishes, plan
from videre.production.rendering.sound_edits import SoundEdits
from videre.production.rendering.timeline import constant_rate
from videre.production.retouching.edits import Edits
from videre.v1 import production_pb2 as pb

_NS: Final = 1_000_000_000
_MAIN: Final = "main"
_FIELD: Final = "task.redact"
_ACTIONS: Final = {"cover": pb.REDACT_ACTION_COVER, "cut": pb.REDACT_ACTION_CUT}


class Redact(RetouchingFunction):
    """The edited media, `redaction.json`, and the cuts as edit lists."""

    feature = "redact"

    def render(self, work: Work) -> list[Made]:
        """See Function and `RenderingFunction.make`.

        Raises NOT_REQUESTED where nobody judged; FIELD_INVALID where everything would be cut out,
        and for cuts in a picture.
        """
        options = work.options
        assert isinstance(options, RedactOptions)
        given, judged = work.input(_MAIN), work.known.judged
        if judged is None:
            raise VidereError(
                Reason.NOT_REQUESTED,
                "the task needs a verdict: the job has no moderation template, or nobody judged",
                metadata={"feature": "moderate"},
            )
        extent = _extent(given.media)
        edit = plan(judged, extent, _wishes(options), _ways(work.known))
        told = Made("redaction.json", "redaction", "application/json", _told(judged, edit))
        if given.media.kind == "image":
            return [*self._picture(work, given, options, edit), told]
        made = self._film(work, given, options, edit, extent)
        return [*made, told, *_edit_lists(given, edit)]

    def _picture(self, work: Work, given: Input, options: RedactOptions, edit: Plan) -> list[Made]:
        if edit.cut:
            raise invalid(
                f"{_FIELD}.on_block",
                "a picture has nothing that could be cut out",
                limit="COVER",
                actual="CUT",
            )
        edits = Edits(hidden=tuple(replace(one, start_ns=0, end_ns=0) for one in edit.hidden))
        made = self.picture(work, given, edits, options.image_format)
        return [replace(one, obscured=edits.hidden) for one in made]

    def _film(
        self, work: Work, given: Input, options: RedactOptions, edit: Plan, extent: Extent
    ) -> list[Made]:
        if not edit.kept:
            raise invalid(
                _FIELD,
                "nothing would be left: all of it is flagged",
                limit="something unflagged",
                actual="none",
            )
        instants = _instants(given.media, extent)
        parts = [Part(_MAIN, Stretch(instants(start), instants(end))) for start, end in edit.kept]
        seen = given.media.pictures is not None
        covered = tuple((start / _NS, end / _NS) for start, end in edit.covered)
        made = self.make(
            work, [f"{_FIELD}.on_block"] * len(parts), parts,
            [fitting_output(given, options.output)],
            edits=Edits(hidden=edit.hidden) if seen and edit.hidden else None,
            sound_edits=SoundEdits(covered=covered, tone_hz=options.tone_hz) if covered else None,
        )  # fmt: skip
        return [replace(one, obscured=edit.hidden) if seen else one for one in made]


def _extent(media: Media) -> Extent:
    """Return what can be edited of a media; a picture lasts a moment."""
    if media.kind == "image":
        return Extent(1, (0, 1), sounds=False)
    pictures = media.pictures
    frames: list[int] = []
    if pictures is not None:
        frames = [pictures.start_ns(number) for number in range(len(pictures.pts))]
        frames.append(max(pictures.end_ns, frames[-1] + 1))
    return Extent(int(media.end * _NS), frames, media.sound is not None)


def _instants(media: Media, extent: Extent) -> Callable[[int], Fraction]:
    """Return what gives the exact instant of a border: frames begin between nanoseconds."""
    pictures = media.pictures
    exact = {extent.end_ns: media.end}
    if pictures is not None:
        exact |= {
            ns: int(pts) * pictures.time_base - pictures.origin
            for ns, pts in zip(extent.frames, [*pictures.pts, pictures.end_pts], strict=True)
        }
    return lambda ns: exact.get(ns, Fraction(ns, _NS))


def _wishes(options: RedactOptions) -> Wishes:
    return Wishes(
        on_block=options.on_block,
        on_review=options.on_review,
        categories=options.categories,
        mode=options.mode,
        grow=options.grow,
        margin_ns=int(options.margin * _NS),
    )


def _ways(known: Known) -> list[Followed]:
    """Return what was followed through the pictures, text apart, which has places of its own."""
    seen = [one for one in known.followed if one.kind != "text"]
    return [*known.face_ways, *seen, *known.vehicles]


def _told(judged: Judged, edit: Plan) -> bytes:
    return message_json(
        pb.Redaction(
            template=judged.template,
            edited=[
                pb.RedactedFinding(
                    category=one.finding.category,
                    medium=one.finding.medium,
                    label=one.finding.label,
                    action=_ACTIONS[one.action],
                    spans=[_stretch(span) for span in one.spans],
                    places=one.places,
                )
                for one in edit.edited
            ],
            unedited=[
                pb.UneditedFinding(category=category, medium=medium, label=label, reason=reason)
                for category, medium, label, reason in edit.unedited
            ],
            kept=[_stretch(span) for span in edit.kept],
        )
    )


def _stretch(span: Span) -> pb.RedactedStretch:
    start, end = (Duration(seconds=ns // _NS, nanos=ns % _NS) for ns in span)
    return pb.RedactedStretch(start_offset=start, end_offset=end)


def _edit_lists(given: Input, edit: Plan) -> list[Made]:
    """Return the cuts for editing programs: those that can count the frames, as they are."""
    media = given.media
    rate = None if media.pictures is None else constant_rate(media.pictures)
    ticks = rate or FINE_RATE

    def spans(found: tuple[Span, ...]) -> list[tuple[int, int]]:
        return [(round(a * ticks / _NS), round(b * ticks / _NS)) for a, b in found]

    cuts = CutList(
        media=given.name,
        rate=ticks,
        length=round(media.end * ticks),
        parts=tuple(ListedPart(given.name, start, end) for start, end in spans(edit.kept)),
        changes=tuple(
            Change(f"{one.finding.medium}: {one.finding.label}", start, end, seen, {
                "category": one.finding.category,
                "places": one.places,
            })
            for one in edit.edited
            if one.action == COVER
            for start, end in spans(one.spans)
            for seen in sorted({part.seen for part in one.finding.parts})
        ),
        seen=media.pictures is not None,
        heard=media.sound is not None,
    )  # fmt: skip
    made = [Made("edit.otio", "edit-list", "application/json", to_otio(cuts))]
    if rate is not None:
        with suppress(NotCarriedError):
            made.append(Made("edit.edl", "edit-list", "text/plain", to_edl(cuts)))
            made.append(Made("edit.xml", "edit-list", "application/xml", to_fcp_xml(cuts)))
    return made
