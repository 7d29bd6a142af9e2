"""What a file of a library holds, however it is written. Pure."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from videre.common.errors import invalid
from videre.orchestrator.library.model import MAX_ENTRIES

#: Version of the JSON that a file or a manifest is written in.
VERSION: Final = 1
#: Largest file of words or hashes: 200,000 words with two spellings each. A hostile one needs
#: thirty times its size of memory.
MAX_TEXT_BYTES: Final = 32 << 20
#: Pictures of one ZIP file; a larger library is brought in several.
MAX_FILE_PICTURES: Final = 10_000
#: Largest picture of a ZIP file.
MAX_FILE_PICTURE: Final = 32 << 20
#: Bytes of a ZIP file, packed and unpacked.
MAX_ZIP_BYTES: Final = 2 << 30


@dataclass(frozen=True, slots=True)
class FileSample:
    """A picture of a ZIP file that shows an entry, or what it is not.

    Args:
        file: member of the ZIP file.
        negative: it shows what the entry is not.
        box: which face is meant, as the JSON of a BoundingBox; None = the picture shows one.
    """

    file: str
    negative: bool = False
    box: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class FileEntry:
    """An entry of a file.

    Args:
        entry: a NewLibraryEntry as JSON values, without samples.
        samples: pictures beside it.
        line: of a CSV file, where it begins; 0 = of no line.
    """

    entry: Mapping[str, Any]
    samples: tuple[FileSample, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that is no entry.

    Args:
        description: what is wrong.
        line: of a CSV file, where; 0 = of no line.
        file: of a ZIP file, the member; "" = none.
    """

    description: str
    line: int = 0
    file: str = ""


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """What a file holds.

    Args:
        entries: in the order of the file.
        problems: what of it cannot be read.
        head: the library as the JSON of a CreateLibraryRequest; {} where the file has none.
    """

    entries: Sequence[FileEntry]
    problems: Sequence[Problem] = ()
    head: Mapping[str, Any] = field(default_factory=dict)


def check_count(entries: int) -> None:
    """Make sure that a file has no more entries than any library may have.

    Raises:
        VidereError: FIELD_INVALID.
    """
    if entries > MAX_ENTRIES:
        limit, actual = f"{MAX_ENTRIES} entries", str(entries)
        raise invalid("file", f"has {entries} entries", limit=limit, actual=actual)


def derived_id(content: str) -> str:
    """Return the id of an entry that a file gives none: the same content has the same id again."""
    normal = unicodedata.normalize("NFC", content)
    return f"n-{hashlib.sha256(normal.encode(errors='surrogatepass')).hexdigest()[:24]}"
