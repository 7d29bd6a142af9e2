"""A verdict → an edit: nothing that is flagged stays outside of it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import opentimelineio as otio
import pytest
from google.protobuf.duration_pb2 import Duration
from hypothesis import given
from hypothesis import strategies as st

from videre.exports.cut_list import Change, CutList, ListedPart, to_edl, to_fcp_xml, to_otio
from videre.exports.production_params import options_of, violations_of
from videre.exports.subject import NotCarriedError
from videre.production.known import Finding, FlaggedPart, Followed, Judged, SeenAt, Stretch
from videre.production.redaction.findings import judged_from
from videre.production.redaction.plan import (
    COVER,
    CUT,
    KEEP,
    KEPT,
    NOT_IN_MEDIA,
    Extent,
    Plan,
    Wishes,
    plan,
)
from videre.production.retouching.obscuring import box_at
from videre.v1 import analysis_pb2, types_pb2
from videre.v1 import production_pb2 as pb

SECOND = 1_000_000_000
FRAME = SECOND // 25
END = 4 * SECOND
FILM = Extent(END, tuple(range(0, END + 1, FRAME)), sounds=True)


def wishes(on_block: str = COVER, on_review: str = COVER, **others: object) -> Wishes:
    given: dict[str, object] = {
        "categories": frozenset(), "mode": "fill", "grow": 0.15, "margin_ns": 0,
    } | others  # fmt: skip
    return Wishes(on_block, on_review, **given)  # type: ignore[arg-type]


def finding(*parts: FlaggedPart, suggestion: str = "block", category: str = "porn") -> Finding:
    return Finding(category, "image", "nude", suggestion, parts)


def edit(*findings: Finding, asked: Wishes | None = None, ways: tuple[Followed, ...] = ()) -> Plan:
    return plan(Judged("careful@1", findings), FILM, asked or wishes(), ways)


def inside(spans: tuple[tuple[int, int], ...], ns: int) -> bool:
    return any(start <= ns < end for start, end in spans)


def hides(made: Plan, ns: int, box: tuple[float, float, float, float]) -> bool:
    """Tell whether a box is hidden in the frame that is on show at an instant."""
    shown = ns // FRAME * FRAME
    x, y, width, height = box
    for one in made.hidden:
        if one.start_ns <= shown < one.end_ns:
            left, top, wide, high = box_at(one, shown)
            if (left <= x + 1e-9 and top <= y + 1e-9 and left + wide >= x + width - 1e-9
                    and top + high >= y + height - 1e-9):  # fmt: skip
                return True
    return False


TIMES = st.integers(0, END - 1)
SIDES = st.floats(0.05, 0.4)


@st.composite
def parts(draw: st.DrawFn) -> FlaggedPart:
    start, end = sorted((draw(TIMES), draw(TIMES)))
    looks = draw(st.lists(st.integers(start, max(start, end - 1)), max_size=4, unique=True))
    boxes = [
        SeenAt(look, draw(SIDES), draw(SIDES), draw(SIDES), draw(SIDES))
        for look in sorted(looks)
        for _ in range(draw(st.integers(1, 2)))
    ]
    return FlaggedPart(
        Stretch(start, end), draw(st.booleans()), draw(st.booleans()), tuple(boxes),
        more=draw(st.booleans()),
    )  # fmt: skip


FINDINGS = st.lists(
    st.builds(
        Finding,
        st.sampled_from(["porn", "ad"]), st.just("image"), st.just("x"),
        st.sampled_from(["block", "review"]), st.lists(parts(), max_size=3).map(tuple),
    ),
    max_size=4,
).map(tuple)  # fmt: skip
ACTIONS = st.sampled_from([COVER, CUT, KEEP])


@given(FINDINGS, ACTIONS, ACTIONS, st.sampled_from([0, FRAME // 2, SECOND]),
       st.sampled_from([frozenset(), frozenset({"porn"})]))  # fmt: skip
def test_nothing_that_is_flagged_stays_outside_the_edit(
    findings: tuple[Finding, ...], block: str, review: str, margin: int, only: frozenset[str]
) -> None:
    asked = wishes(block, review, margin_ns=margin, categories=only)
    made = edit(*findings, asked=asked)
    assert len(made.edited) + len(made.unedited) == len(findings)
    for one in findings:
        action = block if one.suggestion == "block" else review
        if action == KEEP or (only and one.category not in only):
            continue
        for part in one.parts:
            start, end = part.stretch.start_ns, max(part.stretch.end_ns, part.stretch.start_ns + 1)
            looks = sorted({box.ns for box in part.boxes})
            for ns in {start, (start + end) // 2, end - 1, *looks}:
                gone = inside(made.cut, ns)
                assert gone or action == COVER
                assert gone or not part.heard or inside(made.covered, ns)
                if gone or not part.seen:
                    continue
                before = max(
                    (look for look in looks if look <= ns), default=looks[0:1] and looks[0]
                )
                after = min((look for look in looks if look >= ns), default=before)
                near = [box for box in part.boxes if box.ns in (before, after)]
                for box in near or [SeenAt(ns, 0, 0, 1, 1)]:
                    assert hides(made, ns, (box.x, box.y, box.width, box.height))


@given(FINDINGS, st.sampled_from([0, SECOND]))
def test_what_is_kept_and_what_is_cut_is_all_there_is(
    findings: tuple[Finding, ...], margin: int
) -> None:
    made = edit(*findings, asked=wishes(CUT, CUT, margin_ns=margin))
    spans = sorted((*made.kept, *made.cut))
    assert all(start < end for start, end in spans)
    assert [0, *(end for _, end in spans)] == [*(start for start, _ in spans), END]
    borders = [side for span in made.kept for side in span]
    assert all(side % FRAME == 0 or side == END for side in borders)
    # A frame that the grid of the output takes from a cut shows nothing.
    for start, end in made.cut:
        assert hides(made, start, (0, 0, 1, 1))
        assert hides(made, end - 1, (0, 0, 1, 1))


def test_findings_of_other_kinds_stay_and_are_told() -> None:
    there = FlaggedPart(Stretch(0, SECOND), seen=True, heard=False)
    made = edit(
        finding(there, suggestion="review"), finding(there, category="ad"), finding(),
        asked=wishes(CUT, KEEP, categories=frozenset({"porn"})),
    )  # fmt: skip
    assert not made.cut
    assert [reason for *_, reason in made.unedited] == [KEPT, KEPT, NOT_IN_MEDIA]
    unsettled = plan(Judged("t@1", (), (("ad", "text", "NOT_CHECKED"),)), FILM, wishes(), ())
    assert unsettled.unedited == (("ad", "text", "", "NOT_CHECKED"),)
    assert unsettled.kept == ((0, END),)


def test_what_was_followed_throughout_is_hidden_on_its_way() -> None:
    """Of many sightings only some are told: then a track must know the rest, or all is hidden."""
    box = SeenAt(SECOND, 0.1, 0.1, 0.2, 0.2)
    part = FlaggedPart(Stretch(SECOND, 3 * SECOND), True, False, (box,), more=True)
    track = tuple(SeenAt(SECOND + n * SECOND // 2, 0.1 + n / 10, 0.1, 0.2, 0.2) for n in range(5))
    made = edit(finding(part), ways=(Followed("person", track),))
    assert hides(made, 2 * SECOND, (0.3, 0.1, 0.2, 0.2))
    assert made.edited[0].places == len(made.hidden) == 2
    short = (Followed("person", track[:2]),)
    assert edit(finding(part), ways=short).hidden[0].keys[0][1:] == (0.0, 0.0, 1.0, 1.0)
    assert edit(finding(part)).edited[0].places == 0


def span(start: float, end: float) -> types_pb2.TimeSpan:
    sides = [Duration(seconds=int(one), nanos=round(one % 1 * SECOND)) for one in (start, end)]
    return types_pb2.TimeSpan(start_offset=sides[0], end_offset=sides[1])


def test_a_verdict_tells_words_one_by_one_and_places_of_lines() -> None:
    analysis = analysis_pb2.Analysis()
    assert judged_from(analysis) is None
    for kind, y in ((analysis_pb2.TEXT_KIND_FIXED, 0.1), (analysis_pb2.TEXT_KIND_CRAWL, 0.8)):
        analysis.text_lines.add(
            text="buy now", span=span(1, 2), kind=kind,
            box=types_pb2.BoundingBox(x=0.3, y=y, width=0.2, height=0.1),
        )  # fmt: skip
    verdict = analysis.verdict
    verdict.template = "careful@4"

    def segment(medium: str, **fields: object) -> analysis_pb2.VerdictSegment:
        group = verdict.groups.add(category="ad", medium=medium)
        return group.segments.add(
            span=span(0, 3), label="x", suggestion=analysis_pb2.SUGGESTION_REVIEW, **fields
        )

    hit = analysis_pb2.WordHit(text="now", start=4, end=7, span=span(1, 2))
    segment("speech", word_hits=[hit, analysis_pb2.WordHit(span=span(2, 3))])
    segment("text", word_hits=[hit])
    segment("sound")
    segment("metadata", word_hits=[hit])
    shown = types_pb2.EvidenceRef(
        modality="image", span=span(0.5, 0.6),
        box=types_pb2.BoundingBox(x=0.1, y=0.1, width=0.2, height=0.2),
    )  # fmt: skip
    heard = types_pb2.EvidenceRef(modality="sound", span=span(0.5, 0.6))
    segment("image", evidence=[shown, heard])
    segment("image", evidence=[shown, types_pb2.EvidenceRef(modality="image")])
    segment("image", evidence=[shown] * 20)
    segment("image", evidence=[shown], hash_hits=[analysis_pb2.HashHit(frame=3)])
    verdict.groups.add(
        category="porn", medium="image", reason="NOT_CHECKED",
        suggestion=analysis_pb2.SUGGESTION_REVIEW,
    )  # fmt: skip
    judged = judged_from(analysis)
    assert judged is not None
    assert judged.unsettled == (("porn", "image", "NOT_CHECKED"),)
    spoken, text, sound, given_with, first, second, many, listed = (
        one.parts for one in judged.findings
    )
    assert [part.stretch for part in spoken] == [
        Stretch(SECOND, 2 * SECOND), Stretch(2 * SECOND, 3 * SECOND),
    ]  # fmt: skip
    assert [round(box.width, 6) for box in text[0].boxes] == [0.2, 1]
    assert (sound[0].heard, sound[0].seen, given_with) == (True, False, ())
    assert (first[0].heard, len(first[0].boxes), first[0].more) == (True, 1, False)
    assert (second[0].boxes, listed[0].boxes, many[0].more) == ((), (), True)


def test_the_edit_is_told_to_editing_programs() -> None:
    changes = [Change("image: nude", 30, 60, seen=True), Change("speech: x", 5, 9, seen=False)]
    parts = (ListedPart("main", 0, 50), ListedPart("main", 75, 100))
    told = CutList("main", Fraction(25), 100, parts, tuple(changes), heard=True)
    timeline = otio.adapters.read_from_string(to_otio(told).decode(), "otio_json")
    video, audio = timeline.tracks
    assert [clip.source_range.start_time.value for clip in video] == [0, 75]
    assert [clip.source_range.duration.value for clip in audio] == [50, 25]
    assert [len(clip.markers) for clip in (*video, *audio)] == [1, 0, 1, 0]
    assert video[0].markers[0].marked_range.end_time_inclusive().value == 49
    assert b"00:00:03:00 00:00:04:00 00:00:02:00 00:00:03:00" in to_edl(told)
    assert b"xmeml" in to_fcp_xml(told)
    for write in (to_edl, to_fcp_xml):
        with pytest.raises(NotCarriedError, match="no timecode counts 15 frames"):
            write(replace(told, rate=Fraction(15)))


def test_what_is_not_said_has_its_default() -> None:
    task = pb.ProductionTask(redact=pb.RedactParams())
    assert violations_of(task) == []
    options = options_of(task)
    assert (options.on_block, options.on_review, options.mode) == (COVER, COVER, "blur")  # type: ignore[attr-defined]
    task.redact.categories.append("pron")
    assert [one.field for one in violations_of(task)] == ["redact.categories[0]"]


@pytest.mark.parametrize("extent", [Extent(END, (), sounds=True), Extent(1, (0, 1), sounds=False)])
def test_sound_alone_and_pictures_have_what_they_have(extent: Extent) -> None:
    part = FlaggedPart(Stretch(0, 0), seen=True, heard=True)
    made = plan(Judged("t@1", (finding(part),)), extent, wishes(), ())
    assert bool(made.hidden) == bool(extent.frames)
    assert bool(made.covered) == extent.sounds
