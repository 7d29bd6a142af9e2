"""The truth of a set, with what somebody saw in the clips of the test set."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from videre.cli.evaluation import truth as plain
from videre.cli.evaluation.truth import Span, Truth

_SEEN: Final = Path(__file__).with_name("seen_objects.toml")


def load_set(folder: Path) -> list[Truth]:
    """Return what is known of the media of a folder; see `videre.cli.evaluation.truth.load_set`.

    Raises:
        FileNotFoundError: the folder has no truth.json.
        TruthError: it is not in its documented form.
    """
    return [
        truth if truth.all_objects is not None else _with_seen_objects(truth)
        for truth in plain.load_set(folder)
    ]


def _with_seen_objects(truth: Truth) -> Truth:
    """Return the truth with what somebody saw in the clip, which is known by its bytes."""
    with truth.path.open("rb") as source:
        seen = _seen_objects().get(hashlib.file_digest(source, "sha256").hexdigest())
    if seen is None:
        return truth
    faceless = tuple(Span(*stretch) for stretch in seen.get("faceless", ()))
    return replace(truth, all_objects=frozenset(seen["objects"]), faceless=faceless)


@cache
def _seen_objects() -> Mapping[str, Any]:
    return tomllib.loads(_SEEN.read_text(encoding="utf-8"))
