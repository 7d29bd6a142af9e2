"""Limits of the calls about the taxonomy."""

from __future__ import annotations

from typing import Any

from limits.rows import Row, id_rows, page_rows

NODE_ID = "[a-z0-9_]+(\\.[a-z0-9_]+)*"
LANGUAGE = "[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?"
CLASS_LIST = "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}"


def node_rows(call: str) -> list[Row]:
    def row(field: str, given: dict[str, Any], limit: str, actual: str) -> Row:
        return Row(call, field, {"node": {"node_id": "my.x"} | given}, limit, actual)

    def name(code: str, text: str = "X") -> dict[str, str]:
        return {"language_code": code, "name": text}

    return [
        row("node.node_id", {"node_id": "My"}, NODE_ID, "My"),
        row("node.node_id", {"node_id": "a" * 65}, "64 bytes", "65"),
        row("node.parent_id", {"parent_id": "a..b"}, NODE_ID, "a..b"),
        row("node.names", {"names": [name("en")] * 2}, "unique languages", "en, en"),
        row("node.names", {"names": [name(f"de-{i:03}") for i in range(51)]}, "50", "51"),
        row("node.names[0].language_code", {"names": [name("EN")]}, LANGUAGE, "EN"),
        row("node.names[0].name", {"names": [name("en", " ")]}, "1 character", ""),
        *(
            case
            for field in ("aliases", "excluded_node_ids", "silent_words")
            for case in (
                row(f"node.{field}", {field: [f"x{i}" for i in range(101)]}, "100", "101"),
                row(f"node.{field}[0]", {field: ["x" * 257]}, "256 bytes", "257"),
            )
        ),
    ]


CLASS = {"list": "coco80", "class_name": "cat"}


def mapping_row(field: str, given: dict[str, Any], limit: str, actual: str) -> Row:
    mapping = CLASS | {"node_id": "animal.cat"} | given
    return Row("SetClassMapping", f"mapping.{field}", {"mapping": mapping}, limit, actual)


TAXONOMY_ROWS = [
    *page_rows("ListNodes"),
    Row("ListNodes", "level", {"level": 4}, "0..3", "4"),
    Row("ListNodes", "query", {"query": "x" * 257}, "256 bytes", "257"),
    *id_rows("node_id", "an id", "GetNode", "DeleteNode"),
    *node_rows("CreateNode"),
    *node_rows("UpdateNode"),
    mapping_row("list", {"list": "a b"}, CLASS_LIST, "a b"),
    mapping_row("feature", {"feature": "sound"}, "objects", "sound"),
    mapping_row("class_name", {"class_name": ""}, "1 character", ""),
    mapping_row("node_id", {"node_id": "?"}, NODE_ID, "?"),
    mapping_row("unmapped_reason", {"unmapped_reason": "x"}, "one of the two", "both"),
    mapping_row("unmapped_reason", {"node_id": ""}, "one of the two", "none"),
    mapping_row("unmapped_reason", {"node_id": "", "unmapped_reason": "x" * 1_025}, "1024 bytes",
                "1025"),
    Row("DeleteClassMapping", "list", {"list": ""}, CLASS_LIST, "", beside={"class_name": "x"}),
    Row("DeleteClassMapping", "class_name", {"class_name": "x" * 257}, "256 bytes", "257",
        beside={"list": "x"}),
    Row("ImportOverlay", "toml", {"toml": "#" * 1_000_001}, "1000000 bytes", "1000001"),
    Row("ImportOverlay", "toml", {"toml": "="}, "TOML", "="),
]  # fmt: skip
