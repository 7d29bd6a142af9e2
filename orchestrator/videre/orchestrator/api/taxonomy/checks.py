"""The limits of requests about the taxonomy. Whether additions hold together is for `overlay`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final

from videre.common.errors import VidereError, invalid
from videre.orchestrator.api.name_checks import check_names, check_word
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.taxonomy.entries import LEVELS, TaxonomyError
from videre.orchestrator.taxonomy.rules import NODE_ID
from videre.v1 import taxonomy_pb2

MAX_TOML: Final = 1_000_000
_LONGEST_ID: Final = 64
_LONGEST_WORD: Final = 256
_LONGEST_REASON: Final = 1_024
_MOST_WORDS: Final = 100
_LIST: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def check_own_node(node: taxonomy_pb2.OwnNode) -> None:
    """Check the fields of a node, not yet whether it fits the tree.

    Raises:
        VidereError: FIELD_INVALID.
    """
    found = Violations()
    _check_id(found, "node.node_id", node.node_id)
    if node.parent_id:
        _check_id(found, "node.parent_id", node.parent_id)
    check_names(found, "node.names", node.names)
    for field in ("aliases", "excluded_node_ids", "silent_words"):
        texts = getattr(node, field)
        found.count(f"node.{field}", len(texts), _MOST_WORDS)
        for index, text in enumerate(texts):
            check_word(found, f"node.{field}[{index}]", text)
    found.raise_if_any()


def check_mapping(mapping: taxonomy_pb2.ClassMapping) -> None:
    """Check the fields of a class's meaning.

    Raises:
        VidereError: FIELD_INVALID.
    """
    found = Violations()
    check_class(found, "mapping.", mapping.list, mapping.class_name)
    if mapping.node_id:
        _check_id(found, "mapping.node_id", mapping.node_id)
    if bool(mapping.node_id) == bool(mapping.unmapped_reason.strip()):
        both = "both" if mapping.node_id else "none"
        found.add("mapping.unmapped_reason", "node_id or this, one of them", "one of the two", both)
    found.size("mapping.unmapped_reason", mapping.unmapped_reason, _LONGEST_REASON)
    found.raise_if_any()


def check_class(found: Violations, prefix: str, name: str, class_name: str) -> None:
    """Record what is wrong with the names of a class list and of a class."""
    found.pattern(f"{prefix}list", name, _LIST)
    check_word(found, f"{prefix}class_name", class_name)


def check_level(found: Violations, level: int) -> None:
    """Record a violation for a level that the tree does not have."""
    found.number("level", level, 0, LEVELS)


def check_query(found: Violations, query: str) -> None:
    """Record a violation for a text too long to look for."""
    found.size("query", query, _LONGEST_WORD)


def read_toml(text: str) -> Mapping[str, Any]:
    """Return the document of an overlay file.

    Raises:
        VidereError: FIELD_INVALID; it is too large, or no TOML.
    """
    found = Violations()
    found.size("toml", text, MAX_TOML)
    found.raise_if_any()
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise invalid("toml", f"is no TOML: {error}", limit="TOML", actual=text[:64]) from error


def refused(field: str, error: TaxonomyError) -> VidereError:
    """Return the refusal of additions that do not hold together."""
    return invalid(field, str(error), limit="the rules of overlays", actual="")


def _check_id(found: Violations, field: str, text: str) -> None:
    found.size(field, text, _LONGEST_ID)
    found.pattern(field, text, NODE_ID)
