"""The made-up films of a rule file: a case's lines → evidence → fusion. Pure.

A line of a case says what one engine finds from one second to another:

    { objects = "dog", from = 0, to = 6, count = 2, score = 0.8 }
    { classes = "alp" } { picture_kinds = "illustration" }            whole pictures
    { faces = "close_up", still = true }                              a photograph does not move
    { sound = "Applause" } { voice = true } { speaker = "A" } { tempo = 120 }
    { speech = "happy birthday to you" }
    { text = ["a line", "another"], height = 0.06 }                   lines below each other

Pictures are sampled every two seconds, text every second, sound in windows of .96 s every .48 s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import count
from typing import Any, Final

from videre.common.values import NS, SCORE_ONE, TimeSpan, score_e4
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.document import (
    AudioFacts,
    MediaFacts,
    MediaKind,
    StageResult,
    StageState,
    Understanding,
    VideoFacts,
)
from videre.orchestrator.evidence import Evidence, Word
from videre.orchestrator.features import (
    CLASSES,
    DIARIZATION,
    FACES,
    FEATURES,
    MUSIC,
    OBJECTS,
    PICTURE_KINDS,
    SHOTS,
    SOUND,
    SPEECH,
    SPEECH_ACTIVITY,
    TEXT,
)
from videre.orchestrator.fusion.events.model import Case, Rule, RuleSet
from videre.orchestrator.fusion.fuse import fuse
from videre.orchestrator.fusion.inputs import FusionInput
from videre.orchestrator.fusion.stitch_speech import Judgement
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.timeline import Timeline

_RATE: Final = 25
_STEP_NS: Final = NS // _RATE
_ENGINE: Final = "case@1"
_PICTURE_S: Final = 2.0
_TEXT_S: Final = 1.0
_HOP_S: Final = 0.48
_WINDOW_S: Final = 0.96
#: Height of a face by shot size, share of the picture's height.
_FACE_HEIGHTS: Final = {
    "close_up": 0.6, "medium_close_up": 0.35, "medium": 0.18, "long": 0.08,
}  # fmt: skip
#: Features whose records are of one frame.
_OF_FRAMES: Final = frozenset(
    feature.name for feature in (OBJECTS, CLASSES, FACES, PICTURE_KINDS, SHOTS, TEXT)
)
_LIMITS: Final = frozenset({"from", "to", "score"})

_Make = Callable[..., Evidence]


class CaseError(ValueError):
    """A line of a case says nothing that an engine could find."""


def fires(rule: Rule, case: Case, taxonomy: Taxonomy) -> bool:
    """Tell whether a rule finds its event in a case.

    Raises:
        CaseError: a line of the case is none.
    """
    analysis = fuse(film(rule, case, taxonomy), _understood)
    return any(event.rule_id == rule.id for event in analysis.events)


def film(rule: Rule, case: Case, taxonomy: Taxonomy) -> FusionInput:
    """Return the film of a case, with the one rule."""
    frames = round(case.seconds * _RATE)
    clock = Timeline(
        duration_ns=frames * _STEP_NS,
        frame_starts_ns=[frame * _STEP_NS for frame in range(frames)],
        video_end_ns=frames * _STEP_NS,
        average_rate=Fraction(_RATE),
    )
    make = partial(_record, count())
    records = [make(CLASSES.name, at, at, score=SCORE_ONE) for at in _times(0, case.seconds, 2.0)]
    records += [make(SHOTS.name, at, at, class_name="cut", score=9_000) for at in case.cuts]
    for line in case.evidence:
        records += _line(dict(line), case.seconds, make)
    activity = EngineFacts("asr", SPEECH_ACTIVITY, "case", "1", "bundled", available=True)
    return FusionInput(
        timeline=clock,
        media=MediaFacts(
            digest="0" * 64,
            size_bytes=1,
            kind=MediaKind.VIDEO,
            container="case",
            duration_ns=clock.duration_ns,
            video=VideoFacts("case", 1_280, 720, 1_280, 720, 0, _RATE, 1, False, frames),
            audio=AudioFacts("case", 48_000, 2),
        ),
        evidence=records,
        stages=_stages(case),
        taxonomy=taxonomy,
        engines=(activity,),
        event_rules=RuleSet("case", (rule,)),
    )


def _stages(case: Case) -> tuple[StageResult, ...]:
    names = [feature.name for feature in FEATURES]
    return tuple(
        StageResult(name, StageState.NOT_CHECKED, "NO_ENGINE")
        if name in case.unchecked
        else StageResult(name, StageState.SUCCEEDED)
        for name in names
    )


def _record(
    ids: Iterator[int], feature: str, start_s: float, end_s: float, **fields: Any
) -> Evidence:
    """Return a record; of the picture, where `end_s` is `start_s`, of one frame."""
    in_picture = feature in _OF_FRAMES
    first, last = round(start_s * _RATE), round(end_s * _RATE)
    if in_picture:
        last = max(last, first + 1)
        span = TimeSpan(first * _STEP_NS, last * _STEP_NS, first, last)
    else:
        span = TimeSpan(round(start_s * NS), round(end_s * NS))
    return Evidence(feature, _ENGINE, span, id=f"{next(ids):016x}/0", **fields)


def _times(start_s: float, end_s: float, step_s: float) -> list[float]:
    """Return instants from `start_s` on, before `end_s`."""
    return [start_s + number * step_s for number in range(-int((start_s - end_s) // step_s))]


def _line(line: Mapping[str, Any], seconds: float, make: _Make) -> list[Evidence]:
    kinds = line.keys() & _MAKERS.keys()
    if len(kinds) != 1:
        raise CaseError(f"a line of a case is one of {', '.join(_MAKERS)}; not {dict(line)}")
    kind = kinds.pop()
    maker, keys = _MAKERS[kind]
    strangers = line.keys() - _LIMITS - keys - {kind}
    if strangers:
        raise CaseError(f"{min(strangers)!r} is no key of {kind} in a case")
    start, end = float(line.get("from", 0.0)), float(line.get("to", seconds))
    if not 0 <= start < end <= seconds:
        raise CaseError(f"from {start:g} to {end:g} s does not lie in {seconds:g} s")
    return maker(line, start, end, score_e4(line.get("score", 0.9)), make)


_Line = Mapping[str, Any]


def _pictured(
    feature: str, line: _Line, start: float, end: float, score: int, make: _Make
) -> list[Evidence]:
    boxed = feature == OBJECTS.name
    return [
        make(feature, at, at, class_name=line[feature], score=score,
             box=(500 * number, 3_000, 900, 3_000) if boxed else None)
        for at in _times(start, end, _PICTURE_S)
        for number in range(line.get("count", 1))
    ]  # fmt: skip


def _faces(line: _Line, start: float, end: float, score: int, make: _Make) -> list[Evidence]:
    height = round(_FACE_HEIGHTS[line["faces"]] * SCORE_ONE)
    sway = 0 if line.get("still") else height // 10
    return [
        make(FACES.name, at, at, class_name="face", score=score,
             box=(1_000 * face + sway * (number % 2), 1_500, height // 2, height))
        for number, at in enumerate(_times(start, end, _PICTURE_S))
        for face in range(line.get("count", 1))
    ]  # fmt: skip


def _sound(line: _Line, start: float, end: float, score: int, make: _Make) -> list[Evidence]:
    return [
        make(SOUND.name, at, min(at + _WINDOW_S, end), class_name=line["sound"], score=score)
        for at in _times(start, end, _HOP_S)
    ]


def _stretch(
    feature: str, class_name: str, line: _Line, start: float, end: float, score: int, make: _Make
) -> list[Evidence]:
    return [make(feature, start, end, class_name=class_name or line["speaker"], score=score)]


def _tempo(line: _Line, start: float, end: float, score: int, make: _Make) -> list[Evidence]:
    attributes = {"tempo_bpm": line["tempo"] * SCORE_ONE}
    return [make(MUSIC.name, start, end, class_name="tempo", score=score, attributes=attributes)]


def _speech(line: _Line, start: float, end: float, score: int, make: _Make) -> list[Evidence]:
    words = (Word(line["speech"], round(start * NS), round(end * NS), score),)
    return [
        make(SPEECH.name, start, end, class_name="en", score=score, text=line["speech"],
             words=words),
        make(SPEECH_ACTIVITY, start, end, class_name="speech", score=score),
    ]  # fmt: skip


def _text(line: _Line, start: float, end: float, score: int, make: _Make) -> list[Evidence]:
    height = round(line.get("height", 0.05) * SCORE_ONE)
    records = []
    for row, text in enumerate(line["text"]):
        top = 1_000 + row * (height + 200)
        quad = (1_000, top, 8_000, top, 8_000, top + height, 1_000, top + height)
        times = _times(start, end, _TEXT_S)
        for number, at in enumerate(times):
            before = {"looked_before": round(times[number - 1] * _RATE)} if number else {}
            records.append(
                make(TEXT.name, at, min(at + _TEXT_S, end), text=text, points=quad, score=score,
                     attributes=before)
            )  # fmt: skip
    return records


def _understood(records: Sequence[Evidence], hints: tuple[str, ...]) -> list[Judgement]:
    """Take every utterance for understood: cases are about what was said, not how well."""
    return [Judgement(Understanding.UNDERSTOOD, record.score) for record in records]


#: Kind of line → what makes its evidence, and the keys it may have of its own.
_MAKERS: Final[Mapping[str, tuple[Callable[..., list[Evidence]], frozenset[str]]]] = {
    "objects": (partial(_pictured, OBJECTS.name), frozenset({"count"})),
    "classes": (partial(_pictured, CLASSES.name), frozenset()),
    "picture_kinds": (partial(_pictured, PICTURE_KINDS.name), frozenset()),
    "faces": (_faces, frozenset({"count", "still"})),
    "sound": (_sound, frozenset()),
    "voice": (partial(_stretch, SPEECH_ACTIVITY, "speech"), frozenset()),
    "speaker": (partial(_stretch, DIARIZATION.name, ""), frozenset()),
    "tempo": (_tempo, frozenset()),
    "speech": (_speech, frozenset()),
    "text": (_text, frozenset({"height"})),
}
