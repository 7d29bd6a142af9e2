"""Reads taxonomies from files: the one of this release, and an operator's overlays."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from videre.orchestrator.taxonomy.entries import Node, TaxonomyError
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.taxonomy.overlay import Overlay, merge
from videre.orchestrator.taxonomy.parse import parse_mapping, parse_nodes, parse_reasons


def load_taxonomy(overlays: Sequence[Path] = ()) -> Taxonomy:
    """Return the taxonomy of this release with an operator's overlay files laid over it in order.

    Raises:
        TaxonomyError: names the file, the node and what is wrong.
    """
    return merge(_packaged(), [read_overlay(path) for path in overlays])


def read_overlay(path: Path) -> Overlay:
    """Return the overlay in a TOML file, not yet checked.

    Raises:
        TaxonomyError: the file is not there, or is no TOML.
    """
    return Overlay(str(path), _read(path))


@cache
def _packaged() -> Taxonomy:
    """Return the taxonomy of this release, read and checked once."""
    folder = files(__package__)
    tree = _read(folder / "taxonomy.toml")
    nodes: dict[str, Node] = {}
    for file in _toml_files(folder / "nodes"):
        found = parse_nodes(_read(file))
        if twice := found.keys() & nodes.keys():
            raise TaxonomyError(f"{file.name}: {min(twice)} stands in another file too")
        nodes |= found
    mappings = tuple(parse_mapping(_read(file)) for file in _toml_files(folder / "mappings"))
    shared_words = parse_reasons(tree, "shared_words", "taxonomy.toml")
    return Taxonomy(tree["version"], nodes, mappings, shared_words)


def _toml_files(folder: Traversable) -> Iterator[Traversable]:
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            yield file


def _read(file: Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise TaxonomyError(f"{file}: {error.strerror}") from error
    except (UnicodeError, tomllib.TOMLDecodeError) as error:
        raise TaxonomyError(f"{file}: {error}") from error
