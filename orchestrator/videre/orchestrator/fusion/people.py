"""Faces over a whole film → the people in it. Pure.

The faces that are believed (see `stitch_frames`) are followed through each shot, their tracks are
put together over the film, and each group is a person without a name. Whoever was seen only from
the side, small or out of focus is nobody new: such a track joins a person it is like, or none.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from videre.common.values import SCORE_ONE, TimeSpan, sha256_hex
from videre.orchestrator.document import (
    MAX_BOXES,
    MAX_TRACKS,
    BoxAt,
    Person,
    PersonTrack,
    Shot,
    ShotSize,
    ShotSizeTime,
    VideoFacts,
)
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import FACES
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.emotions import Expressions, shares
from videre.orchestrator.fusion.face_clusters import cluster
from videre.orchestrator.fusion.face_tracks import Face, Track, Windows, follow
from videre.orchestrator.fusion.face_vectors import (
    Embeddings,
    Vectors,
    likeness,
    mean_vectors,
    to_bytes,
    vectors_of,
)
from videre.orchestrator.fusion.prominence import (
    Presence,
    centric_score,
    merge_spans,
    place_weight,
    ratio_of_merged,
    weights_of,
)
from videre.orchestrator.fusion.refs import references
from videre.orchestrator.fusion.stitch_frames import Appearance, Samples, shot_size
from videre.orchestrator.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Limits:
    """Likeness E4 from which two faces are one person: within a shot, and over the film.

    Within a shot less is enough: faces of one picture are the ones that get confused, and they are
    two people anyway.
    """

    in_shot: int
    in_film: int


#: By engine; one that nobody has calibrated tells no people apart. On yunet-mobileface: 4,254 pairs
#: of different people in ten lights and sizes, 2 of them above .60; 231 pairs of strangers of at
#: least 60 px in six photographs, none above .43. More: docs/people.md.
SAME_PERSON: Final[Mapping[str, Limits]] = {"yunet-mobileface": Limits(4_500, 6_000)}
#: Narrower faces, in pixels, found no person.
CLEAR_WIDTH_PX: Final = 60
#: Twice the distance of the nose from the middle between the eyes, along the line through them, in
#: tenths of their distance: a face that is turned further founds no person.
_MOST_TURNED: Final = 8
#: `width_px` of the evidence is in this part of a pixel.
_PER_PX: Final = 10_000


@dataclass(frozen=True, slots=True)
class Setting:
    """What people are seen against.

    Args:
        shots: all shots.
        samples: which frames were looked at.
        pictures: digest of the kept picture of a frame, by frame.
        speech: stretches of speech, joined, in order; None when nobody listened.
        timeline: the media's clock.
        judge: knows calibrated scores.
        expressions: what faces express.
    """

    shots: Sequence[Shot]
    samples: Samples
    pictures: Mapping[int, str]
    speech: Sequence[TimeSpan] | None
    timeline: Timeline
    judge: Judge
    expressions: Expressions


@dataclass(frozen=True, slots=True)
class Faces:
    """What the people of a film look like. It is kept apart from what is told of them.

    Args:
        engine: "name@version" of what made the vectors; "" without people.
        vectors: the mean of a person's tracks as it is stored, by the person's id.
    """

    engine: str
    vectors: Mapping[str, bytes]


NO_FACES: Final = Faces("", {})


def are_compared(found: Iterable[Appearance]) -> bool:
    """Tell whether the faces of a film can be told apart; also true when it shows none."""
    records = [r for item in found if item.feature == FACES.name for r in item.records]
    return not records or any(_known(record) for record in records)


@dataclass(frozen=True, slots=True)
class Followed:
    """The faces of a film, followed through their shots.

    Args:
        tracks: in order of time.
        vectors: one row per face.
        same: likeness from which two faces are one person.
        engine: "name@version" of what made the vectors.
    """

    tracks: Sequence[Track]
    vectors: Vectors
    same: Limits
    engine: str


def follow_faces(
    found: Iterable[Appearance],
    embeddings: Embeddings,
    video: VideoFacts | None,
    blurred: frozenset[int],
) -> Followed | None:
    """Return the tracks of all faces that can be told apart; None where there are none.

    Args:
        found: what is believed of the sampled frames.
        embeddings: of the faces.
        video: the picture's size; None without picture.
        blurred: frames that are out of focus.
    """
    records = [
        (item.shot, record)
        for item in found
        if item.feature == FACES.name
        for record in item.records
        if record.box is not None and _known(record)
    ]
    if not records or video is None:
        return None
    # One engine serves a job's faces, so one threshold holds for all of them.
    same = SAME_PERSON[_engine_name(records[0][1])]
    vectors = vectors_of([record.embedding for _, record in records], embeddings)
    faces = [
        Face(
            record=record,
            shot=shot,
            frame=record.span.start_frame or 0,
            box=record.box or (0, 0, 0, 0),
            clear=_clear(record, video, blurred),
            vector=row,
        )
        for row, (shot, record) in enumerate(records)
    ]
    engine = records[0][1].engine
    return Followed(follow(faces, vectors, same.in_shot), vectors, same, engine)


def people(followed: Followed | None, setting: Setting) -> tuple[tuple[Person, ...], Faces]:
    """Return the people of a film, those seen longest first, and what they look like.

    Args:
        followed: the faces that can be told apart.
        setting: what they are seen against.
    """
    if followed is None:
        return (), NO_FACES
    tracks, vectors, same = followed.tracks, followed.vectors, followed.same
    means = mean_vectors(vectors, [track.rows for track in tracks])
    groups = cluster(
        means,
        [[face.frame for face in track.faces] for track in tracks],
        [track.clear for track in tracks],
        same.in_film,
    )
    windows = Windows(
        setting.samples.by_shot,
        [(shot.span.start_frame or 0, shot.span.end_frame or 0) for shot in setting.shots],
    )
    crowd = Counter(track.shot for track in tracks)
    persons = [
        _person([tracks[index] for index in group], means[group], windows, crowd, setting)
        for group in groups
    ]
    looks = to_bytes(mean_vectors(means, groups)) if groups else []
    faces_of = {person.id: look for person, look in zip(persons, looks, strict=True)}
    ordered = tuple(sorted(persons, key=lambda p: (-p.appearance, p.spans, p.id)))
    return ordered, Faces(followed.engine, faces_of)


def _known(record: Evidence) -> bool:
    return bool(record.embedding) and _engine_name(record) in SAME_PERSON


def _engine_name(record: Evidence) -> str:
    return record.engine.partition("@")[0]


def _clear(record: Evidence, video: VideoFacts, blurred: frozenset[int]) -> bool:
    """Tell whether a face is large, frontal and sharp enough to found a person."""
    if record.span.start_frame in blurred:
        return False
    if record.attributes.get("width_px", 0) < CLEAR_WIDTH_PX * _PER_PX:
        return False
    return len(record.points) < 6 or not turned(record.points, video.width, video.height)


def turned(points: Sequence[int], width: int, height: int) -> bool:
    """Tell whether a face is turned aside.

    Args:
        points: x and y E4 of both eyes and the tip of the nose, then others.
        width: of the picture, pixels.
        height: of the picture, pixels.
    """
    x = [value * width for value in points[0:6:2]]
    y = [value * height for value in points[1:6:2]]
    eyes = (x[1] - x[0], y[1] - y[0])
    nose = (2 * x[2] - x[0] - x[1], 2 * y[2] - y[0] - y[1])
    aside = abs(nose[0] * eyes[0] + nose[1] * eyes[1])
    return 10 * aside > _MOST_TURNED * (eyes[0] ** 2 + eyes[1] ** 2)


def _person(
    tracks: Sequence[Track],
    vectors: Vectors,
    windows: Windows,
    crowd: Mapping[int, int],
    setting: Setting,
) -> Person:
    """Return what is told of the person whom these tracks show, given in order of time."""
    faces = [face for track in tracks for face in track.faces]
    shown = {id(face): _window(face, windows, setting.timeline) for face in faces}
    spans = merge_spans(shown.values())
    duration_ns = setting.timeline.duration_ns
    best = max(faces, key=lambda face: _rank(face, setting.pictures))
    picture = setting.pictures.get(best.frame, "")
    alike = likeness(vectors, mean_vectors(vectors, [range(len(tracks))]))[:, 0]
    own = Counter(track.shot for track in tracks)
    felt = [setting.expressions.of_face(face.frame, face.box) for face in faces]
    alone = [shown[id(face)] for face in faces if own[face.shot] == crowd[face.shot]]
    return Person(
        id=sha256_hex(f"person:{min(faces, key=_first).record.id}".encode())[:16],
        spans=spans,
        score=max(setting.judge.score(face.record) for face in faces),
        appearance=ratio_of_merged(spans, duration_ns),
        centric=centric_score(
            weights_of(Presence(shown[id(face)], place_weight(face.box)) for face in faces),
            duration_ns,
        ),
        shot_sizes=_shot_sizes(faces, shown),
        face_count=len(faces),
        picture=picture,
        picture_box=best.box if picture else None,
        tracks=_told(tracks, [int(value) for value in alike], setting),
        track_count=len(tracks),
        speech=_speech_share(alone, setting.speech),
        evidence=references(face.record for face in faces),
        emotions=shares(item for item in felt if item is not None),
    )


def _first(face: Face) -> tuple[object, ...]:
    """Order a person's faces so that the clearest comes first, whatever else is seen."""
    return (not face.clear, -face.box[2] * face.box[3], face.frame, face.box, face.record.id)


