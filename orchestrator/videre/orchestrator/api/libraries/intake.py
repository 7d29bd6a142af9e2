"""Entries and samples that a caller sends: looked at one by one, then taken or refused."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from videre.common.errors import FieldViolation, Reason, VidereError
from videre.orchestrator.api.libraries import messages
from videre.orchestrator.api.libraries.pictures import PictureSamples
from videre.orchestrator.api.libraries.samples import FaceSamples
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.library.model import LibraryKind, NewEntry, NewSample
from videre.orchestrator.store.library_records import LibraryRecord
from videre.v1 import library_pb2 as pb

#: Reasons that are no fault of the sample: the whole call fails, whatever it allows.
_NOT_ITS_FAULT: Final = frozenset({Reason.SERVICE_DOWN, Reason.NO_ENGINE, Reason.SERVICE_ANSWER})
Taker: TypeAlias = FaceSamples | PictureSamples


def taker_of(app: Orchestrator, project_id: str, kind: LibraryKind) -> Taker:
    """Return what takes the samples of a library, for one call."""
    if kind is LibraryKind.PICTURES:
        return PictureSamples(app, project_id)
    return FaceSamples(app, project_id)


async def take(
    taker: Taker, given: Iterable[pb.NewLibrarySample], field: str
) -> tuple[list[NewSample], list[pb.LibraryItemError]]:
    """Look at samples, one after the other; return those that can be kept, and what cannot.

    Raises:
        VidereError: SERVICE_DOWN, NO_ENGINE, SERVICE_ANSWER: nobody can look.
    """
    samples: list[NewSample] = []
    errors: list[pb.LibraryItemError] = []
    for index, sample in enumerate(given):
        try:
            samples.append(await taker.take(sample))
        except VidereError as error:
            if error.reason in _NOT_ITS_FAULT:
                raise
            at = f"{field}[{index}]"
            errors.append(item_error(at, error))
    return samples, errors


async def new_entries(
    app: Orchestrator, library: LibraryRecord, given: Sequence[pb.NewLibraryEntry]
) -> tuple[list[NewEntry], list[pb.LibraryItemError]]:
    """Look at the samples of entries; return those that can be added, and what cannot.

    Raises:
        VidereError: SERVICE_DOWN, NO_ENGINE, SERVICE_ANSWER: nobody can look.
    """
    taker = taker_of(app, library.project_id, messages.kind_of(library))
    named = [entry.entry_id for entry in given if entry.entry_id]
    known = await asyncio.to_thread(
        app.libraries.known_digests, library.project_id, library.id, named
    )
    entries: list[NewEntry] = []
    errors: list[pb.LibraryItemError] = []
    for index, entry in enumerate(given):
        digest = messages.request_digest(entry)
        samples: list[NewSample] = []
        if known.get(entry.entry_id) != digest:  # else it was added before, samples and all
            samples, bad = await take(taker, entry.samples, f"entries[{index}].samples")
            errors += bad
            if bad and all(sample.negative for sample in samples):
                continue
        entry_id = entry.entry_id or app.ids.new()
        entries.append(NewEntry(entry_id, messages.form(entry), tuple(samples), digest))
    return entries, errors


def item_error(field: str, error: VidereError) -> pb.LibraryItemError:
    """Return why an item was not taken."""
    return pb.LibraryItemError(field=field, reason=str(error.reason), message=error.message)


def refused(errors: Sequence[pb.LibraryItemError]) -> VidereError:
    """Return the refusal of a call that takes all or nothing."""
    first = errors[0]
    return VidereError(
        Reason.ITEMS_REFUSED,
        "; ".join(f"{_place(error)}: {error.message}" for error in errors[:10]),
        violations=tuple(
            FieldViolation(error.field, f"{error.reason}: {_where(error)}{error.message}")
            for error in errors
        ),
        metadata={"field": first.field, "limit": "", "actual": first.reason},
    )


def _place(error: pb.LibraryItemError) -> str:
    return _where(error).removesuffix(": ") or error.field


def _where(error: pb.LibraryItemError) -> str:
    """Return where in a file an item stands."""
    if error.line:
        return f"line {error.line}: "
    return f"{error.file}: " if error.file else ""
