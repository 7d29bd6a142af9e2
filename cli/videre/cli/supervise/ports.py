"""Which port each process listens on."""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields

from videre.cli.failures import CommandError
from videre.common.config import PORTS

SERVICES = ("visual", "ocr", "asr", "audio", "production")
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Ports:
    """One port per process; `http` is the orchestrator's side port."""

    orchestrator: int
    http: int
    visual: int
    ocr: int
    asr: int
    audio: int
    production: int

    @classmethod
    def from_base(cls, base: int) -> Ports:
        """Return the ports at their usual distances from the orchestrator's."""
        shift = base - PORTS["orchestrator"]
        services = {name: PORTS[name] + shift for name in SERVICES}
        return cls(orchestrator=base, http=base + 1, **services)

    @classmethod
    @contextmanager
    def free(cls) -> Iterator[Ports]:
        """Give free ports, which the system gives to nobody else while the block runs.

        They are held by sockets that are bound but do not listen: on Linux a server with
        SO_REUSEADDR, as all here are, may listen there nevertheless.
        """
        with ExitStack() as held:
            numbers = []
            for _ in fields(cls):
                socket_ = held.enter_context(socket.socket())
                socket_.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                socket_.bind((_LOOPBACK, 0))
                numbers.append(socket_.getsockname()[1])
            if sys.platform != "linux":
                held.close()  # elsewhere a bound port is taken
            yield cls(*numbers)

    def of(self, process: str) -> int:
        """Return the port of a process by name."""
        number: int = getattr(self, process)
        return number

    def target(self, process: str) -> str:
        """Return "host:port" at which this machine reaches a process."""
        return f"{_LOOPBACK}:{self.of(process)}"

    def taken(self) -> list[tuple[str, int]]:
        """Return the processes whose port somebody else listens on."""
        return [
            (field.name, self.of(field.name))
            for field in fields(self)
            if is_taken(self.of(field.name))
        ]

    def check(self) -> None:
        """Make sure that all ports are free.

        Raises:
            CommandError: some are taken.
        """
        taken = self.taken()
        if taken:
            names = ", ".join(f"{port} ({name})" for name, port in taken)
            raise CommandError(
                f"taken ports: {names}. Is another `videre up` running? Stop it, or choose other "
                "ports with --ports-base"
            )


def is_taken(port: int) -> bool:
    """Tell whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_LOOPBACK, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return True
            raise CommandError(f"cannot use port {port}: {error.strerror}") from error
    return False
