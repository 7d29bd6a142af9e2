"""Rule files → rules; what is wrong with one is said with the rule and the key. Pure.

The format is described, with examples, in docs/events.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from videre.common.values import NS, score_e4
from videre.orchestrator.document import ShotSize, TextKind
from videre.orchestrator.features import (
    CLASSES,
    DIARIZATION,
    FACES,
    MUSIC,
    OBJECTS,
    PICTURE_KINDS,
    SHOTS,
    SOUND,
    SPEECH,
    SPEECH_ACTIVITY,
    TEXT,
)
from videre.orchestrator.fusion.events.model import (
    DEFAULT_JOIN_NS,
    Case,
    Clause,
    Condition,
    Rule,
    What,
)
from videre.orchestrator.taxonomy.model import Taxonomy

#: Names that stand for a class of an engine rather than for a taxonomy node begin with this.
CLASS_PREFIX: Final = "class:"
_SEEN_BY: Final = (OBJECTS.name, CLASSES.name, FACES.name, PICTURE_KINDS.name)
_WORDS_IN: Final = (SPEECH.name, TEXT.name)
_SOURCES: Final = {
    What.FACES: (FACES.name,),
    What.HEAR: (SOUND.name,),
    What.VOICE: (SPEECH_ACTIVITY,),
    What.SPEAKERS: (DIARIZATION.name,),
    What.TEXT: (TEXT.name,),
    What.TEMPO: (MUSIC.name,),
    What.CUTS: (SHOTS.name,),
}
#: Keys that a condition of each kind may have beside its own.
_LASTING: Final = frozenset({"min_score", "min_share", "min_seconds"})
_KEYS: Final[Mapping[What, frozenset[str]]] = {
    What.SEE: _LASTING | {"by", "min_count"},
    What.FACES: _LASTING | {"min_count", "min_move"},
    What.HEAR: _LASTING,
    What.VOICE: _LASTING,
    What.SPEAKERS: frozenset({"min_count"}),
    What.WORDS: frozenset({"in", "min_count"}),
    What.TEXT: _LASTING | {"min_count", "min_area"},
    What.TEMPO: frozenset({"min_score"}),
    What.CUTS: frozenset({"min_count"}),
}
_RULE_KEYS: Final = frozenset(
    {"id", "node", "about", "within", "trust", "all", "any", "none", "join", "min_seconds", "case"}
)
_CASE_KEYS: Final = frozenset({"says", "fires", "seconds", "cuts", "unchecked", "evidence"})
_ID: Final = re.compile(r"[a-z][a-z0-9_]{1,62}")
_LONGEST_WINDOW_S: Final = 600


class RuleError(ValueError):
    """A rule says something that cannot be evaluated."""


def parse_rules(document: Mapping[str, Any], taxonomy: Taxonomy) -> tuple[Rule, ...]:
    """Return the rules of a rule file, in its order.

    Raises:
        RuleError: names the rule and what is wrong with it.
    """
    _known(document, frozenset({"version", "rule"}), "the file")
    listed = document.get("rule", [])
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise RuleError("rules stand under [[rule]]")
    rules: list[Rule] = []
    for number, item in enumerate(listed, 1):
        name = item.get("id")
        if not isinstance(name, str) or not _ID.fullmatch(name):
            raise RuleError(f"rule {number}: id {name!r} is no name of a-z, 0-9 and _")
        if any(rule.id == name for rule in rules):
            raise RuleError(f"rule {name!r}: stands twice")
        try:
            rules.append(_rule(name, item, taxonomy))
        except RuleError as error:
            raise RuleError(f"rule {name!r}: {error}") from None
    return tuple(rules)


def _rule(name: str, item: Mapping[str, Any], taxonomy: Taxonomy) -> Rule:
    _known(item, _RULE_KEYS, "a rule")
    node = _text(item, "node")
    if node not in taxonomy.nodes:
        raise RuleError(f"node {node!r} does not stand in the taxonomy")
    clauses = [_clause(part, taxonomy) for part in _tables(item, "all")]
    if item.get("any"):
        clauses.append(Clause(_conditions(item, "any", taxonomy)))
    if not clauses:
        raise RuleError("needs a condition under all or any")
    return Rule(
        id=name,
        node=node,
        about=_text(item, "about"),
        window_ns=_window(item.get("within")),
        trust=_share(item, "trust", None),
        clauses=tuple(clauses),
        none=_conditions(item, "none", taxonomy),
        join_ns=_seconds(item, "join", DEFAULT_JOIN_NS),
        min_ns=_seconds(item, "min_seconds", 0),
        cases=tuple(_case(case) for case in _tables(item, "case")),
    )


def _window(within: object) -> int:
    if within == "shot":
        return 0
    number = isinstance(within, int | float) and not isinstance(within, bool)
    if not number or not 0.5 <= within <= _LONGEST_WINDOW_S:  # type: ignore[operator]
        raise RuleError(f'within is "shot" or seconds, .5 to {_LONGEST_WINDOW_S}; not {within!r}')
    return round(within * NS)  # type: ignore[operator]


def _clause(item: Mapping[str, Any], taxonomy: Taxonomy) -> Clause:
    if "any" not in item:
        return Clause((_condition(item, taxonomy),))
    _known(item, frozenset({"any", "at_least"}), "a choice")
    conditions = _conditions(item, "any", taxonomy)
    at_least = _count(item, "at_least")
    if not 1 <= at_least <= len(conditions):
        raise RuleError(f"at_least = {at_least} of {len(conditions)} conditions")
    return Clause(conditions, at_least)


def _conditions(item: Mapping[str, Any], key: str, taxonomy: Taxonomy) -> tuple[Condition, ...]:
    return tuple(_condition(part, taxonomy) for part in _tables(item, key))


def _condition(item: Mapping[str, Any], taxonomy: Taxonomy) -> Condition:
    kinds = [what for what in What if what in item]
    if len(kinds) != 1:
        named = ", ".join(item) or "nothing"
        raise RuleError(f"a condition looks at one of {', '.join(What)}; this one at {named}")
    what = kinds[0]
    _known(item, _KEYS[what] | {what}, f"a condition on {what}")
    names, classes = _names(what, item, taxonomy)
    return Condition(
        what=what,
        names=names,
        classes=classes,
        sources=_sources(what, item, names, classes, taxonomy),
        tempo=_tempo(item) if what is What.TEMPO else (0, 0),
        min_score=_share(item, "min_score", 0),
        min_count=_count(item, "min_count"),
        min_area=_share(item, "min_area", 0),
        min_move=_share(item, "min_move", 0),
        min_share=_share(item, "min_share", 0),
        min_ns=_seconds(item, "min_seconds", 0),
    )


def _names(
    what: What, item: Mapping[str, Any], taxonomy: Taxonomy
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what a condition names: (nodes, sizes, kinds or phrases; classes of engines)."""
    if what in (What.VOICE, What.SPEAKERS, What.CUTS):
        if item[what] is not True:
            raise RuleError(f"{what} can only be true; what must not be there stands under none")
        return (), ()
    if what is What.TEMPO:
        return (), ()
    named = _texts(item, what)
    if what in (What.FACES, What.TEXT):
        known = [str(kind) for kind in (ShotSize if what is What.FACES else TextKind)]
        for name in named:
            if name not in (*known, "any"):
                raise RuleError(f"{what}: {name!r} is none of any, {', '.join(known)}")
        return (() if "any" in named else named), ()
    if what is What.WORDS:
        return tuple(dict.fromkeys(" ".join(name.casefold().split()) for name in named)), ()
    nodes = tuple(name for name in named if not name.startswith(CLASS_PREFIX))
    for node in nodes:
        if node not in taxonomy.nodes:
            raise RuleError(f"{what}: {node!r} does not stand in the taxonomy")
    return nodes, tuple(
        name.removeprefix(CLASS_PREFIX) for name in named if name.startswith(CLASS_PREFIX)
    )


