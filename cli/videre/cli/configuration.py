"""What the configuration means for each process that is installed here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Any, Final

from videre.common.config import PORTS, Origin, Settings

#: Distributions name the settings of their process in this group of entry points: the command line
#: knows no process's code, and shows what is installed.
_GROUP: Final = "videre.settings"


@dataclass(frozen=True, slots=True)
class Setting:
    """A value in force, without secrets, and where it comes from."""

    value: Any
    origin: Origin


#: The settings of a process by their names.
Configuration = Mapping[str, Setting]


def configurations() -> dict[str, Configuration]:
    """Return the settings of every installed process, in the order of the default ports.

    Raises:
        ValidationError: a value is out of its range.
    """
    points = {point.name: point for point in metadata.entry_points(group=_GROUP)}
    return {name: _configuration(name, points[name].load()) for name in PORTS if name in points}


def _configuration(process: str, settings: type[Settings]) -> Configuration:
    values, origins = settings().effective(), settings.origins()
    if values["port"] is None:
        values["port"] = PORTS[process]
    return {name: Setting(value, origins[name]) for name, value in values.items()}
