"""What a production function does: an engine whose feature is the function's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from videre.common.engine import Engine
from videre.common.errors import Reason, VidereError
from videre.exports.production_params import Options
from videre.exports.production_params.preview import Glance
from videre.production.chunk_shelf import TaskChunks
from videre.production.decode import FrameSource
from videre.production.known import Known
from videre.production.media_index import Media, Pictures
from videre.production.painting.jobs import Painted
from videre.production.reframing.result import Reframing
from videre.production.rendering.job import MadeFacts
from videre.production.retouching.edits import Edits, Hidden, Removed
from videre.production.stills import Measured
from videre.v1.production_pb2 import Lecture, Summary


@dataclass(frozen=True, slots=True)
class Glimpse:
    """Where a frame of a preview comes from.

    Args:
        file: the frame as it was in its source; None where no source shows it by itself.
        ns: its instant in the source.
        edits: what was changed in it; None = nothing.
        outline: file whose transparency tells what was cut out; None where nothing was.
    """

    file: Path | None
    ns: int
    edits: Edits | None = None
    outline: Path | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A file that a function made: bytes, or a file in the task's folder.

    Args:
        name: file name, unique in the task.
        role: "cover", "sprite", "index", "captions", "video", "audio", "picture", "beats",
            "segments", "transcript", "bleeps", "redaction", "edit-list" or "preview".
        media_type: such as "image/jpeg".
        data: its bytes, or where they are.
        offset_ns: instant of the media that it stands for; covers only.
        score: of the choice, 0..1; covers only.
        facts: what is in it; moving pictures, sound and reframed pictures only.
        renderer: what encoded it; moving pictures and sound only.
        reframing: how its frame followed its subject; reframe only.
        font: in which text was drawn; empty = none was.
        obscured: what was made unrecognisable; obscure and redact only.
        painted: what was seen when its frames were changed; functions that change frames only.
        cover: why it was chosen; covers only.
        removed: what was taken away; remove_logo and remove_text only.
        summary: what it tells; the list of a summary only.
        lecture: what it tells; the list of a lecture's parts only.
        glimpse: where it comes from; frames of previews only.
    """

    name: str
    role: str
    media_type: str
    data: bytes | Path
    offset_ns: int | None = None
    score: float | None = None
    facts: MadeFacts | None = None
    renderer: str = ""
    reframing: Reframing | None = None
    font: str = ""
    obscured: tuple[Hidden, ...] | None = None
    painted: Painted | None = None
    cover: Measured | None = None
    removed: tuple[Removed, ...] | None = None
    summary: Summary | None = None
    lecture: Lecture | None = None
    glimpse: Glimpse | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """An input of a task.

    Args:
        name: as the job calls it.
        path: a file with its bytes.
        index: its stored media index.
        media: what the index says.
        identity: the same for the same bytes and index; empty = none is known.
    """

    name: str
    path: Path
    index: bytes
    media: Media
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """One task.

    Args:
        options: its parameters, checked, defaults filled in.
        known: what the analysis knows.
        source: opens the pictures of the main input; raises NO_TRACK when the media has none.
        progress: called with the share of the work that is done, 0..1; raises when nobody waits.
        file_prefix: what stands before a file's name where it becomes unique in the job.
        inputs: names of all inputs, in the job's order.
        input: opens an input by name; raises FIELD_INVALID for one that is not there.
        folder: empty folder for files; it is gone when the task ends.
        check: raises when nobody waits for the work any more; to be called several times a second.
        spent: called with CPU-seconds of other processes, and the frames that they decoded.
        preview: what is shown instead of the files; None = the files are made.
        chunks: what is kept of long outputs while they are made; None = nothing.
    """

    options: Options
    known: Known
    source: Callable[[], FrameSource]
    progress: Callable[[float], None]
    file_prefix: str
    inputs: tuple[str, ...]
    input: Callable[[str], Input]
    folder: Path
    check: Callable[[], None]
    spent: Callable[[float, int], None]
    preview: Glance | None = None
    chunks: TaskChunks | None = None


class Function(Engine, Protocol):
    """Makes files from media; knows nothing between two tasks."""

    def render(self, work: Work) -> list[Made]:
        """Return the files in the function's stated order.

        Raises:
            VidereError: NO_TRACK and others that the function's docstring names.
        """


def pictures_of(given: Input) -> Pictures:
    """Return the pictures of an input.

    Raises:
        VidereError: NO_TRACK, it has none.
    """
    if given.media.pictures is None:
        raise VidereError(
            Reason.NO_TRACK, f"input {given.name!r} has no pictures",
            metadata={"input": given.name, "track": "picture"},
        )  # fmt: skip
    return given.media.pictures


def require_answer(known: Known, stage: str) -> None:
    """Refuse where a stage of the analysis gave no answer.

    Raises:
        VidereError: the stage's reason; NOT_REQUESTED when there is no such stage.
    """
    reason = dict(known.stages).get(stage, Reason.NOT_REQUESTED.value)
    if reason:
        raise VidereError(
            Reason(reason),
            f"the task needs the feature {stage!r}, which gave no answer",
            metadata={"feature": stage},
        )
