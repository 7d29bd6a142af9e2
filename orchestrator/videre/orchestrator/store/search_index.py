"""Writing the search index: in the transaction that publishes, changes or deletes a media."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from videre.orchestrator.recommend.model import NO_ITEM, ItemRow
from videre.orchestrator.search.looks import NO_LOOKS, Looks
from videre.orchestrator.search.model import INDEX_VERSION, Part
from videre.orchestrator.search.packing import Packed, pack_ids, unpack_ids
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.audience_feed import Kind, note_gone
from videre.orchestrator.store.audience_items import write_item
from videre.orchestrator.store.database import inserting_once

_MEDIA: Final = t.search_media.c
_TERM: Final = t.search_term.c
_POSTING: Final = t.search_posting.c
_HEAD: Final = t.search_head.c
#: Where it stands which terms a part has.
_HAS: Final[Mapping[Part, sa.Column[bytes]]] = {
    Part.DOCUMENT: _MEDIA.document_terms,
    Part.GIVEN: _MEDIA.given_terms,
}
#: Most names in one statement.
_NAMES: Final = 500


def index_media(
    connection: sa.Connection,
    project_id: str,
    media_id: str,
    document: Packed,
    given: Packed | None,
    looks: Looks = NO_LOOKS,
    item: ItemRow = NO_ITEM,
) -> None:
    """Make these the moments of a media.

    Args:
        document: what its latest analysis tells.
        looks: what it looks like.
        item: what it is recommended by.
        given: what is given with it; None = as it was.
    """
    values: dict[str, Any] = {
        "version": INDEX_VERSION,
        "generation": _next_generation(connection, project_id),
        "moment_count": document.moments,
        "length": document.length,
        "in_characters": document.in_characters,
        "lengths": document.lengths,
        "spans": document.spans,
        "facets": document.facets,
        "facet_values": list(document.facet_values),
    }
    key = _key(connection, media_id)
    if key is None:
        made = sa.insert(t.search_media).values(media_id=media_id, project_id=project_id, **values)
        key = int(connection.execute(made.returning(_MEDIA.key)).scalar_one())
    else:
        connection.execute(sa.update(t.search_media).where(_MEDIA.key == key).values(**values))
    _write(connection, project_id, key, Part.DOCUMENT, document)
    connection.execute(sa.delete(t.search_look).where(t.search_look.c.media_key == key))
    if looks != NO_LOOKS:
        row = {"media_key": key, "project_id": project_id, **dataclasses.asdict(looks)}
        connection.execute(sa.insert(t.search_look), row)
    write_item(connection, project_id, key, item)
    if given is not None:
        _write_given(connection, project_id, key, given)


def index_given(connection: sa.Connection, project_id: str, media_id: str, given: Packed) -> None:
    """Make this what is given with a media, where the media is indexed."""
    key = _key(connection, media_id)
    if key is not None:
        _write_given(connection, project_id, key, given)


def outdate(connection: sa.Connection, media_ids: Sequence[str]) -> None:
    """Note that another analysis tells something else of media: they are indexed anew soon."""
    for start in range(0, len(media_ids), _NAMES):
        some = media_ids[start : start + _NAMES]
        connection.execute(
            sa.update(t.search_media).where(_MEDIA.media_id.in_(some)).values(version=0)
        )


def forget_media(connection: sa.Connection, media_id: str, now_ns: int) -> None:
    """Remove a media, and the words that no other one has; those with copies are told."""
    key = _key(connection, media_id)
    if key is not None:
        for part in Part:
            _clear(connection, key, part)
        gone = sa.delete(t.search_media).where(_MEDIA.key == key).returning(_MEDIA.project_id)
        project_id = connection.execute(gone).scalar_one()
        generation = _next_generation(connection, project_id)
        note_gone(connection, project_id, Kind.ITEM, media_id, generation, now_ns)


def _next_generation(connection: sa.Connection, project_id: str) -> int:
    """Note that the index of a project is written, see `search_tables`."""
    taking = _taking(connection.dialect.name)
    return int(connection.execute(taking, {"of": project_id}).scalar_one())


@cache
def _taking(dialect: str) -> Any:
    """Return the statement that takes a project's next generation."""
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(t.search_head)
    first = insert.values(project_id=sa.bindparam("of"), generation=1)
    return first.on_conflict_do_update(
        index_elements=[_HEAD.project_id], set_={"generation": _HEAD.generation + 1}
    ).returning(_HEAD.generation)