def _rank(face: Face, pictures: Mapping[int, str]) -> tuple[object, ...]:
    kept = face.frame in pictures
    return (kept, face.clear, face.box[2] * face.box[3], face.record.score, -face.frame)


def _window(face: Face, windows: Windows, timeline: Timeline) -> TimeSpan:
    return timeline.frame_span(*windows.of(face.shot, face.frame))


def _shot_sizes(faces: Sequence[Face], shown: Mapping[int, TimeSpan]) -> tuple[ShotSizeTime, ...]:
    """Return how long the person is seen in which size, longest first."""
    times: dict[ShotSize, int] = defaultdict(int)
    for face in faces:
        times[shot_size(face.box[3])] += shown[id(face)].duration_ns
    ordered = sorted(times.items(), key=lambda item: (-item[1], item[0]))
    return tuple(ShotSizeTime(size, duration) for size, duration in ordered)


def _told(
    tracks: Sequence[Track], alike: Sequence[int], setting: Setting
) -> tuple[PersonTrack, ...]:
    """Return the tracks with most faces, at most `MAX_TRACKS`, in order of time."""
    order = sorted(range(len(tracks)), key=lambda index: (-len(tracks[index].faces), index))
    return tuple(
        PersonTrack(
            id=track.id,
            shot_index=track.shot,
            span=setting.timeline.frame_span(track.faces[0].frame, track.faces[-1].frame + 1),
            likeness=max(0, alike[index]),
            boxes=tuple(_box_at(face, setting.judge) for face in _thinned(track.faces)),
        )
        for index in sorted(order[:MAX_TRACKS])
        for track in [tracks[index]]
    )


