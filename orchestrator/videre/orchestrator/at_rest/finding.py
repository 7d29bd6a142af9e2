"""Looking for words in files, byte for byte: what has been erased is in none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

_PIECE: Final = 4 << 20
#: As which words may stand in files.
_ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be")


def find_words(folders: Iterable[Path], words: Sequence[str]) -> Iterator[tuple[Path, str]]:
    """Yield each file below some folders with each word that stands in it, in any case.

    Files that are compressed or sealed are looked at as they are stored.
    """
    forms = {
        word: {
            form.encode(encoding)
            for form in (word, word.lower(), word.upper(), word.title())
            for encoding in _ENCODINGS
        }
        for word in words
        if word
    }
    longest = max((len(form) for some in forms.values() for form in some), default=0)
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
            if path.is_file() and not path.is_symlink():
                with path.open("rb") as file:
                    yield from ((path, word) for word in _in_file(file, forms, longest))


def _in_file(file: BinaryIO, forms: dict[str, set[bytes]], longest: int) -> list[str]:
    found: set[str] = set()
    before = b""
    while piece := file.read(_PIECE):
        data = before + piece
        found |= {
            word
            for word, some in forms.items()
            if word not in found and any(form in data for form in some)
        }
        before = data[-longest:]
    return sorted(found)