def _sources(
    what: What,
    item: Mapping[str, Any],
    nodes: Sequence[str],
    classes: Sequence[str],
    taxonomy: Taxonomy,
) -> tuple[str, ...]:
    """Return the features that can tell; a name that none of them knows is a mistake."""
    if what is What.WORDS:
        return _chosen(item, "in", _WORDS_IN)
    if what not in (What.SEE, What.HEAR):
        return _SOURCES[what]
    asked = _chosen(item, "by", _SEEN_BY) if what is What.SEE else _SOURCES[what]
    telling: set[str] = set()
    known = {node: [f for f in asked if taxonomy.knows(f, node)] for node in nodes}
    known |= {name: [f for f in asked if taxonomy.node_of(f, name)] for name in classes}
    for name, features in known.items():
        if not features:
            raise RuleError(f"{what}: no engine of {', '.join(asked)} knows {name!r}")
        telling.update(features)
    return tuple(feature for feature in asked if feature in telling)


def _chosen(item: Mapping[str, Any], key: str, known: Sequence[str]) -> tuple[str, ...]:
    if key not in item:
        return tuple(known)
    asked = _texts(item, key)
    for name in asked:
        if name not in known:
            raise RuleError(f"{key}: {name!r} is none of {', '.join(known)}")
    return tuple(name for name in known if name in asked)


