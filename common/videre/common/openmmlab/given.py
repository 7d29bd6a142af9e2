"""A model of one's own: the files that the configuration names, and what they say of themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from videre.common.models import file_sha256
from videre.common.openmmlab.checkpoint import read_meta
from videre.common.openmmlab.config import Refused, parse_config, read_config
from videre.common.values import canonical_json

#: Most classes of a model, and the longest name of one, characters.
_MAX_CLASSES: Final = 20_000
_MAX_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class Given:
    """A config and a checkpoint, looked into and not loaded.

    Args:
        checkpoint: the file; None when the configuration names none.
        config: what the config says.
        meta: what the checkpoint says of itself.
        digest: SHA-256 (hex) over both.
        refused: why they are of no use; "" when they are not refused.
    """

    checkpoint: Path | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)
    digest: str = ""
    refused: str = ""

    @property
    def name(self) -> str:
        """The checkpoint's file name."""
        return self.checkpoint.name if self.checkpoint else ""


def look_into(checkpoint: Path | None, config: Path | None, scopes: Mapping[str, Path]) -> Given:
    """Return what the configured files are; nothing in them is run.

    Args:
        checkpoint: file of the weights; None = none is configured.
        config: file of the config; None = the text that the checkpoint carries.
        scopes: as of `read_config`.
    """
    if checkpoint is None:
        return Given()
    stamps = tuple(_stamp(path) for path in (checkpoint, config))
    return _looked(checkpoint, config, tuple(scopes.items()), stamps)


def _stamp(path: Path | None) -> tuple[int, int]:
    try:
        stat = path.stat() if path else None
    except OSError:
        stat = None
    return (stat.st_size, stat.st_mtime_ns) if stat else (0, 0)


@lru_cache(maxsize=16)
def _looked(
    checkpoint: Path, config: Path | None, scopes: tuple[tuple[str, Path], ...], _stamps: object
) -> Given:
    try:
        if not checkpoint.is_file():
            raise Refused(f"{checkpoint.name}: no such file")
        meta = read_meta(checkpoint)
        said = read_config(config, dict(scopes)) if config else _carried(meta, checkpoint)
        whole = hashlib.sha256(file_sha256(checkpoint).encode() + canonical_json(_plain(said)))
    except Refused as error:
        return Given(checkpoint, refused=str(error))
    return Given(checkpoint, said, meta, whole.hexdigest())


def _carried(meta: Mapping[str, Any], checkpoint: Path) -> dict[str, Any]:
    """Return the config that a checkpoint carries: `cfg` of MMEngine, `config` of older ones."""
    text = meta.get("cfg") or meta.get("config")
    if not isinstance(text, str):
        raise Refused(f"{checkpoint.name}: carries no config; name its config file too")
    return parse_config(text, f"{checkpoint.name}: its config")


def class_names(given: Given) -> tuple[str, ...]:
    """Return the classes in model order, as the checkpoint names them, else the config.

    Raises:
        Refused: neither does, or not as texts of 1..100 characters, each once.
    """
    of_set = {str(k).lower(): v for k, v in dict(given.meta.get("dataset_meta") or {}).items()}
    dataset = inner_dataset(given.config)
    names = (
        of_set.get("classes")
        or given.meta.get("CLASSES")
        or dict(dataset.get("metainfo") or {}).get("classes")
    )
    if isinstance(names, str):
        names = (names,)  # a set of one class may say so
    if not isinstance(names, list | tuple) or not names:
        raise Refused(f"{given.name}: neither it nor its config names classes")
    good = all(isinstance(name, str) and 0 < len(name) <= _MAX_NAME for name in names)
    if not good or len(set(names)) < len(names) or len(names) > _MAX_CLASSES:
        raise Refused(
            f"{given.name}: classes are up to {_MAX_CLASSES} texts of 1 to {_MAX_NAME} "
            "characters, each once"
        )
    return tuple(names)


def inner_dataset(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the dataset for tests, out of those that wrap it; empty when there is none."""
    loader = config.get("test_dataloader")
    found = loader.get("dataset") if isinstance(loader, Mapping) else None
    for _ in range(4):
        if not isinstance(found, Mapping) or found.get("pipeline"):
            break
        within = found.get("datasets")
        found = found.get("dataset") or (within[0] if isinstance(within, list) and within else {})
    return found if isinstance(found, Mapping) else {}


def _plain(value: Any) -> Any:
    """Return a value as JSON has it; keys of a config may be numbers."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return repr(value) if isinstance(value, float) else value
