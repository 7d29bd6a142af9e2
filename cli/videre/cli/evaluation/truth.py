"""What is known of a set of media: `truth.json` in their folder, as docs/truth_format.md says."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from videre.cli.evaluation.truth_vad import read_annotation

TRUTH_FILE: Final = "truth.json"
#: What moderation may have to say, the weakest first.
VERDICTS: Final = ("review", "block")
#: Group of the film that `demo` describes.
FILM_GROUP: Final = "film"


class TruthError(ValueError):
    """A truth file is not in its documented form."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in seconds, half-open."""

    start_s: float
    end_s: float


class FadeKind(StrEnum):
    """What a picture fades through."""

    BLACK = "black"
    WHITE = "white"
    DISSOLVE = "dissolve"


@dataclass(frozen=True, slots=True)
class Fade:
    """The middle frame of a gradual change, counted from 0."""

    frame: int
    kind: FadeKind


@dataclass(frozen=True, slots=True)
class Caption:
    """A line of text that can be read for a stretch of time.

    Args:
        text: what it says.
        span: when.
        style: names its look, or "".
        gradual: it comes or goes little by little: no frame is the first or the last.
    """

    text: str
    span: Span
    style: str = ""
    gradual: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """A sound that can be heard; `span` None = somewhere in the media."""

    name: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """A moment at which a known spoken word begins (`onset`) or ends."""

    word: str
    at_s: float
    onset: bool