def _thinned(faces: Sequence[Face]) -> Sequence[Face]:
    """Return at most `MAX_BOXES` faces of a track, evenly, the first and the last among them."""
    if len(faces) <= MAX_BOXES:
        return faces
    last = MAX_BOXES - 1
    return [faces[number * (len(faces) - 1) // last] for number in range(MAX_BOXES)]


def _box_at(face: Face, judge: Judge) -> BoxAt:
    return BoxAt(face.frame, face.record.span.start_ns, face.box, judge.score(face.record))


def _speech_share(alone: Sequence[TimeSpan], speech: Sequence[TimeSpan] | None) -> int | None:
    """Return the share E4 of the time alone in a shot in which speech is heard.

    None when nobody listened or the person never has a shot without other faces.
    """
    spans = merge_spans(alone)
    total = sum(span.duration_ns for span in spans)
    if not total or speech is None:
        return None
    heard, start = 0, 0
    for span in spans:
        while start < len(speech) and speech[start].end_ns <= span.start_ns:
            start += 1
        at = start
        while at < len(speech) and speech[at].start_ns < span.end_ns:
            heard += min(span.end_ns, speech[at].end_ns) - max(span.start_ns, speech[at].start_ns)
            at += 1
    return min(SCORE_ONE, heard * SCORE_ONE // total)
