"""A name in a passage, and what keywords, entities and topics have in common. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from videre.orchestrator.document import EntityKind, EvidenceRef, Place
from videre.orchestrator.fusion.passages import Passage, Token
from videre.orchestrator.fusion.refs import references


class Mention(msgspec.Struct, frozen=True, gc=False):
    """One name at one place of a text.

    Args:
        kind: what it is the name of.
        key: equal for all mentions of the same thing of that kind.
        name: as written, or as the list or gazetteer has it.
        score: how sure it is a name, if it was read right, E4.
        passage: the text.
        first: its first word.
        last: its last word.
        place: what it means, of places.
    """

    kind: EntityKind
    key: str
    name: str
    score: int
    passage: Passage
    first: Token
    last: Token
    place: Place | None = None


def gap(passage: Passage, left: Token, right: Token) -> str:
    """Return what stands between two words."""
    return passage.text[left.end : right.start]


def touches(passage: Passage, tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a word follows the one before it with a blank, or an initial's full stop."""
    if not 0 < at < len(tokens):
        return False
    between = gap(passage, tokens[at - 1], tokens[at])
    return between in (" ", "-") or (between in (". ", ".") and len(tokens[at - 1].text) <= 3)


def begins_sentence(passage: Passage, tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a word stands at the beginning of a sentence, where all have a capital."""
    if at == 0:
        return True
    between = gap(passage, tokens[at - 1], tokens[at])
    return any(mark in between for mark in '.!?:;"“|©/')


def evidence_of(
    refs: Iterable[tuple[EvidenceRef, ...]],
) -> tuple[tuple[EvidenceRef, ...], int]:
    """Return the strongest references, each once, at most `MAX_REFS`, and how many there are."""
    known = {ref.id: ref for group in refs for ref in group}
    return references(known.values()), len(known)


def surface(forms: Iterable[tuple[str, int]]) -> str:
    """Return the form with most weight; on a tie the one with fewer capitals, then text order."""
    weights: dict[str, int] = defaultdict(int)
    for form, weight in forms:
        weights[form] += weight
    return min(weights, key=lambda form: (-weights[form], sum(map(str.isupper, form)), form))
