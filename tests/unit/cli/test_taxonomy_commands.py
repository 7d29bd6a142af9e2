"""`videre taxonomy …`: what is sent, what is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from doubles.world import World

Run = Callable[..., Any]
ADD = ("taxonomy", "add", "animal.husky", "--parent", "animal.pet", "--name", "en=Husky",
       "--name", "zh-Hans=哈士奇", "--alias", "huskies")  # fmt: skip


@pytest.fixture
def husky(videre: Run) -> None:
    """A label of the project's own."""
    assert videre(*ADD).code == 0


def test_a_label_is_added_as_it_was_said(videre: Run, world: World) -> None:
    ran = videre(*ADD, "--silent", "--etag", "0")
    assert ran.out == "added animal.husky, etag 1\n"
    (request,) = world.calls("CreateNode")
    assert {item.language_code: item.name for item in request.node.names} == {
        "en": "Husky", "zh-Hans": "哈士奇",
    }  # fmt: skip
    assert (request.node.parent_id, list(request.node.aliases)) == ("animal.pet", ["huskies"])
    assert (request.node.silent, request.etag) == (True, "0")


def test_a_check_stores_nothing(videre: Run, world: World) -> None:
    assert "could add" in videre(*ADD, "--check").out
    assert not world.nodes


@pytest.mark.usefixtures("husky")
def test_a_label_is_shown_with_what_leads_to_it(videre: Run) -> None:
    shown = videre("taxonomy", "show", "animal.husky").out
    for words in (
        "哈士奇", "also: huskies", "detector@1", "dog, pug", "my_rule", "Two [pets].", "doggo",
        "2 labels below it", "only where it is named", "seen or heard", "do not answer: audio",
    ):  # fmt: skip
        assert words in shown, words
    answer = videre("taxonomy", "show", "animal.husky", "--json").json()
    assert [route["kind"] for route in answer["routes"]] == [
        "ROUTE_KIND_CLASS", "ROUTE_KIND_EVENT_RULE", "ROUTE_KIND_WORDS",
    ]  # fmt: skip


def test_labels_are_listed_over_all_pages(videre: Run, world: World) -> None:
    for name in ("a.x", "a.y", "a.z", "b.x"):
        videre("taxonomy", "add", name, "--name", f"en={name.upper()}")
    assert "A.Z" in videre("taxonomy", "list", "a.").out
    found = videre("taxonomy", "list", "a.", "--json").json()
    assert [node["nodeId"] for node in found] == ["a.x", "a.y", "a.z"]
    videre("taxonomy", "list", "--own", "--level", "2", "--parent", "p", "--language", "de")
    asked = world.calls("ListNodes")[-1]
    assert (asked.own_only, asked.level, asked.parent_id, asked.language_code) == (
        True, 2, "p", "de",
    )  # fmt: skip


@pytest.mark.usefixtures("husky")
def test_a_label_is_changed_and_removed(videre: Run, world: World) -> None:
    ran = videre("taxonomy", "change", "animal.husky", "--name", "en=Dog", "--json")
    assert ran.json()["node"]["name"] == "Dog"
    assert videre("taxonomy", "remove", "animal.husky", "--json").json() == {"etag": "0"}
    ran = videre("taxonomy", "remove", "animal.husky")
    assert (ran.code, ran.err) == (1, "videre: NODE_NOT_FOUND: no node animal.husky\n")


def test_classes_are_mapped(videre: Run, world: World) -> None:
    ran = videre("taxonomy", "map", "coco80", "dog", "--node", "animal.husky")
    assert "coco80/dog means animal.husky" in ran.out
    videre("taxonomy", "map", "mine", "x", "--feature", "sound", "--reason", "too loud", "--json")
    first, second = (request.mapping for request in world.calls("SetClassMapping"))
    assert (first.list, first.class_name, first.node_id) == ("coco80", "dog", "animal.husky")
    assert (second.feature, second.unmapped_reason) == ("sound", "too loud")
    assert videre("taxonomy", "unmap", "coco80", "dog").code == 0
    assert world.calls("DeleteClassMapping")[0].class_name == "dog"


def test_additions_go_out_and_come_in_as_files(videre: Run, world: World, tmp_path: Path) -> None:
    world.overlay = '[level3]\n"animal.dog" = { de = "Hund" }\n'
    assert videre("taxonomy", "export").out == world.overlay
    file = tmp_path / "own.toml"
    assert f"wrote {file}" in videre("taxonomy", "export", "-o", file).out
    world.overlay = ""
    ran = videre("taxonomy", "import", file)
    assert "is now 3+87654321" in ran.out
    assert world.overlay == file.read_text("utf-8")
    assert videre("taxonomy", "info", "--json").json()["version"] == "3+12345678"
    assert "1, 2, 3 nodes" in videre("taxonomy", "info").out


def test_a_name_without_a_language_is_wrong_usage(videre: Run) -> None:
    assert videre("taxonomy", "add", "a.x", "--name", "X").code == 2
