"""Lists of an analysis in the order of the contract, with what makes their messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from google.protobuf.message import Message

from videre.orchestrator.api.messages import codes, moods, people, quality, tracks, words
from videre.orchestrator.api.messages.statements import Messages
from videre.orchestrator.document import Code, Entity, Keyword, Label, LibraryMatch, Person, Topic
from videre.v1 import feedback_pb2

LABELS: Final = "labels"
#: Not a part of the document: what people said of it since.
FEEDBACK: Final = "feedback"


def _named(messages: Messages, item: feedback_pb2.Feedback) -> feedback_pb2.Feedback:
    """Return feedback with its node's name in the asked language, where it has no other."""
    node = item.correction.node_id
    if not node or item.correction.name:
        return item
    named = feedback_pb2.Feedback()
    named.CopyFrom(item)
    named.correction.name = messages.name(node)
    return named


MAKERS: Final[dict[str, Callable[[Messages, Any], Message]]] = {
    "shots": Messages.shot,
    LABELS: Messages.label,
    "objects": Messages.object,
    "faces": Messages.face,
    "text_lines": Messages.text_line,
    "utterances": Messages.utterance,
    "sound_events": Messages.sound_event,
    "audio_segments": Messages.audio_segment,
    "frame_conditions": Messages.frame_condition,
    "events": Messages.event,
    "scenes": Messages.scene,
    "people": people.person,
    "keywords": words.keyword,
    "entities": words.entity,
    "topics": words.topic,
    "quality": quality.quality_finding,
    "codes": codes.code,
    "moods": moods.mood,
    "tracks": tracks.track,
    "library_matches": people.library_match,
    FEEDBACK: _named,
}
#: Those that stand in the document.
SEGMENTS: Final = frozenset(MAKERS) - {FEEDBACK}
#: Items that hold over several stretches of time.
SPREAD: Final = (Label, Keyword, Entity, Topic, Person, Code, LibraryMatch)
