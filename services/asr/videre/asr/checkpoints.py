"""Checkpoints of recognisers as the configuration names them. Pure.

One is written `[ENGINE=]LANGUAGE[+LANGUAGE…]:FILE`: "en:/models/parakeet.nemo",
"nemo-news=de+en:/models/canary.nemo". The first language is what the model writes unless a caller
expects another of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_WRITTEN: Final = re.compile(r"(?:(?P<name>[^=:]*)=)?(?P<languages>[^:=]*):(?P<path>.+)")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
#: BCP 47: a language, then script, region and variants.
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SUFFIX: Final = ".nemo"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint.

    Args:
        name: of the engine that it makes.
        languages: BCP 47, the preferred one first.
        path: where the file lies.
    """

    name: str
    languages: tuple[str, ...]
    path: Path


def read_checkpoints(written: Iterable[str]) -> tuple[Checkpoint, ...]:
    """Return the checkpoints of a configuration.

    Raises:
        ValueError: one is not written as it must be, or two have one name.
    """
    found = tuple(_read(one) for one in written)
    names = [one.name for one in found]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"two checkpoints have the name {name}: write NAME=LANGUAGE:FILE")
    return found


def _read(written: str) -> Checkpoint:
    parts = _WRITTEN.fullmatch(written)
    if parts is None:
        raise ValueError(f"{written!r} is not written as [ENGINE=]LANGUAGE:FILE")
    path = Path(parts["path"]).expanduser()
    if path.suffix != _SUFFIX:
        raise ValueError(f"{path} does not end with {_SUFFIX}")
    if not path.is_absolute():
        raise ValueError(f"{path} is no absolute path")
    name = parts["name"] if parts["name"] is not None else _name_of(path)
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name of an engine: a-z, 0-9, '.', '_' and '-'")
    languages = tuple(parts["languages"].split("+"))
    for language in languages:
        if not _LANGUAGE.fullmatch(language):
            raise ValueError(f"{language!r} is no language (BCP 47)")
    return Checkpoint(name, languages, path)


def _name_of(path: Path) -> str:
    """Return "nemo-" and the file's name, as the name of an engine may be."""
    return ("nemo-" + re.sub(r"[^a-z0-9._-]+", "-", path.stem.lower()).strip("-._"))[:64]


def chosen_language(languages: Sequence[str], hints: Sequence[str]) -> str:
    """Return the language that a model is to write.

    Args:
        languages: those of the model, the preferred one first.
        hints: BCP 47 languages a caller expects, best first.
    """
    for hint in hints:
        for language in languages:
            if _primary(language) == _primary(hint):
                return language
    return languages[0]


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()
