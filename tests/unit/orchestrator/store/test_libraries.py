"""Libraries in the store: versions, forms, what goes and what stays."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from videre.common.clock import FakeClock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.library.model import EntryForm, Lesson, NewEntry, NewSample
from videre.orchestrator.store import libraries as store
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.libraries import LibraryStore
from videre.orchestrator.store.library_lessons import learn

P, L = "films", "staff"
Count = Callable[[str], int]


@pytest.fixture
def announced() -> list[int]:
    """Versions that were to be looked for."""
    return []


@pytest.fixture
def libraries(database: Database, clock: FakeClock, announced: list[int]) -> LibraryStore:
    return LibraryStore(database, clock, lambda _connection, one: announced.append(one.version))


def row(library_id: str = L, **given: Any) -> dict[str, Any]:
    fields = {
        "project_id": P, "id": library_id, "kind": "persons", "name": "Staff", "description": "",
        "usages": ["recognition"], "tags": {}, "threshold": None, "request_digest": "a" * 64,
        "created_by": "ada",
    }  # fmt: skip
    return fields | given


def sample(number: int, *, negative: bool = False) -> NewSample:
    picture = f"{number:064d}"
    return NewSample(f"s{number}", negative, picture, (1, 2, 3, 4), "e@1", bytes([number]))


def entry(entry_id: str, name: str = "Ada", *samples: NewSample, **document: Any) -> NewEntry:
    form = EntryForm(name, document.pop("category", ""), document)
    return NewEntry(entry_id, form, samples, f"{entry_id}{name}")


@pytest.fixture
def staff(libraries: LibraryStore) -> LibraryStore:
    libraries.create(row())
    added = [entry("ada", "Ada", sample(1), sample(2, negative=True)), entry("bob", "Bob")]
    libraries.add(P, L, added, "", "ada")
    return libraries


def refused(reason: Reason, call: Callable[[], object]) -> None:
    with pytest.raises(VidereError) as caught:
        call()
    assert caught.value.reason is reason


def test_the_same_request_makes_one_library(libraries: LibraryStore) -> None:
    first = libraries.create(row())
    assert libraries.create(row()) == first
    assert (first.version, first.edit, first.entry_count) == (1, 1, 0)
    refused(Reason.LIBRARY_EXISTS, lambda: libraries.create(row(request_digest="b" * 64)))
    assert libraries.create(row(project_id="others")).project_id == "others"


def test_a_batch_is_one_version_and_the_same_batch_none(staff: LibraryStore) -> None:
    assert (staff.get(P, L).version, staff.get(P, L).entry_count) == (2, 2)
    again = [entry("ada", "Ada"), entry("bob", "Bob"), entry("cyd", "Cyd")]
    assert staff.add(P, L, again, "", "ada").version == 3
    assert [e.entry_id for e in staff.entries(P, L)] == ["ada", "bob", "cyd"]
    assert [s.id for s in staff.entry(P, L, "ada").samples] == ["s1", "s2"]
    assert staff.add(P, L, again, "", "ada").version == 3


def test_another_entry_under_an_id_adds_nothing(staff: LibraryStore) -> None:
    before = staff.get(P, L)
    batch = [entry("cyd", "Cyd"), entry("ada", "Another")]
    refused(Reason.ENTRY_EXISTS, lambda: staff.add(P, L, batch, "", "ada"))
    assert staff.get(P, L) == before
    assert len(staff.entries(P, L)) == 2


def test_an_etag_of_before_changes_nothing(staff: LibraryStore) -> None:
    known = str(staff.get(P, L).edit)
    staff.change(P, L, {"name": "New"}, known, alters_answers=False)
    for call in (
        lambda: staff.change(P, L, {"name": "Newer"}, known, alters_answers=False),
        lambda: staff.add(P, L, [entry("cyd")], known, "ada"),
        lambda: staff.remove(P, L, ["ada"], known),
        lambda: staff.delete(P, L, known),
    ):
        refused(Reason.ETAG_MISMATCH, call)
    record = staff.get(P, L)
    assert (record.name, record.entry_count, record.version) == ("New", 2, 2)


def test_a_change_ends_the_old_form(staff: LibraryStore, count: Count) -> None:
    form = EntryForm("Ada L.", "maths", {"description": "first"})
    changed = staff.change_entry(
        P, L, "ada", form, added=[sample(3)], removed=["s1"], etag="", subject="eve"
    )
    assert (changed.name, changed.added_in, changed.changed_by) == ("Ada L.", 3, "eve")
    assert [s.id for s in changed.samples] == ["s2", "s3"]
    assert count("library_entry") == 3
    assert count("library_sample") == 2
    assert count("artifact_ref") == 2


def test_a_repeated_change_adds_a_sample_once(staff: LibraryStore, count: Count) -> None:
    form = EntryForm("Ada", "", {})

    def change(*added: NewSample, removed: tuple[str, ...] = ()) -> list[tuple[str, bool]]:
        changed = staff.change_entry(
            P, L, "ada", form, added=added, removed=removed, etag="", subject="eve"
        )
        return [(s.id, s.negative) for s in changed.samples]

    known = [("s1", False), ("s2", True)]
    assert change(sample(3)) == [*known, ("s3", False)]
    again = dataclasses.replace(sample(3), id="s4")
    assert change(again) == change(again, again) == [*known, ("s3", False)]
    opposite = dataclasses.replace(sample(3, negative=True), id="s5")
    assert change(opposite, again) == [*known, ("s3", False), ("s5", True)]
    assert change(again, removed=("s3",)) == [*known, ("s4", False), ("s5", True)]
    assert count("library_sample") == count("artifact_ref") == 4


def test_what_is_removed_leaves_no_name_vector_or_picture(
    staff: LibraryStore, count: Count
) -> None:
    refused(Reason.ENTRY_NOT_FOUND, lambda: staff.remove(P, L, ["ada", "nobody"], ""))
    assert count("library_sample") == 2
    assert staff.remove(P, L, ["ada", "ada"], "").entry_count == 1
    refused(Reason.ENTRY_NOT_FOUND, lambda: staff.entry(P, L, "ada"))
    assert (count("library_sample"), count("artifact_ref")) == (0, 0)
    assert count("library_entry") == 2, "the id stays, so that earlier versions can be told"
    assert staff.add(P, L, [entry("ada", "Ada")], "", "ada").entry_count == 2
    staff.delete(P, L, "")
    assert count("library") + count("library_entry") == 0
    refused(Reason.LIBRARY_NOT_FOUND, lambda: staff.get(P, L))


def test_entries_are_found_by_group_tag_and_name(staff: LibraryStore) -> None:
    tagged = entry("cyd", "Ада_1", category="x", tags={'a"b': "1"})
    staff.add(P, L, [tagged, entry("dan", "Ада%")], "", "ada")

    def found(**given: Any) -> list[str]:
        return [e.entry_id for e in staff.entries(P, L, **given)]

    assert found(category="x") == found(tags={'a"b': "1"}) == ["cyd"]
    assert found(tags={'a"b': "2"}) == []
    assert found(name_prefix="Ада") == ["cyd", "dan"]
    assert found(name_prefix="Ада_") == ["cyd"]
    assert found(limit=2, after_id="ada") == ["bob", "cyd"]


def test_every_version_is_announced_and_nothing_else(
    staff: LibraryStore, announced: list[int]
) -> None:
    staff.add(P, L, [entry("ada", "Ada")], "", "ada")
    staff.change(P, L, {"name": "New"}, "", alters_answers=False)
    assert announced == [2]
    staff.change(P, L, {"threshold": 7_000}, "", alters_answers=True)
    staff.remove(P, L, ["bob"], "")
    staff.delete(P, L, "")
    assert announced == [2, 3, 4, 5]


def test_a_library_has_an_end(staff: LibraryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MAX_ENTRIES", 2)
    refused(Reason.LIBRARY_FULL, lambda: staff.add(P, L, [entry("cyd")], "", "ada"))
    assert staff.get(P, L).entry_count == 2


# --- lessons ---------------------------------------------------------------------------------


@pytest.fixture
def taught(staff: LibraryStore, database: Database) -> Callable[..., dict[str, list[str]]]:
    """Return what teaches the library, and says which samples its entries have then."""

    def teach(*lessons: Lesson) -> dict[str, list[str]]:
        with database.durable.begin() as connection:
            learn(staff, connection, P, L, lessons, "eve")
        return {
            record.entry_id: [f"{'-' * s.negative}{s.id}" for s in record.samples]
            for record in staff.entries(P, L)
        }

    return teach


def lesson(entry_id: str, number: int, name: str = "", *, negative: bool = False) -> Lesson:
    origin = {"media_id": "m", "person_id": "p", "feedback_id": f"f{number}", "job_id": "j"}
    made = dataclasses.replace(sample(number, negative=negative), origin=origin)
    return Lesson(entry_id, name, made)


def test_a_library_learns_as_one_version(
    staff: LibraryStore, taught: Callable[..., Any], announced: list[int]
) -> None:
    before = staff.get(P, L)
    learned = taught(lesson("ada", 3), lesson("cyd", 4, "Cyd"), lesson("ada", 5, negative=True))
    assert learned == {"ada": ["s1", "-s2", "s3", "-s5"], "bob": [], "cyd": ["s4"]}
    after = staff.get(P, L)
    assert (after.version, after.entry_count) == (before.version + 1, before.entry_count + 1)
    assert announced[-1] == after.version
    kept = staff.entry(P, L, "ada").samples[2].origin
    assert kept is not None
    assert kept["feedback_id"] == "f3"
    assert staff.entry(P, L, "ada").request_digest == "adaAda", "added again, it is the same"


def test_what_was_learned_is_not_learned_again(
    staff: LibraryStore, taught: Callable[..., Any]
) -> None:
    same = dataclasses.replace(sample(1), id="s9")
    learned = taught(Lesson("ada", "", same), lesson("gone", 7), lesson("gone", 8, negative=True))
    assert learned == {"ada": ["s1", "-s2"], "bob": []}
    assert staff.get(P, L).version == 2


def test_who_is_the_entry_is_no_counter_sample_of_it_any_more(
    taught: Callable[..., Any], count: Count
) -> None:
    shown = Lesson("ada", "", dataclasses.replace(sample(2), id="s9"))
    assert taught(shown)["ada"] == ["s1", "s9"]
    hidden = Lesson("ada", "", dataclasses.replace(sample(1, negative=True), id="sa"))
    assert taught(hidden)["ada"] == ["s1", "s9", "-sa"], "one that shows it stays"
    assert count("artifact_ref") == count("library_sample") == 3


def test_an_entry_has_room_for_so_many(staff: LibraryStore, taught: Callable[..., Any]) -> None:
    taught(*(lesson("ada", number) for number in range(3, 21)))
    refused(Reason.FIELD_INVALID, lambda: taught(lesson("bob", 30), lesson("ada", 31)))
    assert not staff.entry(P, L, "bob").samples, "all or none"
