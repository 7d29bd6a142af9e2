"""Evaluations on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from videre.cli.evaluation.compare import Better, Compared, compare
from videre.cli.evaluation.figures import Measured
from videre.cli.evaluation.report import Evaluation, less_is_better
from videre.cli.tables import table


def figure_table(evaluation: Evaluation) -> Table:
    """Return one row per figure."""
    made = table("Figure", "Value", "95 %", "", "Of what", numbers=["Value"])
    for figure in evaluation.figures:
        better = "↓" if less_is_better(figure.name) else "↑"
        words = (f"{better} {figure.unit}", figure.how)
        made.add_row(Text(figure.name), value(figure), spread(figure), *map(Text, words))
    made.caption = "↑ more is better, ↓ less is better; intervals by bootstrap over media"
    made.caption_justify = "left"
    return made


def comparison_table(first: Evaluation, second: Evaluation) -> Table:
    """Return one row per figure of two evaluations."""
    made = table("Figure", first.name, second.name, "Better", numbers=[])
    names = {Better.FIRST: first.name, Better.SECOND: second.name}
    for row in compare(first, second):
        sides = [Text(_with_spread(side)) for side in (row.first, row.second)]
        made.add_row(Text(row.name), *sides, _verdict(row, names))
    made.caption = "a difference is named where the 95 % intervals do not meet"
    made.caption_justify = "left"
    return made


def engines_table(evaluations: Sequence[Evaluation]) -> Table:
    """Return one row per figure, one column per engine."""
    made = table("Figure", *(one.name for one in evaluations))
    names = dict.fromkeys(figure.name for one in evaluations for figure in one.figures)
    for name in names:
        by_engine = [
            next((figure for figure in one.figures if figure.name == name), None)
            for one in evaluations
        ]
        made.add_row(Text(name), *(Text(_with_spread(figure)) for figure in by_engine))
    return made


def value(figure: Measured) -> str:
    """Return a figure's value in its own precision."""
    if figure.value is None:
        return "–"
    return f"{figure.value:.0f}" if figure.value == int(figure.value) > 1 else f"{figure.value:.3f}"


def spread(figure: Measured) -> str:
    """Return the interval of a figure, or nothing."""
    if figure.spread is None:
        return ""
    return f"{figure.spread[0]:.3f} – {figure.spread[1]:.3f}"


def _with_spread(figure: Measured | None) -> str:
    if figure is None:
        return "–"
    return f"{value(figure)} ({spread(figure)})" if figure.spread else value(figure)


def _verdict(row: Compared, names: dict[Better, str]) -> Text:
    if row.better in names:
        return Text(names[row.better], "bold")
    return Text("same" if row.better is Better.SAME else "not clear", "dim")
