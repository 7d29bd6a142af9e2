"""What engines must find in the sample clip, in the form that `videre demo` compares. Pure.

*bundled* holds with nothing but the installed wheels, *standard* with the standard models too.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from samples.story import (
    CAPTION_IN,
    SCENES,
    TEMPO_BPM,
    TITLE,
    Layout,
    Picture,
    music_span,
    seconds,
    starts,
)

Fact = dict[str, Any]

_ONE_FRAME_S: Final = 0.034
_EIGHT_FRAMES_S: Final = 0.267
_WORD_SHARE: Final = 0.7
_CHARACTER_ERRORS: Final = 0.05
#: Sound is named in windows of about a second.
_SOUND_MARGIN_S: Final = Fraction(1, 2)

_OBJECTS: Final = {Picture.ASTRONAUT: "person", Picture.CAT: "cat", Picture.COFFEE: "cup"}
_LABELS: Final = {
    Picture.ASTRONAUT: ("people.face",),
    Picture.CAT: ("animal.cat",),
    Picture.COFFEE: ("food.coffee", "tableware.cup"),
}


def truth() -> dict[str, list[Fact]]:
    """Return the facts by tier."""
    return {"bundled": _bundled(), "standard": _standard()}


def _bundled() -> list[Fact]:
    return [
        {"kind": "shots", "count": len(SCENES)},
        *_cuts(),
        *_black(),
        *_captions(),
        *_sentences(),
        *_sound(),
        {"kind": "verdict", "at_most": "review"},
        {"kind": "coverage", "category": "porn", "medium": "image", "label": "porn"},
        {"kind": "coverage", "category": "porn", "medium": "speech"},
        {"kind": "coverage", "category": "porn", "medium": "text"},
        {"kind": "coverage", "complete": False},
    ]


def _standard() -> list[Fact]:
    facts: list[Fact] = []
    for picture, name in _OBJECTS.items():
        facts.append({"kind": "object", "class": name, **_stretch(picture)})
        if picture is Picture.ASTRONAUT:
            facts.append({"kind": "face", **_stretch(picture)})
        for node in _LABELS[picture]:
            facts.append({"kind": "label", "node_id": node, **_stretch(picture)})
    first, last = music_span()
    facts.append({"kind": "sound", "class": "Music", **_times(first, last)})
    facts.append(
        {"kind": "audio", "is": "music", **_times(first + _SOUND_MARGIN_S, last - _SOUND_MARGIN_S)}
    )
    facts.append({"kind": "label", "node_id": "music.piece", **_times(first, last)})
    facts.append({"kind": "verdict", "suggestion": "pass"})
    return facts


def _cuts() -> list[Fact]:
    facts = []
    for before, scene, start in zip(SCENES, SCENES[1:], starts()[1:], strict=False):
        faded = before.fade_out or scene.fade_in
        tolerance = _EIGHT_FRAMES_S if faded else _ONE_FRAME_S
        facts.append({"kind": "cut", "time": _rounded(seconds(start)), "tolerance": tolerance})
    return facts


def _black() -> list[Fact]:
    return [
        {"kind": "condition", "is": "black", **_times(seconds(start), seconds(start + length))}
        for scene, start in zip(SCENES, starts(), strict=False)
        if scene.layout is Layout.BLACK
        for length in (scene.frames,)
    ]


def _captions() -> list[Fact]:
    facts = []
    for scene, start in zip(SCENES, starts(), strict=False):
        if scene.caption is None:
            continue
        margin = 0 if scene.layout is Layout.TITLE else CAPTION_IN
        times = _times(seconds(start + margin), seconds(start + scene.frames - margin))
        name = (TITLE,) if start == 0 else ()
        for text in (*name, scene.caption.english, scene.caption.chinese):
            facts.append({"kind": "text", "text": text, "errors": _CHARACTER_ERRORS, **times})
    return facts


def _sentences() -> list[Fact]:
    return [
        {
            "kind": "speech",
            "text": scene.speech,
            "share": _WORD_SHARE,
            **_times(seconds(start), seconds(start + scene.frames)),
        }
        for scene, start in zip(SCENES, starts(), strict=False)
        if scene.speech
    ]


def _sound() -> list[Fact]:
    """Return who speaks when, the silence under black, and the music's tempo."""
    facts: list[Fact] = []
    for scene, start in zip(SCENES, starts(), strict=False):
        first = seconds(start + scene.speech_at)
        if scene.speech:
            heard = _times(first + _SOUND_MARGIN_S, first + 2)
            facts.append({"kind": "audio", "is": "speech", **heard})
        if scene.layout is Layout.BLACK:
            facts.append(
                {
                    "kind": "audio",
                    "is": "silence",
                    **_times(seconds(start), seconds(start + scene.frames)),
                }
            )
    return [*facts, {"kind": "tempo", "bpm": TEMPO_BPM}]


def _stretch(picture: Picture) -> Fact:
    for scene, start in zip(SCENES, starts(), strict=False):
        if scene.picture is picture:
            return _times(seconds(start), seconds(start + scene.frames))
    raise ValueError(f"no scene shows {picture}")


def _times(start: Fraction, end: Fraction) -> Fact:
    return {"start": _rounded(start), "end": _rounded(end)}


def _rounded(value: Fraction) -> float:
    return round(float(value), 3)
