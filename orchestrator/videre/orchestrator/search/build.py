"""From what is known of a media to the rows of the index. Pure."""

from __future__ import annotations

from typing import Final

from videre.orchestrator.document import Analysis
from videre.orchestrator.search.model import Given, Moment
from videre.orchestrator.search.moments import EntryNames, given_passages, moments
from videre.orchestrator.search.packing import Packed, pack

#: Of a media whose analysis cannot be read.
NOTHING: Final = pack(())


def packed_document(analysis: Analysis, names: EntryNames) -> Packed:
    """Return the rows of what an analysis tells.

    Args:
        analysis: with the fields of `moments.READ`.
        names: of entries of own libraries.
    """
    return pack(moments(analysis, names), in_characters=bool(analysis.media.characters))


def packed_given(given: Given) -> Packed:
    """Return the rows of what is given with a media."""
    return pack((Moment(0, 0, None, "", given_passages(given)),))
