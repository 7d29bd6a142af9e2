"""A label that stands below others is told with them."""

from __future__ import annotations

from doubles.shown_film import TAXONOMY, TIMELINE

from videre.common.values import NS, TimeSpan
from videre.orchestrator.api.messages.statements import Messages
from videre.orchestrator.api.messages.verdicts import finding_message
from videre.orchestrator.document import Suggestion, VerdictSegment

MAKE = Messages(TIMELINE, TAXONOMY, "en")


def levels(label: str) -> list[tuple[int, str, str, str]]:
    segment = VerdictSegment(TimeSpan(0, NS), Suggestion.REVIEW, 9_000, label, "r", 5_000)
    message = finding_message(segment, MAKE)
    return [(one.level, one.label, one.name, one.parent) for one in message.label_levels]


def test_levels_come_from_the_first_to_the_labels_own() -> None:
    assert levels("violence.weapons") == [
        (1, "violence", "Violence", ""),
        (2, "violence.weapons", "Weapons", "violence"),
    ]


def test_a_label_without_levels_has_none() -> None:
    assert levels("guns") == levels("") == []
