"""What leads to a label, and from which tier of engines on. Pure.

A label is observed where an engine's class means it, where an event rule concludes it from such
classes, or where fusion concludes it from the text in the picture. Beside that it may be named: in
speech, in the picture, in what was given with the media. A label that nothing leads to says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.features import SHOTS, SPEECH, TEXT
from videre.orchestrator.fusion.events.model import Condition, Rule, RuleSet, What
from videre.orchestrator.fusion.text_labels import TEXT_LABELS
from videre.orchestrator.taxonomy.model import Taxonomy

#: Tiers as engines state them; each brings the engines of those before it too.
TIERS: Final = ("bundled", "standard", "extended", "torch")


class Kind(StrEnum):
    """What kind of way it is."""

    CLASS = "class"
    EVENT_RULE = "event_rule"
    PICTURE_TEXT = "picture_text"
    WORDS = "words"


class Reach(IntEnum):
    """How far a label can be reached; more is further."""

    NO_ENGINE = 1
    NAMED = 2
    OBSERVED = 3


@dataclass(frozen=True, slots=True)
class Route:
    """One way to a label.

    Args:
        features: all must be looked for; for words any.
        tier: least tier with which it can be gone; "" where none is known.
        installed: whether it can be gone with the engines that can work now.
        engine: "name@version" of a class's engine.
        classes: the engine's classes that mean the node.
        rule: id of the event rule.
        words: what names it.
        about: what a rule or fusion goes by.
    """

    kind: Kind
    features: tuple[str, ...]
    tier: str
    installed: bool
    engine: str = ""
    classes: tuple[str, ...] = ()
    rule: str = ""
    words: tuple[str, ...] = ()
    about: str = ""


class _Engines:
    """The engine of each feature that "auto" picks from a choice of engines: the best one."""

    def __init__(self, taxonomy: Taxonomy, engines: Iterable[EngineFacts]) -> None:
        self._by_feature: dict[str, EngineFacts] = {}
        for engine in engines:
            self._by_feature.setdefault(engine.feature, engine)
        #: (feature, class), and (feature, node that it means or one above that).
        self._classes = {
            (engine.feature, name)
            for engine in self._by_feature.values()
            for name in engine.class_thresholds
        }
        self._nodes = {
            (feature, node)
            for feature, name in self._classes
            for node in taxonomy.lineage(taxonomy.node_of(feature, name))
        }

    def __contains__(self, feature: str) -> bool:
        return feature in self._by_feature

    @property
    def nodes(self) -> frozenset[str]:
        """The nodes that classes mean, and those above them."""
        return frozenset(node for _, node in self._nodes)

    def names_class(self, feature: str, class_name: str) -> bool:
        """Tell whether a feature's engine has a class."""
        return (feature, class_name) in self._classes

    def names_node(self, feature: str, node: str) -> bool:
        """Tell whether a class of a feature's engine means a node or one below it."""
        return (feature, node) in self._nodes

    def has(self, wanted: EngineFacts) -> bool:
        """Tell whether an engine is the one that is picked."""
        return self._by_feature.get(wanted.feature) == wanted


