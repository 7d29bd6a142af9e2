"""Looking at instants of a media as if each were to be its cover."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from videre.common.errors import Reason
from videre.production.candidates import face_value, face_worth
from videre.production.decode import Bgr, FrameSource
from videre.production.eyes import Face, relative
from videre.production.known import Known
from videre.production.media_index import Pictures
from videre.production.neighbours import FAR_NS, NEAR_NS, Tiny, in_transition, steadiness, tiny
from videre.production.reframing.face_finder import FaceFinder
from videre.production.reframing.looks import salient, small
from videre.production.stills import Around, Measured, Subject, measure

#: Longer side of the pictures that are judged.
_SIDE: Final = 640
#: Share of the work when all pictures are decoded.
_DECODED: Final = 0.7
#: Faces smaller than this are not asked for their eyes, shares of the picture.
_LARGE: Final = 0.008
_TEXT: Final = "text"


@dataclass(slots=True)
class _Seen:
    """What was seen of the frames: small pictures, faces, the candidates' own pictures."""

    smalls: dict[int, Tiny] = field(default_factory=dict)
    faces: dict[int, list[Face]] = field(default_factory=dict)
    pictures: dict[int, Bgr] = field(default_factory=dict)


def search(
    source: FrameSource,
    known: Known,
    times: Iterable[int],
    finder: FaceFinder | None,
    progress: Callable[[float], None],
) -> list[Measured]:
    """Return what each instant's picture is worth as a cover.

    Args:
        source: the pictures.
        known: what the analysis knows of them.
        times: instants.
        finder: of faces; None where its model is not installed.
        progress: called with the share that is done; raises when nobody waits.

    Raises:
        VidereError: DECODE_FAILED, DECODE_LIMIT.
    """
    candidates = sorted({source.pictures.frame_at(time) for time in times})
    seen = _see(source, candidates, finder, lambda share: progress(_DECODED * share))
    everyone = [face for faces in seen.faces.values() for face in faces]
    measured = []
    for done, (frame, picture) in enumerate(seen.pictures.items(), 1):
        around = _around(source.pictures, known, seen, everyone, frame)
        measured.append(measure(frame, picture, around))
        progress(_DECODED + (1 - _DECODED) * done / len(seen.pictures))
    return measured


def _see(
    source: FrameSource,
    candidates: Sequence[int],
    finder: FaceFinder | None,
    progress: Callable[[float], None],
) -> _Seen:
    near = {one for frame in candidates for one in _beside(source.pictures, frame, NEAR_NS)}
    far = {one for frame in candidates for one in _beside(source.pictures, frame, FAR_NS)}
    frames = sorted({*candidates, *near, *far})
    wanted, seen = set(candidates), _Seen()
    for done, item in enumerate(source.read(frames, source.size(max_side=_SIDE)), 1):
        progress(done / len(frames))
        if item.picture is None:
            continue
        seen.smalls[item.frame] = tiny(item.picture)
        if finder is not None and (item.frame in wanted or item.frame in near):
            seen.faces[item.frame] = finder.faces(item.picture)
        if item.frame in wanted:
            seen.pictures[item.frame] = item.picture
    return seen


def _beside(pictures: Pictures, frame: int, distance_ns: int) -> list[int]:
    """Return the frames so far before and behind a frame; those that there are."""
    ns = pictures.start_ns(frame)
    found = [pictures.frame_at(ns - distance_ns), pictures.frame_at(ns + distance_ns)]
    inside = ns - distance_ns >= 0, ns + distance_ns < pictures.end_ns
    return [one for one, there in zip(found, inside, strict=True) if there and one != frame]


def _around(
    pictures: Pictures, known: Known, seen: _Seen, everyone: Sequence[Face], frame: int
) -> Around:
    ns = pictures.start_ns(frame)
    near = [n for n in _beside(pictures, frame, NEAR_NS) if n in seen.smalls]
    all_of_them = [*near, *(n for n in _beside(pictures, frame, FAR_NS) if n in seen.smalls)]
    here = seen.smalls[frame]
    faces = sorted(seen.faces.get(frame, []), key=lambda one: -one.width * one.height)
    values = [face_worth(one.width * one.height, _off_centre(one)) for one in faces]
    large = bool(faces) and faces[0].width * faces[0].height >= _LARGE
    return Around(
        faces=max([face_value(known, ns), *values]),
        eyes_open=relative(faces[0], everyone) if large else None,
        smile=_smile(known, ns),
        steadiness=steadiness(here, [seen.smalls[n] for n in near]),
        in_transition=in_transition(
            [seen.smalls[n] for n in all_of_them if n < frame],
            here,
            [seen.smalls[n] for n in all_of_them if n > frame],
        ),
        subject=_subject(faces, seen.pictures[frame]),
        writing=_writing(known, ns),
    )


def _smile(known: Known, ns: int) -> float | None:
    """Return how sure it is that a known face is happy; None = nobody looked."""
    asked = [one.smiles for one in known.faces if one.stretch.holds(ns) and one.smiles is not None]
    if not asked:
        return None
    return max((sure for smiles in asked for at, sure in smiles if at.holds(ns)), default=0.0)


def _off_centre(face: Face) -> float:
    across, down = face.x + face.width / 2 - 0.5, face.y + face.height / 2 - 0.5
    return float((across**2 + down**2) ** 0.5)


def _subject(faces: Sequence[Face], picture: Bgr) -> Subject | None:
    """Return the faces that count, or what stands out."""
    if faces:
        counted = [f for f in faces if f.width * f.height >= faces[0].width * faces[0].height / 2]
        return Subject(
            min(f.x for f in counted),
            min(f.y for f in counted),
            max(f.x + f.width for f in counted),
            max(f.y + f.height for f in counted),
        )
    found = salient([small(picture)], [0])
    if not found:
        return None
    box = found[0]
    return Subject(box.x, box.y, box.x + box.width, box.y + box.height)


def _writing(known: Known, ns: int) -> float | None:
    """Return the share of the picture that the analysis read as text; None = nobody read."""
    if dict(known.stages).get(_TEXT, Reason.NOT_REQUESTED.value):
        return None
    lines = [
        one for one in known.followed
        if one.kind == _TEXT and one.boxes[0].ns <= ns <= one.boxes[-1].ns
    ]  # fmt: skip
    return min(1.0, sum(one.boxes[0].width * one.boxes[0].height for one in lines))
