"""Vectors and events in bulk: streams that go on after any message."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Final, TypeVar

from videre.common.errors import Reason, VidereError
from videre.common.values import SCORE_ONE
from videre.orchestrator.api.present import duration, timestamp
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.recommend.looks import direction
from videre.orchestrator.recommend.model import DAY_NS, TRAIT_WEIGHTS, Act, Event
from videre.orchestrator.recommend.traits import unpacked
from videre.orchestrator.recommend.vectors import TraitRow, trait_rows
from videre.orchestrator.store.audience_feed import KEPT_NS, ItemChange, Kind, Place, UserChange
from videre.orchestrator.store.listing import bad_token, page_token, read_token
from videre.v1 import recommendation_pb2 as pb

#: Media, users and traits that are read at once.
_BATCH: Final = 100
#: A message is sent when it has so many bytes; one user's events and one media's traits are less.
_FULL: Final = 1 << 20
_MS: Final = 1_000_000
_FIELD: Final = "after_token"

Change = TypeVar("Change", ItemChange, UserChange)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Where a reader is, and since when.

    Args:
        since: events with numbers up to this one are known to the reader.
        begun_ns: deletions that are to be told came later.
    """

    place: Place
    since: int
    begun_ns: int

    def token(self, filters: dict[str, str]) -> str:
        place = self.place
        numbers = (self.since, self.begun_ns, place.gone, place.number)
        return page_token(" ".join((*map(str, numbers), place.row)), filters)

    def after(self, number: int, row: str) -> _Reader:
        return replace(self, place=replace(self.place, number=number, row=row))

    def ended(self, begun_ns: int) -> _Reader:
        """Return the reader that knows all; what comes later is new."""
        place = self.place
        if place.number < place.gone:  # what was last is gone
            place = Place(place.gone)
        return _Reader(replace(place, gone=place.number), place.number, begun_ns)


class Exports:
    """The streams of vectors and events."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app

    async def items(self, project: str, token: str) -> AsyncIterator[pb.ExportItemsResponse]:
        """Yield what media are recommended by, deletions included.

        Raises:
            VidereError: PAGE_TOKEN_INVALID, CHANGES_FORGOTTEN.
        """
        filters = {"items": project}
        reader, begun_ns = await self._reader(project, Kind.ITEM, token, filters)
        read = partial(self._app.audience_feed.items, project)
        message = pb.ExportItemsResponse()
        async for change in _changes(read, reader):
            message.items.append(_item(change))
            reader = reader.after(change.number, change.media_id)
            if message.ByteSize() >= _FULL:
                message.next_token = reader.token(filters)
                yield message
                message = pb.ExportItemsResponse()
        message.next_token = reader.ended(begun_ns).token(filters)
        yield message

    async def events(self, project: str, token: str) -> AsyncIterator[pb.ExportUserEventsResponse]:
        """Yield what users did, and who was erased.

        Raises:
            VidereError: PAGE_TOKEN_INVALID, CHANGES_FORGOTTEN; KEY_MISSING.
        """
        filters = {"events": project}
        reader, begun_ns = await self._reader(project, Kind.USER, token, filters)
        read = partial(self._app.audience_feed.users, project)
        message = pb.ExportUserEventsResponse()
        async for change in _changes(read, reader):
            message.events.extend(_events(change, reader.since))
            reader = reader.after(change.number, change.pseudonym)
            if message.ByteSize() >= _FULL:
                message.next_token = reader.token(filters)
                yield message
                message = pb.ExportUserEventsResponse()
        message.next_token = reader.ended(begun_ns).token(filters)
        yield message

    async def traits(self, project: str) -> AsyncIterator[pb.ExportTraitsResponse]:
        """Yield what traits mean."""
        catalogue = await asyncio.to_thread(self._app.catalogues.of, project)
        rows = trait_rows(catalogue)

        def some() -> pb.ExportTraitsResponse:
            return pb.ExportTraitsResponse(traits=map(_trait, islice(rows, _BATCH)))

        while (message := await asyncio.to_thread(some)).traits:
            yield message

    async def _reader(
        self, project: str, kind: Kind, token: str, filters: dict[str, str]
    ) -> tuple[_Reader, int]:
        """Return where a reader is, and the time."""
        now_ns = self._app.clock.now_ns()
        if not token:
            # Of what is deleted until now nobody has a copy.
            gone = await asyncio.to_thread(self._app.audience_feed.last, project, kind)
            return _Reader(Place(gone=gone), -1, now_ns), now_ns
        position = read_token(token, filters, str, _FIELD)
        try:
            *numbers, row = position.split(" ")
            since, begun_ns, gone, number = map(int, numbers)
        except ValueError:
            raise bad_token(token, _FIELD) from None
        if begun_ns < now_ns - KEPT_NS:
            days, age = KEPT_NS // DAY_NS, (now_ns - begun_ns) // DAY_NS
            raise VidereError(
                Reason.CHANGES_FORGOTTEN,
                f"{_FIELD} is {age} days old; deletions are told for {days} days: export all again",
                metadata={"field": _FIELD, "limit": f"{days} days", "actual": f"{age} days"},
            )
        return _Reader(Place(number, row, gone), since, begun_ns), now_ns


async def _changes(
    read: Callable[[Place, int], list[Change]], reader: _Reader
) -> AsyncIterator[Change]:
    """Yield all changes after a reader's place, in parts read one after the other."""
    place = reader.place
    while some := await asyncio.to_thread(read, place, _BATCH):
        for change in some:
            yield change
        last = some[-1]
        row = last.media_id if isinstance(last, ItemChange) else last.pseudonym
        place = replace(place, number=last.number, row=row)


def _item(change: ItemChange) -> pb.ItemVector:
    row = change.row
    if row is None:
        return pb.ItemVector(media_id=change.media_id, number=change.number, deleted=True)
    return pb.ItemVector(
        media_id=change.media_id,
        number=change.number,
        create_time=timestamp(change.create_ns),
        duration=duration(row.duration_ms * _MS) if row.duration_ms else None,
        language_code=row.language,
        traits=[
            pb.TraitWeight(
                kind=pb.TraitKind.ValueType(int(kind)),
                value=value,
                weight=round(weight / SCORE_ONE * TRAIT_WEIGHTS[kind], 6),
            )
            for kind, value, weight in unpacked(row.traits)
        ],
        look_engine=row.engine,
        look=direction(row.look).tolist(),
    )


def _events(change: UserChange, since: int) -> Iterator[pb.PseudonymousEvent]:
    if change.events is None:
        yield pb.PseudonymousEvent(user=change.exported, number=change.number, erased=True)
        return
    for one in reversed(change.events):
        if one.number > since:
            yield _event(change.exported, one)


def _event(user: str, one: Event) -> pb.PseudonymousEvent:
    return pb.PseudonymousEvent(
        user=user,
        number=one.number,
        event_key=one.id,
        media_id=one.media_id,
        act=pb.UserAct.ValueType(int(one.act)),
        event_time=timestamp(one.time_ns),
        watched=duration(one.amount_ms * _MS) if one.act is Act.WATCH else None,
    )


def _trait(row: TraitRow) -> pb.TraitVector:
    return pb.TraitVector(
        kind=pb.TraitKind.ValueType(int(row.kind)),
        value=row.value,
        media_count=row.media,
        rarity=round(row.rarity, 6),
        look_engine=row.engine,
        look=row.look.tolist(),
    )
