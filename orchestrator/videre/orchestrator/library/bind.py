"""The last step of an analysis: what of the operator's own libraries is in it. Pure.

The same function binds a new analysis before it is published and an old one when a library has
changed, so that both say the same, byte for byte. It reads what is told already, and no evidence.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from videre.orchestrator.document import Analysis, LibraryMatch
from videre.orchestrator.fusion import searched_texts
from videre.orchestrator.fusion.people import Faces
from videre.orchestrator.fusion.searched_texts import SearchedText
from videre.orchestrator.library.entries import NO_FEATURES, StoredFeatures
from videre.orchestrator.library.heads import NOT_SEEN, SeenBy
from videre.orchestrator.library.match import (
    hash_matches,
    head_matches,
    picture_matches,
    word_matches,
)
from videre.orchestrator.library.material import NO_MATERIAL, Material
from videre.orchestrator.library.persons import PersonLibrary, person_matches
from videre.orchestrator.library.stages import looked_for
from videre.orchestrator.library.wanted import (
    HashLibrary,
    HeadLibrary,
    Library,
    PictureLibrary,
    WordLibrary,
    show_pictures,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What libraries are looked for in beside a document.

    Args:
        faces: of the people.
        material: sampled frames and given texts.
        stored: local features of the frames; needed where a library has sample pictures.
        seen: the frames as engines of classes saw them; needed where a library has heads.
    """

    faces: Faces
    material: Material = NO_MATERIAL
    stored: StoredFeatures = field(default_factory=lambda: NO_FEATURES)
    seen: SeenBy = field(default_factory=lambda: NOT_SEEN)


def bind(
    analysis: Analysis, shown: Shown, libraries: Iterable[Library], changed: str = ""
) -> Analysis:
    """Return the analysis with what the libraries say of it, and nothing of what others said.

    Binding again with the same libraries, in any order, gives the same.

    Args:
        analysis: bound or not.
        shown: what there is beside it.
        libraries: all that are looked for.
        changed: the library that brought a new version; what the others say is known then, where
            the analysis knows their version. "" = all are asked.
    """
    used = sorted(libraries, key=lambda library: library.library_id)
    asked = to_ask(analysis, used, changed)
    known = {library.library_id for library in used} - {one.library_id for one in asked}
    matches = [match for match in analysis.library_matches if match.library_id in known]
    texts = _texts(analysis, shown.material) if _have_words(asked) else []
    for library in asked:
        matches += found(analysis, shown, texts, library)
    return dataclasses.replace(
        analysis,
        library_matches=tuple(
            sorted(matches, key=lambda m: (m.library_id, m.entry_id, m.spans, m.person_id))
        ),
        stages=looked_for(analysis.stages, samples=show_pictures(used)),
        rules=dataclasses.replace(analysis.rules, libraries=versions(used)),
    )


def to_ask(analysis: Analysis, libraries: Iterable[Library], changed: str) -> list[Library]:
    """Return the libraries that an analysis is asked for; see `bind`."""
    known = set(analysis.rules.libraries) if changed else set()
    return [
        library
        for library in libraries
        if library.library_id == changed or _version(library) not in known
    ]


def found(
    analysis: Analysis, shown: Shown, texts: Sequence[SearchedText], library: Library
) -> list[LibraryMatch]:
    """Return which entries of a library are there.

    Args:
        texts: what the media says; of libraries of words only.
    """
    match library:
        case PersonLibrary():
            return person_matches(analysis.people, shown.faces, library)
        case PictureLibrary():
            return picture_matches(shown.material.frames, shown.stored, library)
        case HashLibrary():
            return hash_matches(shown.material.frames, analysis.media, library)
        case WordLibrary():
            return word_matches(texts, library)
        case HeadLibrary():
            return head_matches(shown.seen, library)


def _have_words(libraries: Iterable[Library]) -> bool:
    return any(isinstance(library, WordLibrary) for library in libraries)


def _texts(analysis: Analysis, material: Material) -> list[SearchedText]:
    return [
        *searched_texts.spoken(analysis.utterances),
        *searched_texts.read(analysis.text_lines),
        *searched_texts.given_with(material.context, analysis.media),
    ]


def versions(libraries: Iterable[Library]) -> tuple[str, ...]:
    """Return what the rules of an analysis say of its libraries."""
    return tuple(sorted(_version(library) for library in libraries))


def _version(library: Library) -> str:
    return f"{library.library_id}@{library.version}"
