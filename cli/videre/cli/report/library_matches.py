"""What was found of own libraries, as rows."""

from __future__ import annotations

from dataclasses import dataclass

from videre.cli.formatting import percent, times
from videre.cli.report.lists import Rows, cut
from videre.v1 import analysis_pb2


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """An entry that was found; `texts` tells how its words are written there."""

    name: str
    library: str
    kind: str
    texts: str
    confidence: str
    when: str
    modalities: str


def library_rows(analysis: analysis_pb2.Analysis, limit: int) -> Rows[LibraryRow]:
    """Return the matches, by library and entry."""

    def row(item: analysis_pb2.LibraryMatch) -> LibraryRow:
        return LibraryRow(
            name=item.name or item.entry_id,
            library=item.library_id,
            kind=item.kind,
            texts=", ".join(item.texts),
            confidence=percent(item.confidence),
            when=times(item.spans),
            modalities=", ".join(item.modalities),
        )

    return cut(analysis.library_matches, limit, row)