class TextLayout(StrEnum):
    """How the text of a still picture is arranged."""

    LINES = "lines"
    BOXES = "boxes"
    CROP = "crop"


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything known of one media. None = not known, empty = known to be none.

    Args:
        name: path in its set, or "constructed/…".
        group: set it is reported under.
        seconds: length, where known.
        ordinary: harmless: nothing in it may be blocked.
        verdict: "block" or "review" where moderation has to say at least that; "" = not known.
        cuts: first frames of shots that begin with a hard cut.
        fades: gradual changes.
        boundaries_until: frame up to which cuts and fades are known; None = to the end.
        captions: lines of moving pictures with their times.
        lines: lines of a still picture.
        layout: how they are arranged.
        text_free: stretches that show no text.
        language: BCP 47 language spoken or written.
        transcript: what is said.
        edges: where known words begin and end.
        speech: where somebody speaks.
        speech_until_s: time up to which that is known; None = to the end.
        events: sounds.
        beats: times of beats, seconds.
        bpm: tempo.
        objects: main classes that are to be seen.
        all_objects: every class that can be seen; None = not looked at.
        labels: every one of the set's own labels that it shows; None = not looked at.
        faceless: stretches without a human face.
        shots: number of shots, where known.
    """

    name: str
    path: Path
    group: str
    seconds: float | None = None
    ordinary: bool = False
    verdict: str = ""
    cuts: tuple[int, ...] | None = None
    fades: tuple[Fade, ...] | None = None
    boundaries_until: int | None = None
    captions: tuple[Caption, ...] | None = None
    lines: tuple[str, ...] | None = None
    layout: TextLayout = TextLayout.LINES
    text_free: tuple[Span, ...] = ()
    language: str = ""
    transcript: str | None = None
    edges: tuple[Edge, ...] = ()
    speech: tuple[Span, ...] | None = None
    speech_until_s: float | None = None
    events: tuple[Event, ...] = ()
    beats: tuple[float, ...] | None = None
    bpm: float | None = None
    objects: frozenset[str] | None = None
    all_objects: frozenset[str] | None = None
    labels: frozenset[str] | None = None
    faceless: tuple[Span, ...] = ()
    shots: int | None = None


def load_set(folder: Path) -> list[Truth]:
    """Return what is known of the media of a folder, broken files left out, in order of names.

    Raises:
        FileNotFoundError: the folder has no truth.json.
        TruthError: it is not in its documented form.
    """
    try:
        data = json.loads((folder / TRUTH_FILE).read_text(encoding="utf-8"))
        entries = [(name, entry) for name, entry in data.get("files", {}).items()]
        truths = [_of_file(folder, name, entry) for name, entry in sorted(entries)]
        if "demo" in data:
            truths.append(_of_film(folder, data["demo"]))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise TruthError(f"{folder / TRUTH_FILE}: {type(error).__name__}: {error}") from error
    return [truth for truth in truths if truth is not None and truth.path.is_file()]


def _of_file(folder: Path, name: str, entry: Mapping[str, Any]) -> Truth | None:
    facts = entry.get("truth") or {}
    if facts.get("broken") or name.startswith("broken/"):
        return None
    path = folder / name
    lines, layout = _lines(facts)
    seconds = (entry.get("probe") or {}).get("duration")
    shots = facts.get("shots")
    return Truth(
        name=name,
        path=path,
        group=group_of(name),
        seconds=None if seconds is None else float(seconds),
        ordinary=bool(entry.get("ordinary", False)),
        verdict=_verdict(facts),
        cuts=tuple(facts["cut_frames"]) if "cut_frames" in facts else () if shots == 1 else None,
        fades=_fades(facts, one_shot=shots == 1),
        boundaries_until=facts.get("end_frame"),
        lines=lines,
        layout=layout,
        text_free=_text_free(facts, None if seconds is None else float(seconds)),
        language=str(facts.get("lang", "")),
        transcript=facts.get("transcript"),
        events=tuple(Event(str(name)) for name in _events(facts)),
        beats=tuple(map(float, facts["beats"])) if "beats" in facts else None,
        bpm=_number(facts.get("bpm", facts.get("bpm_approx"))),
        objects=frozenset(facts["objects"]) if "objects" in facts else None,
        all_objects=frozenset(facts["all_objects"]) if "all_objects" in facts else None,
        labels=frozenset(map(str, facts["labels"])) if "labels" in facts else None,
        shots=shots,
        **_speech(facts, path),
    )


def _of_film(folder: Path, film: Mapping[str, Any]) -> Truth:
    spoken = [part for part in film.get("audio", ()) if part["kind"] == "speech"]
    english = [part for part in spoken if part["lang"] == "en"]
    only_english = len(english) == len(spoken)
    return Truth(
        name=film["file"],
        path=folder / film["file"],
        group=FILM_GROUP,
        seconds=float(film["duration"]),
        ordinary=bool(film.get("ordinary", False)),
        cuts=tuple(film["cut_frames"]),
        captions=tuple(
            Caption(text, Span(float(part["start"]), float(part["end"])))
            for part in film.get("ocr", ())
            for text in part["text"]
        ),
        text_free=tuple(
            Span(float(shot["start"]), float(shot["end"]))
            for shot in film.get("shots", ())
            if not shot["text"]
        ),
        language="en" if only_english else "mul",
        transcript=" ".join(part["text"] for part in english) if only_english else None,
        speech=tuple(Span(float(part["start"]), float(part["end"])) for part in spoken),
    )


def group_of(name: str) -> str:
    """Return the set a file belongs to: its folder and the letters its name begins with."""
    folder, _, file = name.rpartition("/")
    letters = re.match(r"[^\W\d_]*", file)
    head = letters.group() if letters else ""
    return "/".join(part for part in (folder, head) if part)


def _verdict(facts: Mapping[str, Any]) -> str:
    said = facts.get("verdict", "")
    if said not in ("", *VERDICTS):
        raise ValueError(f"verdict is {said!r}, not one of {', '.join(VERDICTS)}")
    return str(said)


def _events(facts: Mapping[str, Any]) -> Sequence[str]:
    return (facts["event"],) if "event" in facts else facts.get("events", ())


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _lines(facts: Mapping[str, Any]) -> tuple[tuple[str, ...] | None, TextLayout]:
    if facts.get("text"):
        return (str(facts["text"]),), TextLayout.CROP
    if facts.get("boxes") is not None:
        texts = [box.get("text") for box in facts["boxes"]]
        known = None if None in texts else tuple(text for text in texts if text)
        return known, TextLayout.BOXES
    if facts.get("texts") is not None:
        return tuple(facts["texts"]), TextLayout.LINES
    return None, TextLayout.LINES


def _text_free(facts: Mapping[str, Any], seconds: float | None) -> tuple[Span, ...]:
    """A clip of objects that says nothing of text is taken to show none.

    No boxes mean nothing: annotations of scene text leave out what is hard to read.
    """
    shows_objects = "objects" in facts and not {"texts", "text", "boxes", "ocr"} & facts.keys()
    if facts.get("texts") == [] or shows_objects:
        return (Span(0.0, seconds or 1.0),)
    return ()


def _fades(facts: Mapping[str, Any], *, one_shot: bool) -> tuple[Fade, ...] | None:
    frames: Sequence[int] | None = facts.get("fade_scene_boundaries_frames")
    if frames is None:
        return () if one_shot else None
    return tuple(Fade(frame, FadeKind.BLACK) for frame in frames if frame)


def _speech(facts: Mapping[str, Any], path: Path) -> dict[str, Any]:
    if "speech" in facts:
        spans = tuple(Span(float(start), float(end)) for start, end in facts["speech"])
        return {"speech": spans, "speech_until_s": _number(facts.get("speech_until"))}
    found = re.search(r"([\w.-]+\.json)", str(facts.get("source", "")))
    annotation = path.with_name(found.group(1)) if found else None
    if annotation is None or not annotation.is_file():
        return {}
    until_s, pairs = read_annotation(annotation)
    spans = tuple(Span(start, end) for start, end in pairs)
    return {"speech": spans, "speech_until_s": until_s}
