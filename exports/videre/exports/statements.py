"""The items of an analysis's lists → statements, each in one form. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from videre.exports.subject import lower, score
from videre.exports.visible import visible
from videre.v1 import analysis_pb2 as pb
from videre.v1 import feedback_pb2, types_pb2

Fact: TypeAlias = str | int | float
#: Everything that a statement may be.
KINDS: Final = (
    "shot", "label", "object", "face", "text", "speech", "sound", "audio", "condition", "event",
    "scene", "chapter", "person", "keyword", "entity", "topic", "quality", "code", "mood", "track",
    "match", "feedback", "verdict",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement about one stretch.

    Args:
        kind: one of `KINDS`.
        name: what it is: a label's name in the asked language, a class, "Shot 3"; for text and
            speech the words, for codes what they say with what does not show escaped.
        span: when; None for what is given with the media and has no time.
        confidence: 0..1, of quality how bad it is; None of what people say.
        node_id: taxonomy node; "" where there is none.
        language: BCP 47 language of the words of text, speech, keywords and names; else "".
        box: where, at its best frame; None without a place.
        facts: what only this kind has, by column name.
    """

    kind: str
    name: str
    span: types_pb2.TimeSpan | None
    confidence: float | None
    node_id: str = ""
    language: str = ""
    box: types_pb2.BoundingBox | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)


def shot(item: pb.Shot, index: int) -> Iterator[Statement]:
    """Yield a shot; how it begins is its detail."""
    transition = lower(pb.ShotTransition.Name(item.transition_in), "SHOT_TRANSITION")
    facts: dict[str, Fact] = {"shot_index": item.index, "detail": transition}
    name = f"Shot {item.index + 1}"
    yield Statement("shot", name, item.span, score(item.confidence), facts=facts)


def label(item: pb.Label, index: int) -> Iterator[Statement]:
    """Yield a label for each of its spans."""
    facts: dict[str, Fact] = {
        "level": item.level,
        "parent_node_id": item.parent_node_id,
        "centric_score": score(item.centric_score),
        "appearance_ratio": score(item.appearance_ratio),
        "modalities": " ".join(item.modalities),
    }
    for span in _spans(item.spans):
        yield Statement("label", item.name, span, score(item.confidence), item.node_id, facts=facts)


def object_(item: pb.ObjectAppearance, index: int) -> Iterator[Statement]:
    """Yield an object in a shot with its surest box."""
    yield Statement(
        "object",
        item.class_name,
        item.span,
        score(item.confidence),
        item.node_id,
        box=_best(item.boxes),
        facts={"shot_index": item.shot_index, "count": item.max_count},
    )


def face(item: pb.FaceAppearance, index: int) -> Iterator[Statement]:
    """Yield the faces of a shot with their surest box; the shot size is the detail."""
    size = lower(pb.ShotSize.Name(item.shot_size), "SHOT_SIZE")
    yield Statement(
        "face",
        "Face",
        item.span,
        score(item.confidence),
        box=_best(item.boxes),
        facts={"shot_index": item.shot_index, "detail": size},
    )


def text_line(item: pb.TextLine, index: int) -> Iterator[Statement]:
    """Yield a line of text; what it is for is the detail."""
    yield Statement(
        "text",
        item.text,
        item.span,
        score(item.confidence),
        language=item.language_code,
        box=item.box if item.HasField("box") else None,
        facts={"detail": lower(pb.TextKind.Name(item.kind), "TEXT_KIND")},
    )


def utterance(item: pb.Utterance, index: int) -> Iterator[Statement]:
    """Yield what was said; whether it was understood is the detail."""
    understanding = lower(pb.Understanding.Name(item.understanding), "UNDERSTANDING")
    yield Statement(
        "speech",
        item.text,
        item.span,
        score(item.confidence),
        language=item.language_code,
        facts={"detail": understanding},
    )


def sound_event(item: pb.SoundEvent, index: int) -> Iterator[Statement]:
    """Yield a sound that has a name."""
    yield Statement("sound", item.class_name, item.span, score(item.confidence), item.node_id)


