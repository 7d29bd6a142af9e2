"""Which project a call is about."""

from __future__ import annotations

from videre.common.auth import current_principal
from videre.common.errors import Reason, VidereError


def project_of(asked: str) -> str:
    """Return the project of a call: the caller's own, which is also the only one allowed.

    Raises:
        VidereError: PROJECT_FORBIDDEN.
    """
    own = current_principal().project
    if asked and asked != own:
        raise VidereError(
            Reason.PROJECT_FORBIDDEN,
            f"the caller does not belong to project {asked!r}",
            metadata={"project_id": asked},
        )
    return own
