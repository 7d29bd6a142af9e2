"""Evaluations as one HTML page: figures, engines side by side, worst cases to see and hear.

The page links to the media where they lie; what it shows of them is played by the browser.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from jinja2 import Environment, StrictUndefined

from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.report import Evaluation, less_is_better, worst
from videre.cli.evaluation.tables import spread, value

_TEMPLATE: Final = "page.html.j2"
#: How long before a case its media begins to play, seconds.
_BEFORE_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Shown:
    """A case and where its media is: `kind` is "image", "audio", "video" or ""."""

    case: Case
    kind: str
    url: str


def evaluation_page(evaluations: Sequence[Evaluation]) -> str:
    """Return the page of one or several evaluations of a set."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    text = resources.files(__package__).joinpath(_TEMPLATE).read_text(encoding="utf-8")
    names = dict.fromkeys(figure.name for one in evaluations for figure in one.figures)
    rows = [(name, [_by_name(one, name) for one in evaluations]) for name in names]
    return environment.from_string(text).render(
        evaluations=evaluations,
        rows=rows,
        value=value,
        spread=spread,
        less=less_is_better,
        cases=[(one, figure, _shown(one, figure)) for one in evaluations for figure in one.figures],
    )


def _by_name(evaluation: Evaluation, name: str) -> Measured | None:
    return next((figure for figure in evaluation.figures if figure.name == name), None)


def _shown(evaluation: Evaluation, figure: Measured) -> list[Shown]:
    return [_one(Path(evaluation.folder), case) for case in worst(figure)]


def _one(folder: Path, case: Case) -> Shown:
    path = (folder / case.file).absolute()
    kind = (mimetypes.guess_type(path.name)[0] or "").partition("/")[0]
    if kind not in ("image", "audio", "video") or not path.is_file():
        return Shown(case, "", "")
    timed = kind != "image" and case.at_s is not None
    start = f"#t={max(0.0, (case.at_s or 0.0) - _BEFORE_S):.2f}" if timed else ""
    return Shown(case, kind, path.as_uri() + start)
