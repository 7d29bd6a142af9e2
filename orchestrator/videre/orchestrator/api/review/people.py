"""Who reviews."""

from __future__ import annotations

from videre.common.auth import Role, current_principal
from videre.common.errors import Reason, VidereError


def reviewer_of(named: str) -> str:
    """Return who reviews: the caller, or whom the caller names.

    Raises:
        VidereError: ROLE_MISSING, only administrators act for others.
    """
    caller = current_principal()
    if named in ("", caller.subject):
        return caller.subject
    if Role.ADMIN not in caller.roles:
        raise VidereError(
            Reason.ROLE_MISSING,
            f"acting for {named!r} needs the role {Role.ADMIN}",
            metadata={"field": "reviewer", "role": str(Role.ADMIN)},
        )
    return named
