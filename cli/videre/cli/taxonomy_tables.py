"""The tree of labels and the ways to a label, as tables of the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from videre.cli.formatting import word
from videre.cli.tables import table
from videre.v1 import engine_pb2, taxonomy_pb2

#: What follows from how far a label can be reached.
_REACHES = {
    taxonomy_pb2.LABEL_REACH_NO_ENGINE: "no engine",
    taxonomy_pb2.LABEL_REACH_NAMED: "only where it is named",
    taxonomy_pb2.LABEL_REACH_OBSERVED: "seen or heard",
}


def node_table(nodes: Iterable[taxonomy_pb2.TaxonomyNode]) -> Table:
    """Return one row per node, those below another set further to the right."""
    made = table("Label", "Id", "Below", "Own", "Further words", numbers=["Below"])
    for node in nodes:
        made.add_row(
            Text("  " * (node.level - 1) + node.name),
            node.node_id,
            str(node.child_count or ""),
            "own" if node.own else "",
            Text(", ".join(node.aliases)),
        )
    return made


def render_node(answer: taxonomy_pb2.GetNodeResponse) -> Iterator[RenderableType]:
    """Yield a node, what leads to it and how far it can be reached."""
    node = answer.node
    names = " · ".join(f"{item.name} ({item.language_code})" for item in node.names)
    yield Text(f"{node.node_id}, level {node.level}{', own' if node.own else ''}: {names}")
    if node.aliases:
        yield Text(f"also: {', '.join(node.aliases)}")
    yield _route_table(answer.routes)
    if answer.observed_below:
        yield Text(f"{answer.observed_below} labels below it can be seen or heard")
    reaches = [(_tier(item.tier), item.reach) for item in answer.tiers]
    made = table("With engines of", "It is found")
    for tier, reach in (*reaches, ("now", answer.installed)):
        made.add_row(tier, _REACHES.get(reach, ""))
    yield made
    if answer.silent_services:
        yield Text(f"not counted, for they do not answer: {', '.join(answer.silent_services)}")


def _route_table(routes: Iterable[taxonomy_pb2.EvidenceRoute]) -> Table:
    made = table("Route", "By", "Tier", "Now", "What")
    for route in routes:
        kind = word(taxonomy_pb2.RouteKind, route.kind, "ROUTE_KIND")
        made.add_row(
            kind,
            Text(route.engine or route.rule_id or ", ".join(route.features)),
            _tier(route.tier) if route.tier else "none",
            "yes" if route.installed else "no",
            Text(route.about or ", ".join((*route.class_names, *route.words))),
        )
    return made


def _tier(tier: engine_pb2.EngineTier.ValueType) -> str:
    return word(engine_pb2.EngineTier, tier, "ENGINE_TIER")
