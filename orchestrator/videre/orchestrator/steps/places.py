"""Writing files where others look: each is seen whole or not at all, and takes no other's name."""

from __future__ import annotations

import filecmp
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final, Protocol, TypeVar

from videre.common.errors import Reason, VidereError

#: Bytes that are read at once where files are compared or written.
PIECE: Final = 4 << 20
_PathT = TypeVar("_PathT", bound=PurePath)


class Place(Protocol):
    """Where files are delivered."""

    def write(self, path: str, content: bytes | Path, *, numbered: bool) -> str:
        """Write a file and return the name it has there. Blocking.

        Args:
            path: below the place, with "/".
            content: its bytes, or a file with them.
            numbered: whether it gets a number where another file has its name.

        Raises:
            VidereError: OUTPUT_FAILED, another file has its name; FETCH_FAILED.
        """


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder on a disk."""

    path: Path

    def write(self, path: str, content: bytes | Path, *, numbered: bool) -> str:
        """See `Place`."""
        return write_whole(self.path / path, content, numbered=numbered).name


def write_whole(path: Path, content: bytes | Path, *, numbered: bool) -> Path:
    """Write a file that is never seen half written, and return where it lies.

    Args:
        path: of the file.
        content: its bytes, or a file with them.
        numbered: whether it gets a number where another file has its name.

    Raises:
        VidereError: OUTPUT_FAILED, another file has its name.
    """
    path.parent.mkdir(parents=True, exist_ok=True)

    def free() -> tuple[Path, bool]:
        return free_name(path, lambda one: _same_file(one, content), numbered=numbered)

    place, written = free()
    if written:
        return place
    whole = _beside(path, content)
    try:
        while not written and not _named(whole, place):
            place, written = free()  # another one took the name while this one was written
    finally:
        whole.unlink(missing_ok=True)
    return place


def _beside(path: Path, content: bytes | Path) -> Path:
    """Return a file with the content, in the folder of `path` under a name of its own."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".videre-", delete=False) as target:
        try:
            if isinstance(content, Path):
                with content.open("rb") as source:
                    shutil.copyfileobj(source, target, PIECE)
            else:
                target.write(content)
            target.flush()
            os.fsync(target.fileno())
        except BaseException:
            os.unlink(target.name)
            raise
    return Path(target.name)


def _named(whole: Path, path: Path) -> bool:
    """Give a file its name; False where another one has it."""
    try:
        os.link(whole, path)
    except FileExistsError:
        return False
    except OSError:  # a file system without links, where only looking first keeps names apart
        os.replace(whole, path)
    return True


def free_name(
    given: _PathT, is_same: Callable[[_PathT], bool | None], *, numbered: bool
) -> tuple[_PathT, bool]:
    """Return where a file may be written, and whether it lies there already.

    Args:
        given: where it is to be written.
        is_same: whether it is what lies at a path; None = nothing does.
        numbered: whether it gets a number where another file has its name.

    Raises:
        VidereError: OUTPUT_FAILED, another file has its name.
    """
    path, number = given, 1
    while (same := is_same(path)) is False:
        if not numbered:
            raise VidereError(Reason.OUTPUT_FAILED, f"{path.name} exists with other content")
        number += 1
        path = given.with_name(f"{given.stem}-{number}{given.suffix}")
    return path, same is True


def _same_file(path: Path, content: bytes | Path) -> bool | None:
    if not path.exists():
        return None
    if isinstance(content, Path):
        return filecmp.cmp(path, content, shallow=False)
    return path.read_bytes() == content
