"""A trial's figures beside their targets: as JSON, as a page of Markdown, as a table to read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from bench.figures import Judged
from videre.cli.evaluation.figures import Case, Measured

_MARKS: Final = {True: "ok", False: "NOT OK", None: ""}


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of one bench.

    Args:
        engines: "feature: name@version" of every engine that answered.
        model_calls: calls of models per job, by the media's name.
        unproven: why jobs prove nothing; empty in a valid trial.
        notes: what was left out and why.
    """

    name: str
    machine: dict[str, str | int]
    versions: dict[str, str]
    engines: list[str]
    commit: str
    figures: list[Judged]
    model_calls: dict[str, int]
    unproven: list[str]
    notes: list[str]

    @property
    def ok(self) -> bool:
        """Whether every required figure is met and every job proves something."""
        return not self.unproven and all(judged.ok is not False for judged in self.figures)


def write(trial: Trial, folder: Path) -> tuple[Path, Path]:
    """Write `<name>.json` and `<name>.md` into a folder; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    data, page = folder / f"{trial.name}.json", folder / f"{trial.name}.md"
    data.write_text(
        json.dumps(as_data(trial), ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    page.write_text(as_page(trial), encoding="utf-8")
    return data, page


def as_data(trial: Trial) -> dict[str, Any]:
    """Return the trial as plain data."""
    return {
        "name": trial.name,
        "ok": trial.ok,
        "machine": trial.machine,
        "versions": trial.versions,
        "engines": trial.engines,
        "commit": trial.commit,
        "figures": [_figure(judged) for judged in trial.figures],
        "model_calls": trial.model_calls,
        "unproven": trial.unproven,
        "notes": trial.notes,
    }


def _figure(judged: Judged) -> dict[str, Any]:
    figure = judged.figure
    return {
        "figure": figure.name,
        "value": figure.value,
        "unit": figure.unit,
        "target": None if judged.target is None else str(judged.target),
        "ok": judged.ok,
        "spread": figure.spread,
        "how": figure.how,
        "worst": [asdict(case) for case in worst(figure)],
    }


def worst(figure: Measured) -> list[Case]:
    """Return the worst cases of a figure, the worst first."""
    return sorted(figure.cases, key=lambda case: -case.weight)[: figure.shown]


def as_page(trial: Trial) -> str:
    """Return the trial as Markdown."""
    parts = [
        f"# {trial.name}: {'ok' if trial.ok else 'not ok'}",
        f"Commit {trial.commit}. {trial.machine['cpu']}, {trial.machine['cores']} cores.",
        _markdown_table(trial.figures),
    ]
    parts += _list("Jobs that prove nothing", trial.unproven)
    parts += _list("Notes", trial.notes)
    cases = [
        f"### {judged.figure.name}\n\n" + "\n".join(f"- {_case(case)}" for case in shown)
        for judged in trial.figures
        if (shown := worst(judged.figure))
    ]
    parts += ["## Worst cases", *cases] if cases else []
    parts += _list("Engines", trial.engines)
    calls = sum(trial.model_calls.values())
    parts.append(f"{len(trial.model_calls)} jobs, {calls} calls of models.")
    return "\n\n".join(parts) + "\n"


def _list(title: str, lines: Sequence[str]) -> list[str]:
    return [f"## {title}\n\n" + "\n".join(f"- {line}" for line in lines)] if lines else []


def _markdown_table(figures: Sequence[Judged]) -> str:
    rows = ["| figure | value | spread | target | ok | how |", "|---|---|---|---|---|---|"]
    rows += [
        "| "
        + " | ".join(cell.replace("|", "\\|") for cell in (*_cells(judged), judged.figure.how))
        + " |"
        for judged in figures
    ]
    return "\n".join(rows)


def as_table(trial: Trial) -> str:
    """Return figures and worst cases as text for a terminal."""
    rows = [("figure", "value", "spread", "target", ""), *map(_cells, trial.figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    for judged in trial.figures:
        shown = worst(judged.figure) if judged.ok is False else []
        lines += ["", judged.figure.name] if shown else []
        lines += [f"  {_case(case)}" for case in shown]
    lines += [f"proves nothing: {line}" for line in trial.unproven]
    return "\n".join(lines)


def _cells(judged: Judged) -> tuple[str, str, str, str, str]:
    figure = judged.figure
    value = "–" if figure.value is None else f"{figure.value:.4g} {figure.unit}"
    spread = "" if figure.spread is None else "{:.3g} … {:.3g}".format(*figure.spread)
    target = "" if judged.target is None else str(judged.target)
    return figure.name, value, spread, target, _MARKS[judged.ok]


def _case(case: Case) -> str:
    at = "" if case.at_s is None else f" at {case.at_s:.2f} s"
    return f"{case.file}{at}: expected {_short(case.expected)}; got {_short(case.got)}"


def _short(text: str) -> str:
    return text if len(text) <= 160 else f"{text[:157]}…"
