"""From what stands on the command line to the list of inputs of a batch. Reads names, not media."""

from __future__ import annotations

import glob
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from videre.cli.comments import listed
from videre.cli.exits import Exit
from videre.cli.failures import CommandError

#: Files of these kinds are taken from a folder.
MEDIA_SUFFIXES: Final = frozenset(
    {
        ".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".flv", ".ts", ".m2ts", ".mts", ".mpg",
        ".mpeg", ".wmv", ".asf", ".3gp", ".ogv", ".vob", ".mxf", ".rm", ".rmvb", ".gif",
        ".mp3", ".wav", ".flac", ".aac", ".m4a", ".ogg", ".opus", ".wma", ".aiff", ".amr",
        ".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff",
        ".txt", ".md", ".srt", ".vtt", ".ass",
    }
)  # fmt: skip
_MANIFEST_KEYS: Final = frozenset(
    {"source", "media_id", "text", "title", "description", "features", "tags", "user_data",
     "priority", "language_hints", "analysis_template", "moderation_template",
     "production_template", "request_id", "comments"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BatchInput:
    """One input.

    Args:
        name: as shown to the user.
        source: local path or URI; "" for the others.
        media_id: a registered media; "" for the others.
        text: an inline text; "" for the others.
        options: what its line of the manifest says beside the source, by the SDK's names.
    """

    name: str
    source: str = ""
    media_id: str = ""
    text: str = ""
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def is_file(self) -> bool:
        """Whether it is a file of this machine."""
        return bool(self.source) and "://" not in self.source


def expand(arguments: Sequence[str]) -> list[BatchInput]:
    """Return the inputs that arguments name: files, folders, globs, manifests, URIs, media:ID.

    Raises:
        CommandError: one names nothing, or a manifest is wrong.
    """
    inputs = [item for argument in arguments for item in _expand(argument)]
    if not inputs:
        raise CommandError("no media found", Exit.USAGE)
    return inputs


def of_texts(texts: Sequence[str]) -> list[BatchInput]:
    """Return the inputs of texts that stand on the command line.

    Raises:
        CommandError: one is empty.
    """
    if not all(text.strip() for text in texts):
        raise CommandError("--text is empty", Exit.USAGE)
    return [BatchInput(name=f"text {number}", text=text) for number, text in enumerate(texts, 1)]


def _expand(argument: str) -> Iterable[BatchInput]:
    if argument.startswith("media:"):
        return [BatchInput(name=argument, media_id=argument.removeprefix("media:"))]
    if "://" in argument:
        return [BatchInput(name=argument, source=argument)]
    path = Path(argument)
    if path.is_dir():
        return _of_folder(path)
    if path.suffix == ".jsonl" and path.is_file():
        return _of_manifest(path)
    if path.is_file():
        return [_of_file(path)]
    found = [Path(name) for name in sorted(glob.glob(argument, recursive=True))]
    files = [item for item in found if item.is_file()]
    if not files:
        raise CommandError(f"{argument}: no such file, folder, glob or URI", Exit.USAGE)
    return [_of_file(item) for item in files]


def _of_file(path: Path) -> BatchInput:
    return BatchInput(name=str(path), source=str(path))


def _of_folder(folder: Path) -> list[BatchInput]:
    return [
        _of_file(path)
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in MEDIA_SUFFIXES and path.is_file()
    ]


def _of_manifest(manifest: Path) -> list[BatchInput]:
    inputs = []
    for number, line in enumerate(manifest.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            inputs.append(_of_line(line, manifest, number))
    return inputs


def _of_line(line: str, manifest: Path, number: int) -> BatchInput:
    place = f"{manifest}:{number}"
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise CommandError(f"{place}: not JSON ({error})", Exit.USAGE) from error
    if not isinstance(entry, dict):
        raise CommandError(f"{place}: not a JSON object", Exit.USAGE)
    if unknown := sorted(set(entry) - _MANIFEST_KEYS):
        raise CommandError(f"{place}: unknown {', '.join(unknown)}", Exit.USAGE)
    given = [key for key in ("source", "media_id", "text") if entry.get(key)]
    if len(given) != 1:
        raise CommandError(f"{place}: give one of source, media_id, text", Exit.USAGE)
    kind = given[0]
    value = str(entry.pop(kind))
    if kind == "source" and "://" not in value:
        path = manifest.parent / value
        if not path.is_file():
            raise CommandError(f"{place}: {path} is not a file", Exit.USAGE)
        value = str(path)
    if "comments" in entry:
        entry["comments"] = listed(entry["comments"], place)
    return BatchInput(name=place if kind == "text" else value, options=entry, **{kind: value})


def file_request_id(prefix: str, path: Path, options: dict[str, Any]) -> str:
    """Return the idempotency key of a file: the same as long as file and options are the same.

    A batch that was interrupted goes on when its command is given again. 64 characters at most:
    what does not fit of the prefix is cut.
    """
    status = path.stat()
    return _request_id(
        prefix, [str(path.resolve()), status.st_size, status.st_mtime_ns, _plain(options)]
    )


def other_request_id(prefix: str, item: BatchInput, options: dict[str, Any]) -> str:
    """Return the idempotency key of a URI, media or text under a prefix."""
    return _request_id(prefix, [item.source, item.media_id, item.text, _plain(options)])


def _request_id(prefix: str, facts: list[Any]) -> str:
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]
    return f"{prefix[:31]}-{digest}" if prefix else digest


def _plain(options: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in options.items() if value not in (None, "", [], {})}
