"""Labels as a tree, and shots, transcript, text, sounds, stages as rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from videre.cli.formatting import clock, length, percent, seconds, span_seconds, when, word
from videre.v1 import analysis_pb2, types_pb2

S = TypeVar("S")
T = TypeVar("T")

_MARK: Final = {
    analysis_pb2.UNDERSTANDING_UNCERTAIN: "uncertain",
    analysis_pb2.UNDERSTANDING_NOT_UNDERSTOOD: "not understood",
}


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """Rows of a list that may be cut; `left_out` says how many are missing."""

    rows: tuple[T, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class LabelNode:
    """A label with those below it. `spans` are (left, width) in per cent of the length."""

    name: str
    node_id: str
    level: int
    confidence: float
    percent: str
    share: str
    modalities: tuple[str, ...]
    spans: tuple[tuple[float, float], ...]
    evidence_count: int
    children: tuple[LabelNode, ...]


@dataclass(frozen=True, slots=True)
class ShotCard:
    """A shot with what was seen in it."""

    number: int
    when: str
    timecode: str
    long: str
    picture: str
    colors: tuple[str, ...]
    seen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonCard:
    """Somebody, by the name that a library gives, or by a number.

    `spans` are (left, width) in per cent of the length.

    `known` says how like the library's entry the face is, "" without a name. `face` is where in
    the picture the face is: left, top, width, height as shares; () = unknown.
    """

    number: int
    name: str
    known: str
    person_id: str
    picture: str
    face: tuple[float, ...]
    share: str
    seen: str
    sizes: str
    speech: str
    emotions: str
    spans: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """An utterance; `mark` is "" when understood."""

    when: str
    text: str
    mark: str
    language: str


@dataclass(frozen=True, slots=True)
class TextRow:
    """A line of text in the picture."""

    when: str
    text: str
    kind: str
    language: str
    confidence: str


@dataclass(frozen=True, slots=True)
class SoundRow:
    """A sound event."""

    when: str
    name: str
    confidence: str


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage of the job."""

    name: str
    state: str
    note: str
    units: str
    model_calls: int
    cpu: str


def label_tree(labels: Sequence[analysis_pb2.Label], total_s: float) -> tuple[LabelNode, ...]:
    """Return the labels as trees, surest first; a label whose parent is missing is a root."""
    known = {label.node_id for label in labels}
    below: dict[str, list[analysis_pb2.Label]] = defaultdict(list)
    for label in labels:
        parent = label.parent_node_id
        below[parent if parent in known and parent != label.node_id else ""].append(label)

    def grow(parent: str) -> tuple[LabelNode, ...]:
        ordered = sorted(below[parent], key=lambda label: (-label.confidence, label.node_id))
        return tuple(_label_node(label, total_s, grow(label.node_id)) for label in ordered)

    return grow("")


def _label_node(
    label: analysis_pb2.Label, total_s: float, children: tuple[LabelNode, ...]
) -> LabelNode:
    return LabelNode(
        name=label.name or label.node_id,
        node_id=label.node_id,
        level=label.level,
        confidence=round(min(max(label.confidence, 0), 1) * 100, 1),
        percent=percent(label.confidence),
        share=percent(label.appearance_ratio),
        modalities=tuple(label.modalities),
        spans=_bands(label.spans, total_s),
        evidence_count=label.evidence_count,
        children=children,
    )


def _bands(spans: Sequence[types_pb2.TimeSpan], total_s: float) -> tuple[tuple[float, float], ...]:
    """Return stretches as (left, width) in per cent of the length."""
    bands = []
    for span in spans[:200]:
        start, end = span_seconds(span)
        bands.append((round(100 * start / total_s, 2), round(100 * (end - start) / total_s, 2)))
    return tuple(bands)


def person_cards(analysis: analysis_pb2.Analysis, total_s: float, limit: int) -> Rows[PersonCard]:
    """Return the people, those seen longest first, numbered in this order."""
    numbers = {person.person_id: number for number, person in enumerate(analysis.people, start=1)}

    def card(person: analysis_pb2.Person) -> PersonCard:
        box = person.picture_box
        return PersonCard(
            number=numbers[person.person_id],
            name=who(person, numbers[person.person_id]),
            known=percent(person.name_likeness) if person.name else "",
            person_id=person.person_id,
            picture=person.picture_digest,
            face=(box.x, box.y, box.width, box.height) if person.HasField("picture_box") else (),
            share=percent(person.appearance_ratio),
            seen=f"{length(sum(b - a for a, b in map(span_seconds, person.spans)))}"
            f" in {_shots(person)}",
            sizes=", ".join(
                f"{word(analysis_pb2.ShotSize, size.shot_size, 'SHOT_SIZE')} "
                f"{length(seconds(size.duration))}"
                for size in person.shot_sizes
            ),
            speech=percent(person.speech_ratio) if person.HasField("speech_ratio") else "",
            emotions=", ".join(emotion_words(person.emotions)),
            spans=_bands(person.spans, total_s),
        )

    return cut(analysis.people, limit, card)


def emotion_words(found: Iterable[analysis_pb2.FaceEmotionShare]) -> tuple[str, ...]:
    """Return "happiness 4.0 s (63 %)" for each expression, longest first."""
    return tuple(
        f"{word(analysis_pb2.FaceEmotion, item.emotion, 'FACE_EMOTION')} "
        f"{length(sum(end - start for start, end in map(span_seconds, item.spans)))} "
        f"({percent(item.confidence)})"
        for item in found
    )


