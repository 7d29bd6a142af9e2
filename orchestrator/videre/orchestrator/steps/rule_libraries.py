"""The project's libraries that the rules of a template look in, in one media."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from videre.common.errors import Reason
from videre.orchestrator.document import Analysis
from videre.orchestrator.fusion.people import NO_FACES, Faces
from videre.orchestrator.library.bind import Shown, found
from videre.orchestrator.library.material import NO_MATERIAL, Material
from videre.orchestrator.library.model import LibraryKind
from videre.orchestrator.library.persons import PersonLibrary
from videre.orchestrator.library.wanted import Library, WordLibrary
from videre.orchestrator.library.words import word_list
from videre.orchestrator.moderation.own_libraries import OwnLibraries, OwnLibrary
from videre.orchestrator.moderation.template import WORD_MEDIA, ModerationTemplate
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.shown import features_in
from videre.orchestrator.store.galleries import Reviewed

#: Kinds in which rules for words look, and those for pictures.
_OF_WORDS = frozenset({LibraryKind.WORDS.value})
_OF_PICTURES = frozenset({LibraryKind.PERSONS.value, LibraryKind.PICTURES.value})


def rule_libraries(
    run: Runtime,
    project_id: str,
    template: ModerationTemplate,
    analysis: Analysis,
    faces: Callable[[], Faces],
    material: Callable[[], Material],
) -> OwnLibraries:
    """Look in the libraries that the rules of a template name. Blocking.

    Args:
        analysis: with people and stages.
        faces: reads what the people look like; asked where there is a library of persons.
        material: reads the sampled frames; asked where there is one of pictures.

    Raises:
        VidereError: what was kept of the frames is gone.
        ValueError: it cannot be read.
    """
    kinds = {
        name: _OF_WORDS if rule.medium in WORD_MEDIA else _OF_PICTURES
        for rule in template.rules
        if rule.enabled
        for name in rule.libraries
    }
    if not kinds:
        return {}
    known = run.bindings.for_review(project_id, {name.partition("@")[0] for name in kinds})
    shown = _shown(
        run, project_id, [one.library for one in known.values() if one.library], faces, material
    )
    return {
        name: _looked(name, known.get(name.partition("@")[0]), fitting, analysis, shown)
        for name, fitting in kinds.items()
    }


def _shown(
    run: Runtime,
    project_id: str,
    libraries: Iterable[Library],
    faces: Callable[[], Faces],
    material: Callable[[], Material],
) -> Shown:
    """Read of the media what libraries are looked for in."""
    asked = list(libraries)
    seen = NO_MATERIAL
    if any(not isinstance(one, PersonLibrary | WordLibrary) for one in asked):
        seen = material()
    people = NO_FACES
    if any(isinstance(one, PersonLibrary) for one in asked):
        people = faces()
    return Shown(people, seen, features_in(run, project_id, seen, asked))


def _looked(
    name: str, known: Reviewed | None, fitting: frozenset[str], analysis: Analysis, shown: Shown
) -> OwnLibrary:
    """Return what is there of a library, or why nobody can look in it."""
    library_id, _, version = name.partition("@")
    if known is None:
        return OwnLibrary(library_id, name, "", str(Reason.LIBRARY_NOT_FOUND))
    is_named = version in ("", str(known.version)) and known.kind in fitting
    library = known.library if is_named else None
    full = f"{library_id}@{version or known.version}"
    if library is None:
        return OwnLibrary(library_id, full, known.kind, str(Reason.LIBRARY_CHANGED))
    if isinstance(library, WordLibrary):
        entries = library.finder.entries
        words = word_list(library_id, known.version, entries, known.categories)
        return OwnLibrary(library_id, full, known.kind, categories=known.categories, words=words)
    reason = ""
    if isinstance(library, PersonLibrary) and _compares_nothing(library, shown.faces):
        reason = str(Reason.FACES_NOT_COMPARED)
    matches = tuple(found(analysis, shown, (), library))
    return OwnLibrary(library_id, full, known.kind, reason, matches, known.categories)


def _compares_nothing(library: PersonLibrary, faces: Faces) -> bool:
    """Tell whether no sample was made by the engine that saw the people of the media."""
    return bool(faces.vectors) and faces.engine not in library.galleries