class Routes:
    """Finds the ways to labels, for one taxonomy and the engines that services describe.

    Args:
        engines: of all services, installed or not, best first within a feature.
    """

    def __init__(self, taxonomy: Taxonomy, rules: RuleSet, engines: Sequence[EngineFacts]) -> None:
        self._taxonomy = taxonomy
        self._engines = engines
        #: Engines by tier, then those that can work now.
        self._by_tier = {
            tier: _Engines(taxonomy, (e for e in engines if e.tier in TIERS[: number + 1]))
            for number, tier in enumerate(TIERS)
        }
        self._now = _Engines(taxonomy, (e for e in engines if e.available))
        self._rules: dict[str, list[Rule]] = {}
        for rule in rules.rules:
            self._rules.setdefault(rule.node, []).append(rule)
        self._classes: dict[str, list[tuple[str, str]]] = {}
        for mapping in taxonomy.mappings:
            for class_name, node in mapping.nodes.items():
                self._classes.setdefault(node, []).append((mapping.feature, class_name))
        self._observed = {
            tier: frozenset(self._nodes_observed(choice)) for tier, choice in self._by_tier.items()
        }
        self._observed_now = frozenset(self._nodes_observed(self._now))

    def of(self, node: str) -> list[Route]:
        """Return the ways to a node itself: classes, rules, text in the picture, words."""
        return [
            *self._by_classes(node),
            *(self._by_rule(rule) for rule in self._rules.get(node, ())),
            *self._by_text(node),
            *self._by_words(node),
        ]

    def reach(self, node: str, tier: str) -> Reach:
        """Return how far a node can be reached with a tier's engines, those below it included."""
        return self._reach(node, self._observed[tier])

    def reach_now(self, node: str) -> Reach:
        """Return how far a node can be reached with the engines that can work now."""
        return self._reach(node, self._observed_now)

    def observed_below(self, node: str) -> int:
        """Return how many nodes below a node engines of some tier observe."""
        return sum(
            other != node and node in self._taxonomy.lineage(other)
            for other in self._observed[TIERS[-1]]
        )

    def _reach(self, node: str, observed: frozenset[str]) -> Reach:
        if node in observed:
            return Reach.OBSERVED
        if any(self._spoken(other) for other in self._within(node)):
            return Reach.NAMED
        return Reach.NO_ENGINE

    def _within(self, node: str) -> Iterator[str]:
        for other in self._taxonomy.nodes:
            if node in self._taxonomy.lineage(other):
                yield other

    def _spoken(self, node: str) -> tuple[str, ...]:
        """Return the words that name a node; a category is named by what is below it."""
        found = self._taxonomy.node(node)
        return found.spoken_words if found.level > 1 else ()

    def _nodes_observed(self, engines: _Engines) -> Iterator[str]:
        """Yield the nodes that engines observe, with those above them."""
        yield from engines.nodes
        for node, rules in self._rules.items():
            if any(self._can(rule, engines) for rule in rules):
                yield from self._taxonomy.lineage(node)
        for node, label in TEXT_LABELS.items():
            if node in self._taxonomy.nodes and all(f in engines for f in label.features):
                yield from self._taxonomy.lineage(node)

    def _by_classes(self, node: str) -> Iterator[Route]:
        for engine in self._engines:
            classes = tuple(
                name
                for feature, name in self._classes.get(node, ())
                if feature == engine.feature and name in engine.class_thresholds
            )
            if classes:
                yield Route(
                    Kind.CLASS,
                    (engine.feature,),
                    engine.tier,
                    self._now.has(engine),
                    engine=engine.id,
                    classes=classes,
                )

    def _by_rule(self, rule: Rule) -> Route:
        features = {f for condition in rule.conditions() for f in condition.sources}
        if not rule.window_ns:
            features.add(SHOTS.name)
        tier = next((t for t in TIERS if self._can(rule, self._by_tier[t])), "")
        return Route(
            Kind.EVENT_RULE,
            tuple(sorted(features)),
            tier,
            self._can(rule, self._now),
            rule=rule.id,
            about=rule.about,
        )

    def _by_text(self, node: str) -> Iterator[Route]:
        label = TEXT_LABELS.get(node)
        if label is not None:
            yield Route(
                Kind.PICTURE_TEXT,
                label.features,
                self._least(label.features),
                all(feature in self._now for feature in label.features),
                about=label.about,
            )

    def _by_words(self, node: str) -> Iterator[Route]:
        words = self._spoken(node)
        if words:
            # Titles and descriptions need no engine.
            yield Route(Kind.WORDS, (SPEECH.name, TEXT.name), TIERS[0], True, words=words)

    def _least(self, features: Iterable[str]) -> str:
        wanted = tuple(features)
        return next((t for t in TIERS if all(f in self._by_tier[t] for f in wanted)), "")

    def _can(self, rule: Rule, engines: _Engines) -> bool:
        """Tell whether engines can bring what a rule asks for."""
        if not rule.window_ns and SHOTS.name not in engines:
            return False
        wanted = all(
            sum(self._brings(condition, engines) for condition in clause.conditions)
            >= clause.at_least
            for clause in rule.clauses
        )
        looked = all(f in engines for condition in rule.none for f in condition.sources)
        return wanted and looked

    def _brings(self, condition: Condition, engines: _Engines) -> bool:
        sources = [feature for feature in condition.sources if feature in engines]
        if condition.what not in (What.SEE, What.HEAR):
            return bool(sources)
        return any(
            any(engines.names_node(feature, node) for node in condition.names)
            or any(engines.names_class(feature, name) for name in condition.classes)
            for feature in sources
        )
