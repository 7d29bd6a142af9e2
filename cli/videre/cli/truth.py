"""Comparing an analysis with what is known to be in a clip. Pure.

A truth file is JSON, `{"bundled": [FACT, …], "standard": [FACT, …]}`: what the engines of a tier
must find. A fact is an object with `kind` and, where it makes sense, `start` and `end` in seconds:

    {"kind": "cut", "time": 4.0}                        a shot begins, ± `tolerance` (0.05 s)
    {"kind": "shots", "count": 8}                       there are as many shots
    {"kind": "condition", "is": "black"}                the picture is black, solid or blurred
    {"kind": "text", "text": "Flower", "start": …}      the picture shows it; with `errors`, that
                                                        share of the characters may be wrong
    {"kind": "speech", "text": "one two three"}         `share` (0.5) of its words are heard in this
                                                        order, and understood
    {"kind": "object", "class": "car"}                  an object of the class
    {"kind": "face"}                                    a face
    {"kind": "sound", "class": "Dog"}                   a sound of the class
    {"kind": "audio", "is": "music", "start": …}        speech, music, noise or silence fills
                                                        `share` (0.8) of the stretch
    {"kind": "tempo", "bpm": 100}                       the tempo, ± `tolerance` (0.04) of it
    {"kind": "label", "node_id": "vehicle.car"}         a taxonomy node holds
    {"kind": "verdict", "suggestion": "pass"}           moderation advises it; `at_most` instead of
                                                        `suggestion`: it or something milder
    {"kind": "coverage", "category": "porn", "medium": "image", "label": "porn"}
                                                        somebody looked
    {"kind": "coverage", "complete": false}             whether everything enabled was looked at
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from videre.cli.truth_facts import CHECKS, Check, Fact
from videre.v1 import analysis_pb2

TIERS: Final = ("bundled", "standard")


class TruthError(ValueError):
    """The truth file is not in its documented form."""


def parse_truth(text: str) -> dict[str, list[Fact]]:
    """Return the facts by tier.

    Raises:
        TruthError: it is not JSON of the documented form.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise TruthError(f"not JSON: {error}") from error
    if not isinstance(data, dict):
        raise TruthError("not a JSON object")
    facts = {tier: data.get(tier, []) for tier in TIERS}
    for tier, entries in facts.items():
        for entry in entries:
            if not isinstance(entry, dict) or entry.get("kind") not in CHECKS:
                raise TruthError(f"{tier}: not a fact: {entry!r}")
    return facts


def check(facts: Iterable[Fact], analysis: analysis_pb2.Analysis) -> list[Check]:
    """Return for each fact whether the analysis knows it.

    Raises:
        TruthError: a fact lacks a field of its kind.
    """
    checks = []
    for fact in facts:
        try:
            checks.append(CHECKS[fact["kind"]](fact, analysis))
        except KeyError as error:
            raise TruthError(f"{fact!r} has no {error}") from error
    return checks