def _key(connection: sa.Connection, media_id: str) -> int | None:
    query = sa.select(_MEDIA.key).where(_MEDIA.media_id == media_id)
    found = connection.execute(query).scalar_one_or_none()
    return None if found is None else int(found)


def _write_given(connection: sa.Connection, project_id: str, key: int, given: Packed) -> None:
    values = {
        "given_length": given.length,
        "generation": _next_generation(connection, project_id),
    }
    connection.execute(sa.update(t.search_media).where(_MEDIA.key == key).values(**values))
    _write(connection, project_id, key, Part.GIVEN, given)


def _write(
    connection: sa.Connection, project_id: str, key: int, part: Part, packed: Packed
) -> None:
    ids = _term_ids(connection, project_id, sorted(packed.postings))
    _clear(connection, key, part, keep=set(ids.values()))
    terms = {_HAS[part].name: pack_ids(list(ids.values()))}
    connection.execute(sa.update(t.search_media).where(_MEDIA.key == key).values(**terms))
    rows = [
        {
            "term_id": ids[term],
            "media_key": key,
            "part": part,
            "entries": posting.entries,
            "places": posting.places,
        }
        for term, posting in packed.postings.items()
    ]
    if rows:
        connection.execute(sa.insert(t.search_posting), rows)
    chunks = [
        {"media_key": key, "part": part, "number": number, "data": data}
        for number, data in enumerate(packed.chunks)
    ]
    if chunks:
        connection.execute(sa.insert(t.search_chunk), chunks)


def _term_ids(connection: sa.Connection, project_id: str, terms: Sequence[str]) -> dict[str, int]:
    """Return the ids of terms, new ones added."""
    ids = _known_ids(connection, project_id, terms)
    # Sorted: two that write at the same time add in the same order.
    new = [{"project_id": project_id, "term": term} for term in terms if term not in ids]
    if new:
        connection.execute(inserting_once(connection.dialect.name, t.search_term), new)
        ids |= _known_ids(connection, project_id, [row["term"] for row in new])
    return ids


def _known_ids(connection: sa.Connection, project_id: str, terms: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(terms), _NAMES):
        query = sa.select(_TERM.term, _TERM.id).where(
            _TERM.project_id == project_id, _TERM.term.in_(terms[start : start + _NAMES])
        )
        found.update((row.term, row.id) for row in connection.execute(query))
    return found


def _clear(connection: sa.Connection, key: int, part: Part, *, keep: Collection[int] = ()) -> None:
    """Remove a part of a media, and the words that nothing else has.

    Args:
        keep: words that stay because they are about to be used again.
    """
    had = unpack_ids(
        connection.execute(sa.select(_HAS[part]).where(_MEDIA.key == key)).scalar_one()
    )
    for start in range(0, len(had), _NAMES):
        some = had[start : start + _NAMES]
        connection.execute(
            sa.delete(t.search_posting).where(
                _POSTING.term_id.in_(some), _POSTING.media_key == key, _POSTING.part == part
            )
        )
        gone = [one for one in some if one not in keep]
        used = sa.exists().where(_POSTING.term_id == _TERM.id)
        connection.execute(sa.delete(t.search_term).where(_TERM.id.in_(gone), ~used))
    chunk = t.search_chunk.c
    connection.execute(sa.delete(t.search_chunk).where(chunk.media_key == key, chunk.part == part))
