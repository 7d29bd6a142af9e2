"""What of a project's sample pictures, hashes and words is in a media. Pure.

The order of entries, frames and texts is nothing. Everything is looked for in what was kept of the
media, so an entry that is added later is found in media that were analysed before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from msgspec import structs

from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.document import (
    MAX_BOXES,
    MAX_REFS,
    BoxAt,
    BoxE4,
    EvidenceRef,
    LibraryMatch,
    MediaFacts,
)
from videre.orchestrator.features import Modality
from videre.orchestrator.fusion.prominence import merge_spans
from videre.orchestrator.fusion.searched_texts import SearchedText
from videre.orchestrator.library.entries import (
    HashEntry,
    PictureEntry,
    StoredFeatures,
    WordEntry,
)
from videre.orchestrator.library.hashes import closeness
from videre.orchestrator.library.heads import Head, SeenBy, scores
from videre.orchestrator.library.material import Frame
from videre.orchestrator.library.model import LibraryKind
from videre.orchestrator.library.wanted import (
    HashLibrary,
    HeadLibrary,
    PictureLibrary,
    WordLibrary,
)

#: Most spellings that stand beside one match.
MAX_TEXTS: Final = 20
#: What compares bytes.
DIGEST_ENGINE: Final = "sha256@1"
Entry: TypeAlias = PictureEntry | HashEntry | WordEntry | Head


@dataclass(frozen=True, slots=True)
class Sign:
    """One place where an entry was found.

    Args:
        entry_id: the entry.
        modality: where.
        span: when.
        score: E4.
        refs: the evidence.
        box: where a sample picture lies in the frame; None for hashes and words.
        frame: which frame; -1 for words.
        text: how a word is written or spoken; "" for pictures.
        sample_id: the sample that is best to be seen; "" for hashes and words.
    """

    entry_id: str
    modality: str
    span: TimeSpan
    score: int
    refs: tuple[EvidenceRef, ...]
    box: BoxE4 | None = None
    frame: int = -1
    text: str = ""
    sample_id: str = ""


def picture_matches(
    frames: Sequence[Frame], stored: StoredFeatures, library: PictureLibrary
) -> list[LibraryMatch]:
    """Return which entries are shown, by their sample pictures.

    Args:
        frames: what was sampled.
        stored: their local features.
        library: what is looked for.
    """
    entries = library.finder.entries
    signs = [
        Sign(
            entry_id=entries[found.entry].entry_id,
            modality=Modality.IMAGE.value,
            span=frame.span,
            score=found.score,
            refs=(structs.replace(frame.ref, box=found.placement.box),),
            box=found.placement.box,
            frame=frame.number,
            sample_id=found.sample_id,
        )
        for found in library.finder.find([frame.marks(stored) for frame in frames])
        for frame in (frames[found.frame],)
    ]
    return _matches(library.library_id, LibraryKind.PICTURES, signs, entries)


def digest_ref(media: MediaFacts) -> EvidenceRef:
    """Return the reference to a media's bytes, by which an entry of a hash list is found."""
    modality = Modality.TEXT
    if media.video is not None:
        modality = Modality.IMAGE
    elif media.audio is not None:
        modality = Modality.SOUND
    whole = TimeSpan(0, media.extent)
    return EvidenceRef(f"bytes/{media.digest}", modality.value, DIGEST_ENGINE, SCORE_ONE, whole)


def hash_matches(
    frames: Sequence[Frame], media: MediaFacts, library: HashLibrary
) -> list[LibraryMatch]:
    """Return which entries the media is by its bytes, or some frame by its perceptual hash."""
    shown = [frame for frame in frames if frame.hash]
    entries = library.hashes.entries
    signs = [
        Sign(
            entry_id=entries[entry].entry_id,
            modality=Modality.IMAGE.value,
            span=shown[frame].span,
            score=closeness(differing),
            refs=(shown[frame].ref,),
            frame=shown[frame].number,
        )
        for frame, entry, differing in library.hashes.find([int(one.hash, 16) for one in shown])
    ]
    ref = digest_ref(media)
    signs += [
        Sign(entries[entry].entry_id, ref.modality, ref.span, SCORE_ONE, (ref,))
        for entry in library.hashes.find_digest(media.digest)
    ]
    return _matches(library.library_id, LibraryKind.HASHES, signs, entries)


def word_matches(texts: Iterable[SearchedText], library: WordLibrary) -> list[LibraryMatch]:
    """Return which entries are said, written or given."""
    entries = library.finder.entries
    signs = []
    for text in texts:
        for hit in library.finder.find(text.text):
            span, score = text.at(hit.start, hit.end)
            signs.append(
                Sign(
                    entry_id=entries[hit.entry].entry_id,
                    modality=text.modality,
                    span=span,
                    score=score,
                    refs=text.refs,
                    text=text.text[hit.start : hit.end],
                )
            )
    return _matches(library.library_id, LibraryKind.WORDS, signs, entries)


def head_matches(seen: SeenBy, library: HeadLibrary) -> list[LibraryMatch]:
    """Return which heads find their class in a sampled frame.

    Args:
        seen: the frames, by the engine that looked at them; heads of others say nothing.
        library: what is looked for.
    """
    signs = []
    for head in library.heads:
        frames = seen.get(head.engine)
        for i, score in enumerate(scores(head, frames).tolist() if frames else ()):
            if frames and score >= library.threshold:
                ref = frames.refs[i]
                number = ref.span.start_frame or 0
                signs.append(
                    Sign(head.entry_id, Modality.IMAGE.value, frames.spans[i], score, (ref,),
                         frame=number)
                )  # fmt: skip
    return _matches(library.library_id, LibraryKind.HEADS, signs, library.heads)


def _matches(
    library_id: str, kind: LibraryKind, signs: Iterable[Sign], entries: Iterable[Entry]
) -> list[LibraryMatch]:
    groups: dict[str, list[Sign]] = defaultdict(list)
    for sign in signs:
        groups[sign.entry_id].append(sign)
    if not groups:
        return []
    nodes = {entry.entry_id: entry.node_id for entry in entries if entry.node_id}
    return [
        _match(library_id, kind, sorted(group, key=_order), nodes.get(entry_id, ""))
        for entry_id, group in groups.items()
    ]


def _order(sign: Sign) -> tuple[object, ...]:
    refs = tuple(ref.id for ref in sign.refs)
    return -sign.score, sign.span.start_ns, sign.span.end_ns, sign.modality, refs, sign.text


def _match(library_id: str, kind: LibraryKind, signs: Sequence[Sign], node_id: str) -> LibraryMatch:
    """Return what the signs of one entry say together, given the strongest first."""
    refs: dict[str, EvidenceRef] = {}
    for sign in signs:
        for ref in sign.refs:
            refs.setdefault(ref.id, ref)
    boxes = [
        BoxAt(sign.frame, sign.refs[0].span.start_ns, sign.box, sign.score)
        for sign in signs
        if sign.box is not None
    ][:MAX_BOXES]
    return LibraryMatch(
        library_id=library_id,
        entry_id=signs[0].entry_id,
        kind=kind.value,
        score=signs[0].score,
        spans=merge_spans(sign.span for sign in signs),
        sample_id=signs[0].sample_id,
        evidence=tuple(refs.values())[:MAX_REFS],
        boxes=tuple(sorted(boxes, key=lambda box: box.frame)),
        texts=tuple(sorted({sign.text for sign in signs if sign.text}))[:MAX_TEXTS],
        modalities=tuple(sorted({sign.modality for sign in signs})),
        evidence_count=len(refs),
        node_id=node_id,
    )
