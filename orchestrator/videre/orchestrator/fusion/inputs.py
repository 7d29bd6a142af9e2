"""What fusion is given, and the form of the evidence it reads. Pure.

**How each feature writes evidence.** Spans of pictures have frame indices, spans of sound only
times. "The frame" is `timeline.frame_span(f, f + 1)`. Attributes are `int(round(value * 10_000))`.

================ ========================= ================= ===================================
feature          class_name                span              further fields
================ ========================= ================= ===================================
shots            cut | fade                the first frame   score
                                           of the new shot
shots            black | solid             the run           score
objects          engine's class            the frame         score, box, picture
classes          engine's class; "" for    the frame         score, embedding, picture
                 the embedding
faces            face | small_face         the frame         score, box, points (eyes, nose tip,
                                                             corners of the mouth), embedding,
                                                             attributes: width_px, height_px
nsfw             engine's class            the frame         score, picture
colors           basic colour term         the frame         score = share, attributes: share 0..1,
                                                             red, green, blue 0..255
frame_conditions blurred | black | solid   the frame         score, attributes
picture_kinds    engine's class            the frame         score, attributes
codes            symbology                 the frame         score, box, points (four corners),
                                                             text, data (bytes that are not its
                                                             UTF-8, hex), picture
emotion          expression                the frame         score, box, points as of faces,
                                                             attributes: the softmax of each
                                                             expression by its name; width_px
landmarks        ""                        the frame         local features, attributes: see
                                                             `library.marks`
key_frames       ""                        the frame         picture (the sampler is the engine)
text             ""                        frame to the next text, score, points (quad: 8 numbers),
                                           sampled frame     attributes: looked_before = the sampled
                                                             frame before it; the unit's first has
                                                             none
speech           BCP 47 language of the    the utterance     words, text (words joined), attributes:
                 recogniser's model                          measurements of the decode
speech_activity  speech                    speech            score
diarization      speaker_1 …, by first     the turn          score
                 appearance
sound            ""                        the window        attributes: level_dbfs, flatness
sound            engine's class            the window        score
loudness         ""                        the track         attributes: integrated_lufs, range_lu,
                                                             true_peak_dbtp; undefined ones absent
music            tempo                     the track         score, attributes: tempo_bpm,
                                                             beats_per_bar (0 = not told)
music            beat                      empty, at beat    -
music            downbeat                  empty, at beat    score
music            tempo_level               the track         score, attributes: tempo_bpm
music            tempo_change              empty, where      attributes: tempo_bpm
music            major | minor             the stretch       score
music            major key | minor key     the track         score, attributes: tonic 0..11
music            section                   the section       score, attributes: group, chorus 0 | 1
quality          picture                   the unit          embedding: its measures
quality          sound                     the track         embedding: its measures, attributes:
                                                             channels
================ ========================= ================= ===================================

`text` records without points (lines of a text document) are taken as they stand.
A feature that looked at a frame and saw nothing writes nothing; which frames were looked at is
known from `colors`, `classes` and `landmarks`, which write for every frame.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.document import (
    NO_RULES,
    MediaFacts,
    RuleVersions,
    StageResult,
)
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.calibration import NO_TABLES, CalibrationTable
from videre.orchestrator.fusion.events.model import NO_EVENT_RULES, RuleSet
from videre.orchestrator.fusion.face_vectors import NO_EMBEDDINGS, Embeddings
from videre.orchestrator.fusion.quality_measures import NO_MEASURES, QualityMeasures
from videre.orchestrator.lexicon.names import KnownNames
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.timeline import Timeline

#: Version of the fusion rules; changes whenever an answer may change.
FUSION_VERSION: Final = "9"

#: Returns the edge grids of frames [start, end): uint8, shape (frames, 9, 16); see
#: `videre.common.signals`.
EdgeReader = Callable[[int, int], npt.NDArray[np.uint8]]


class Grids(Protocol):
    """A grid of every frame: an array of shape (frames, 9, 16), or what is read like one."""

    def __len__(self) -> int:
        """Return the number of frames."""

    def __getitem__(self, place: Any, /) -> npt.NDArray[np.uint8]:
        """Return the grid of a frame, or those of a slice or of an array of frames."""


@dataclass(frozen=True, slots=True)
class PictureSignals:
    """Columns of the per-frame signals, one value per frame; see `videre.common.signals`.

    Args:
        change: largest of delta_y, delta_u, delta_v: mean change to the frame before, 0..255.
        chroma_deviation: 0..255.
        cells: mean luma per cell.
    """

    change: npt.NDArray[np.float32]
    chroma_deviation: npt.NDArray[np.float32]
    cells: Grids


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment; `time_ns` is None where it is about the media as a whole, `id` the caller's."""

    time_ns: int | None
    text: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of the media."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the bytes; tags are moderated and lead to no label."""

    title: str = ""
    description: str = ""
    comments: tuple[Comment, ...] = ()
    language_hints: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()


NO_CONTEXT: Final = Context()


@dataclass(frozen=True, slots=True)
class FusionOptions:
    """Which labels are kept.

    Args:
        include: taxonomy nodes; labels at them or below them are kept; () = all.
        exclude: taxonomy nodes; labels at them or below them are left out.
        min_score: labels below this score E4 are left out.
        languages: BCP 47; text lines and utterances in others are left out; () = all.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    min_score: int = 3_000
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FusionInput:
    """Everything `fuse` looks at; the same input gives the same answer, byte for byte.

    Args:
        timeline: the media's clock.
        media: its technical description.
        evidence: records of all features, in any order, each with its id.
        stages: final state of every feature's stage, in the order of the job's way.
        taxonomy: the labels there are.
        engines: every pinned engine, speech_activity included, in the order of the features.
        tables: calibration tables by engine "name@version"; the identity where there is none.
        rules: versions for the record.
        event_rules: what events are made of.
        context: title, description, comments, language hints.
        options: which labels are kept.
        luma: mean luma (0..255) of every frame, for fades longer than a chunk's overlap; or ().
        edges: reader of per-frame edge grids, to place the ends of captions; None without.
        names: listed organisations, brands and products; None = the packaged ones.
        signals: what the frames look like and how they change; None where nobody measured it.
        embeddings: of faces, as kept, by artifact digest.
        quality: what the decode passes measured of the technical quality.
    """

    timeline: Timeline
    media: MediaFacts
    evidence: Sequence[Evidence]
    stages: tuple[StageResult, ...]
    taxonomy: Taxonomy
    engines: tuple[EngineFacts, ...] = ()
    tables: Mapping[str, CalibrationTable] = field(default_factory=lambda: NO_TABLES)
    rules: RuleVersions = NO_RULES
    event_rules: RuleSet = NO_EVENT_RULES
    context: Context = NO_CONTEXT
    options: FusionOptions = FusionOptions()
    luma: Sequence[float] | npt.NDArray[Any] = ()
    edges: EdgeReader | None = None
    names: KnownNames | None = None
    signals: PictureSignals | None = None
    embeddings: Embeddings = field(default_factory=lambda: NO_EMBEDDINGS)
    quality: QualityMeasures = NO_MEASURES
