"""From an analysis to the plan of its copy. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from videre.common.errors import Reason, VidereError
from videre.orchestrator.document import Analysis, MediaKind, Suggestion
from videre.orchestrator.marketing import facts as fact_fields
from videre.orchestrator.marketing import footage
from videre.orchestrator.marketing.facts import Names, facts_of, told_in
from videre.orchestrator.marketing.footage import Piece, clips, longest_script_ms, pieces
from videre.orchestrator.marketing.model import Audience, Plan
from videre.orchestrator.marketing.safety import Objections, objections_of

#: Fields of an analysis that copy is made of.
READ: Final = tuple(dict.fromkeys((*footage.READ, *fact_fields.READ)))
#: Length of a script where none is asked for, and bounds, milliseconds.
USUAL_MS: Final = 30_000
SHORTEST_MS: Final = 5_000
LONGEST_MS: Final = 120_000


@dataclass(frozen=True, slots=True)
class Material:
    """What copy of a media is made of, whatever the language and the audience.

    Args:
        analysis: with the fields of `READ`.
        objections: what must not be used.
        pieces: what may be shown; () of media without moving picture.
        length_ms: of the script; 0 = there is none.
    """

    analysis: Analysis
    objections: Objections
    pieces: Sequence[Piece]
    length_ms: int


def material_of(analysis: Analysis, asked_ms: int | None) -> Material:
    """Return what copy of a media may be made of.

    Args:
        analysis: with the fields of `READ`.
        asked_ms: length of the script; None = the usual one, as far as there is footage.

    Raises:
        VidereError: MEDIA_BLOCKED; FOOTAGE_SHORT, the script cannot be as long as asked.
    """
    verdict = analysis.verdict
    if verdict is not None and verdict.suggestion is Suggestion.BLOCK:
        raise VidereError(Reason.MEDIA_BLOCKED, "the verdict advises to block the media")
    objections = objections_of(verdict)
    films = analysis.media.kind is MediaKind.VIDEO
    found = pieces(analysis, objections) if films else []
    most = longest_script_ms(found)
    if asked_ms is not None and most < asked_ms:
        raise VidereError(
            Reason.FOOTAGE_SHORT,
            f"{most / 1_000:g} s of the media can be shown, {asked_ms / 1_000:g} s are asked for",
            metadata={"field": "length", "limit": f"{most / 1_000:g} s",
                      "actual": f"{asked_ms / 1_000:g} s"},
        )  # fmt: skip
    length = min(USUAL_MS, most) if asked_ms is None else asked_ms
    return Material(analysis, objections, found, length if length >= SHORTEST_MS else 0)


def plan_of(
    material: Material, title: str, names: Names, audience: Audience, language: str
) -> Plan:
    """Return the plan of a copy.

    Args:
        title: of the media; "" = none.
        names: what things are called.
        audience: whom it is for.
        language: of `LANGUAGES`.

    Raises:
        VidereError: FACTS_MISSING, nothing is known that could be told in the language.
    """
    every = facts_of(material.analysis, title, names, material.objections, audience)
    facts = told_in(every, language)
    if not facts:
        raise VidereError(
            Reason.FACTS_MISSING,
            f"nothing is known of the media that could be told in {language!r}",
            metadata={"language_code": language},
        )
    chosen = clips(material.pieces, facts, material.length_ms) if material.length_ms else ()
    return Plan(language, facts, chosen)
