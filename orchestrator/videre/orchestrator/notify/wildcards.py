"""Texts with `*`, which stands for any characters or none. Pure.

Matched in time that is linear in the text: patterns come from callers.
"""

from __future__ import annotations


def is_like(pattern: str, text: str) -> bool:
    """Tell whether a whole text is what a pattern describes; case counts."""
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    if not text.startswith(first):
        return False
    at, last = len(first), rest.pop()
    for part in rest:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return len(text) - len(last) >= at and text.endswith(last)
