"""Pipelines as a table of the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from videre.cli.tables import table
from videre.v1 import pipeline_pb2


def pipeline_table(pipelines: Iterable[pipeline_pb2.Pipeline]) -> Table:
    """Return one row per pipeline."""
    made = table("Pipeline", "Name", "Templates", "Priority", "At once", "May wait", "State",
                 "Tells", numbers=["Priority", "At once", "May wait"])  # fmt: skip
    for one in pipelines:
        named = one.templates
        templates = (named.analysis, named.moderation, named.production)
        made.add_row(
            one.pipeline_id,
            Text(one.name),
            Text(", ".join(each for each in templates if each) or "defaults"),
            str(one.priority) if one.HasField("priority") else "",
            str(one.running_jobs),
            str(one.waiting_jobs),
            "paused" if one.paused else "on",
            Text("\n".join(one.webhook_ids)),
        )
    return made
