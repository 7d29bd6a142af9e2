"""The timeline: every modality as a lane of bars, in per cent of the media's length."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from videre.cli.formatting import clock, percent, span_seconds, word
from videre.cli.report.lists import emotion_words, who
from videre.cli.report.quality import kind_word, measure
from videre.cli.report.structure import condition_word
from videre.cli.report.verdict import suggestion_word
from videre.exports.visible import visible
from videre.v1 import analysis_pb2, types_pb2

#: Most bars of one lane; a lane of a long film shows its first ones and says how many it left out.
MAX_BARS: Final = 1_500
_MAX_ROWS: Final = 4
_MAX_CLASSES: Final = 6
_MAX_PEOPLE: Final = 6
_MAX_CODE: Final = 200
#: A bar carries its words when it fills at least this share of the width, per cent a character.
_CHARACTER_WIDTH: Final = 0.72
_TICK_STEPS: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch: left edge and width in per cent, row from the top, style, words."""

    x: float
    width: float
    row: int
    style: str
    title: str
    text: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Lane:
    """A named line of bars in as many rows as overlap needs."""

    name: str
    rows: int
    bars: tuple[Bar, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of the time axis."""

    x: float
    text: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """All lanes over one axis; `total_s` seconds long."""

    total_s: float
    film: tuple[Bar, ...]
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class _Item:
    span: types_pb2.TimeSpan
    style: str
    title: str
    text: str = ""


def timeline(analysis: analysis_pb2.Analysis, total_s: float) -> Timeline:
    """Return the lanes that have something to show; none of text without times.

    Args:
        total_s: length of the media, seconds, > 0.
    """
    if analysis.media_info.character_count:
        return Timeline(total_s, (), (), ())
    lanes = [
        *_scene_lanes(analysis, total_s),
        _lane("Moderation", _verdict_items(analysis), total_s),
        _lane("Events", _event_items(analysis), total_s),
        *_object_lanes(analysis, total_s),
        _lane("Faces", _face_items(analysis), total_s),
        *_people_lanes(analysis, total_s),
        _lane("Picture", _picture_items(analysis), total_s),
        _lane("Quality", _quality_items(analysis), total_s),
        _lane("Text", _text_items(analysis), total_s),
        _lane("Codes", _code_items(analysis), total_s),
        _lane("Speech", _speech_items(analysis), total_s),
        _lane("Sounds", _sound_items(analysis), total_s),
        _lane("Sound track", _track_items(analysis), total_s),
    ]
    return Timeline(
        total_s=total_s,
        film=tuple(_film(analysis, total_s)),
        lanes=tuple(lane for lane in lanes if lane.bars),
        ticks=tuple(_ticks(total_s)),
    )


def _film(analysis: analysis_pb2.Analysis, total_s: float) -> Iterable[Bar]:
    for shot in analysis.shots[:MAX_BARS]:
        item = _Item(shot.span, "shot", f"Shot {shot.index + 1}")
        yield _bar(item, total_s, 0, picture=shot.picture_digest)


def _object_lanes(analysis: analysis_pb2.Analysis, total_s: float) -> list[Lane]:
    """One lane for each of the classes that fill most time."""
    by_class: dict[str, list[_Item]] = defaultdict(list)
    filled: dict[str, float] = defaultdict(float)
    for found in analysis.objects:
        start, end = span_seconds(found.span)
        filled[found.class_name] += end - start
        title = f"{found.class_name}, up to {found.max_count}, {percent(found.confidence)}"
        by_class[found.class_name].append(_Item(found.span, "object", title))
    longest = sorted(filled, key=lambda name: (-filled[name], name))[:_MAX_CLASSES]
    return [_lane(name.capitalize(), by_class[name], total_s) for name in longest]


def _scene_lanes(analysis: analysis_pb2.Analysis, total_s: float) -> Iterable[Lane]:
    """Yield a lane of chapters and one of scenes; neighbours differ in shade."""
    for name, kind in (
        ("Chapters", analysis_pb2.SCENE_KIND_CHAPTER),
        ("Scenes", analysis_pb2.SCENE_KIND_SCENE),
    ):
        items = []
        for scene in analysis.scenes:
            if scene.kind == kind:
                text = scene.title or f"{scene.index + 1}"
                style = "scene-odd" if scene.index % 2 else "scene"
                title = f"{name[:-1]} {scene.index + 1}: {scene.title or 'no title'}"
                items.append(_Item(scene.span, style, title, text))
        yield _lane(name, items, total_s)


def _picture_items(analysis: analysis_pb2.Analysis) -> Iterable[_Item]:
    for found in analysis.frame_conditions:
        kind = condition_word(found)
        yield _Item(found.span, "picture", f"{kind} {percent(found.confidence)}", kind)


def _quality_items(analysis: analysis_pb2.Analysis) -> Iterable[_Item]:
    for found in analysis.quality:
        kind = kind_word(found)
        title = f"{kind} {percent(found.severity)}: {measure(found)}"
        yield _Item(found.span, "quality", title, kind)


def _people_lanes(analysis: analysis_pb2.Analysis, total_s: float) -> list[Lane]:
    """One lane for each of the people seen longest."""
    return [
        _lane(
            who(person, number),
            [
                _Item(span, "face", f"{who(person, number)} ({person.person_id})")
                for span in person.spans
            ],
            total_s,
        )
        for number, person in enumerate(analysis.people[:_MAX_PEOPLE], start=1)
    ]


def _verdict_items(analysis: analysis_pb2.Analysis) -> Iterable[_Item]:
    for group in analysis.verdict.groups:
        for segment in group.segments:
            advice = suggestion_word(segment.suggestion)
            title = f"{advice}: {group.category} ({segment.label}) {percent(segment.confidence)}"
            yield _Item(segment.span, f"v-{advice}", title, segment.label)


def _event_items(analysis: analysis_pb2.Analysis) -> Iterable[_Item]:
    for event in analysis.events:
        name = event.name or event.node_id
        title = f"{name} {percent(event.confidence)} ({', '.join(event.modalities)})"
        yield _Item(event.span, "event", title, name)


def _face_items(analysis: analysis_pb2.Analysis) -> Iterable[_Item]:
    for face in analysis.faces:
        seems = ", ".join(emotion_words(face.emotions))
        title = f"Face {percent(face.confidence)}{f', seems to express {seems}' if seems else ''}"
        yield _Item(face.span, "face", title)


def _text_items(analysis: analysis_pb2.Analysis) -> Iterable[_Item]:
    for line in analysis.text_lines:
        yield _Item(line.span, "text", f"“{line.text}” {percent(line.confidence)}", line.text)


def _code_items(analysis: analysis_pb2.Analysis) -> Iterable[_Item]:
    for code in analysis.codes:
        kind = word(analysis_pb2.Symbology, code.symbology, "SYMBOLOGY")
        text = visible(code.text)[:_MAX_CODE]
        for span in code.spans:
            yield _Item(span, "text", f"{kind}: {text}", text)


def _speech_items(analysis: analysis_pb2.Analysis) -> Iterable[_Item]:
    styles = {
        analysis_pb2.UNDERSTANDING_UNCERTAIN: ("speech-uncertain", "uncertain: "),
        analysis_pb2.UNDERSTANDING_NOT_UNDERSTOOD: ("speech-unknown", "speech, not understood"),
    }
    for utterance in analysis.utterances:
        style, head = styles.get(utterance.understanding, ("speech", ""))
        yield _Item(utterance.span, style, f"{head}{utterance.text}", utterance.text)


def _sound_items(analysis: analysis_pb2.Analysis) -> Iterable[_Item]:
    for event in analysis.sound_events:
        title = f"{event.class_name} {percent(event.confidence)}"
        yield _Item(event.span, "sound", title, event.class_name)


def _track_items(analysis: analysis_pb2.Analysis) -> Iterable[_Item]:
    styles = {
        analysis_pb2.AUDIO_KIND_SPEECH: "speech",
        analysis_pb2.AUDIO_KIND_MUSIC: "music",
        analysis_pb2.AUDIO_KIND_NOISE: "noise",
        analysis_pb2.AUDIO_KIND_SILENCE: "silence",
    }
    for segment in analysis.audio_segments:
        style = styles.get(segment.kind, "noise")
        yield _Item(segment.span, style, style, style)


def _lane(name: str, items: Iterable[_Item], total_s: float) -> Lane:
    """Place items in the first row that is free; what does not fit goes to the last row."""
    free_from = [0.0]
    bars = []
    ordered = sorted(items, key=lambda item: span_seconds(item.span))
    for item in ordered[:MAX_BARS]:
        start, end = span_seconds(item.span)
        row = next((row for row, free in enumerate(free_from) if free <= start), None)
        if row is None:
            row = min(len(free_from), _MAX_ROWS - 1)
            if row == len(free_from):
                free_from.append(0.0)
        free_from[row] = max(free_from[row], end)
        bars.append(_bar(item, total_s, row))
    return Lane(name, len(free_from), tuple(bars), max(0, len(ordered) - MAX_BARS))


def _bar(item: _Item, total_s: float, row: int, picture: str = "") -> Bar:
    start, end = span_seconds(item.span)
    x = min(100 * start / total_s, 100.0)
    width = max(min(100 * (end - start) / total_s, 100 - x), 0.2)
    return Bar(
        x=round(x, 3),
        width=round(width, 3),
        row=row,
        style=item.style,
        title=f"{clock(start)} – {clock(end)}  {item.title}",
        text=_shortened(item.text, int(width / _CHARACTER_WIDTH)),
        picture=picture,
    )


def _shortened(text: str, characters: int) -> str:
    """Cut to what fits; wide (CJK) characters count twice; "" below three."""
    width = 0
    for index, character in enumerate(text):
        width += 2 if ord(character) >= 0x1100 else 1
        if width > characters:
            return f"{text[: index - 1].rstrip()}…" if index >= 4 else ""
    return text


def _ticks(total_s: float) -> Iterable[Tick]:
    """Yield 6 to 12 round times."""
    step = next((step for step in _TICK_STEPS if total_s / step <= 12), 0)
    step = step or math.ceil(total_s / 12 / 3600) * 3600
    for second in range(0, math.ceil(total_s), step):
        if second <= total_s * 0.97:
            yield Tick(round(100 * second / total_s, 3), clock(second).removesuffix(".0"))
