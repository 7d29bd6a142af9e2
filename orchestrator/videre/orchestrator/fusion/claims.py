"""What each modality says for labels: one claim per node, witness and stretch. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.document import (
    EvidenceRef,
    Shot,
    SoundEvent,
    TextLine,
    Understanding,
    Utterance,
)
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import COLORS, SOUND, SPEECH, TEXT, Modality
from videre.orchestrator.fusion.face_tracks import Windows
from videre.orchestrator.fusion.inputs import Context
from videre.orchestrator.fusion.pool import Witness
from videre.orchestrator.fusion.prominence import Presence, place_weight
from videre.orchestrator.fusion.refs import Proof, modality_name, strongest
from videre.orchestrator.fusion.stitch_frames import Appearance
from videre.orchestrator.fusion.stitch_shots import ShotFinder
from videre.orchestrator.fusion.topics import TopicIndex
from videre.orchestrator.fusion.written import NOT_WRITTEN, Written
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.timeline import Timeline

#: Confidence E4 at most that a spoken, written or given word lends to a label: naming a thing does
#: not show it.
SPOKEN_SCORE: Final = 6_000
WRITTEN_SCORE: Final = 6_000
GIVEN_SCORE: Final = 6_500
#: A colour is dominant from this share of the picture, and certain at twice that.
_DOMINANT_SHARE: Final = 2_500
#: A sound heard in one window only must be heard this surely.
_SINGLE_WINDOW_SCORE: Final = 7_500
_TEXT_NODE: Final = "daily.text"
_TEXT: Final = Modality.TEXT.value
#: Stands for the job's context where evidence names an engine.
CONTEXT_ENGINE: Final = "context@1"


class Claim(msgspec.Struct, frozen=True, gc=False):
    """One voice for one node; a tuple and not a record, for a long film has tens of thousands.

    Args:
        node: taxonomy node.
        witness: who says it, how surely.
        mentions: how often it is said; for words only (a thing seen needs no second mention).
        presences: when it is there; () for words about the media as a whole.
        refs: the strongest evidence, the strongest first.
        ids: of all the evidence.
    """

    node: str
    witness: Witness
    mentions: int
    presences: tuple[Presence, ...]
    refs: Sequence[Proof]
    ids: tuple[str, ...]


#: Mentions of a claim that stands by itself.
ENOUGH_MENTIONS: Final = 2


def of_appearances(
    found: Iterable[Appearance], taxonomy: Taxonomy, windows: Windows, timeline: Timeline
) -> list[Claim]:
    """Return claims of what was seen in shots: each sampled frame speaks for its own stretch."""
    claims = []
    for item in found:
        node = taxonomy.node_of(item.feature, item.class_name)
        if node:
            weights: dict[int, int] = {}
            for record in item.records:
                frame, weight = record.span.start_frame or 0, place_weight(record.box)
                if weights.get(frame, -1) < weight:
                    weights[frame] = weight
            claims.append(
                Claim(
                    node,
                    Witness(modality_name(item.feature), item.feature, item.score),
                    ENOUGH_MENTIONS,
                    tuple(
                        [
                            Presence(windows.span(item.shot, frame, timeline), weight)
                            for frame, weight in weights.items()
                        ]
                    ),
                    *_proof(item.records),
                )
            )
    return claims


def of_colors(
    shots: Sequence[Shot], records: Iterable[Evidence], taxonomy: Taxonomy
) -> list[Claim]:
    """Return claims of colours that dominate a shot."""
    records = list(records)
    by_shot = ShotFinder(shots).group(records)
    names: dict[str, set[str]] = defaultdict(set)
    for name in {record.class_name for record in records}:
        names[taxonomy.node_of(COLORS.name, name)].add(name)
    claims = []
    for shot in shots:
        for color in shot.colors:
            if color.share >= _DOMINANT_SHARE:
                own, here = names[color.node_id], by_shot.get(shot.index, ())
                score = min(SCORE_ONE, 2 * color.share)
                claims.append(
                    Claim(
                        color.node_id,
                        Witness(Modality.IMAGE.value, COLORS.name, score),
                        ENOUGH_MENTIONS,
                        (Presence(shot.span, color.share),),
                        *_proof([record for record in here if record.class_name in own]),
                    )
                )
    return claims


def of_sounds(
    events: Iterable[tuple[SoundEvent, tuple[Evidence, ...]]], *, with_picture: bool
) -> list[Claim]:
    """Return claims of what was heard; beside a picture, sound has no place in it."""
    weight = 0 if with_picture else SCORE_ONE
    return [
        Claim(
            event.node_id,
            Witness(Modality.SOUND.value, SOUND.name, event.score),
            ENOUGH_MENTIONS,
            (Presence(event.span, weight),),
            event.evidence,
            _ids(records),
        )
        for event, records in events
        if event.node_id and (len(records) > 1 or event.score >= _SINGLE_WINDOW_SCORE)
    ]


def of_text(
    lines: Iterable[TextLine], topics: TopicIndex, written: Written = NOT_WRITTEN
) -> list[Claim]:
    """Return claims of text in the picture, and of the words in it or in a text document."""
    claims = []
    for line in lines:
        if line.box is not None:
            claims.append(
                Claim(
                    _TEXT_NODE,
                    Witness(_TEXT, TEXT.name, line.score),
                    ENOUGH_MENTIONS,
                    (Presence(line.span, place_weight(line.box)),),
                    line.evidence,
                    _ids(line.evidence),
                )
            )
        named = topics.find(written.words(line))
        if named:
            witness = Witness(_TEXT, "words", min(WRITTEN_SCORE, line.score))
            claims += _mentions(named, witness, line.span, line.evidence)
    return claims


def of_speech(utterances: Iterable[Utterance], topics: TopicIndex) -> list[Claim]:
    """Return claims of spoken words; only what was understood speaks for anything."""
    claims = []
    for item in utterances:
        if item.understanding is Understanding.UNDERSTOOD:
            witness = Witness(Modality.SPEECH.value, SPEECH.name, min(SPOKEN_SCORE, item.score))
            claims += _mentions(topics.find(item.text), witness, item.span, item.evidence)
    return claims


def of_context(context: Context, topics: TopicIndex, whole: TimeSpan) -> list[Claim]:
    """Return claims of title, description and comments."""
    claims = []
    witness = Witness(Modality.METADATA.value, "words", GIVEN_SCORE)
    for name, text in context_texts(context):
        ref = context_ref(name, whole)
        repeat = ENOUGH_MENTIONS if name == "title" else 1
        claims += [
            Claim(node, witness, repeat * count, (), (ref,), (ref.id,))
            for node, count in topics.find(text).items()
        ]
    return claims


def context_texts(context: Context) -> list[tuple[str, str]]:
    """Return the texts given with the media, by name."""
    texts = [("title", context.title), ("description", context.description)]
    texts += [(f"comment/{i}", comment.text) for i, comment in enumerate(context.comments)]
    return [(name, text) for name, text in texts if text.strip()]


def context_ref(name: str, span: TimeSpan) -> EvidenceRef:
    """Return the reference to a text given with the media."""
    return EvidenceRef(f"metadata/{name}", Modality.METADATA.value, CONTEXT_ENGINE, SCORE_ONE, span)


def _mentions(
    named: Mapping[str, int],
    witness: Witness,
    span: TimeSpan,
    refs: tuple[EvidenceRef, ...],
) -> list[Claim]:
    """Return claims of the nodes that a text names, so many times each."""
    return [
        Claim(node, witness, count, (Presence(span, 0),), refs, _ids(refs))
        for node, count in named.items()
    ]


def _proof(records: Sequence[Evidence]) -> tuple[list[Evidence], tuple[str, ...]]:
    return strongest(records), _ids(records)


def _ids(items: Iterable[Proof]) -> tuple[str, ...]:
    return tuple([item.id for item in items])
