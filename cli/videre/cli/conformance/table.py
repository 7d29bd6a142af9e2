"""What was found, for people: a row per engine, a column per check, then what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from videre.cli.conformance.findings import Conformance, Finding, Outcome
from videre.cli.tables import table

_WORDS = {
    Outcome.OK: Text("ok", "green"),
    Outcome.FAILED: Text("FAILED", "bold red"),
    Outcome.SKIPPED: Text("–", "dim"),
}


def conformance_table(found: Conformance) -> Group:
    """Return the tables of the service and its engines, and the words of what is not ok."""
    whole = [one for one in found.findings if not one.engine]
    engines = [one for one in found.findings if one.engine]
    rows: dict[tuple[str, str], list[Finding]] = {}
    for one in engines:
        rows.setdefault((one.feature, one.engine), []).append(one)
    parts = [_matrix({("", found.service): whole}, "Service")]
    if rows:
        parts.append(_matrix(rows, "Engine"))
    notes = dict.fromkeys(_note(one) for one in found.findings if one.words)
    failed = sum(one.outcome is Outcome.FAILED for one in found.findings)
    made = sum(one.outcome is not Outcome.SKIPPED for one in found.findings)
    verdict = Text(
        f"{made} checks, {failed} failed" if failed else f"{made} checks, all kept",
        "bold red" if failed else "green",
    )
    return Group(*parts, *(Text(note) for note in notes), verdict)


def _matrix(rows: dict[tuple[str, str], list[Finding]], title: str) -> Table:
    checks: Sequence[str] = list(dict.fromkeys(one.check for row in rows.values() for one in row))
    made = table(title, *checks, "s", numbers=["s"])
    for (feature, name), row in rows.items():
        by_check = {one.check: one for one in row}
        cells = [_WORDS[by_check[check].outcome] for check in checks]
        label = f"{feature}.{name}" if feature else name
        made.add_row(Text(label), *cells, f"{sum(one.seconds for one in row):.1f}")
    return made


def _note(finding: Finding) -> str:
    name = f"{finding.feature}.{finding.engine}" if finding.engine else "service"
    if finding.outcome is Outcome.SKIPPED and finding.engine:
        return f"{name}: not checked: {finding.words}"
    return f"{name} {finding.check}: {finding.words}"
