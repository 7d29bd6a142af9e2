"""One check per kind of fact; the kinds are documented in `truth`. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from videre.cli.formatting import clock, seconds, span_seconds, word
from videre.cli.report.verdict import suggestion_word
from videre.v1 import analysis_pb2, types_pb2

Fact = Mapping[str, Any]

_CUT_TOLERANCE_S: Final = 0.05
_WORD_SHARE: Final = 0.5
_FILLED_SHARE: Final = 0.8
_TEMPO_TOLERANCE: Final = 0.04
_MILDEST_FIRST: Final = ("pass", "review", "block")


@dataclass(frozen=True, slots=True)
class Check:
    """A fact in words, and whether the analysis knows it."""

    words: str
    met: bool


def _cut(fact: Fact, analysis: analysis_pb2.Analysis) -> Check:
    time = float(fact["time"])
    tolerance = float(fact.get("tolerance", _CUT_TOLERANCE_S))
    starts = [seconds(shot.span.start_offset) for shot in analysis.shots]
    met = any(abs(start - time) <= tolerance for start in starts)
    return Check(f"a shot begins at {clock(time)}", met)


def _shots(fact: Fact, analysis: analysis_pb2.Analysis) -> Check:
    count = int(fact["count"])
    return Check(f"{count} shots", len(analysis.shots) == count)


def _condition(fact: Fact, analysis: analysis_pb2.Analysis) -> Check:
    wanted = fact["is"]
    met = any(
        word(analysis_pb2.FrameConditionKind, found.kind, "FRAME_CONDITION_KIND") == wanted
        and _within(fact, found.span)
        for found in analysis.frame_conditions
    )
    return Check(f"{wanted} picture{_when(fact)}", met)


def _text(fact: Fact, analysis: analysis_pb2.Analysis) -> Check:
    wanted = _plain(fact["text"])
    errors = float(fact.get("errors", 0.0)) * len(wanted)
    lines = [_plain(line.text) for line in analysis.text_lines if _within(fact, line.span)]
    met = any(wanted in line or _edits(wanted, line) <= errors for line in lines)
    return Check(f"the picture shows “{fact['text']}”{_when(fact)}", met)


def _speech(fact: Fact, analysis: analysis_pb2.Analysis) -> Check:
    wanted = [_plain(text) for text in fact["text"].split()]
    heard = [
        _plain(text)
        for utterance in analysis.utterances
        if utterance.understanding == analysis_pb2.UNDERSTANDING_UNDERSTOOD
        and _within(fact, utterance.span)
        for text in utterance.text.split()
    ]
    share = _in_order(wanted, heard) / max(len(wanted), 1)
    met = share >= float(fact.get("share", _WORD_SHARE))
    return Check(f"speech: “{fact['text']}” ({share:.0%} of the words)", met)


def _object(fact: Fact, analysis: analysis_pb2.Analysis) -> Check:
    name = fact["class"]
    met = any(found.class_name == name and _within(fact, found.span) for found in analysis.objects)
    return Check(f"an object “{name}”{_when(fact)}", met)


def _face(fact: Fact, analysis: analysis_pb2.Analysis) -> Check:
    met = any(_within(fact, face.span) for face in analysis.faces)
    return Check(f"a face{_when(fact)}", met)


def _sound(fact: Fact, analysis: analysis_pb2.Analysis) -> Check:
    name = fact["class"]
    met = any(
        event.class_name == name and _within(fact, event.span) for event in analysis.sound_events
    )
    return Check(f"the sound “{name}”{_when(fact)}", met)


def _audio(fact: Fact, analysis: analysis_pb2.Analysis) -> Check:
    wanted, start, end = fact["is"], float(fact["start"]), float(fact["end"])
    spans = [
        span_seconds(segment.span)
        for segment in analysis.audio_segments
        if word(analysis_pb2.AudioKind, segment.kind, "AUDIO_KIND") == wanted
    ]
    filled = sum(max(0.0, min(end, last) - max(start, first)) for first, last in spans)
    met = filled >= float(fact.get("share", _FILLED_SHARE)) * (end - start)
    return Check(f"{wanted} from {clock(start)} to {clock(end)}", met)


def _tempo(fact: Fact, analysis: analysis_pb2.Analysis) -> Check:
    bpm = float(fact["bpm"])
    tolerance = float(fact.get("tolerance", _TEMPO_TOLERANCE)) * bpm
    met = analysis.HasField("music") and abs(analysis.music.tempo_bpm - bpm) <= tolerance
    return Check(f"music at {bpm:.0f} beats a minute", met)


def _label(fact: Fact, analysis: analysis_pb2.Analysis) -> Check:
    node = fact["node_id"]
    found = next((label for label in analysis.labels if label.node_id == node), None)
    met = found is not None and (
        not found.spans or any(_within(fact, span) for span in found.spans)
    )
    return Check(f"the label {node}{_when(fact)}", met)


def _verdict(fact: Fact, analysis: analysis_pb2.Analysis) -> Check:
    advice = suggestion_word(analysis.verdict.suggestion)
    if "at_most" in fact:
        worst = fact["at_most"]
        met = advice in _MILDEST_FIRST[: _MILDEST_FIRST.index(worst) + 1]
        return Check(f"moderation advises {worst} or milder", met)
    wanted = fact["suggestion"]
    return Check(f"moderation advises {wanted}", advice == wanted)


def _coverage(fact: Fact, analysis: analysis_pb2.Analysis) -> Check:
    if "complete" in fact:
        complete = fact["complete"]
        words = "everything enabled was looked at" if complete else "not everything was looked at"
        met = analysis.HasField("verdict") and analysis.verdict.coverage_complete == complete
        return Check(f"coverage: {words}", met)
    category, medium, label = fact["category"], fact["medium"], fact.get("label", "")
    met = any(
        item.label == label and item.state == analysis_pb2.COVERAGE_STATE_CHECKED
        for group in analysis.verdict.groups
        if (group.category, group.medium) == (category, medium)
        for item in group.coverage
    )
    of_what = f"{category}/{medium}" + (f" “{label}”" if label else "")
    return Check(f"coverage: {of_what} was looked at", met)


CHECKS: Final[Mapping[str, Callable[[Fact, analysis_pb2.Analysis], Check]]] = {
    "cut": _cut,
    "shots": _shots,
    "condition": _condition,
    "text": _text,
    "speech": _speech,
    "object": _object,
    "face": _face,
    "sound": _sound,
    "audio": _audio,
    "tempo": _tempo,
    "label": _label,
    "verdict": _verdict,
    "coverage": _coverage,
}


def _within(fact: Fact, span: types_pb2.TimeSpan) -> bool:
    """Tell whether a span overlaps the stretch of a fact; one without times is everywhere."""
    start, end = span_seconds(span)
    return start < float(fact.get("end", float("inf"))) and float(fact.get("start", 0)) < end


def _when(fact: Fact) -> str:
    if "start" not in fact:
        return ""
    return f" at {clock(float(fact['start']))}"


def _plain(text: str) -> str:
    """Fold width, case, blanks and punctuation away."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def _edits(wanted: Sequence[str], found: Sequence[str]) -> int:
    """Return the edit distance: insertions, deletions and replacements."""
    row = list(range(len(found) + 1))
    for index, item in enumerate(wanted, 1):
        above, row = row, [index]
        for column, other in enumerate(found, 1):
            replaced = above[column - 1] + (item != other)
            row.append(min(replaced, above[column] + 1, row[-1] + 1))
    return row[-1]


def _in_order(wanted: Iterable[str], found: Sequence[str]) -> int:
    """Return how many items stand in both in the same order (longest common subsequence)."""
    row = [0] * (len(found) + 1)
    for item in wanted:
        above, row = row, [0]
        for column, other in enumerate(found, 1):
            same = above[column - 1] + 1 if item == other else 0
            row.append(max(same, above[column], row[-1]))
    return row[-1]
