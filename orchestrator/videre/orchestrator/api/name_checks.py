"""Names by language, of labels and of templates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from videre.orchestrator.api.validation import Violations
from videre.v1 import types_pb2

_LONGEST_WORD: Final = 256
_MOST_NAMES: Final = 50
#: BCP 47 as far as names need it, such as "de" or "pt-BR".
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")


def check_names(found: Violations, field: str, names: Sequence[types_pb2.LocalizedName]) -> None:
    """Record what is wrong with names: at most 50, one a language, 1 to 256 bytes."""
    found.count(field, len(names), _MOST_NAMES)
    for index, name in enumerate(names):
        found.pattern(f"{field}[{index}].language_code", name.language_code, _LANGUAGE)
        check_word(found, f"{field}[{index}].name", name.name)
    codes = [name.language_code for name in names]
    if len(set(codes)) < len(codes):
        found.add(field, "names a language twice", "unique languages", ", ".join(codes))


def check_word(found: Violations, field: str, text: str) -> None:
    """Record a violation for a word that is empty or has more than 256 bytes."""
    found.size(field, text, _LONGEST_WORD)
    if not text.strip():
        found.add(field, "is empty", "1 character", "")
