"""What is asked of measured figures. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from videre.cli.evaluation.figures import Measured

REQUIRED_PATH: Final = Path(__file__).with_name("required.toml")


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked of a figure: limits that the value may reach but not pass."""

    at_least: float | None = None
    at_most: float | None = None

    def met(self, value: float | None) -> bool:
        """Tell whether a value is within the limits; None never is."""
        if value is None:
            return False
        above = self.at_least is None or value >= self.at_least
        return above and (self.at_most is None or value <= self.at_most)

    def __str__(self) -> str:
        parts = []
        if self.at_least is not None:
            parts.append(f"≥ {self.at_least:g}")
        if self.at_most is not None:
            parts.append(f"≤ {self.at_most:g}")
        return " and ".join(parts)


@dataclass(frozen=True, slots=True)
class Judged:
    """A figure beside its target; `ok` is None where nothing is asked."""

    figure: Measured
    target: Target | None
    ok: bool | None


def load_required(
    path: Path = REQUIRED_PATH, *, quick: bool = False, media: bool = True
) -> dict[str, dict[str, Target]]:
    """Return the required figures and their targets, by name of the bench.

    Args:
        quick: for a quick run, whose smaller inputs give smaller counts (`quick_at_least`).
        media: whether there is a set of media; without one nothing is asked that `needs_media`.

    Raises:
        ValueError: a target has no limit.
    """
    required: dict[str, dict[str, Target]] = {}
    for bench, figures in tomllib.loads(path.read_text(encoding="utf-8")).items():
        required[bench] = {
            name: _target(limits, quick)
            for name, limits in figures.items()
            if media or not limits.get("needs_media", False)
        }
        for name, target in required[bench].items():
            if target == Target():
                raise ValueError(f"{path}: {bench}: {name!r} has neither at_least nor at_most")
    return required


def _target(limits: Mapping[str, float], quick: bool) -> Target:
    least = limits.get("at_least")
    return Target(
        at_least=limits.get("quick_at_least", least) if quick else least,
        at_most=limits.get("at_most"),
    )


def judge(figures: Sequence[Measured], required: dict[str, Target]) -> list[Judged]:
    """Return all figures beside their targets; required ones that are missing come last, not ok.

    Raises:
        ValueError: two figures have the same name.
    """
    judged = []
    open_targets = dict(required)
    seen = set()
    for figure in figures:
        if figure.name in seen:
            raise ValueError(f"two figures are named {figure.name!r}")
        seen.add(figure.name)
        target = open_targets.pop(figure.name, None)
        judged.append(Judged(figure, target, None if target is None else target.met(figure.value)))
    for name, target in open_targets.items():
        missing = Measured(name, None, "", "not measured")
        judged.append(Judged(missing, target, ok=False))
    return judged
