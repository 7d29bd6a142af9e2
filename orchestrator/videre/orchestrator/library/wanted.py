"""Libraries of sample pictures, hashes and words, ready to be looked for. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from videre.orchestrator.library.hashes import HashList
from videre.orchestrator.library.heads import Head
from videre.orchestrator.library.persons import PersonLibrary
from videre.orchestrator.library.pictures import PictureFinder
from videre.orchestrator.library.words import WordFinder


@dataclass(frozen=True, slots=True, eq=False)
class PictureLibrary:
    """A library of sample pictures at one version."""

    library_id: str
    version: int
    finder: PictureFinder


@dataclass(frozen=True, slots=True, eq=False)
class HashLibrary:
    """A library of perceptual hashes at one version."""

    library_id: str
    version: int
    hashes: HashList


@dataclass(frozen=True, slots=True, eq=False)
class WordLibrary:
    """A library of words at one version."""

    library_id: str
    version: int
    finder: WordFinder


@dataclass(frozen=True, slots=True, eq=False)
class HeadLibrary:
    """A library of heads at one version, and the score E4 from which a frame shows a class."""

    library_id: str
    version: int
    threshold: int
    heads: tuple[Head, ...]


#: What is looked for in an analysis.
Library: TypeAlias = PersonLibrary | PictureLibrary | HashLibrary | WordLibrary | HeadLibrary


def show_pictures(libraries: Iterable[Library]) -> bool:
    """Tell whether there is a sample picture or a picture hash to look for."""
    return any(
        (isinstance(library, PictureLibrary) and library.finder.entries)
        or (isinstance(library, HashLibrary) and library.hashes.entries)
        for library in libraries
    )
