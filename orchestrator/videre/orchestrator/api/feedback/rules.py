"""What a correction must be, before and after the analysis that it is about is known. Pure."""

from __future__ import annotations

from typing import Final

from videre.common.values import TimeSpan
from videre.orchestrator.api.messages.segments import LABELS, MAKERS
from videre.orchestrator.api.messages.statements import Messages
from videre.orchestrator.api.request import duration_ns
from videre.orchestrator.api.validation import REQUEST_ID, Violations
from videre.orchestrator.document import Analysis
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.timeline import Timeline
from videre.v1 import feedback_pb2 as pb
from videre.v1 import types_pb2

MAX_CORRECTIONS: Final = 1_000
_MAX_BOXES: Final = 100
_WORDS_BYTES: Final = 4_096
_KINDS: Final = tuple(kind for kind in pb.CorrectionKind.values() if kind)
_TEXTS: Final = ("text_lines", "utterances")
_VERDICT: Final = "verdict"
#: Lists that a kind may be about, the default first; a kind that is not here is about none.
_LISTS: Final = {
    pb.CORRECTION_KIND_WRONG: (LABELS, *(name for name in MAKERS if name != LABELS), _VERDICT),
    pb.CORRECTION_KIND_MISSING: (LABELS, *(name for name in MAKERS if name != LABELS), _VERDICT),
    pb.CORRECTION_KIND_PERSON: ("people",),
    pb.CORRECTION_KIND_TEXT: _TEXTS,
}


def check_feedback(request: pb.SubmitFeedbackRequest) -> None:
    """Raise FIELD_INVALID with everything that is wrong with a request, whatever it is about."""
    found = Violations()
    if request.request_id:
        found.pattern("request_id", request.request_id, REQUEST_ID)
    subject = request.WhichOneof("subject")
    if subject is None or not getattr(request, subject):
        found.add("subject", "is empty", "job_id or media_id", "")
    top = 0 if subject == "job_id" else 2**53
    found.number("revision", request.revision, 0, top)
    found.size("author", request.author, 128)
    found.size("source", request.source, 64)
    found.number("corrections", len(request.corrections), 1, MAX_CORRECTIONS)
    for index, correction in enumerate(request.corrections[:MAX_CORRECTIONS]):
        _check(found, f"corrections[{index}]", correction)
    found.raise_if_any()


def _check(found: Violations, at: str, correction: pb.Correction) -> None:
    kind = correction.kind
    if kind not in _KINDS:
        names = ", ".join(pb.CorrectionKind.keys()[1:])
        found.add(f"{at}.kind", "is no kind", names, kind)
        return
    lists = _LISTS.get(kind, ("",))
    needed = kind == pb.CORRECTION_KIND_TEXT
    if correction.list not in lists and (correction.list or needed):
        found.add(f"{at}.list", "is no such list", ", ".join(lists), correction.list)
    found.size(f"{at}.name", correction.name, 256)
    for name in ("text", "corrected_text", "comment"):
        found.size(f"{at}.{name}", getattr(correction, name), _WORDS_BYTES)
    found.count(f"{at}.boxes", len(correction.boxes), _MAX_BOXES)
    _check_needed(found, at, correction)


def _check_needed(found: Violations, at: str, correction: pb.Correction) -> None:
    """Check that a kind has what it cannot be understood without."""
    kind = correction.kind
    statement = kind in (pb.CORRECTION_KIND_WRONG, pb.CORRECTION_KIND_MISSING)
    if statement and not (correction.node_id or correction.name):
        found.add(f"{at}.name", "is empty, and so is node_id", "one of the two", "")
    if kind == pb.CORRECTION_KIND_TEXT and not correction.text:
        found.add(f"{at}.text", "is empty", "the words of the analysis", "")
    if kind == pb.CORRECTION_KIND_COMMENT and not correction.comment.strip():
        found.add(f"{at}.comment", "is empty", "1 character", "")


