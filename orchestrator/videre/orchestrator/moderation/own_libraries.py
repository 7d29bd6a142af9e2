"""Libraries of a project as moderation's rules look in them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from videre.common.errors import Reason
from videre.orchestrator.document import (
    Analysis,
    Coverage,
    LabelCoverage,
    LibraryMatch,
    StageState,
)
from videre.orchestrator.features import FACES, LANDMARKS
from videre.orchestrator.moderation.template import Medium, Rule
from videre.orchestrator.moderation.words import WordList

#: The stage that looks for the entries of a kind of libraries.
_STAGES = {"persons": FACES.name, "pictures": LANDMARKS.name}


@dataclass(frozen=True, slots=True)
class OwnLibrary:
    """A library that rules name, as it is when a media is judged.

    Args:
        library_id: the library.
        name: "id@version".
        kind: what it holds; "" where it is gone.
        reason: why nobody can look in it; "" = somebody did.
        matches: of persons and pictures, the entries that are there.
        categories: category of every entry, "" for none.
        words: of words, its entries.
    """

    library_id: str
    name: str
    kind: str
    reason: str = ""
    matches: tuple[LibraryMatch, ...] = ()
    categories: Mapping[str, str] = field(default_factory=dict)
    words: WordList | None = None

    def label(self, entry_id: str) -> str:
        """Return what a hit of an entry is called: its category, else as the library."""
        return self.categories.get(entry_id, "") or self.library_id

    def tells(self, label: str) -> bool:
        """Tell whether some entry speaks for a label: by its category, or having none."""
        return any(category in ("", label) for category in self.categories.values())


#: By the names that rules use, "id" or "id@version".
OwnLibraries = Mapping[str, OwnLibrary]


def named_by(rule: Rule, libraries: OwnLibraries) -> list[OwnLibrary]:
    """Return the libraries of a rule; what was not given is gone."""
    return [libraries.get(name) or _gone(name.partition("@")[0], name) for name in rule.libraries]


def _gone(library_id: str, name: str) -> OwnLibrary:
    return OwnLibrary(library_id, name, "", str(Reason.LIBRARY_NOT_FOUND))


def matches_of(rule: Rule, libraries: OwnLibraries) -> Iterator[tuple[str, LibraryMatch]]:
    """Yield what is there of a rule's libraries of persons and pictures, with its label.

    A rule with labels takes entries of these categories and those that have none.
    """
    for library in named_by(rule, libraries):
        for match in library.matches if not library.reason else ():
            category = library.categories.get(match.entry_id, "")
            if not rule.labels or not category or category in rule.labels:
                yield library.label(match.entry_id), match


def word_lists_of(rule: Rule, libraries: OwnLibraries) -> list[WordList]:
    """Return a rule's libraries of words that there are."""
    found = named_by(rule, libraries)
    return [one.words for one in found if one.words is not None and not one.reason]


def coverage(rule: Rule, libraries: OwnLibraries, analysis: Analysis) -> tuple[LabelCoverage, ...]:
    """Return, for each library of a rule for pictures, whether somebody looked in it."""
    if rule.medium is not Medium.IMAGE:
        return ()
    return tuple(
        LabelCoverage(one.library_id, *_looked_in(one, analysis))
        for one in named_by(rule, libraries)
    )


def fed(
    rule: Rule, label: str, kinds: Iterable[str], libraries: OwnLibraries, analysis: Analysis
) -> LabelCoverage:
    """Return whether entries of some kinds that tell a label were looked for."""
    wanted = set(kinds)
    states = [
        _looked_in(one, analysis)
        for one in named_by(rule, libraries)
        if one.kind in wanted and (one.reason or one.tells(label))
    ]
    if not states:
        return LabelCoverage(label, Coverage.NOT_CHECKED, Reason.NO_SAMPLES)
    return LabelCoverage(label, *worst(states))


def worst(states: Sequence[tuple[Coverage, str]]) -> tuple[Coverage, str]:
    """Return the worst of some states: FAILED, NOT_CHECKED, CHECKED."""
    order = (Coverage.FAILED, Coverage.NOT_CHECKED, Coverage.NO_TRACK, Coverage.CHECKED)
    return min(states, key=lambda state: order.index(state[0]))


def missing(rule: Rule, libraries: OwnLibraries) -> str:
    """Return why some library of a rule cannot be looked in; "" where all can."""
    return next((one.reason for one in named_by(rule, libraries) if one.reason), "")


def _looked_in(library: OwnLibrary, analysis: Analysis) -> tuple[Coverage, str]:
    if library.reason:
        return Coverage.NOT_CHECKED, library.reason
    if not library.categories:
        return Coverage.NOT_CHECKED, Reason.NO_SAMPLES
    name = _STAGES[library.kind]
    stage = next((one for one in analysis.stages if one.name == name), None)
    if stage is None:
        return Coverage.NOT_CHECKED, Reason.NOT_REQUESTED
    if stage.state is StageState.FAILED:
        return Coverage.FAILED, stage.reason
    # Frames are described whether or not the project recognises pictures everywhere.
    described = stage.state is StageState.SUCCEEDED or stage.reason == Reason.NO_SAMPLES
    if described and stage.reason in ("", Reason.NO_SAMPLES):
        return Coverage.CHECKED, ""
    if stage.reason == Reason.NO_TRACK:
        return Coverage.NO_TRACK, stage.reason
    return Coverage.NOT_CHECKED, stage.reason
