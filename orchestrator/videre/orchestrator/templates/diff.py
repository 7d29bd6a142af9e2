"""What differs between two template documents. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

#: Lists whose entries go by a name of their own, not by their place.
_NAMED: Final = {
    "rules": "rule_id",
    "names": "language_code",
    "engine_pins": "feature",
    "tasks": "name",
}


@dataclass(frozen=True, slots=True)
class Change:
    """A value that differs, as JSON; "" where there is none.

    Args:
        path: such as "moderation.rules[porn.image].block_threshold".
    """

    path: str
    before: str
    after: str


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return every value that differs, in the order of the paths; none of equal documents."""
    old, new = dict(_values("", before)), dict(_values("", after))
    return tuple(
        Change(path, old.get(path, ""), new.get(path, ""))
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path)
    )


def _values(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield every value with its path; a list of plain values, whose order may matter, is one."""
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _values(f"{path}.{name}" if path else name, inner)
        return
    if isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
        key = _NAMED.get(path.rpartition(".")[2], "")
        for index, item in enumerate(value):
            yield from _values(f"{path}[{item.get(key, index)}]", item)
        return
    yield path, json.dumps(value, ensure_ascii=False, sort_keys=True)
