"""How a client shows who it is, and how it knows the server."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final

import grpc

_LOOPBACK_NAMES: Final = ("localhost",)
PROJECT_HEADER: Final = "x-videre-project"


@dataclass(frozen=True, slots=True)
class Access:
    """What a client shows to a server, and whom it trusts.

    Args:
        api_key: key or token of the caller; "" = none.
        project: project of calls that name none, for callers who may see several; "" = their own.
        ca_file: certificates that vouch for the server, PEM: the connection is encrypted; None =
            plain text.
        cert_file: certificate of the client, PEM, where the server asks for one.
        key_file: its private key, PEM.
    """

    api_key: str = ""
    project: str = ""
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Access:
        """Return what VIDERE_API_KEY, VIDERE_PROJECT and VIDERE_TLS_CA, _CERT and _KEY say."""

        def path(name: str) -> Path | None:
            return Path(environment[name]) if environment.get(name) else None

        return cls(
            api_key=environment.get("VIDERE_API_KEY", ""),
            project=environment.get("VIDERE_PROJECT", ""),
            ca_file=path("VIDERE_TLS_CA"),
            cert_file=path("VIDERE_TLS_CERT"),
            key_file=path("VIDERE_TLS_KEY"),
        )

    def __repr__(self) -> str:
        key = "***" if self.api_key else ""
        return f"Access(api_key={key!r}, project={self.project!r}, ca_file={self.ca_file!r})"

    def metadata(self) -> tuple[tuple[str, str], ...]:
        """Return what every call carries."""
        key = (("authorization", f"Bearer {self.api_key}"),) if self.api_key else ()
        return (*key, (PROJECT_HEADER, self.project)) if self.project else key

    def credentials(self) -> grpc.ChannelCredentials | None:
        """Return the credentials of a channel; None = plain text.

        Raises:
            OSError: a file cannot be read.
        """
        if self.ca_file is None:
            return None
        key = self.key_file.read_bytes() if self.key_file else None
        chain = self.cert_file.read_bytes() if self.cert_file else None
        return grpc.ssl_channel_credentials(self.ca_file.read_bytes(), key, chain)

    def check(self, target: str, *, encrypted: bool) -> None:
        """Refuse to send a key in plain text to another machine.

        Raises:
            ValueError: that would happen.
        """
        if self.api_key and not encrypted and not _is_local(target):
            raise ValueError(
                f"a key would travel to {target} in plain text: give the file of the server's CA "
                "(VIDERE_TLS_CA)"
            )


def _is_local(target: str) -> bool:
    """Tell whether a gRPC target is this machine."""
    if target.startswith("unix:"):
        return True
    host = target.rpartition("/")[2].rpartition(":")[0].strip("[]")
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host in _LOOPBACK_NAMES