class Resolver:
    """Fits corrections to the analysis that they are about."""

    def __init__(self, analysis: Analysis, timeline: Timeline, taxonomy: Taxonomy) -> None:
        self._timeline, self._taxonomy = timeline, taxonomy
        self._people = {person.id for person in analysis.people}
        self._nodes = {label.node_id for label in analysis.labels}
        self._messages = Messages(timeline, taxonomy, "en")

    def resolve(self, found: Violations, at: str, given: pb.Correction) -> pb.Correction:
        """Return a checked correction with its list, and every time as offset and as frame.

        What does not fit the analysis is recorded in `found`.
        """
        correction = pb.Correction()
        correction.CopyFrom(given)
        correction.list = given.list or _LISTS.get(given.kind, ("",))[0]
        node = given.node_id
        if node and node not in self._taxonomy.nodes and node not in self._nodes:
            found.add(f"{at}.node_id", "is no node of the taxonomy", "a node", node)
        for name in ("person_id", "same_person_id"):
            person = getattr(given, name)
            needed = given.kind == pb.CORRECTION_KIND_PERSON and name == "person_id"
            if (person or needed) and person not in self._people:
                found.add(f"{at}.{name}", "is nobody in the analysis", "a person", person)
        if given.HasField("span"):
            span = self._span(found, f"{at}.span", given.span)
            correction.span.CopyFrom(self._messages.span(span))
        for index, box in enumerate(correction.boxes):
            self._place(found, f"{at}.boxes[{index}]", box)
        return correction

    def _span(self, found: Violations, at: str, given: types_pb2.TimeSpan) -> TimeSpan:
        if self._timeline.counts_characters:
            return self._characters(found, at, given)
        if given.HasField("start_char") or given.HasField("end_char"):
            found.add(f"{at}.start_char", "the media has times", "offsets or frames", "characters")
        if given.HasField("start_frame") or given.HasField("end_frame"):
            if given.HasField("start_offset") or given.HasField("end_offset"):
                found.add(at, "has offsets and frames", "one of the two", "both")
                return TimeSpan(0, 0)
            return self._frames(found, at, given.start_frame, given.end_frame)
        start, end = duration_ns(given.start_offset), duration_ns(given.end_offset)
        _inside(found, f"{at}.start_offset", start, self._timeline.duration_ns)
        _inside(found, f"{at}.end_offset", end, self._timeline.duration_ns)
        if end < start:
            found.add(f"{at}.end_offset", "is before the start", ">= start_offset", _seconds(end))
        return self._timeline.with_frames(start, end)

    def _characters(self, found: Violations, at: str, given: types_pb2.TimeSpan) -> TimeSpan:
        """Return the characters of a text without times."""
        if not given.HasField("start_char"):
            found.add(f"{at}.start_char", "is not given: the media has no times", "a text's", "")
            return TimeSpan(0, 0)
        start, end, count = given.start_char, given.end_char, self._timeline.duration_ns
        found.number(f"{at}.start_char", start, 0, count)
        found.number(f"{at}.end_char", end, max(start, 0), count)
        return TimeSpan(start, end) if 0 <= start <= end <= count else TimeSpan(0, 0)

    def _frames(self, found: Violations, at: str, start: int, end: int) -> TimeSpan:
        count = self._timeline.frame_count
        if not count:
            found.add(f"{at}.start_frame", "the media has no frames", "a video", start)
            return TimeSpan(0, 0)
        found.number(f"{at}.start_frame", start, 0, count - 1)
        found.number(f"{at}.end_frame", end, start + 1, count)
        fits = 0 <= start < end <= count
        return self._timeline.frame_span(start, end) if fits else TimeSpan(0, 0)

    def _place(self, found: Violations, at: str, box: pb.CorrectionBox) -> None:
        """Check a box, and give it its frame or its time."""
        timeline = self._timeline
        if timeline.counts_characters:
            found.add(at, "the media has no picture", "a picture", "text")
        elif box.HasField("frame"):
            if box.HasField("offset"):
                found.add(at, "has an offset and a frame", "one of the two", "both")
            if not timeline.frame_count:
                found.add(f"{at}.frame", "the media has no frames", "a video", box.frame)
                return
            found.number(f"{at}.frame", box.frame, 0, timeline.frame_count - 1)
            if 0 <= box.frame < timeline.frame_count:
                box.offset.FromNanoseconds(int(timeline.frame_starts_ns[box.frame]))
        else:
            offset = duration_ns(box.offset)
            _inside(found, f"{at}.offset", offset, timeline.duration_ns)
            if timeline.frame_count:
                box.frame = timeline.frame_at(max(offset, 0))
        sides = box.box
        for name, top in (("x", 1.0), ("y", 1.0), ("width", 1 - sides.x), ("height", 1 - sides.y)):
            # Half a pixel of a large picture is lost on the way through other programs.
            found.number(f"{at}.box.{name}", getattr(sides, name), 0, max(top, 0) + 1e-3)


def _seconds(ns: int) -> str:
    return f"{ns / 1e9:g} s"


def _inside(found: Violations, at: str, ns: int, end_ns: int) -> None:
    if not 0 <= ns <= end_ns:
        found.add(at, "is outside of the media", f"0 s..{_seconds(end_ns)}", _seconds(ns))
