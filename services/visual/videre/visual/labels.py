"""Class names that come with the distribution."""

from __future__ import annotations

from importlib import resources

_PACKAGE = "videre.visual"


def class_names(file: str) -> tuple[str, ...]:
    """Return the first name of each line of `data/<file>`, in model order."""
    text = resources.files(_PACKAGE).joinpath("data", file).read_text(encoding="utf-8")
    return tuple(line.split(",")[0].strip() for line in text.splitlines())
