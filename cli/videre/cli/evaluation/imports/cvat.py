"""CVAT: annotations.xml of "CVAT for images 1.1" and "CVAT for video 1.1"."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any, NoReturn
from xml.etree import ElementTree

from videre.cli.evaluation.imports.places import by_name


class _Plain(ElementTree.TreeBuilder):
    """Takes no document type, which is where entities are declared: a file of CVAT has none."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> NoReturn:
        """Refuse it, in whatever encoding it is written."""
        raise ValueError(f"it declares a document type ({name[:40]})")


def from_cvat(source: Path, folder: Path) -> dict[str, dict[str, Any]]:
    """Return the labels of every picture, or of the film, that lies in the folder.

    Regions, tags and tracks count alike; where they are is not taken over.

    Raises:
        ValueError: it is no annotation of CVAT.
    """
    parser = ElementTree.XMLParser(target=_Plain())
    try:
        root = ElementTree.fromstring(source.read_bytes(), parser)
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from error
    if root.tag != "annotations":
        raise ValueError(f"its root is {root.tag!r}, not 'annotations'")
    there = by_name(folder)
    shown: dict[str, set[str]] = {}
    for image in root.iter("image"):
        labels = {label for one in image if (label := one.get("label"))}
        shown.setdefault(image.get("name", ""), set()).update(labels)
    film = root.findtext("meta/task/source") or root.findtext("meta/job/source")
    if film:
        seen = {_visible(one) for one in root.iter("track")}
        shown.setdefault(film, set()).update(seen - {""})
    return {
        there[name]: {"truth": {"labels": sorted(labels)}}
        for path, labels in shown.items()
        if (name := PurePosixPath(path).name) in there
    }


def _visible(track: ElementTree.Element) -> str:
    """Return the label of a track that is inside the picture somewhere; else ""."""
    inside = any(one.get("outside", "0") == "0" for one in track)
    return track.get("label", "") if inside else ""
