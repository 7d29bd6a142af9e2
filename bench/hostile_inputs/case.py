"""One hostile input and how it may be answered. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SUCCEEDED: Final = frozenset({"SUCCEEDED"})
UNREADABLE: Final = frozenset({"FAILED MEDIA_UNREADABLE"})
EMPTY: Final = frozenset({"FAILED MEDIA_EMPTY"})
TOO_LARGE: Final = frozenset({"FAILED MEDIA_TOO_LARGE"})
LIMIT: Final = frozenset({"FAILED MEDIA_LIMIT"})
FORBIDDEN: Final = frozenset({"refused URI_FORBIDDEN"})
SCHEME: Final = frozenset({"refused URI_SCHEME"})
#: A damaged media may be understood in whole or in part, or not at all.
DAMAGED: Final = frozenset(
    {"SUCCEEDED", "PARTIAL DECODE_FAILED", "FAILED DECODE_FAILED", *UNREADABLE, *LIMIT}
)


@dataclass(frozen=True, slots=True)
class Hostile:
    """An upload (`data` under the name `file`) or, where `uri` is given, an address.

    Args:
        name: of the case.
        expected: the answers that are right: the job's final state and, unless it SUCCEEDED, the
            reason; or "refused" and the reason, when no job came to be.
        mutated: a sound media, damaged at random.
    """

    name: str
    expected: frozenset[str]
    file: str = ""
    data: bytes = b""
    uri: str = ""
    mutated: bool = False
