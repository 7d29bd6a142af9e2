"""How well a head does beside what was there, as a table of the terminal."""

from __future__ import annotations

from typing import Final

from rich.table import Table

from videre.cli.tables import table
from videre.v1 import library_pb2

_FIGURES: Final = (
    ("log loss ↓", "log_loss"),
    ("Brier score ↓", "brier"),
    ("average precision ↑", "average_precision"),
    ("precision ↑", "precision"),
    ("recall ↑", "recall"),
)


def head_table(answer: library_pb2.TrainHeadResponse) -> Table:
    """Return a row for each figure on the media held out, and what they are of."""
    made = table("On media held out", "This head", "Before", numbers=["This head", "Before"])
    for name, field in _FIGURES:
        now, before = getattr(answer.head.figures, field), getattr(answer.before, field)
        made.add_row(name, f"{now:.3f}", f"{before:.3f}")
    head = answer.head
    held = f"{head.held_out_positive_count} + {head.held_out_negative_count}"
    made.add_row("stretches measured, that show it + not", held, "")
    made.add_row("stretches fitted to", f"{head.positive_count} + {head.negative_count}", "")
    if answer.left_out_count:
        made.add_row("left out", str(answer.left_out_count), "")
    return made