def audio_segment(item: pb.AudioSegment, index: int) -> Iterator[Statement]:
    """Yield a stretch of speech, music, noise or silence."""
    kind = lower(pb.AudioKind.Name(item.kind), "AUDIO_KIND")
    yield Statement("audio", kind, item.span, score(item.confidence))


def frame_condition(item: pb.FrameCondition, index: int) -> Iterator[Statement]:
    """Yield a special stretch of picture."""
    kind = lower(pb.FrameConditionKind.Name(item.kind), "FRAME_CONDITION_KIND")
    yield Statement("condition", kind, item.span, score(item.confidence))


def quality(item: pb.QualityFinding, index: int) -> Iterator[Statement]:
    """Yield a fault; what was measured, and the channels that have it, are its detail."""
    kind = lower(pb.QualityKind.Name(item.kind), "QUALITY_KIND")
    channels = f" channels={','.join(map(str, item.channels))}" if item.channels else ""
    facts: dict[str, Fact] = {"detail": f"value={item.value:g}{channels}"}
    box = item.picture_box if item.HasField("picture_box") else None
    yield Statement("quality", kind, item.span, score(item.severity), box=box, facts=facts)


def event(item: pb.Event, index: int) -> Iterator[Statement]:
    """Yield an event; the rule that found it is its id."""
    facts: dict[str, Fact] = {"id": item.rule_id, "modalities": " ".join(item.modalities)}
    name = item.name or item.node_id
    yield Statement("event", name, item.span, score(item.confidence), item.node_id, facts=facts)


def scene(item: pb.Scene, index: int) -> Iterator[Statement]:
    """Yield a scene or a chapter; where its title comes from is the detail."""
    kind = "chapter" if item.kind == pb.SCENE_KIND_CHAPTER else "scene"
    source = lower(pb.TitleSource.Name(item.title_source), "TITLE_SOURCE")
    facts: dict[str, Fact] = {"detail": source}
    if item.end_shot_index > item.first_shot_index:
        shots = item.end_shot_index - item.first_shot_index
        facts |= {"shot_index": item.first_shot_index, "count": shots}
    name = item.title or f"{kind.capitalize()} {item.index + 1}"
    yield Statement(kind, name, item.span, score(item.confidence), facts=facts)


def person(item: pb.Person, index: int) -> Iterator[Statement]:
    """Yield somebody for each of the spans that show the face; the shot size is the detail."""
    sizes = [lower(pb.ShotSize.Name(size.shot_size), "SHOT_SIZE") for size in item.shot_sizes]
    facts: dict[str, Fact] = {
        "id": item.person_id,
        "detail": sizes[0] if sizes else "",
        "centric_score": score(item.centric_score),
        "appearance_ratio": score(item.appearance_ratio),
        "count": item.face_count,
    }
    for span in _spans(item.spans):
        name = item.name or f"Person {index + 1}"
        yield Statement("person", name, span, score(item.confidence), facts=facts)


def keyword(item: pb.Keyword, index: int) -> Iterator[Statement]:
    """Yield a keyword wherever it is said or shown."""
    facts: dict[str, Fact] = {"modalities": " ".join(item.modalities), "count": item.mentions}
    for span in _spans(item.spans):
        yield Statement(
            "keyword", item.text, span, score(item.confidence), language=item.language_code,
            facts=facts,
        )  # fmt: skip


def entity(item: pb.Entity, index: int) -> Iterator[Statement]:
    """Yield a name wherever it is said or shown; the id of a place is that of the likeliest."""
    facts: dict[str, Fact] = {
        "detail": lower(pb.EntityKind.Name(item.kind), "ENTITY_KIND"),
        "modalities": " ".join(item.modalities),
        "count": item.mentions,
    }
    if item.place.candidates:
        facts["id"] = item.place.candidates[0].place_id
    for span in _spans(item.spans):
        yield Statement(
            "entity", item.name, span, score(item.confidence), language=item.language_code,
            facts=facts,
        )  # fmt: skip


def topic(item: pb.Topic, index: int) -> Iterator[Statement]:
    """Yield a topic wherever something speaks for it."""
    facts: dict[str, Fact] = {"id": item.topic_id, "modalities": " ".join(item.modalities)}
    name = item.name or item.topic_id
    for span in _spans(item.spans):
        yield Statement("topic", name, span, score(item.confidence), facts=facts)


