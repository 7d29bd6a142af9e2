"""What a look at a folder means: which files are new, ready to be taken, or gone. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from videre.common.errors import Reason, VidereError
from videre.common.values import NS, sha256_hex
from videre.orchestrator.notify.wildcards import is_like

#: How long a file stays as it is before it is taken, and the time between two looks.
STABLE_NS: Final = 10 * NS
INTERVAL_NS: Final = 10 * NS
#: Files of one folder that are looked at; more are refused as a whole, not in part.
MOST_FILES: Final = 200_000


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as it lies there now.

    Args:
        path: below the folder, with "/".
        version: changes with the file.
    """

    path: str
    version: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Known:
    """A version of a file that was seen and not submitted."""

    number: int
    path: str
    version: str
    seen_ns: int


@dataclass(frozen=True, slots=True)
class Look:
    """What a look has found out.

    Args:
        new: files nobody has seen in this version.
        ready: known ones that have stayed as they were for long enough, oldest first.
        gone: known ones that are not there any more, or are others now.
    """

    new: tuple[Listed, ...]
    ready: tuple[Known, ...]
    gone: tuple[Known, ...]


def wanted(path: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Tell whether patterns let a path through."""
    inside = not include or any(is_like(pattern, path) for pattern in include)
    return inside and not any(is_like(pattern, path) for pattern in exclude)


def looked(
    listed: Iterable[Listed],
    waiting: Iterable[Known],
    taken: frozenset[tuple[str, str]],
    *,
    now_ns: int,
    stable_ns: int,
) -> Look:
    """Compare what lies there with what is known.

    Args:
        listed: what patterns let through.
        waiting: seen and not submitted.
        taken: paths and versions that were submitted, or refused.
        now_ns: wall clock.
        stable_ns: how long a file must have stayed as it is.
    """
    there: Mapping[str, Listed] = {one.path: one for one in listed}
    kept: list[Known] = []
    gone: list[Known] = []
    for one in waiting:
        now = there.get(one.path)
        (kept if now is not None and now.version == one.version else gone).append(one)
    known = {(one.path, one.version) for one in kept} | taken
    new = tuple(one for one in there.values() if (one.path, one.version) not in known)
    ready = [one for one in kept if now_ns - one.seen_ns >= stable_ns]
    return Look(new, tuple(sorted(ready, key=lambda one: one.number)), tuple(gone))


def request_id(trigger_id: str, path: str, version: str, attempt: int) -> str:
    """Return what tells the job of a version of a file from all others: submitted again, it is it.

    Args:
        attempt: how often it was taken out of the error box.
    """
    name = "\n".join((trigger_id, path, version, str(attempt)))
    return f"trigger.{sha256_hex(name.encode())[:48]}"


def too_many(most: int) -> VidereError:
    """Return what is told of a folder with more files than are looked at."""
    return VidereError(
        Reason.FETCH_FAILED,
        f"the folder has more than {most} files",
        metadata={"limit": str(most)},
    )
