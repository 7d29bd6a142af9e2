"""COCO: `instances_*.json`, exhaustively labelled pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from videre.cli.evaluation.imports.places import by_name


def from_coco(source: Path, folder: Path) -> dict[str, dict[str, Any]]:
    """Return the classes of every picture of an instances file that lies in the folder.

    Crowds count as their class. Boxes are not taken over: presence is measured.

    Raises:
        KeyError, TypeError, ValueError: it is no instances file.
    """
    data = json.loads(source.read_text(encoding="utf-8"))
    classes = {one["id"]: str(one["name"]) for one in data["categories"]}
    seen: dict[int, set[str]] = {one["id"]: set() for one in data["images"]}
    for one in data["annotations"]:
        seen[one["image_id"]].add(classes[one["category_id"]])
    there = by_name(folder)
    entries: dict[str, dict[str, Any]] = {}
    for image in data["images"]:
        inside = there.get(Path(str(image["file_name"])).name)
        if inside is not None:
            names = sorted(seen[image["id"]])
            entries[inside] = {"truth": {"objects": names, "all_objects": names}}
    return entries
