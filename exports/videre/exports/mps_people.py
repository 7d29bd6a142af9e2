"""People as Alibaba's smart tags have them: `persons` of VideoLabel and ImageLabel. Pure.

Whom a library names is of the category that this library is. Everybody else is of the category
"unknown", as strangers are there, with the id of the analysis for a name. An occurrence is the face
through one shot; its score, time and place are those of the face's surest box.
"""

from __future__ import annotations

from typing import Any, Final

from videre.exports.subject import Subject, pixels, score, seconds
from videre.v1 import analysis_pb2, types_pb2

UNKNOWN: Final = "unknown"
#: Shot sizes by the share of the picture's height that the face fills (see ShotSize). There is no
#: longer one than the last in the vendor's list.
_SCENES: Final = ((0.5, "closeUp"), (0.25, "medium-closeUp"), (0.125, "medium"))
_LONGEST: Final = "medium-long"


def persons(subject: Subject, *, timed: bool) -> list[dict[str, Any]]:
    """Return the people; of a still picture without times, the score in the person itself."""
    found = []
    for person in subject.analysis.people:
        entry: dict[str, Any] = {
            "name": person.name or person.person_id,
            "category": person.library_id or UNKNOWN,
        }
        shown = [_occurrence(subject, track) for track in person.tracks if track.boxes]
        if timed:
            entry["ratio"] = score(person.appearance_ratio)
            entry["occurrences"] = shown
        else:
            entry |= {
                name: value
                for name, value in (shown[0] if shown else {}).items()
                if name not in ("from", "to", "timestamp")
            }
        found.append(entry)
    return found


def position(box: types_pb2.BoundingBox, width: int, height: int) -> dict[str, list[int]]:
    """Return two corners of a box in pixels."""
    left, top, right, bottom = pixels(box, width, height)
    return {"leftTop": [left, top], "rightBottom": [right, bottom]}


def _occurrence(subject: Subject, track: analysis_pb2.PersonTrack) -> dict[str, Any]:
    best = max(track.boxes, key=lambda box: (box.confidence, -box.frame))
    return {
        "score": score(best.confidence),
        "from": seconds(track.span.start_offset),
        "to": seconds(track.span.end_offset),
        "timestamp": seconds(best.offset),
        "position": position(best.box, *subject.size),
        "scene": _scene(best.box.height),
    }


def _scene(height: float) -> str:
    return next((name for least, name in _SCENES if height > least), _LONGEST)
