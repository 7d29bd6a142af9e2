"""The parts of a film: scenes and chapters. Parts of the document. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from videre.common.values import TimeSpan
from videre.orchestrator.document.refs import EvidenceRef


class SceneKind(StrEnum):
    """What binds the shots of a scene together."""

    SCENE = "scene"
    CHAPTER = "chapter"


class TitleSource(StrEnum):
    """Where the title of a scene comes from; NONE where there is no title."""

    NONE = "none"
    HEADING = "heading"
    PICTURE_TEXT = "picture_text"
    SPEECH = "speech"


@dataclass(frozen=True, slots=True)
class Scene:
    """Shots [first_shot, end_shot) that belong together; `score` is that of its beginning.

    `index` counts the scenes of one kind. Chapters of media without picture have no shots (0, 0).
    """

    index: int
    kind: SceneKind
    span: TimeSpan
    first_shot: int
    end_shot: int
    score: int
    title: str = ""
    title_source: TitleSource = TitleSource.NONE
    picture: str = ""
    evidence: tuple[EvidenceRef, ...] = ()
