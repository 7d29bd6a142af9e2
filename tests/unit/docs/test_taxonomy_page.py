"""docs/taxonomy.md: its table is that of the code, and every call of the service is told."""

from __future__ import annotations

from pathlib import Path

from scripts.docs_taxonomy import page
from videre.v1 import taxonomy_pb2

TEXT = (Path(__file__).parents[3] / "docs" / "taxonomy.md").read_text(encoding="utf-8")


def test_the_table_is_that_of_the_code() -> None:
    assert page(TEXT) == TEXT, "run scripts/docs_taxonomy.py"


def test_every_call_is_told() -> None:
    service = taxonomy_pb2.DESCRIPTOR.services_by_name["TaxonomyService"]
    assert all(f"`{method.name}`" in TEXT for method in service.methods)
