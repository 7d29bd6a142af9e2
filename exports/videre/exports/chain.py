"""Chains of facts that only grow: what a link's digest is, so that anybody can check it. Pure.

A link is the SHA-256 of canonical JSON {"facts": …, "previous": digest of the link before}; the
first one follows "". Facts have no floats, and name the link's project and number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol

from videre.common.values import canonical_json, sha256_hex

#: What the first link follows.
BEGINNING: Final = ""


class Breach(StrEnum):
    """What is wrong with a link."""

    MISSING = "MISSING"
    FACTS = "FACTS"
    PLACE = "PLACE"


class Link(Protocol):
    """A link as it is stored."""

    @property
    def number(self) -> int:
        """Place in the project's chain, 1 upwards."""

    @property
    def facts(self) -> str:
        """What it says, canonical JSON."""

    @property
    def digest(self) -> str:
        """The link's own digest, hex."""

    def place(self) -> Mapping[str, Any]:
        """Return what is stored beside the facts and has to stand in them too."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first link that does not fit, and why."""

    number: int
    breach: Breach


@dataclass(frozen=True, slots=True)
class Head:
    """The last link that fits; number 0 of an empty chain."""

    number: int = 0
    digest: str = BEGINNING


def read_facts(text: str) -> Mapping[str, Any]:
    """Return the facts of a link.

    Raises:
        ValueError: they are no JSON object.
    """
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("facts are no object")
    return found


def link_digest(previous: str, facts: Mapping[str, Any]) -> str:
    """Return the digest (hex) of the link that follows `previous`.

    Raises:
        TypeError: a fact is a float, which has no canonical form here.
    """
    return sha256_hex(canonical_json({"facts": dict(facts), "previous": previous}))


def check_chain(project_id: str, links: Iterable[Link]) -> tuple[Head, Broken | None]:
    """Check links in the order of numbers; return the last that fits, and the first that does not.

    What follows a broken link is not looked at.
    """
    head = Head()
    for link in links:
        breach = _breach(project_id, head, link)
        if breach is not None:
            number = head.number + 1 if breach is Breach.MISSING else link.number
            return head, Broken(number, breach)
        head = Head(link.number, link.digest)
    return head, None


def _breach(project_id: str, before: Head, link: Link) -> Breach | None:
    if link.number != before.number + 1:
        return Breach.MISSING
    try:
        said = read_facts(link.facts)
        digest = link_digest(before.digest, said)
    except (TypeError, ValueError):
        return Breach.FACTS
    if digest != link.digest:
        return Breach.FACTS
    place = {"project": project_id, "number": link.number, **link.place()}
    if any(said.get(name) != value for name, value in place.items()):
        return Breach.PLACE
    return None