def _tempo(item: Mapping[str, Any]) -> tuple[int, int]:
    limits = item["tempo"]
    if (
        not isinstance(limits, list)
        or len(limits) != 2
        or not all(isinstance(limit, int) for limit in limits)
        or not 0 <= limits[0] <= limits[1]
    ):
        raise RuleError("tempo is [slowest, fastest] in whole beats per minute")
    return limits[0] * 1_000, limits[1] * 1_000


def _case(item: Mapping[str, Any]) -> Case:
    _known(item, _CASE_KEYS, "a case")
    if not isinstance(item.get("fires"), bool):
        raise RuleError("a case says whether the rule fires: true or false")
    return Case(
        says=_text(item, "says"),
        fires=item["fires"],
        seconds=_number(item, "seconds", 10.0),
        cuts=tuple(float(at) for at in item.get("cuts", ())),
        unchecked=_texts(item, "unchecked") if "unchecked" in item else (),
        evidence=tuple(tuple(part.items()) for part in _tables(item, "evidence")),
    )


def _known(item: Mapping[str, Any], keys: Iterable[str], whose: str) -> None:
    strangers = sorted(item.keys() - set(keys))
    if strangers:
        raise RuleError(f"{strangers[0]!r} is no key of {whose}; keys: {', '.join(sorted(keys))}")


def _tables(item: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    tables = item.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise RuleError(f"{key} is a list of tables")
    return tables


def _text(item: Mapping[str, Any], key: str) -> str:
    text = item.get(key)
    if not isinstance(text, str) or not text.strip():
        raise RuleError(f"{key} is missing")
    return text


def _texts(item: Mapping[str, Any], key: str) -> tuple[str, ...]:
    texts = item[key]
    if (
        not isinstance(texts, list)
        or not texts
        or not all(isinstance(text, str) and text.strip() for text in texts)
    ):
        raise RuleError(f"{key} is a list of texts, at least one")
    return tuple(texts)


def _checked(check: Callable[[float], bool], words: str, item: Mapping[str, Any], key: str) -> Any:
    value = item[key]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not check(value):
        raise RuleError(f"{key} is {words}, not {value!r}")
    return value


def _share(item: Mapping[str, Any], key: str, default: int | None) -> int:
    if key not in item:
        if default is None:
            raise RuleError(f"{key} is missing")
        return default
    return score_e4(_checked(lambda value: 0 < value <= 1, "above 0 and at most 1", item, key))


def _number(item: Mapping[str, Any], key: str, default: float) -> float:
    if key not in item:
        return default
    words = f"seconds, 0 to {_LONGEST_WINDOW_S}"
    return float(_checked(lambda value: 0 <= value <= _LONGEST_WINDOW_S, words, item, key))


def _seconds(item: Mapping[str, Any], key: str, default_ns: int) -> int:
    return round(_number(item, key, default_ns / NS) * NS)


def _count(item: Mapping[str, Any], key: str) -> int:
    if key not in item:
        return 1
    return int(_checked(lambda value: value >= 1 and value == int(value), "at least 1", item, key))
