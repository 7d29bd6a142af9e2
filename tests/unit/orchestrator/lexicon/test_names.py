"""Lists of names: packaged, operators' own, refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from videre.orchestrator.document import EntityKind
from videre.orchestrator.lexicon.names import NameListError, load_names


def test_an_own_list_stands_beside_the_packaged_one(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[names]\n"Acme" = { kind = "brand", also = ["阿克米"] }\n', "utf-8")
    names = load_names((own,))
    assert names.english["acme",].kind is EntityKind.BRAND
    assert names.chinese["阿克米"].name == "Acme"
    assert "Huawei" in names.names
    assert names.own
    assert names.version != load_names().version


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[names]\nA = { kind = 'planet' }",
        "[names]\nA = { kind = 'brand', also = 'B' }",
        "[names]\nA = { kind = 'brand', common = 1 }",
        "[names]\nA = { kind = 'brand', colour = 'red' }",
        "[brands]\nA = { kind = 'brand' }",
        "not toml",
    ],
)
def test_a_list_that_says_something_unknown_is_refused_by_name(tmp_path: Path, text: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(text, "utf-8")
    with pytest.raises(NameListError, match=r"own\.toml"):
        load_names((own,))


def test_a_list_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NameListError, match="missing"):
        load_names((tmp_path / "missing.toml",))
