"""An operator's own rules: checked when they are read, with errors that say what to mend."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from videre.common.errors import Reason, VidereError
from videre.orchestrator.fusion.events.load import load_event_rules, packaged_rules
from videre.orchestrator.fusion.events.parse import RuleError, parse_rules
from videre.orchestrator.taxonomy.load import load_taxonomy

TAXONOMY = load_taxonomy()
PAGE = Path(__file__).parents[5] / "docs" / "events.md"
RULE = """
[[rule]]
id = "mine"
node = "animal.dog"
about = "A dog that barks."
within = 10
trust = 0.9
all = [{ see = ["animal.dog"] }, { hear = ["class:Bark"] }]
[[rule.case]]
says = "it barks"
fires = true
evidence = [{ objects = "dog" }, { sound = "Bark" }]
"""


def refusal(tmp_path: Path, text: str) -> str:
    file = tmp_path / "own.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(VidereError) as refused:
        load_event_rules(TAXONOMY, file)
    assert refused.value.reason is Reason.FIELD_INVALID
    assert str(file) in refused.value.message
    return refused.value.message


def test_the_example_of_the_docs_is_taken(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    file = tmp_path / "own.toml"
    file.write_text(example, encoding="utf-8")
    rules = load_event_rules(TAXONOMY, file)
    assert [case.fires for case in rules.rules[-1].cases] == [True, False]


def test_own_rules_follow_the_packaged_ones_and_are_pinned(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(RULE, encoding="utf-8")
    packaged, both = load_event_rules(TAXONOMY), load_event_rules(TAXONOMY, file)
    assert packaged == packaged_rules(TAXONOMY)
    assert both.rules[:-1] == packaged.rules
    assert re.fullmatch(rf"{packaged.version}\+[0-9a-f]{{16}}", both.version)
    file.write_text(RULE.replace("0.9", "0.8"), encoding="utf-8")
    assert load_event_rules(TAXONOMY, file).version != both.version


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"mine"', '"applause"', "rule 'applause': a packaged rule has this id"),
        ('"mine"', '"Mine!"', "rule 1: id 'Mine!' is no name"),
        ('"animal.dog"\n', '"animal.hound"\n', "rule 'mine': node 'animal.hound' does not stand"),
        ("within = 10", "within = 0", "within is"),
        ("within = 10", "", "within is"),
        ("0.9", "1.5", "trust is above 0 and at most 1, not 1.5"),
        ("trust", "trusted", "'trusted' is no key of a rule"),
        ('{ see = ["animal.dog"] }', '{ sea = ["animal.dog"] }', "looks at one of see, faces"),
        ('see = ["animal.dog"]', "see = []", "see is a list of texts, at least one"),
        ('see = ["animal.dog"]', 'see = ["class:Bark"]', "no engine of objects, classes, faces"),
        ('"class:Bark"', '"color"', "hear: no engine"),
        ('"animal.dog"] }', '"animal.dog"], min_shard = 1 }', "'min_shard' is no key"),
        ('"animal.dog"] }', '"animal.dog"], min_count = 0 }', "min_count is at least 1, not 0"),
        ('"animal.dog"] }', '"animal.dog"], by = ["ears"] }', "by: 'ears' is none of"),
        ("all = [", "all = [{ voice = false }, ", "voice can only be true"),
        ("all = [", 'all = [{ faces = ["huge"] }, ', "faces: 'huge' is none of"),
        ("all = [", "all = [{ tempo = 120 }, ", "tempo is [slowest, fastest]"),
        ("all = [", "all = [{ at_least = 2, any = [{ cuts = true }] }, ", "at_least = 2 of 1"),
        ("fires = true", "fires = false", "case 'it barks': the event is found"),
        ("objects", "odours", "case 'it barks': a line of a case is one of"),
        ('"dog" }', '"dog", from = 9, to = 99 }', "from 9 to 99 s does not lie in 10 s"),
        ("[[rule]]", "[rule]", "rules stand under [[rule]]"),
        ("[[rule]]", "[[rules]]", "'rules' is no key of the file"),
        ("[[rule]]", "[[rule", "at line"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in RULE
    assert said in refusal(tmp_path, RULE.replace(before, after, 1))


def test_two_rules_of_one_name_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    assert "rule 'mine': stands twice" in refusal(tmp_path, RULE + RULE)
    with pytest.raises(VidereError, match=r"absent\.toml"):
        load_event_rules(TAXONOMY, tmp_path / "absent.toml")


def test_a_rule_without_conditions_is_none() -> None:
    with pytest.raises(RuleError, match="needs a condition"):
        parse_rules(
            {"rule": [{"id": "empty", "node": "event", "about": "x", "within": 5, "trust": 1}]},
            TAXONOMY,
        )


def test_a_rule_goes_by_what_kind_of_picture_it_is(tmp_path: Path) -> None:
    moonrise = (
        RULE.replace("animal.dog", "landscape.moon")
        .replace('objects = "dog"', 'picture_kinds = "moon"')
        .replace('["landscape.moon"] }', '["landscape.moon"], by = ["picture_kinds"] }')
    )
    file = tmp_path / "own.toml"
    file.write_text(moonrise, encoding="utf-8")
    (rule,) = load_event_rules(TAXONOMY, file).rules[-1:]
    assert rule.clauses[0].conditions[0].sources == ("picture_kinds",)
