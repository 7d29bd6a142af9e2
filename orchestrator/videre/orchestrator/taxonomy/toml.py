"""Overlay documents as TOML that people can read; reading it gives the document again. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from videre.orchestrator.taxonomy.parse import LEVEL_KEYS

_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_ORDER: Final = (*LEVEL_KEYS, "mappings", "shared_words")


def to_toml(document: Mapping[str, Any]) -> str:
    """Return an overlay document as TOML; "" for an empty one.

    Args:
        document: tables of tables, lists, texts, numbers and truth values.
    """
    known = [key for key in _ORDER if key in document]
    further = sorted(document.keys() - set(_ORDER))
    blocks = [block for key in (*known, *further) for block in _blocks((key,), document[key])]
    return "\n".join(blocks)


def _blocks(path: tuple[str, ...], table: Mapping[str, Any]) -> Iterator[str]:
    """Yield a table, then those in it that have a heading of their own: only mappings do."""
    deep = path == ("mappings",) or (len(path) == 2 and path[0] == "mappings")
    inner = {key: value for key, value in table.items() if deep and isinstance(value, Mapping)}
    lines = [f"{_key(key)} = {_value(table[key])}" for key in table if key not in inner]
    if lines or not inner:
        heading = ".".join(map(_key, path))
        yield "\n".join([f"[{heading}]", *lines, ""])
    for key, value in inner.items():
        yield from _blocks((*path, key), value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    """Return a basic string: JSON's escapes are TOML's too, but JSON leaves DEL as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    raise TypeError(f"an overlay holds no {type(value).__name__}")
