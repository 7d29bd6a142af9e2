"""Reads the packaged event rules and those of an operator beside them."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from videre.common.errors import VidereError, invalid
from videre.common.values import sha256_hex
from videre.orchestrator.fusion.events.cases import CaseError, fires
from videre.orchestrator.fusion.events.model import Rule, RuleSet
from videre.orchestrator.fusion.events.parse import RuleError, parse_rules
from videre.orchestrator.taxonomy.model import Taxonomy

#: Largest file of an operator, bytes, and most rules in it.
_LARGEST: Final = 1 << 20
_MOST_RULES: Final = 500


@cache
def _packaged_document() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "rules.toml").read_text("utf-8"))


def packaged_rules(taxonomy: Taxonomy) -> RuleSet:
    """Return the rules of this release.

    Raises:
        RuleError: the packaged file contradicts itself or the taxonomy.
    """
    document = _packaged_document()
    return RuleSet(document["version"], parse_rules(document, taxonomy))


def load_event_rules(taxonomy: Taxonomy, own: Path | None = None) -> RuleSet:
    """Return the packaged rules, and after them those of an operator's file.

    The operator's cases are run: a rule that does not do what its cases say is refused.

    Raises:
        VidereError: FIELD_INVALID, names the file, the rule and what is wrong with it.
    """
    packaged = packaged_rules(taxonomy)
    if own is None:
        return packaged
    try:
        data = own.read_bytes()
        rules = _own_rules(data, packaged, taxonomy)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, RuleError) as error:
        raise _refused(own, str(error)) from error
    version = f"{packaged.version}+{sha256_hex(data)[:16]}"
    return RuleSet(version, (*packaged.rules, *rules))


def _own_rules(data: bytes, packaged: RuleSet, taxonomy: Taxonomy) -> tuple[Rule, ...]:
    if len(data) > _LARGEST:
        raise RuleError(f"{len(data)} bytes are more than {_LARGEST}")
    rules = parse_rules(tomllib.loads(data.decode("utf-8")), taxonomy)
    if len(rules) > _MOST_RULES:
        raise RuleError(f"{len(rules)} rules are more than {_MOST_RULES}")
    taken = {rule.id for rule in packaged.rules}
    for rule in rules:
        if rule.id in taken:
            raise RuleError(f"rule {rule.id!r}: a packaged rule has this id")
        _check_cases(rule, taxonomy)
    return rules


def _check_cases(rule: Rule, taxonomy: Taxonomy) -> None:
    for case in rule.cases:
        try:
            fired = fires(rule, case, taxonomy)
        except (CaseError, LookupError, TypeError, ValueError) as error:
            raise RuleError(f"rule {rule.id!r}: case {case.says!r}: {error}") from error
        if fired != case.fires:
            found = "found" if fired else "not found"
            raise RuleError(f"rule {rule.id!r}: case {case.says!r}: the event is {found}")


def _refused(path: Path, words: str) -> VidereError:
    return invalid("event_rules", f"{path}: {words}")
