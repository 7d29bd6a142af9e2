"""Where the media of an annotation lie in a folder."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath


def by_name(folder: Path) -> dict[str, str]:
    """Return the path inside the folder of every file, by its name; names must be of one file.

    Raises:
        ValueError: two files have one name.
    """
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        inside = path.relative_to(folder).as_posix()
        if path.name in found:
            raise ValueError(f"two files are named {path.name}: {found[path.name]} and {inside}")
        found[path.name] = inside
    return found


def by_stem(folder: Path, endings: Iterable[str]) -> dict[str, str]:
    """Return the path inside the folder of every file with one of the endings, by its stem."""
    wanted = set(endings)
    return {
        PurePosixPath(name).stem: inside
        for name, inside in by_name(folder).items()
        if PurePosixPath(name).suffix.lower() in wanted
    }
