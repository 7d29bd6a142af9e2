"""What went wrong, in words a user can act on."""

from __future__ import annotations

from videre.cli.exits import Exit


class CommandError(Exception):
    """A command cannot go on; the message is for the user.

    Args:
        message: what is wrong and what to do.
        code: exit code.
    """

    def __init__(self, message: str, code: Exit = Exit.ERROR) -> None:
        super().__init__(message)
        self.code = code


def explain(error: Exception) -> tuple[str, Exit] | None:
    """Return words and exit code for an expected failure; None for a defect."""
    from pydantic import ValidationError

    from videre.client import ServerRefusal, Unavailable, VidereClientError, WaitTimeout
    from videre.common.errors import VidereError

    if isinstance(error, CommandError):
        return str(error), error.code
    if isinstance(error, WaitTimeout):
        return f"{error.message}; it runs on", Exit.TIMEOUT
    if isinstance(error, Unavailable) and not error.reason:
        return f"no server answers ({error.message}); start one with `videre up`", Exit.ERROR
    if isinstance(error, ServerRefusal) and error.violations:
        lines = [f"  {item.field}: {item.description}" for item in error.violations]
        limit = error.metadata.get("limit", "")
        if limit and limit not in error.violations[0].description:
            lines[0] += f" ({limit})"
        return "\n".join([str(error), *lines]), Exit.ERROR
    if isinstance(error, ValidationError) and error.title.endswith("Settings"):
        # Inputs may be secrets: they are not repeated.
        lines = [f"  {'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()]
        return "\n".join(["the configuration is not valid:", *lines]), Exit.ERROR
    if isinstance(error, VidereClientError | VidereError | OSError):
        return str(error), Exit.ERROR
    return None
