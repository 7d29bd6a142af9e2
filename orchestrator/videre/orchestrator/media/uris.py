"""Addresses of media: which schemes there are, and which files may be read."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from videre.common.errors import Reason, VidereError

SCHEMES: Final = frozenset({"file", "http", "https", "s3"})


def uri_scheme(uri: str) -> str:
    """Return the scheme of an address, lower case.

    Raises:
        VidereError: URI_SCHEME when it is none of `SCHEMES`.
    """
    scheme = uri.partition(":")[0].lower()
    if scheme not in SCHEMES:
        known = ", ".join(sorted(SCHEMES))
        raise VidereError(
            Reason.URI_SCHEME,
            f"the scheme is none of {known}",
            metadata={"field": "uri", "limit": known, "actual": scheme[:32]},
        )
    return scheme


def resolve_file_uri(uri: str, roots: Sequence[Path]) -> Path:
    """Return the regular file a `file://` address names, links and ".." followed.

    Args:
        uri: "file:///absolute/path", percent-encoded; the host is empty or "localhost".
        roots: folders files may be read from; none = no file may.

    Raises:
        VidereError: URI_SCHEME for another scheme; URI_FORBIDDEN outside the roots (whether or
            not the file exists) or for anything but a regular file; FETCH_FAILED when it is not
            there.
    """
    path = _inside(uri, roots)
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise VidereError(
            Reason.FETCH_FAILED, f"the file cannot be read: {error.strerror}"
        ) from error
    if not stat.S_ISREG(mode):
        raise forbidden("the address does not name a regular file")
    return path


def resolve_folder_uri(uri: str, roots: Sequence[Path]) -> Path:
    """Return the folder that outputs are to be written to; it need not be there yet.

    Raises:
        VidereError: URI_SCHEME; URI_FORBIDDEN outside the roots or for anything but a folder.
    """
    path = _inside(uri, roots)
    if path.exists() and not path.is_dir():
        raise forbidden("the address does not name a folder")
    return path


def _inside(uri: str, roots: Sequence[Path]) -> Path:
    if uri_scheme(uri) != "file":
        raise VidereError(Reason.URI_SCHEME, "not a file address")
    parts = split_uri(uri)
    name = unquote(parts.path)
    local = parts.netloc in ("", "localhost")
    if not local or parts.query or parts.fragment or not name.startswith("/") or "\0" in name:
        raise forbidden("the address is not file:///absolute/path")
    try:
        path = Path(name).resolve()
        allowed = any(path.is_relative_to(root.resolve()) for root in roots)
    except (OSError, RuntimeError):  # a loop of links
        raise forbidden("the address cannot be followed") from None
    if not allowed:
        raise forbidden("the address is outside the allowed roots")
    return path


def file_name(source: str) -> str:
    """Return the name people gave the bytes of a media, without folders."""
    return source.removeprefix("upload:").split("?", 1)[0].rsplit("/", 1)[-1]


def split_uri(uri: str) -> SplitResult:
    """Return the parts of an address.

    Raises:
        VidereError: URI_FORBIDDEN when it has none, such as a host with half a bracket.
    """
    try:
        return urlsplit(uri)
    except ValueError as error:
        raise forbidden(f"not an address: {error}") from None


def forbidden(message: str) -> VidereError:
    """Return the refusal of an address that may not be used."""
    return VidereError(Reason.URI_FORBIDDEN, message, metadata={"field": "uri"})
