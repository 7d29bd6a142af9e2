"""What may be in the way on this machine, and plain advice. Each check stands alone."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import Final

from videre.cli.formatting import size
from videre.cli.supervise.ports import SERVICES, Ports
from videre.client import Unavailable, Videre, VidereClientError
from videre.common.config import Settings, config_file
from videre.common.manifest import packaged_manifest
from videre.common.models import ModelStore
from videre.v1 import engine_pb2

_LOW_DISK: Final = 5 * 10**9
_PYTHON: Final = (3, 11)
_DISTRIBUTIONS: Final = ("orchestrator", *SERVICES, "cli", "client", "common", "exports", "protos")


class Level(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `advice` is empty when there is nothing to do."""

    level: Level
    subject: str
    words: str
    advice: str = ""


def diagnose(server: str) -> Iterator[Finding]:
    """Yield what was found, one subject after the other."""
    yield _python()
    yield from _versions()
    settings = Settings()
    yield _configuration()
    yield _data_folder(settings.data_dir)
    yield from _models(settings)
    yield from _server(server)


def _python() -> Finding:
    version = sys.version.split()[0]
    if sys.version_info[:2] < _PYTHON:
        return Finding(Level.ERROR, "python", version, "use Python 3.11 or newer")
    return Finding(Level.OK, "python", version)


def _versions() -> Iterator[Finding]:
    found = {}
    for name in _DISTRIBUTIONS:
        try:
            found[name] = metadata.version(f"videre-{name}")
        except metadata.PackageNotFoundError:
            yield Finding(
                Level.NOTE, "packages", f"videre-{name} is not installed",
                f"pip install videre-{name}, if this machine is to run it",
            )  # fmt: skip
    if len(set(found.values())) > 1:
        listed = ", ".join(f"{name} {version}" for name, version in found.items())
        yield Finding(Level.WARNING, "packages", listed, "install all parts in one version")
    else:
        yield Finding(Level.OK, "packages", f"{len(found)} parts, all {found['cli']}")


def _configuration() -> Finding:
    path = config_file()
    named = sum(name.startswith("VIDERE_") for name in os.environ)
    where = str(path) if path else "no configuration file"
    return Finding(Level.OK, "configuration", f"{where}; {named} VIDERE_* variables")


def _data_folder(folder: Path) -> Finding:
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not os.access(existing, os.W_OK):
        return Finding(
            Level.ERROR, "data folder", f"{folder} cannot be written", "set VIDERE_DATA_DIR"
        )
    free = shutil.disk_usage(existing).free
    words = f"{folder}, {size(free)} free"
    if free < _LOW_DISK:
        return Finding(Level.WARNING, "data folder", words, "free some space: decoding needs room")
    return Finding(Level.OK, "data folder", words)


def _models(settings: Settings) -> Iterator[Finding]:
    store = ModelStore(packaged_manifest(), settings.models_path, settings.model_mirror)
    for tier in ("bundled", "standard"):
        names = [entry.name for entry in store.entries() if entry.tier == tier]
        missing = [name for name in names if store.missing([name])]
        words = f"{tier}: {len(names) - len(missing)} of {len(names)} here"
        if not missing:
            yield Finding(Level.OK, "models", words)
        elif tier == "bundled":
            yield Finding(
                Level.WARNING, "models", f"{words}, not {', '.join(missing)}",
                "run `videre models where` to see which packages are to be installed",
            )  # fmt: skip
        else:
            advice = "run `videre models pull`: engines without their files are NOT_CHECKED"
            yield Finding(Level.NOTE, "models", words, advice)


def _server(server: str) -> Iterator[Finding]:
    try:
        with Videre(server, timeout_s=3) as client:
            engines = client.list_engines()
    except Unavailable:
        yield Finding(Level.NOTE, "server", f"nobody answers at {server}", "start: `videre up`")
        yield _ports()
        return
    except VidereClientError as error:
        yield Finding(Level.ERROR, "server", f"{server}: {error}", "look at its log")
        return
    broken = [item for item in engines if item.state != engine_pb2.ENGINE_STATE_AVAILABLE]
    yield Finding(
        Level.OK, "server", f"{server}: {len(engines) - len(broken)} of {len(engines)} engines"
    )
    for engine in broken:
        level = Level.NOTE if engine.state == engine_pb2.ENGINE_STATE_MISSING else Level.WARNING
        yield Finding(level, "engine", f"{engine.feature}: {engine.name}", engine.state_message)


def _ports() -> Finding:
    taken = Ports.from_base(7700).taken()
    if not taken:
        return Finding(Level.OK, "ports", "the default ports are free")
    listed = ", ".join(f"{port} ({name})" for name, port in taken)
    return Finding(
        Level.WARNING, "ports", f"taken: {listed}", "use `videre up --ports-base` with others"
    )
