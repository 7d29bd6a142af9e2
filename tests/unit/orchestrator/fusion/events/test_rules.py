"""The packaged rules: each finds the films it must find, and no others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tables import each
from videre.orchestrator.document import RuleState
from videre.orchestrator.fusion.events.cases import film, fires
from videre.orchestrator.fusion.events.load import packaged_rules
from videre.orchestrator.fusion.events.model import Case, Rule
from videre.orchestrator.fusion.fuse import fuse
from videre.orchestrator.taxonomy.load import load_taxonomy

TAXONOMY = load_taxonomy()
RULES = packaged_rules(TAXONOMY).rules


def test_there_are_enough_rules() -> None:
    assert len(RULES) >= 15


def test_every_rule_has_films_that_it_must_find_and_films_that_it_must_not() -> None:
    fired = {rule.id: {case.fires for case in rule.cases} for rule in RULES}
    assert fired == {rule.id: {True, False} for rule in RULES}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_finds_what_its_cases_say(rule: Rule) -> None:
    def holds(case: Case) -> None:
        assert fires(rule, case, TAXONOMY) == case.fires

    each(rule.cases, holds, lambda case: case.says)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_clause_is_idle(rule: Rule) -> None:
    """Without any one of its clauses or exclusions a rule finds a film that it must not find."""
    for index in range(len(rule.clauses)):
        rest = rule.clauses[:index] + rule.clauses[index + 1 :]
        if rest:
            lax = replace(rule, clauses=rest)
            assert any(fires(lax, case, TAXONOMY) for case in rule.cases if not case.fires), index
    for index in range(len(rule.none)):
        lax = replace(rule, none=rule.none[:index] + rule.none[index + 1 :])
        assert any(fires(lax, case, TAXONOMY) for case in rule.cases if not case.fires), index


def test_nodes_have_names_in_both_languages() -> None:
    names = {rule.node: TAXONOMY.node(rule.node).names.keys() for rule in RULES}
    assert [node for node, known in names.items() if not {"en", "zh-Hans"} <= known] == []


def test_speaker_turns_that_nobody_tells_apart_are_not_evaluated() -> None:
    rule = next(rule for rule in RULES if rule.id == "interview")
    unknown = next(case for case in rule.cases if "tell speakers apart" in case.says)
    analysis = fuse(film(rule, unknown, TAXONOMY), lambda records, _: [])
    (state,) = analysis.event_rules
    assert (state.state, state.reason, state.stages) == (
        RuleState.NOT_EVALUATED, "NO_ENGINE", ("diarization",),
    )  # fmt: skip
    assert analysis.events == ()
