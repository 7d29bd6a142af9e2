"""What own libraries are looked for in beside a document: frames and given texts. Pure.

It is kept beside the document as canonical JSON, so that a library which changes later is looked
for in the same things. The frames' local features stay where their evidence is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from msgspec import structs

from videre.common.values import TimeSpan
from videre.orchestrator.document import EvidenceRef, Shot
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import CLASSES, FACES, LANDMARKS, OBJECTS
from videre.orchestrator.fusion.face_tracks import Windows
from videre.orchestrator.fusion.inputs import NO_CONTEXT, Context
from videre.orchestrator.fusion.refs import reference
from videre.orchestrator.fusion.stitch_frames import Samples
from videre.orchestrator.fusion.stitch_shots import ShotFinder
from videre.orchestrator.fusion.stitched import KEY_FRAMES
from videre.orchestrator.library.entries import Marks, StoredFeatures
from videre.orchestrator.library.marks import features_of, hash_of
from videre.orchestrator.timeline import Timeline

_ATTRIBUTE_SCALE: Final = 10_000
#: Features whose kept pictures show the frame that they are about.
_KEPT: Final = frozenset({KEY_FRAMES, OBJECTS.name, FACES.name, CLASSES.name})


@dataclass(frozen=True, slots=True)
class Frame:
    """A sampled frame: its evidence, the stretch it speaks for, where its local features are.

    Args:
        ref: its evidence.
        span: the stretch.
        features: "<artifact digest>/<row>"; "" when it has none.
        count: how many.
        width: of the picture as described, pixels.
        height: the same.
        hash: perceptual hash in hex; "" for a plain picture.
    """

    ref: EvidenceRef
    span: TimeSpan
    features: str
    count: int
    width: int
    height: int
    hash: str

    @property
    def number(self) -> int:
        """Frame index."""
        return self.ref.span.start_frame or 0

    @property
    def artifact(self) -> str:
        """Digest of the artifact with its local features; "" when it has none."""
        return self.features.rpartition("/")[0]

    def marks(self, stored: StoredFeatures) -> Marks:
        """Return what it is compared by.

        Raises:
            LookupError: the artifact was not given.
        """
        features = features_of(self.features, self.count, stored)
        return Marks(features, self.width, self.height, int(self.hash, 16) if self.hash else None)


@dataclass(frozen=True, slots=True)
class Material:
    """Frames in order of time, and the texts given with the media."""

    frames: tuple[Frame, ...] = ()
    context: Context = NO_CONTEXT


NO_MATERIAL: Final = Material()


def material_of(
    evidence: Iterable[Evidence], shots: Sequence[Shot], context: Context, timeline: Timeline
) -> Material:
    """Return what libraries are looked for in."""
    known = list(evidence)
    records = [record for record in known if record.feature == LANDMARKS.name]
    if not records or not shots:
        return Material((), context)
    pictures = {
        one.span.start_frame: one.picture for one in known if one.picture and one.feature in _KEPT
    }
    finder = ShotFinder(shots)
    windows = Windows(
        Samples(records, shots).by_shot,
        [(shot.span.start_frame or 0, shot.span.end_frame or 0) for shot in shots],
    )
    frames = []
    for record in sorted(records, key=lambda record: (record.span, record.id)):
        number = record.span.start_frame or 0
        shot, value = finder.at(number), hash_of(record)
        frames.append(
            Frame(
                ref=structs.replace(reference(record), picture=pictures.get(number, "")),
                span=timeline.frame_span(*windows.of(shot, number)),
                features=record.embedding,
                count=record.attributes.get("features", 0),
                width=record.attributes["width_px"] // _ATTRIBUTE_SCALE,
                height=record.attributes["height_px"] // _ATTRIBUTE_SCALE,
                hash="" if value is None else f"{value:016x}",
            )
        )
    return Material(tuple(frames), context)
