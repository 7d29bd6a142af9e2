"""Of an analysis only what was understood reaches production."""

from __future__ import annotations

from google.protobuf.duration_pb2 import Duration

from videre.production.known import Stretch
from videre.production.known_messages import known_from
from videre.v1 import analysis_pb2, types_pb2

S = 1_000_000_000


def span(start: float, end: float) -> types_pb2.TimeSpan:
    def offset(value: float) -> Duration:
        seconds, nanos = divmod(round(value * S), S)
        return Duration(seconds=seconds, nanos=nanos)

    return types_pb2.TimeSpan(start_offset=offset(start), end_offset=offset(end))


def test_only_understood_speech_counts() -> None:
    analysis = analysis_pb2.Analysis(
        utterances=[
            analysis_pb2.Utterance(span=span(0, 1), text="clear", understanding=understanding)
            for understanding in analysis_pb2.Understanding.values()
        ]
    )
    assert [one.text for one in known_from(analysis).utterances] == ["clear"]


def test_lines_at_rest_are_known_upper_line_first() -> None:
    def line(text: str, y: float, kind: analysis_pb2.TextKind.ValueType) -> analysis_pb2.TextLine:
        box = types_pb2.BoundingBox(y=y)
        return analysis_pb2.TextLine(text=text, span=span(1, 2), kind=kind, box=box)

    analysis = analysis_pb2.Analysis(
        text_lines=[
            line("lower", 0.9, analysis_pb2.TEXT_KIND_SUBTITLE),
            line("upper", 0.8, analysis_pb2.TEXT_KIND_SUBTITLE),
            line("sign", 0.1, analysis_pb2.TEXT_KIND_FIXED),
            line("crawl", 0.5, analysis_pb2.TEXT_KIND_CRAWL),
        ]
    )
    told = [(one.text, one.subtitle) for one in known_from(analysis).lines]
    assert told == [("sign", False), ("upper", True), ("lower", True)]
    assert {one.stretch for one in known_from(analysis).lines} == {Stretch(S, 2 * S)}


def test_fades_and_bad_pictures_are_unfit() -> None:
    analysis = analysis_pb2.Analysis(
        shots=[
            analysis_pb2.Shot(span=span(0, 5)),
            analysis_pb2.Shot(span=span(5, 9), transition_in=analysis_pb2.SHOT_TRANSITION_FADE),
        ],
        frame_conditions=[analysis_pb2.FrameCondition(span=span(0, 1))],
    )
    unfit = known_from(analysis).unfit
    assert unfit == (Stretch(0, S), Stretch(S * 9 // 2, S * 11 // 2))


def test_still_and_frozen_pictures_are_as_fit_as_others() -> None:
    kinds = analysis_pb2.FrameConditionKind.values()
    analysis = analysis_pb2.Analysis(
        frame_conditions=[
            analysis_pb2.FrameCondition(span=span(kind, kind + 1), kind=kind) for kind in kinds
        ]
    )
    fit = {analysis_pb2.FRAME_CONDITION_KIND_STILL, analysis_pb2.FRAME_CONDITION_KIND_FROZEN}
    unfit = {stretch.start_ns // S for stretch in known_from(analysis).unfit}
    assert unfit == set(kinds) - fit


def test_stages_tell_whether_somebody_looked() -> None:
    states = [
        ("speech", analysis_pb2.STAGE_STATE_SUCCEEDED, ""),
        ("text", analysis_pb2.STAGE_STATE_FAILED, "SERVICE_DOWN"),
        ("sound", analysis_pb2.STAGE_STATE_NOT_CHECKED, "NO_ENGINE"),
        ("music", analysis_pb2.STAGE_STATE_PENDING, ""),
    ]
    analysis = analysis_pb2.Analysis(
        stages=[analysis_pb2.Stage(name=n, state=s, reason=r) for n, s, r in states]
    )
    assert dict(known_from(analysis).stages) == {
        "speech": "",
        "text": "",
        "sound": "NO_ENGINE",
        "music": "NOT_REQUESTED",
    }


def test_a_face_is_taken_at_its_largest() -> None:
    boxes = [
        analysis_pb2.BoxAt(box=types_pb2.BoundingBox(x=0.4, y=0.4, width=0.2, height=0.2)),
        analysis_pb2.BoxAt(box=types_pb2.BoundingBox(x=0.0, y=0.0, width=0.1, height=0.1)),
    ]
    analysis = analysis_pb2.Analysis(
        faces=[analysis_pb2.FaceAppearance(span=span(1, 3), boxes=boxes)]
    )
    (face,) = known_from(analysis).faces
    assert (face.stretch, round(face.area, 6), face.off_centre) == (Stretch(S, 3 * S), 0.04, 0.0)
