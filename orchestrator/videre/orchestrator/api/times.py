"""Times of requests as times of rows."""

from __future__ import annotations

from typing import Any, Final

from videre.common.values import NS
from videre.orchestrator.api.validation import Violations

#: The times that a Timestamp may have: years 1 to 9999.
_FIRST_S: Final = -62_135_596_800
_LAST_S: Final = 253_402_300_799
#: The last time that a row may have.
_LAST_NS: Final = 2**63 - 1


def instant(found: Violations, request: Any, name: str, where: str = "") -> int | None:
    """Return a time of a message in nanoseconds, cut to those of rows; None when not set.

    Args:
        where: what stands before the field's name in a violation.
    """
    if not request.HasField(name):
        return None
    value = getattr(request, name)
    if not _FIRST_S <= value.seconds <= _LAST_S or not 0 <= value.nanos < NS:
        found.add(f"{where}{name}", "is no time", "years 1..9999", f"{value.seconds} s")
    return min(max(int(value.seconds) * NS + int(value.nanos), 0), _LAST_NS)
