"""How an event gets to each kind of address: posted, or appended to a file, or published."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from videre.common.egress import Egress
from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.uris import resolve_folder_uri
from videre.orchestrator.notify.addresses import scheme_of, subject_of
from videre.orchestrator.notify.event_files import EventFile
from videre.orchestrator.notify.jetstream import JetStream
from videre.orchestrator.notify.messages import Message


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is sent where.

    Args:
        project_id: whose event it is.
        uri: address.
        message: the event.
        again: it may have arrived before: an earlier attempt was not heard of again.
    """

    project_id: str
    uri: str
    message: Message
    again: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of it.

    Args:
        status: HTTP status; 0 = it was taken by something that has none.
        retry_after_s: when the receiver wants to be asked again.
    """

    status: int = 0
    retry_after_s: float | None = None


class Sink(Protocol):
    """Takes events of addresses of a scheme."""

    def check(self, project_id: str, uri: str) -> None:
        """Refuse an address that can never be sent to; VidereError."""

    async def send(self, parcel: Parcel, timeout_s: float) -> Taken:
        """Send an event; VidereError when it was not taken."""


class HttpSink:
    """Posts events."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress

    def check(self, project_id: str, uri: str) -> None:
        """Refuse an address that can never be posted to.

        Raises:
            VidereError: URI_SCHEME, URI_FORBIDDEN.
        """
        self._egress.check_uri(uri)

    async def send(self, parcel: Parcel, timeout_s: float) -> Taken:
        """Post an event.

        Raises:
            VidereError: URI_SCHEME, URI_FORBIDDEN, FETCH_FAILED.
        """
        message = parcel.message
        answer = await self._egress.post(
            parcel.uri, message.body, message.headers, timeout_s=timeout_s
        )
        return Taken(answer.status, answer.retry_after_s)


class FileSink:
    """Appends events to files in folders that outputs may be written to."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = roots

    def check(self, project_id: str, uri: str) -> None:
        """Refuse a folder outside the allowed ones.

        Raises:
            VidereError: URI_SCHEME, URI_FORBIDDEN.
        """
        resolve_folder_uri(uri, self._roots)

    async def send(self, parcel: Parcel, timeout_s: float) -> Taken:
        """Append an event as a line.

        Raises:
            VidereError: URI_FORBIDDEN; OUTPUT_FAILED, the folder cannot be written.
        """
        folder = resolve_folder_uri(parcel.uri, self._roots)
        file, message = EventFile(folder), parcel.message
        try:
            await asyncio.to_thread(file.append, message.id, message.body, again=parcel.again)
        except OSError as error:
            raise VidereError(
                Reason.OUTPUT_FAILED, f"the folder cannot be written: {error.strerror}"
            ) from error
        return Taken()


class NatsSink:
    """Publishes events to the installation's JetStream."""

    def __init__(self, stream: JetStream, prefix: str) -> None:
        self._stream, self._prefix = stream, prefix

    def check(self, project_id: str, uri: str) -> None:
        """Refuse what is no subject, or all where no server is set.

        Raises:
            VidereError: FIELD_INVALID; OPTION_UNIMPLEMENTED.
        """
        self._stream.server()
        subject_of(uri, self._prefix, project_id)

    async def send(self, parcel: Parcel, timeout_s: float) -> Taken:
        """Publish an event and wait until the stream has stored it.

        Raises:
            VidereError: FIELD_INVALID, FETCH_FAILED.
        """
        subject = subject_of(parcel.uri, self._prefix, parcel.project_id)
        message = parcel.message
        server = self._stream.server()
        await server.publish(subject, message.id, message.body, message.headers, timeout_s)
        return Taken()


@dataclass(frozen=True, slots=True)
class Sinks:
    """The sink of each scheme."""

    http: HttpSink
    file: FileSink
    nats: NatsSink

    def of(self, uri: str) -> Sink:
        """Return what sends to an address."""
        others: Final[Mapping[str, Sink]] = {"file": self.file, "nats": self.nats}
        return others.get(scheme_of(uri), self.http)  # which refuses all that it does not know
