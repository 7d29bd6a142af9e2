"""Reads the packaged taxonomy: `taxonomy.toml` and `mappings/*.toml`.

version = "1"
[level2]
"vehicle.road" = { parent = "vehicle", en = "Road vehicle", zh-Hans = "道路车辆", aliases = [] }

# a mapping
name = "coco80"
feature = "objects"
[nodes]
"vehicle.car" = ["car"]
[unmapped]
"thing" = "means everything"
[narrower]
"vehicle" = ["car", "bus"]
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Final

from videre.orchestrator.taxonomy.model import LEVELS, ClassMapping, Node, Taxonomy

_NOT_NAMES: Final = frozenset({"parent", "aliases", "excludes", "spoken"})


@cache
def load_taxonomy() -> Taxonomy:
    """Return the taxonomy of this release, read and checked once.

    Raises:
        ValueError: the packaged files contradict themselves.
    """
    folder = files(__package__)
    tree = tomllib.loads((folder / "taxonomy.toml").read_text("utf-8"))
    mappings = tuple(
        parse_mapping(tomllib.loads(path.read_text("utf-8")))
        for path in sorted((folder / "mappings").iterdir(), key=lambda path: path.name)
        if path.name.endswith(".toml")
    )
    return Taxonomy(tree["version"], parse_tree(tree), mappings)


def parse_tree(document: dict[str, Any]) -> dict[str, Node]:
    """Return the nodes of a tree document by id.

    Raises:
        ValueError: an id stands twice.
    """
    nodes: dict[str, Node] = {}
    for level in range(1, LEVELS + 1):
        for node_id, item in document.get(f"level{level}", {}).items():
            if node_id in nodes:
                raise ValueError(f"{node_id}: stands on two levels")
            nodes[node_id] = Node(
                id=node_id,
                level=level,
                parent=item.get("parent", ""),
                names={key: value for key, value in item.items() if key not in _NOT_NAMES},
                aliases=tuple(item.get("aliases", ())),
                excludes=tuple(item.get("excludes", ())),
                spoken=item.get("spoken", True),
            )
    return nodes


def parse_mapping(document: dict[str, Any]) -> ClassMapping:
    """Return the mapping of one class list.

    Raises:
        ValueError: a class stands at two nodes.
    """
    nodes: dict[str, str] = {}
    for node_id, class_names in document["nodes"].items():
        for class_name in class_names:
            if class_name in nodes:
                raise ValueError(f"{document['name']}: {class_name!r} stands at two nodes")
            nodes[class_name] = node_id
    return ClassMapping(
        document["name"],
        document["feature"],
        nodes,
        document.get("unmapped", {}),
        {wider: tuple(within) for wider, within in document.get("narrower", {}).items()},
        frozenset(document.get("handheld", ())),
    )
