"""The audit of licences finds what it is there to find; the tree itself passes it."""

from __future__ import annotations

import pytest

from scripts.audit import (
    Licences,
    families,
    locked,
    main,
    may_be_used,
    of_installed,
    of_notice,
    of_table,
)

ALLOWED = frozenset({"MIT", "BSD-3-Clause"})
KNOWN = Licences(
    ALLOWED, {"half": "Its file is used unchanged."}, {"one": "MIT", "half": "MPL-2.0"}
)
PINS = {"one": {"1.0"}, "half": {"2.1", "2.2"}}
MODELS = {"net": {"tier": "standard", "licence": "MIT"}}
NOTICE = """
Models inside Python packages that the services depend on

  one 1.0, half 2  somebody


Model files

  net     a net     MIT

  half comes with one.
"""


def test_the_tree_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0, capsys.readouterr().err


def test_pins_are_read_by_normal_name() -> None:
    lock = "A_b.C==1.0 \\\n    --hash=sha256:0\nd==2 ; sys_platform == 'win32'\n"
    assert locked([lock, "a-b-c==1.1\n"]) == {"a-b-c": {"1.0", "1.1"}, "d": {"2"}}


@pytest.mark.parametrize(
    ("expression", "used"),
    [
        ("MIT", True),
        ("MIT AND BSD-3-Clause", True),
        ("MIT OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("GPL-3.0-only", False),
        ("(MIT)", False),
    ],
)
def test_of_a_choice_one_side_is_enough(expression: str, used: bool) -> None:
    assert may_be_used(expression, ALLOWED) == used


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("MIT License", {"MIT"}),
        ("LGPL-3.0-only", {"LGPL"}),
        ("GNU Lesser General Public License v3", {"LGPL"}),
        ("License :: OSI Approved :: GNU General Public License v3 (GPLv3)", {"GPL"}),
        ("GNU Affero General Public License v3", {"AGPL"}),
        ("Apache-2.0 OR BSD-3-Clause", {"Apache", "BSD"}),
        ("", set()),
    ],
)
def test_texts_name_families(text: str, found: set[str]) -> None:
    assert families(text) == found


def test_nothing_is_wrong_with_a_table_that_is_whole() -> None:
    assert not list(of_table(KNOWN, PINS))
    assert not list(of_installed(KNOWN, {"one": "MIT License", "half": ""}))
    assert not list(of_notice(NOTICE, KNOWN, PINS, MODELS))


def test_what_is_missing_or_changed_is_named() -> None:
    assert list(of_table(KNOWN, PINS | {"new": {"1"}})) == [
        "new is locked but has no licence in locks/licences.toml"
    ]
    assert list(of_table(KNOWN, {"half": {"2.1"}})) == [
        "one has a licence in locks/licences.toml but is not locked"
    ]
    bare = Licences(ALLOWED, {"one": "?"}, KNOWN.distributions)
    assert list(of_table(bare, PINS)) == [
        "one: MIT is allowed and needs no exception",
        "half: MPL-2.0 is neither allowed nor an exception",
    ]
    changed = "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"
    assert list(of_installed(KNOWN, {"one": changed})) == [
        f"one says {changed!r} of itself, locks/licences.toml MIT"
    ]
    assert list(of_notice(NOTICE.replace("half", "h"), KNOWN, PINS, MODELS)) == [
        "NOTICE does not name half, an exception"
    ]
    assert list(of_notice(NOTICE, KNOWN, PINS | {"one": {"1.10"}}, MODELS)) == [
        "NOTICE names one 1.0, the locks 1.10"
    ]
    assert list(of_notice(NOTICE, KNOWN, PINS, {"net": MODELS["net"] | {"licence": "ISC"}})) == [
        "NOTICE has no line of the model net with its licence ISC"
    ]
