"""Whether the libraries that a template's rules name are there and fit."""

from __future__ import annotations

from typing import Final

from videre.common.errors import VidereError
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.library.model import LibraryKind, LibraryUsage
from videre.orchestrator.moderation.template import WORD_MEDIA
from videre.orchestrator.store.libraries import LibraryStore
from videre.v1 import template_pb2 as pb

_OF_WORDS: Final = (LibraryKind.WORDS.value,)
_OF_PICTURES: Final = (LibraryKind.PERSONS.value, LibraryKind.PICTURES.value)


def check_libraries(
    libraries: LibraryStore, project_id: str, draft: pb.TemplateDraft, field: str
) -> None:
    """Check the libraries of a draft that was checked otherwise. Blocking.

    Raises:
        VidereError: FIELD_INVALID: one is not there, in that version, for reviews, or of a kind
            that the rule's medium has.
    """
    found = Violations()
    for at, rule in enumerate(draft.moderation.rules):
        fitting = _OF_WORDS if rule.medium in WORD_MEDIA else _OF_PICTURES
        for index, name in enumerate(rule.libraries):
            where = f"{field}.moderation.rules[{at}].libraries[{index}]"
            _check(found, where, libraries, project_id, name, fitting)
    found.raise_if_any()


def _check(
    found: Violations,
    field: str,
    libraries: LibraryStore,
    project_id: str,
    name: str,
    fitting: tuple[str, ...],
) -> None:
    library_id, _, version = name.partition("@")
    try:
        library = libraries.get(project_id, library_id)
    except VidereError:
        found.add(field, "is no library of the project", "a library", name)
        return
    if library.kind not in fitting:
        found.add(field, "holds nothing that the medium has", ", ".join(fitting), library.kind)
    elif LibraryUsage.REVIEW.value not in library.usages:
        found.add(field, "is not for reviews", LibraryUsage.REVIEW.value, ", ".join(library.usages))
    elif version and int(version) != library.version:
        found.add(field, "has another version", str(library.version), version)