def code(item: pb.Code, index: int) -> Iterator[Statement]:
    """Yield a code wherever it is seen, with what does not show escaped; how it is made beside."""
    facts: dict[str, Fact] = {
        "detail": lower(pb.Symbology.Name(item.symbology), "SYMBOLOGY"),
        "count": item.sighting_count,
    }
    for span in _spans(item.spans):
        name, confidence = visible(item.text), score(item.confidence)
        yield Statement("code", name, span, confidence, item.node_id, facts=facts)


def track(item: pb.ObjectTrack, index: int) -> Iterator[Statement]:
    """Yield an object followed through a shot with its surest box."""
    yield Statement(
        "track",
        item.class_name,
        item.span,
        score(item.confidence),
        item.node_id,
        box=_best(item.boxes),
        facts={"shot_index": item.shot_index, "id": item.track_id},
    )


def mood(item: pb.MoodSegment, index: int) -> Iterator[Statement]:
    """Yield how a stretch feels; valence and arousal are the detail."""
    told = []
    if item.HasField("valence"):
        told.append(f"valence {item.valence:+.2f}")
    if item.HasField("arousal"):
        told.append(f"arousal {item.arousal:+.2f}")
    name = lower(pb.MoodKind.Name(item.mood), "MOOD_KIND")
    facts: dict[str, Fact] = {"detail": " ".join(told)}
    yield Statement("mood", name, item.span, score(item.confidence), facts=facts)


def library_match(item: pb.LibraryMatch, index: int) -> Iterator[Statement]:
    """Yield an entry of an own library wherever it is found; the library is the detail."""
    facts: dict[str, Fact] = {"detail": item.library_id, "id": item.entry_id}
    name = item.name or item.entry_id
    for span in _spans(item.spans):
        yield Statement("match", name, span, score(item.confidence), facts=facts)


def feedback(item: feedback_pb2.Feedback, index: int) -> Iterator[Statement]:
    """Yield what somebody said of an analysis; the kind of correction is the detail."""
    said = item.correction
    facts: dict[str, Fact] = {
        "detail": lower(feedback_pb2.CorrectionKind.Name(said.kind), "CORRECTION_KIND"),
        "id": said.person_id,
        "count": len(said.boxes) or "",
    }
    yield Statement(
        "feedback",
        correction_words(said),
        said.span if said.HasField("span") else None,
        None,
        said.node_id,
        box=said.boxes[0].box if said.boxes else None,
        facts=facts,
    )


def correction_words(said: feedback_pb2.Correction) -> str:
    """Return a correction in one line, such as "missing: Dog (behind the fence)"."""
    what = said.name or said.node_id
    if said.kind == feedback_pb2.CORRECTION_KIND_TEXT:
        line = f"“{said.text}” → “{said.corrected_text}”"
    elif said.kind == feedback_pb2.CORRECTION_KIND_PERSON:
        line = f"person {said.person_id}: {what or said.same_person_id or 'somebody else'}"
    elif said.kind == feedback_pb2.CORRECTION_KIND_COMMENT:
        return said.comment
    else:
        kind = lower(feedback_pb2.CorrectionKind.Name(said.kind), "CORRECTION_KIND")
        line = f"{kind}: {what}"
    return f"{line} ({said.comment})" if said.comment else line


def finding(item: pb.VerdictSegment, category: str, medium: str) -> Statement:
    """Return what moderation found; what it advises is the detail."""
    suggestion = lower(pb.Suggestion.Name(item.suggestion), "SUGGESTION")
    name = f"{category}: {item.label}" if item.label else category
    facts: dict[str, Fact] = {"detail": suggestion, "modalities": medium, "id": item.rule_id}
    return Statement("verdict", name, item.span, score(item.confidence), facts=facts)


def _spans(spans: Iterable[types_pb2.TimeSpan]) -> Iterable[types_pb2.TimeSpan | None]:
    """Return the spans, or one None where something is only given with the media."""
    return list(spans) or [None]


def _best(boxes: Iterable[pb.BoxAt]) -> types_pb2.BoundingBox | None:
    best = max(boxes, key=lambda box: box.confidence, default=None)
    return best.box if best else None
