"""Comments that are moderated with a media, as files and manifests hold them."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from videre.cli.exits import Exit
from videre.cli.failures import CommandError
from videre.v1 import job_pb2

_KEYS: Final = frozenset({"text", "offset", "id"})
#: Characters of a line that a refusal shows.
_SHOWN: Final = 60


def read_comments(path: Path) -> list[dict[str, Any]]:
    """Return the comments of a file: of .jsonl an object a line, of others a comment a line.

    An object has "text" and may have "offset" (seconds) and "id".

    Raises:
        CommandError: the file cannot be read, or a line is no comment.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeError) as error:
        raise CommandError(f"{path}: {error}", Exit.USAGE) from error
    found = [(number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if path.suffix != ".jsonl":
        return [{"text": line} for _, line in found]
    return [_of_line(line, f"{path}:{number}") for number, line in found]


def listed(value: Any, place: str) -> list[dict[str, Any]]:
    """Return the comments of a manifest's line.

    Raises:
        CommandError: they are no list of comments.
    """
    if not isinstance(value, list):
        raise CommandError(f"{place}: comments are no list", Exit.USAGE)
    return [checked(entry, f"{place}: comment {index}") for index, entry in enumerate(value)]


def checked(entry: Any, place: str) -> dict[str, Any]:
    """Return a comment.

    Raises:
        CommandError: it is none.
    """
    shown = json.dumps(entry, ensure_ascii=False)[:_SHOWN]
    if not isinstance(entry, dict) or not isinstance(entry.get("text"), str):
        raise CommandError(f'{place}: no {{"text": …}}: {shown}', Exit.USAGE)
    if unknown := sorted(set(entry) - _KEYS):
        raise CommandError(f"{place}: unknown {', '.join(unknown)}", Exit.USAGE)
    offset = entry.get("offset", 0)
    number = isinstance(offset, int | float) and not isinstance(offset, bool)
    if not number or not math.isfinite(offset) or not isinstance(entry.get("id", ""), str):
        raise CommandError(f"{place}: offset is seconds, id a text: {shown}", Exit.USAGE)
    return entry


def messages(comments: Iterable[dict[str, Any]]) -> Sequence[job_pb2.TimedComment]:
    """Return comments as a job has them."""
    made = []
    for entry in comments:
        comment = job_pb2.TimedComment(text=entry["text"], comment_id=entry.get("id", ""))
        if "offset" in entry:
            comment.offset.FromNanoseconds(round(entry["offset"] * 1_000_000_000))
        made.append(comment)
    return made


def _of_line(line: str, place: str) -> dict[str, Any]:
    try:
        return checked(json.loads(line), place)
    except ValueError as error:
        raise CommandError(f"{place}: not JSON ({error})", Exit.USAGE) from error
