"""An operator's additions over a taxonomy: nodes, names, aliases, meanings of classes. Pure.

An overlay adds; what stands below it keeps its place and its names. See docs/taxonomy.md.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from videre.orchestrator.taxonomy.entries import ClassMapping, Node, TaxonomyError
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.taxonomy.parse import (
    LEVEL_KEYS,
    check_keys,
    parse_mapping,
    parse_nodes,
    parse_reasons,
)

_KEYS: Final = (*LEVEL_KEYS, "mappings", "shared_words")
_DIGEST_CHARACTERS: Final = 8


@dataclass(frozen=True, slots=True)
class Overlay:
    """A document with additions, as TOML gives it.

    Args:
        source: names it in messages, such as its path.
        document: tables `level1` to `level3`, `mappings`, `shared_words`.
    """

    source: str
    document: Mapping[str, Any]


def merge(base: Taxonomy, overlays: Sequence[Overlay]) -> Taxonomy:
    """Return a taxonomy with overlays laid over it in their order; itself without any.

    Its version is `<base version>+<8 hex digits>` of the overlays' content (not of their sources,
    comments or layout), because results pin it.

    Raises:
        TaxonomyError: names the source, the node or mapping, and what is wrong.
    """
    if not overlays:
        return base
    merged = base
    for overlay in overlays:
        try:
            merged = _lay(merged, overlay.document)
        except TaxonomyError as error:
            raise TaxonomyError(f"{overlay.source}: {error}") from None
    version = f"{base.version}+{_digest([overlay.document for overlay in overlays])}"
    return Taxonomy(version, merged.nodes, merged.mappings, merged.shared_words)


def _digest(documents: Sequence[Mapping[str, Any]]) -> str:
    text = json.dumps(documents, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST_CHARACTERS]


def _lay(base: Taxonomy, document: Mapping[str, Any]) -> Taxonomy:
    check_keys(document, _KEYS, "the file")
    nodes = dict(base.nodes)
    for node in parse_nodes(document).values():
        below = nodes.get(node.id)
        nodes[node.id] = _extended(below, node) if below else node
    shared = base.shared_words | parse_reasons(document, "shared_words", "shared_words").keys()
    return Taxonomy(base.version, nodes, _mappings(base.mappings, document), shared)


def _extended(below: Node, over: Node) -> Node:
    """Return a node with the names and words that an overlay adds to it."""
    if over.level != below.level:
        raise TaxonomyError(f"{below.id}: is of level {below.level}, and stays there")
    if over.parent not in ("", below.parent):
        raise TaxonomyError(f"{below.id}: has the parent {below.parent!r}, and keeps it")
    for language, name in over.names.items():
        if below.names.get(language, name) != name:
            raise TaxonomyError(
                f"{below.id}: is named {below.names[language]!r} in {language!r}, and stays so; "
                "add an alias instead"
            )
    return replace(
        below,
        names={**below.names, **over.names},
        aliases=_joined(below.aliases, over.aliases),
        excludes=_joined(below.excludes, over.excludes),
        spoken=below.spoken and over.spoken,
        unspoken=_joined(below.unspoken, over.unspoken),
    )


def _joined(first: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _mappings(
    below: tuple[ClassMapping, ...], document: Mapping[str, Any]
) -> tuple[ClassMapping, ...]:
    """Return the mappings with lists that an overlay adds and classes that it moves."""
    by_name = {mapping.name: mapping for mapping in below}
    tables = document.get("mappings", {})
    if not isinstance(tables, dict):
        raise TaxonomyError("'mappings' must be a table of mappings by name")
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise TaxonomyError(f"{name}: a mapping is a table")
        known = by_name.get(name)
        if known is None:
            by_name[name] = parse_mapping({**table, "name": name})
        else:
            over = parse_mapping({"feature": known.feature, **table, "name": name})
            by_name[name] = _moved(known, over)
    return tuple(by_name.values())


def _moved(below: ClassMapping, over: ClassMapping) -> ClassMapping:
    """Return a class list whose classes an overlay gives another meaning."""
    if over.feature != below.feature or over.narrower or over.handheld:
        raise TaxonomyError(f"{below.name}: only 'nodes' and 'unmapped' may change in this list")
    named = over.nodes.keys() | over.unmapped.keys()
    if strangers := named - below.nodes.keys() - below.unmapped.keys():
        raise TaxonomyError(f"{below.name}: {min(strangers)!r} is no class of the list")
    kept = {name: node for name, node in below.nodes.items() if name not in named}
    reasons = {name: why for name, why in below.unmapped.items() if name not in named}
    return replace(below, nodes={**kept, **over.nodes}, unmapped={**reasons, **over.unmapped})
