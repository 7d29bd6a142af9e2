"""Label Studio: a project's export as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from videre.cli.evaluation.imports.places import by_name

_PICTURES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif"})
#: What Label Studio puts before the name of an uploaded file.
_UPLOADED: Final = re.compile(r"[0-9a-f]{8}-")
#: Results that name classes: of regions, and of the whole.
_NAMED: Final = re.compile(r".*labels|choices")


def from_label_studio(source: Path, folder: Path) -> dict[str, dict[str, Any]]:
    """Return labels and texts of every task whose media lies in the folder.

    Of several annotations of a task the one changed last counts; tasks without one say nothing.
    Texts are a transcript of what is heard, and of pictures what is read.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: it is no export.
    """
    there = by_name(folder)
    entries: dict[str, dict[str, Any]] = {}
    for task in json.loads(source.read_text(encoding="utf-8")):
        inside = _place(task["data"], there)
        done = [one for one in task["annotations"] if not one.get("was_cancelled")]
        if inside is not None and done:
            last = max(done, key=lambda one: str(one.get("updated_at", "")))
            entries[inside] = {"truth": _facts(last["result"], PurePosixPath(inside).suffix)}
    return entries


def _place(data: Mapping[str, Any], there: Mapping[str, str]) -> str | None:
    """Return where the media of a task lies; a task's data has other texts too."""
    for value in data.values():
        if isinstance(value, str):
            name = PurePosixPath(unquote(urlsplit(value).path)).name
            for tried in (name, _UPLOADED.sub("", name, count=1)):
                if tried in there:
                    return there[tried]
    return None


def _facts(results: Iterable[Mapping[str, Any]], ending: str) -> dict[str, Any]:
    labels: set[str] = set()
    texts: list[str] = []
    for one in results:
        kind = str(one.get("type", ""))
        value = one.get("value", {})
        if _NAMED.fullmatch(kind):
            labels.update(map(str, value.get(kind, ())))
        elif kind == "textarea":
            given = value.get("text", ())
            texts += [given] if isinstance(given, str) else [str(one) for one in given]
    facts: dict[str, Any] = {"labels": sorted(labels)}
    if texts and ending.lower() in _PICTURES:
        facts["boxes"] = [{"text": text} for text in texts]
    elif texts:
        facts["transcript"] = " ".join(texts)
    return facts
