"""Comparing an analysis with what is known to be in a clip. Pure.

A truth file is JSON, `{"bundled": [FACT, …], "standard": [FACT, …]}`: what the engines of a tier
must find. A fact is an object with `kind` and, where it makes sense, `start` and `end` in seconds:

    {"kind": "cut", "time": 4.0}                        a shot begins, ± `tolerance` (0.05 s)
    {"kind": "text", "text": "Flower", "start": …}      the picture shows it
    {"kind": "speech", "text": "one two three"}         `share` (0.5) of its words are heard
    {"kind": "object", "class": "car"}                  an object of the class
    {"kind": "face"}                                    a face
    {"kind": "sound", "class": "Dog"}                   a sound of the class
    {"kind": "label", "node_id": "vehicle.car"}         a taxonomy node holds
    {"kind": "verdict", "suggestion": "pass"}           moderation advises it
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from videre.cli.formatting import clock, seconds, span_seconds
from videre.cli.report.verdict import suggestion_word
from videre.v1 import analysis_pb2, types_pb2

TIERS: Final = ("bundled", "standard")
_CUT_TOLERANCE_S: Final = 0.05
_WORD_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Check:
    """A fact in words, and whether the analysis knows it."""

    words: str
    met: bool


class TruthError(ValueError):
    """The truth file is not in its documented form."""


def parse_truth(text: str) -> dict[str, list[Mapping[str, Any]]]:
    """Return the facts by tier.

    Raises:
        TruthError: it is not JSON of the documented form.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise TruthError(f"not JSON: {error}") from error
    if not isinstance(data, dict):
        raise TruthError("not a JSON object")
    facts = {tier: data.get(tier, []) for tier in TIERS}
    for tier, entries in facts.items():
        for entry in entries:
            if not isinstance(entry, dict) or entry.get("kind") not in _CHECKS:
                raise TruthError(f"{tier}: not a fact: {entry!r}")
    return facts


def check(facts: Iterable[Mapping[str, Any]], analysis: analysis_pb2.Analysis) -> list[Check]:
    """Return for each fact whether the analysis knows it.

    Raises:
        TruthError: a fact lacks a field of its kind.
    """
    checks = []
    for fact in facts:
        try:
            checks.append(_CHECKS[fact["kind"]](fact, analysis))
        except KeyError as error:
            raise TruthError(f"{fact!r} has no {error}") from error
    return checks


def _cut(fact: Mapping[str, Any], analysis: analysis_pb2.Analysis) -> Check:
    time = float(fact["time"])
    tolerance = float(fact.get("tolerance", _CUT_TOLERANCE_S))
    starts = [seconds(shot.span.start_offset) for shot in analysis.shots]
    met = any(abs(start - time) <= tolerance for start in starts)
    return Check(f"a shot begins at {clock(time)}", met)


def _text(fact: Mapping[str, Any], analysis: analysis_pb2.Analysis) -> Check:
    wanted = _plain(fact["text"])
    lines = [line for line in analysis.text_lines if _within(fact, line.span)]
    met = any(wanted in _plain(line.text) for line in lines)
    return Check(f"the picture shows “{fact['text']}”{_when(fact)}", met)


def _speech(fact: Mapping[str, Any], analysis: analysis_pb2.Analysis) -> Check:
    wanted = [_plain(word) for word in fact["text"].split()]
    heard = {
        _plain(word)
        for utterance in analysis.utterances
        if _within(fact, utterance.span)
        for word in utterance.text.split()
    }
    share = sum(word in heard for word in wanted) / max(len(wanted), 1)
    met = share >= float(fact.get("share", _WORD_SHARE))
    return Check(f"speech: “{fact['text']}” ({share:.0%} of the words)", met)


def _object(fact: Mapping[str, Any], analysis: analysis_pb2.Analysis) -> Check:
    name = fact["class"]
    met = any(found.class_name == name and _within(fact, found.span) for found in analysis.objects)
    return Check(f"an object “{name}”{_when(fact)}", met)


def _face(fact: Mapping[str, Any], analysis: analysis_pb2.Analysis) -> Check:
    met = any(_within(fact, face.span) for face in analysis.faces)
    return Check(f"a face{_when(fact)}", met)


def _sound(fact: Mapping[str, Any], analysis: analysis_pb2.Analysis) -> Check:
    name = fact["class"]
    met = any(
        event.class_name == name and _within(fact, event.span) for event in analysis.sound_events
    )
    return Check(f"the sound “{name}”{_when(fact)}", met)


def _label(fact: Mapping[str, Any], analysis: analysis_pb2.Analysis) -> Check:
    node = fact["node_id"]
    found = next((label for label in analysis.labels if label.node_id == node), None)
    met = found is not None and (
        not found.spans or any(_within(fact, span) for span in found.spans)
    )
    return Check(f"the label {node}{_when(fact)}", met)


def _verdict(fact: Mapping[str, Any], analysis: analysis_pb2.Analysis) -> Check:
    advice = suggestion_word(analysis.verdict.suggestion)
    wanted = fact["suggestion"]
    return Check(f"moderation advises {wanted}", advice == wanted)


_CHECKS: Final[
    Mapping[str, Callable[[Mapping[str, Any], analysis_pb2.Analysis], Check]]
] = {
    "cut": _cut,
    "text": _text,
    "speech": _speech,
    "object": _object,
    "face": _face,
    "sound": _sound,
    "label": _label,
    "verdict": _verdict,
}  # fmt: skip


def _within(fact: Mapping[str, Any], span: types_pb2.TimeSpan) -> bool:
    """Tell whether a span overlaps the stretch of a fact; one without times is everywhere."""
    start, end = span_seconds(span)
    return start < float(fact.get("end", float("inf"))) and float(fact.get("start", 0)) < end


def _when(fact: Mapping[str, Any]) -> str:
    if "start" not in fact:
        return ""
    return f" at {clock(float(fact['start']))}"


def _plain(text: str) -> str:
    """Fold width, case, blanks and punctuation away."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())
