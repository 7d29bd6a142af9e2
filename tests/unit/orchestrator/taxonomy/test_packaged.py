"""The packaged taxonomy is complete: every class of every engine, every name it promises."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from videre.orchestrator.taxonomy.load import load_taxonomy
from videre.orchestrator.taxonomy.model import ClassMapping

SERVICES = Path(__file__).parents[4] / "services"
TAXONOMY = load_taxonomy()
#: Mapping → (number of its classes, folder of the service's own class list, name part of the file).
LISTS = {
    "coco80": (80, "visual/videre/visual/data", "coco80"),
    "imagenet1000": (1_000, "visual/videre/visual/data", "imagenet1000"),
    "audioset521": (521, "audio/videre/audio", "audioset"),
}


def mapping(name: str) -> ClassMapping:
    return next(item for item in TAXONOMY.mappings if item.name == name)


def service_classes(name: str) -> list[str]:
    _, folder, part = LISTS[name]
    found = [p for p in (SERVICES / folder).rglob(f"*{part}*") if p.suffix in (".txt", ".csv")]
    if not found:
        pytest.skip(f"the service does not ship a list named {part}")
    text = found[0].read_text("utf-8")
    if found[0].suffix == ".csv":
        return [row["display_name"] for row in csv.DictReader(text.splitlines())]
    if name == "imagenet1000":  # synonyms follow the first name
        return [line.split(",")[0].strip() for line in text.splitlines()]
    return [line.strip() for line in text.splitlines()]


@pytest.mark.parametrize("name", LISTS)
def test_every_class_is_mapped_or_says_why_not(name: str) -> None:
    item = mapping(name)
    assert len(item.nodes) + len(item.unmapped) == LISTS[name][0]
    assert all(reason for reason in item.unmapped.values())


@pytest.mark.parametrize("name", LISTS)
def test_the_mapping_names_exactly_the_classes_of_the_service(name: str) -> None:
    item = mapping(name)
    assert set(service_classes(name)) == set(item.nodes) | set(item.unmapped)


@pytest.mark.parametrize("item", TAXONOMY.mappings, ids=lambda item: item.name)
def test_classes_mean_at_least_a_kind_not_a_category(item: ClassMapping) -> None:
    assert {TAXONOMY.node(node).level for node in item.nodes.values()} <= {2, 3}


def test_kinds_and_categories_have_chinese_names() -> None:
    assert not [
        node.id
        for node in TAXONOMY.nodes.values()
        if node.level < 3 and "zh-Hans" not in node.names
    ]


def test_there_are_25_to_35_categories() -> None:
    assert 25 <= sum(node.level == 1 for node in TAXONOMY.nodes.values()) <= 35


@pytest.mark.parametrize(
    ("category", "kind", "details"),
    [
        ("Tourism & geography", "Natural landscape", ("Moon", "Sky")),
        ("Others", "Color", ("Blue", "Green", "Black", "White")),
        ("Others", "Astronomical object", ()),
        ("Daily necessities", "Text", ()),
        ("Daily necessities", "Letter", ()),
        ("Virtual scene", "Web page", ()),
        ("Virtual scene", "Website", ()),
        ("Artwork", "Illustration", ()),
        ("Other scenes", "Mobile phone screenshot", ()),
    ],
)
def test_the_sample_tree_of_a_cloud_is_there(
    category: str, kind: str, details: tuple[str, ...]
) -> None:
    def named(name: str, level: int, parent: str) -> str:
        return next(
            node.id
            for node in TAXONOMY.nodes.values()
            if (node.names["en"], node.level, node.parent) == (name, level, parent)
        )

    parent = named(kind, 2, named(category, 1, ""))
    assert all(named(detail, 3, parent) for detail in details)


def test_ids_are_plain() -> None:
    assert all(
        node_id.replace(".", "").replace("_", "").isalnum() and node_id.islower()
        for node_id in TAXONOMY.nodes
    )