def who(person: analysis_pb2.Person, number: int) -> str:
    """Return the name that a library gives, or "Person 3"."""
    return person.name or f"Person {number}"


def _shots(person: analysis_pb2.Person) -> str:
    """Return "3 shots"; "100+ shots" where the analysis does not list every track."""
    count = len({track.shot_index for track in person.tracks})
    more = "+" if person.track_count > len(person.tracks) else ""
    return f"{count}{more} shot" if count == 1 and not more else f"{count}{more} shots"


def shot_cards(analysis: analysis_pb2.Analysis, limit: int) -> Rows[ShotCard]:
    """Return the first shots with classes, faces and text seen in them."""
    seen: dict[int, list[str]] = defaultdict(list)
    for found in analysis.objects:
        count = f" × {found.max_count}" if found.max_count > 1 else ""
        seen[found.shot_index].append(f"{found.class_name}{count}")
    for face in analysis.faces:
        size = word(analysis_pb2.ShotSize, face.shot_size, "SHOT_SIZE")
        seen[face.shot_index].append(f"face, {size}" if size else "face")

    def card(shot: analysis_pb2.Shot) -> ShotCard:
        start, end = span_seconds(shot.span)
        return ShotCard(
            number=shot.index + 1,
            when=f"{clock(start)} – {clock(end)}",
            timecode=shot.span.start_timecode,
            long=length(end - start),
            picture=shot.picture_digest,
            colors=tuple(f"#{color.rgb & 0xFFFFFF:06x}" for color in shot.colors[:5]),
            seen=tuple(dict.fromkeys(seen[shot.index]))[:6],
        )

    return cut(analysis.shots, limit, card)


def transcript(analysis: analysis_pb2.Analysis, limit: int) -> Rows[TranscriptLine]:
    """Return what was said; not understood speech has no words."""

    def line(utterance: analysis_pb2.Utterance) -> TranscriptLine:
        start, end = span_seconds(utterance.span)
        return TranscriptLine(
            when=f"{clock(start)} – {clock(end)}",
            text=utterance.text,
            mark=_MARK.get(utterance.understanding, ""),
            language=utterance.language_code,
        )

    return cut(analysis.utterances, limit, line)


def text_heading(analysis: analysis_pb2.Analysis) -> str:
    """Return what the lines of text are called."""
    is_text = analysis.media_info.kind == analysis_pb2.MEDIA_KIND_TEXT
    return "Text" if is_text else "Text in the picture"


def text_rows(analysis: analysis_pb2.Analysis, limit: int) -> Rows[TextRow]:
    """Return the lines of text in the picture, or the paragraphs of a text."""

    def row(line: analysis_pb2.TextLine) -> TextRow:
        return TextRow(
            when=when(line.span),
            text=line.text,
            kind=word(analysis_pb2.TextKind, line.kind, "TEXT_KIND"),
            language=line.language_code,
            confidence=percent(line.confidence),
        )

    return cut(analysis.text_lines, limit, row)


def sound_rows(analysis: analysis_pb2.Analysis, limit: int) -> Rows[SoundRow]:
    """Return the named sounds."""

    def row(event: analysis_pb2.SoundEvent) -> SoundRow:
        start, end = span_seconds(event.span)
        return SoundRow(
            f"{clock(start)} – {clock(end)}", event.class_name, percent(event.confidence)
        )

    return cut(analysis.sound_events, limit, row)


def sound_facts(analysis: analysis_pb2.Analysis) -> tuple[tuple[str, str], ...]:
    """Return loudness and tempo as (name, value)."""
    facts = []
    if analysis.HasField("loudness"):
        loudness = analysis.loudness
        if loudness.HasField("integrated_lufs"):
            facts.append(("Loudness", f"{loudness.integrated_lufs:.1f} LUFS"))
        if loudness.HasField("range_lu"):
            facts.append(("Range", f"{loudness.range_lu:.1f} LU"))
        if loudness.HasField("true_peak_dbtp"):
            facts.append(("True peak", f"{loudness.true_peak_dbtp:.1f} dBTP"))
    if analysis.HasField("music") and analysis.music.tempo_bpm:
        facts.append(("Tempo", f"{analysis.music.tempo_bpm:.0f} bpm"))
    return tuple(facts)


def stage_rows(stages: Iterable[analysis_pb2.Stage]) -> tuple[StageRow, ...]:
    """Return the stages in the order of the job's way."""
    return tuple(
        StageRow(
            name=stage.name,
            state=word(analysis_pb2.StageState, stage.state, "STAGE_STATE"),
            note=stage.message or stage.reason.replace("_", " ").lower(),
            units=f"{stage.done} / {stage.total}" if stage.total else "",
            model_calls=stage.model_calls,
            cpu=f"{stage.cpu_seconds:.1f} s" if stage.cpu_seconds else "",
        )
        for stage in stages
    )


def cut(items: Sequence[S], limit: int, show: Callable[[S], T]) -> Rows[T]:
    """Return the first items as they are shown, and how many there are beyond."""
    return Rows(tuple(show(item) for item in items[:limit]), max(0, len(items) - limit))
