"""Own templates: versions never change, and what is cited stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fresh import fresh_database
from videre.common.clock import FakeClock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.store import schema as t
from videre.orchestrator.store import templates as module
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.jobs import JobStore
from videre.orchestrator.store.templates import FIRST_NUMBER, TemplateRecord, TemplateStore

P = "films"
ONE: dict[str, Any] = {"moderation": {"merge_gap_ms": 1}}
TWO: dict[str, Any] = {"moderation": {"merge_gap_ms": 2}}


def free(_earlier: Sequence[Any]) -> None:
    """Nothing contradicts the earlier versions."""


@pytest.fixture
def templates(database: Database, clock: FakeClock) -> TemplateStore:
    return TemplateStore(database, clock)


@pytest.fixture
def house(templates: TemplateStore) -> TemplateStore:
    """One template with one version."""
    templates.create(P, "house", "moderation", ONE, "ada")
    return templates


def update(templates: TemplateStore, document: Any, etag: str = "") -> TemplateRecord:
    return templates.append(P, "house", document, "bob", etag=etag, check=free)


def refused(reason: Reason, call: Callable[[], object]) -> None:
    with pytest.raises(VidereError) as error:
        call()
    assert error.value.reason is reason


def test_a_template_is_made_once(house: TemplateStore, clock: FakeClock) -> None:
    first = house.get(P, "house")
    clock.advance(1)
    assert house.create(P, "house", "moderation", ONE, "eve") == first
    refused(Reason.TEMPLATE_EXISTS, lambda: house.create(P, "house", "moderation", TWO, "ada"))
    update(house, TWO)
    refused(Reason.TEMPLATE_EXISTS, lambda: house.create(P, "house", "moderation", TWO, "ada"))
    assert first is not None
    assert (first.number, first.version, first.created_by) == (FIRST_NUMBER, 1, "ada")


def test_templates_are_found_by_id_and_number_in_their_project(house: TemplateStore) -> None:
    house.create(P, "other", "analysis", ONE, "ada")
    house.create("else", "house", "analysis", TWO, "ada")
    assert house.get(P, "1001") == house.get(P, "other")
    assert house.get("else", "1000") == house.get("else", "house")
    for name in ("1002", "nobody", "9" * 40, "٣"):
        assert house.get(P, name) is None
    assert house.get(P, "house", 2) is None
    assert [one.template_id for one in house.list(P)] == ["house", "other"]


def test_a_lost_update_is_refused(house: TemplateStore) -> None:
    assert update(house, TWO, "1").version == 2
    refused(Reason.ETAG_MISMATCH, lambda: update(house, ONE, "1"))
    assert update(house, TWO, "1").version == 2, "the same change again is done already"
    refused(Reason.ETAG_MISMATCH, lambda: house.delete(P, "house", "1"))
    refused(
        Reason.TEMPLATE_NOT_FOUND,
        lambda: house.append(P, "nobody", ONE, "ada", check=free),
    )


def test_what_contradicts_the_earlier_versions_is_not_stored(house: TemplateStore) -> None:
    update(house, TWO)

    def check(earlier: Sequence[Any]) -> None:
        assert list(earlier) == [ONE, TWO]
        raise ValueError("contradicts")

    with pytest.raises(ValueError, match="contradicts"):
        house.append(P, "house", {}, "ada", check=check)
    latest = house.get(P, "house")
    assert latest is not None
    assert (latest.version, latest.document) == (2, TWO)


@settings(max_examples=10, deadline=None)
@given(values=st.lists(st.integers(0, 3), min_size=1, max_size=8))
def test_a_version_never_changes(
    tmp_path_factory: pytest.TempPathFactory, values: list[int]
) -> None:
    """Whatever is written after it: every version says what it said first, with its author."""
    folder: Path = tmp_path_factory.mktemp("templates")
    database = fresh_database(folder / "videre.db")
    try:
        store = TemplateStore(database, FakeClock())
        store.create(P, "house", "moderation", {"value": -1}, "ada")
        seen = [store.get(P, "house")]
        for place, value in enumerate(values):
            made = store.append(P, "house", {"value": value}, f"author {place}", check=free)
            if made.version > len(seen):
                seen.append(made)
            again = [store.get(P, "house", version + 1) for version in range(len(seen))]
            assert [_said(one) for one in again] == [_said(one) for one in seen]
            assert again[-1] == store.get(P, "house")
        store.create(P, "next", "moderation", {"value": 9}, "ada")
        assert [_said(store.get(P, "house", n + 1)) for n in range(len(seen))] == [
            _said(one) for one in seen
        ]
    finally:
        database.dispose()


def _said(record: TemplateRecord | None) -> tuple[Any, ...]:
    assert record is not None
    return record.version, record.document, record.create_ns, record.created_by


def cite(templates: TemplateStore, database: Database, job_id: str, version: int = 1) -> None:
    with database.durable.begin() as connection:
        templates.cite(connection, P, job_id, [("house", version)])


def test_an_uncited_template_is_gone_with_its_versions(
    house: TemplateStore, count: Callable[[str], int]
) -> None:
    assert house.delete(P, "house", "1") is False
    assert house.get(P, "house") is None
    assert count("template_version") == 0
    assert house.create(P, "house", "analysis", TWO, "ada").kind == "analysis"


def test_a_cited_template_stays_readable_until_nothing_cites_it(
    house: TemplateStore, database: Database, jobs: JobStore, submit: Callable[..., str]
) -> None:
    job_id = submit()
    cite(house, database, job_id)
    update(house, TWO)
    assert house.delete(P, "house") is True
    kept = house.get(P, "house", 1)
    assert kept is not None
    assert (kept.document, kept.delete_ns is not None) == (ONE, True)
    assert house.list(P) == []
    assert [one.template_id for one in house.list(P, deleted=True)] == ["house"]
    refused(Reason.TEMPLATE_NOT_FOUND, lambda: update(house, ONE))
    refused(Reason.TEMPLATE_NOT_FOUND, lambda: house.delete(P, "house"))
    refused(Reason.TEMPLATE_NOT_FOUND, lambda: cite(house, database, "another"))
    refused(Reason.TEMPLATE_EXISTS, lambda: house.create(P, "house", "moderation", ONE, "ada"))
    assert house.forget_uncited() == 0
    jobs.purge(job_id)
    assert house.forget_uncited() == 1
    assert house.get(P, "house", 1) is None


def test_an_analysis_cites_after_its_job_is_gone(
    house: TemplateStore, database: Database, jobs: JobStore, submit: Callable[..., str]
) -> None:
    job_id = submit()
    cite(house, database, job_id)
    row = {
        "id": "media-1", "project_id": P, "tags": {}, "source": "", "create_ns": 0,
        "created_by": "ada",
    }  # fmt: skip
    published = {
        "media_id": "media-1", "revision": 1, "project_id": P, "job_id": job_id,
        "document_digest": "d", "result_digest": "d", "create_ns": 0,
    }  # fmt: skip
    with database.durable.begin() as connection:
        connection.execute(sa.insert(t.media), row)
        connection.execute(sa.insert(t.analysis), published)
    jobs.purge(job_id)
    assert house.delete(P, "house") is True
    assert house.forget_uncited() == 0
    with database.durable.begin() as connection:
        connection.execute(sa.delete(t.media))
    assert house.forget_uncited() == 1


def test_the_default_is_not_deleted(house: TemplateStore) -> None:
    house.set_default(P, "moderation", "house", own=True)
    refused(Reason.TEMPLATE_IS_DEFAULT, lambda: house.delete(P, "house"))
    house.set_default(P, "moderation", "strict", own=False)
    house.set_default(P, "analysis", "search", own=False)
    assert house.defaults(P) == {"moderation": "strict", "analysis": "search"}
    assert house.defaults("else") == {}
    assert house.delete(P, "house") is False
    refused(
        Reason.TEMPLATE_NOT_FOUND, lambda: house.set_default(P, "moderation", "house", own=True)
    )


def test_a_project_has_a_bound_of_templates(
    templates: TemplateStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_TEMPLATES", 2)
    for name in ("a", "b"):
        templates.create(P, name, "moderation", ONE, "ada")
    refused(Reason.TEMPLATES_FULL, lambda: templates.create(P, "c", "moderation", ONE, "ada"))
    templates.create("else", "c", "moderation", ONE, "ada")
