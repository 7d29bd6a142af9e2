"""Triggers and the files that they know, as tables of the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from videre.cli.formatting import word
from videre.cli.tables import table
from videre.v1 import analysis_pb2, trigger_pb2


def trigger_table(triggers: Iterable[trigger_pb2.Trigger]) -> Table:
    """Return one row per trigger."""
    made = table("Trigger", "Version", "Folder", "Only", "Not", "State", "Looked", "Error",
                 numbers=["Version"])  # fmt: skip
    for one in triggers:
        looked = one.look_time.ToJsonString()[:19] if one.HasField("look_time") else ""
        made.add_row(
            one.trigger_id,
            str(one.version),
            Text(one.uri),
            Text(", ".join(one.include)),
            Text(", ".join(one.exclude)),
            "paused" if one.paused else "on",
            looked,
            Text(one.error),
        )
    return made


def file_table(files: Iterable[trigger_pb2.TriggerFile]) -> Table:
    """Return one row per version of a file."""
    made = table("File", "Path", "Bytes", "State", "Job", "Remark", numbers=["File", "Bytes"])
    for one in files:
        made.add_row(
            str(one.number or ""),
            Text(one.path),
            f"{one.size_bytes:,}",
            word(trigger_pb2.TriggerFileState, one.state, "TRIGGER_FILE_STATE"),
            one.job_id,
            Text(f"{one.reason}: {one.message}" if one.reason else ""),
        )
    return made


def outcome_table(outcomes: Iterable[trigger_pb2.FlowOutcome]) -> Table:
    """Return what a flow would do with each verdict."""
    made = table("Verdict", "Branch", "Tasks", "Not done", "Delivered to", "Quarantine")
    for one in outcomes:
        made.add_row(
            word(analysis_pb2.Suggestion, one.verdict, "SUGGESTION") if one.verdict else "none",
            one.branch_id,
            Text(", ".join(one.tasks)),
            Text(", ".join(one.skipped)),
            Text(one.output_uri),
            "yes" if one.quarantine else "",
        )
    return made
