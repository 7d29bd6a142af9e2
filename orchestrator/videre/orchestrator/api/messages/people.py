"""People and what own libraries say of an analysis → public messages."""

from __future__ import annotations

from collections.abc import Iterable

from videre.orchestrator import document as d
from videre.orchestrator.api.messages.statements import Messages
from videre.orchestrator.api.messages.values import box, box_at, confidence, shot_size
from videre.orchestrator.api.present import duration
from videre.v1 import analysis_pb2 as pb


def naming(matches: Iterable[d.LibraryMatch]) -> dict[str, d.LibraryMatch]:
    """Return the match that names each person: of several libraries, the one most alike."""
    best: dict[str, d.LibraryMatch] = {}
    for match in sorted(matches, key=lambda m: (-m.score, m.library_id, m.entry_id)):
        if match.person_id:
            best.setdefault(match.person_id, match)
    return best


def person(make: Messages, item: d.Person) -> pb.Person:
    """Return one of the people, with a name where a library has one."""
    message = pb.Person(
        person_id=item.id,
        spans=[make.span(span) for span in item.spans],
        confidence=confidence(item.score),
        appearance_ratio=confidence(item.appearance),
        centric_score=confidence(item.centric),
        shot_sizes=[
            pb.ShotSizeTime(shot_size=shot_size(s.shot_size), duration=duration(s.duration_ns))
            for s in item.shot_sizes
        ],
        face_count=item.face_count,
        picture_digest=item.picture,
        picture_box=box(item.picture_box),
        tracks=[_track(make, track) for track in item.tracks],
        track_count=item.track_count,
        speech_ratio=None if item.speech is None else confidence(item.speech),
        evidence=make.evidence(item.evidence),
        emotions=[make.emotion(share) for share in item.emotions],
        identity_id=make.named.identities.get(item.id, ""),
    )
    match = make.named.persons.get(item.id)
    if match is not None:
        message.library_id, message.entry_id = match.library_id, match.entry_id
        message.name = make.named.entries.get((match.library_id, match.entry_id), ("", ""))[0]
        message.name_likeness = confidence(match.score)
    return message


def _track(make: Messages, item: d.PersonTrack) -> pb.PersonTrack:
    return pb.PersonTrack(
        track_id=item.id,
        shot_index=item.shot_index,
        span=make.span(item.span),
        boxes=[box_at(b) for b in item.boxes],
        likeness=confidence(item.likeness),
    )


def library_match(make: Messages, item: d.LibraryMatch) -> pb.LibraryMatch:
    """Return an entry that is found, with its name as it is now."""
    name, category = make.named.entries.get((item.library_id, item.entry_id), ("", ""))
    return pb.LibraryMatch(
        library_id=item.library_id,
        kind=item.kind,
        entry_id=item.entry_id,
        name=name,
        category=category,
        confidence=confidence(item.score),
        spans=[make.full_span(span) for span in item.spans],
        person_id=item.person_id,
        sample_id=item.sample_id,
        evidence=make.evidence(item.evidence),
        boxes=[box_at(b) for b in item.boxes],
        texts=item.texts,
        modalities=item.modalities,
        evidence_count=item.evidence_count,
        node_id=item.node_id,
    )
