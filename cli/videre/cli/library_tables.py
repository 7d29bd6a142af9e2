"""Libraries, their entries and the people of all media, as tables of the terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from videre.cli.formatting import word
from videre.cli.tables import table
from videre.v1 import library_pb2


def library_table(libraries: Iterable[library_pb2.Library]) -> Table:
    """Return one row per library; what is still to be looked for stands beside the version."""
    made = table("Library", "Name", "Holds", "For", "Entries", "Version", "Looked for",
                 numbers=["Entries", "Version"])  # fmt: skip
    for library in libraries:
        made.add_row(
            library.library_id,
            Text(library.name),
            word(library_pb2.LibraryKind, library.kind, "LIBRARY_KIND"),
            ", ".join(
                word(library_pb2.LibraryUsage, usage, "LIBRARY_USAGE") for usage in library.usages
            ),
            str(library.entry_count),
            str(library.version),
            _looked_for(library),
        )
    return made


def _looked_for(library: library_pb2.Library) -> str:
    if library.bound_version >= library.version:
        return "everywhere"
    return f"{library.media_left} media left" if library.media_left else "not yet"


def entry_table(entries: Iterable[library_pb2.LibraryEntry]) -> Table:
    """Return one row per entry."""
    made = table("Entry", "Name", "Group", "Label", "Samples", "Tags", numbers=["Samples"])
    for entry in entries:
        tags = ", ".join(f"{key}={value}" for key, value in sorted(entry.tags.items()))
        made.add_row(
            entry.entry_id, Text(entry.name), Text(entry.category), entry.node_id,
            str(len(entry.samples)), Text(tags),
        )  # fmt: skip
    return made


def sample_table(entry: library_pb2.LibraryEntry) -> Table:
    """Return one row per sample of an entry."""
    made = table("Sample", "Shows", "From", "Engine", "Picture")
    for sample in entry.samples:
        shows = "what it is not" if sample.negative else "it"
        made.add_row(sample.sample_id, shows, _origin(sample), sample.engine, sample.picture_digest)
    return made


def _origin(sample: library_pb2.LibrarySample) -> str:
    """Return where a sample comes from."""
    origin = sample.origin
    if not sample.HasField("origin"):
        return "a picture"
    person = f"{origin.media_id}/{origin.person_id}" if origin.person_id else origin.media_id
    return f"{person} by feedback {origin.feedback_id}" if origin.feedback_id else person


def identity_table(identities: Iterable[library_pb2.Identity]) -> Table:
    """Return one row per identity, with the first media that show it."""
    made = table("Identity", "Media", "First seen as MEDIA/PERSON", numbers=["Media"])
    for identity in identities:
        first = identity.persons[0]
        made.add_row(
            identity.identity_id, str(identity.media_count), f"{first.media_id}/{first.person_id}"
        )
    return made
