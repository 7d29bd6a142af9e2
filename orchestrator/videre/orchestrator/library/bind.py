"""The last step of an analysis: what of the operator's own libraries is in it. Pure.

The same function binds a new analysis before it is published and an old one when a library has
changed, so that both say the same, byte for byte. It reads what is told already, and no evidence.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from videre.orchestrator.document import Analysis
from videre.orchestrator.fusion.people import Faces
from videre.orchestrator.library.persons import PersonLibrary, person_matches


def bind(analysis: Analysis, faces: Faces, libraries: Iterable[PersonLibrary]) -> Analysis:
    """Return the analysis with what the libraries say of it, and nothing of what others said.

    Binding again with the same libraries, in any order, gives the same.
    """
    used = sorted(libraries, key=lambda library: library.library_id)
    matches = [match for one in used for match in person_matches(analysis.people, faces, one)]
    return dataclasses.replace(
        analysis,
        library_matches=tuple(
            sorted(matches, key=lambda m: (m.library_id, m.entry_id, m.spans, m.person_id))
        ),
        rules=dataclasses.replace(analysis.rules, libraries=versions(used)),
    )


def versions(libraries: Iterable[PersonLibrary]) -> tuple[str, ...]:
    """Return what the rules of an analysis say of its libraries."""
    return tuple(sorted(f"{library.library_id}@{library.version}" for library in libraries))
