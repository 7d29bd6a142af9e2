"""Own libraries as values: what the operator teaches. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from videre.common.errors import Reason, VidereError


class LibraryKind(StrEnum):
    """What a library holds."""

    PERSONS = "persons"
    PICTURES = "pictures"
    WORDS = "words"
    HASHES = "hashes"
    PROMPTS = "prompts"
    HEADS = "heads"


class LibraryUsage(StrEnum):
    """What a library is used for."""

    RECOGNITION = "recognition"
    REVIEW = "review"


#: Kinds whose entries are known by sample pictures; the others by their content.
WITH_SAMPLES: Final = frozenset({LibraryKind.PERSONS, LibraryKind.PICTURES})
#: Key of an entry's content in its document, by kind.
CONTENT: Final[Mapping[LibraryKind, str]] = {
    LibraryKind.WORDS: "word",
    LibraryKind.HASHES: "hash",
    LibraryKind.PROMPTS: "prompt",
}
#: Kinds that nothing here can look for, and why.
_REFUSED: Final[Mapping[LibraryKind, tuple[Reason, str]]] = {
    LibraryKind.PROMPTS: (
        Reason.NO_ENGINE,
        "no engine that embeds text and pictures in one space is installed",
    ),
}

#: Bounds of one library and of one entry.
MAX_ENTRIES: Final = 200_000
#: Samples of one library of pictures, counter-samples among them.
MAX_PICTURES: Final = 100_000
MAX_SAMPLES: Final = 20
#: Heads of one library: each sums over every frame of every media.
MAX_HEADS: Final = 1_000
MAX_BATCH: Final = 1_000


def require_matched(kind: LibraryKind) -> None:
    """Make sure that something looks for the entries of a kind.

    Raises:
        VidereError: NO_ENGINE.
    """
    refused = _REFUSED.get(kind)
    if refused is not None:
        reason, words = refused
        raise VidereError(
            reason,
            f"libraries of {kind.value}: {words}",
            metadata={"field": "kind", "actual": kind.value},
        )


@dataclass(frozen=True, slots=True)
class NewSample:
    """A sample that was looked at and may be kept.

    Args:
        id: globally unique.
        negative: it shows what the entry is not.
        picture_digest: of the kept picture; "" when none is kept.
        box: left, top, width, height E4 in it; None = the whole.
        engine: "name@version" of what made `vector`.
        vector: whole numbers, int16 little-endian.
        origin: media_id, person_id, feedback_id and job_id of somebody in an analysis; None for a
            picture.
    """

    id: str
    negative: bool
    picture_digest: str
    box: tuple[int, int, int, int] | None
    engine: str
    vector: bytes
    origin: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Lesson:
    """A sample that a correction gives an entry.

    Args:
        entry_id: the entry.
        name: of the entry, where it is to be made; "" = only where it is there.
        sample: what is added.
    """

    entry_id: str
    name: str
    sample: NewSample


@dataclass(frozen=True, slots=True)
class EntryForm:
    """What of an entry may change, beside its samples.

    Args:
        document: description, tags, and the content of kinds without samples; JSON values.
    """

    name: str
    category: str
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry that may be kept; the same `request_digest` under its id is the same request."""

    entry_id: str
    form: EntryForm
    samples: tuple[NewSample, ...]
    request_digest: str
