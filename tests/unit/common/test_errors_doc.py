"""The page of reasons is current, and no reason is used that does not stand in its table."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from scripts.docs_errors import PAGE, page
from videre.common.errors import Reason

ROOT = Path(__file__).parents[3]
FOLDERS = ("common", "orchestrator", "services", "exports", "cli")


def sources(*words: str) -> Iterator[tuple[Path, ast.Module]]:
    """Yield the modules with any of some words: to parse those without takes seconds."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            if "_pb2" not in path.name and any(word in text for word in words):
                yield path.relative_to(ROOT), ast.parse(text)


def written_reasons(tree: ast.Module) -> Iterator[str]:
    """Yield the reasons a module writes out: members, `reason=` and `"reason":` with a text."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="Reason"), attr=name) if name.isupper():
                yield name
            case ast.Call(func=ast.Name(id="Reason"), args=[ast.Constant(value=str(name))]):
                yield name
            case ast.keyword(arg="reason", value=ast.Constant(value=str(name))):
                yield name
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    match key, value:
                        case ast.Constant(value="reason"), ast.Constant(value=str(name)):
                            yield name


def test_the_page_is_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "docs/errors.md is stale: run make gen"


def test_every_reason_that_is_written_out_stands_in_the_table() -> None:
    known = {*Reason, ""}
    unknown = {
        f"{path}: {name}"
        for path, tree in sources("reason", "Reason")
        for name in written_reasons(tree)
        if name not in known
    }  # fmt: skip
    assert not unknown


def test_error_info_is_made_in_one_place_only() -> None:
    makers = {
        str(path)
        for path, tree in sources("ErrorInfo")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "ErrorInfo"
    }
    assert makers == {"common/videre/common/wire_errors.py"}


def test_a_reason_outside_the_table_would_be_found() -> None:
    text = 'f(reason="A"); {"reason": "B"}; Reason.C; Reason("D"); f(reason=other)'
    assert sorted(written_reasons(ast.parse(text))) == ["A", "B", "C", "D"]
