"""Which project a call is about."""

from __future__ import annotations

from videre.common.auth import current_principal
from videre.orchestrator.access.gate import forbidden


def project_of(asked: str) -> str:
    """Return the project of a call: the one it names, the caller's own where it names none.

    Raises:
        VidereError: PROJECT_FORBIDDEN, the caller does not belong to it.
    """
    caller = current_principal()
    if asked and asked != caller.project and asked not in caller.others:
        raise forbidden(asked)
    return asked or caller.project
