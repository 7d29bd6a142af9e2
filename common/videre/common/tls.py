"""TLS between processes and for callers: certificates from files, read again when they change.

A certificate is renewed by replacing its files; a server shows the new one to the next connection
and keeps the running ones. Channels read their files when they are opened.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import grpc
import structlog

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files of a process.

    Args:
        certificate: its certificate and the chain up to a root.
        key: the certificate's private key.
        authority: certificates that vouch for the servers it calls; None = it calls none by TLS.
        clients: certificates that vouch for its callers, who must then show one; None = none asked.
    """

    certificate: Path | None = None
    key: Path | None = None
    authority: Path | None = None
    clients: Path | None = None

    def problems(self) -> list[str]:
        """Return what of the configuration contradicts itself or cannot be read."""
        found = []
        if (self.certificate is None) != (self.key is None):
            found.append("VIDERE_TLS_CERT and VIDERE_TLS_KEY are given together")
        if self.clients is not None and self.certificate is None:
            found.append("VIDERE_TLS_CLIENTS needs VIDERE_TLS_CERT and VIDERE_TLS_KEY")
        for path in (self.certificate, self.key, self.authority, self.clients):
            if path is not None and not path.is_file():
                found.append(f"{path} is not a file")
        return found

    @property
    def serves(self) -> bool:
        """Whether servers speak TLS."""
        return self.certificate is not None

    @property
    def knows_callers(self) -> bool:
        """Whether callers must show a certificate."""
        return self.clients is not None

    def _of_server(self) -> tuple[Path, ...]:
        named = (self.certificate, self.key, self.clients)
        return tuple(path for path in named if path is not None)


def stamp(paths: tuple[Path, ...]) -> tuple[tuple[int, int, int], ...]:
    """Return what changes when one of the files is replaced or written."""
    states = [path.stat() for path in paths]
    return tuple((state.st_mtime_ns, state.st_size, state.st_ino) for state in states)


class _ServerFiles:
    """Gives gRPC the certificates when they have changed since it asked last."""

    def __init__(self, files: TlsFiles) -> None:
        self._files = files
        self._stamp = stamp(files._of_server())

    def read(self) -> grpc.ServerCertificateConfiguration:
        """Read the files."""
        files = self._files
        assert files.certificate is not None
        assert files.key is not None
        return grpc.ssl_server_certificate_configuration(
            [(files.key.read_bytes(), files.certificate.read_bytes())],
            None if files.clients is None else files.clients.read_bytes(),
        )

    def fetch(self) -> grpc.ServerCertificateConfiguration | None:
        """Return the new certificates, or None for those in use. Called for each connection."""
        try:
            now = stamp(self._files._of_server())
            if now == self._stamp:
                return None
            # Key and certificate are two files: a pair that does not match is half a renewal.
            server_context(self._files)
            fresh = self.read()
        except (OSError, ssl.SSLError) as error:
            log.warning("certificates not taken over", error=str(error))
            return None
        self._stamp = now
        log.info("certificates read again")
        return fresh


def server_credentials(files: TlsFiles) -> grpc.ServerCredentials:
    """Return the credentials of a gRPC server, renewed from the files.

    Raises:
        OSError: a file cannot be read.
        ssl.SSLError: they hold no certificate with its key.
    """
    server_context(files)
    source = _ServerFiles(files)
    # The stubs do not know that None means "as before".
    fetch = cast("Callable[[], grpc.ServerCertificateConfiguration]", source.fetch)
    return grpc.dynamic_ssl_server_credentials(
        source.read(), fetch, require_client_authentication=files.knows_callers
    )


def channel_credentials(files: TlsFiles) -> grpc.ChannelCredentials:
    """Return the credentials of a channel: who is trusted, and what is shown when asked.

    Raises:
        OSError: a file cannot be read.
    """
    assert files.authority is not None
    key = None if files.key is None else files.key.read_bytes()
    chain = None if files.certificate is None else files.certificate.read_bytes()
    return grpc.ssl_channel_credentials(files.authority.read_bytes(), key, chain)


def server_context(files: TlsFiles) -> ssl.SSLContext:
    """Return the context of an HTTPS server with the certificates as they are now.

    Raises:
        OSError: a file cannot be read.
        ssl.SSLError: they hold no certificate with its key.
    """
    assert files.certificate is not None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(files.certificate, files.key)
    if files.clients is not None:
        context.load_verify_locations(files.clients)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def renewing_context(files: TlsFiles) -> ssl.SSLContext:
    """Return the context of an HTTPS server that reads replaced files for the next connection.

    Raises:
        OSError: a file cannot be read.
        ssl.SSLError: they hold no certificate with its key.
    """
    first = server_context(files)
    current, seen = first, stamp(files._of_server())

    def renew(connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        nonlocal current, seen
        try:
            now = stamp(files._of_server())
            if now != seen:
                current, seen = server_context(files), now
        except (OSError, ssl.SSLError) as error:
            log.warning("certificates not taken over", error=str(error))
        connection.context = current

    first.sni_callback = renew
    return first
