"""Where events are sent: how an address of each scheme reads. Pure."""

from __future__ import annotations

import re
from typing import Final

from videre.common.errors import VidereError, invalid

#: Every scheme there is: posted, appended to a file, published to JetStream.
SCHEMES: Final = ("http", "https", "file", "nats")
#: Tokens of a subject, without wildcards.
_SUBJECT: Final = re.compile(r"[A-Za-z0-9_-]{1,64}(\.[A-Za-z0-9_-]{1,64}){0,7}")
_FORM: Final = "nats:///subject"


def scheme_of(uri: str) -> str:
    """Return the scheme of an address, lower case."""
    return uri.partition(":")[0].lower()


def subject_of(uri: str, prefix: str, project_id: str) -> str:
    """Return the subject that events of a project are published to.

    It lies below the installation's prefix and the project: no project writes to another's.

    Raises:
        VidereError: FIELD_INVALID.
    """
    name = uri.partition(":")[2].removeprefix("///")
    if not _SUBJECT.fullmatch(name):
        raise _no_subject(uri)
    return f"{prefix}.{project_id}.{name}"


def _no_subject(uri: str) -> VidereError:
    limit = f"{_FORM}, tokens of {_SUBJECT.pattern}"
    return invalid("uri", f"is not {_FORM}", limit=limit, actual=uri[:100])
