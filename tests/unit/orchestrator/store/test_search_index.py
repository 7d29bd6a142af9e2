"""The search index in a real database: written with its media, gone with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
import sqlalchemy as sa

from videre.common.values import NS
from videre.orchestrator.recommend.model import NO_ITEM
from videre.orchestrator.search.build import packed_given
from videre.orchestrator.search.looks import NO_LOOKS, Looks
from videre.orchestrator.search.model import INDEX_VERSION, Field, Given, Moment, Passage
from videre.orchestrator.search.packing import Packed, pack
from videre.orchestrator.search.ranking import find, needs_places, wanted_terms
from videre.orchestrator.search.results import by_media
from videre.orchestrator.search.syntax import Either, Match, Node, parse
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.media import MediaStore, NewMedia
from videre.orchestrator.store.search_index import index_media, outdate
from videre.orchestrator.store.search_looks import LookStore
from videre.orchestrator.store.search_reads import SearchStore, Wanted
from videre.orchestrator.store.search_tables import Held, HeldTables

ANY = Wanted()
TABLES = (t.search_media, t.search_term, t.search_posting, t.search_chunk, t.search_look)


def packed(*texts: str) -> Packed:
    moments = [
        Moment(i * NS, (i + 1) * NS, i, "", (Passage(Field.SAID, text, 0, 1),))
        for i, text in enumerate(texts)
    ]
    return pack(moments)


@pytest.fixture
def search(database: Database) -> SearchStore:
    return SearchStore(database)


def register(database: Database, media: MediaStore, media_id: str, title: str = "") -> None:
    media.create(NewMedia(media_id, "p", "upload", "", title=title))
    with database.steps.begin() as connection:
        media.append_analysis(
            connection, media_id=media_id, project_id="p", job_id="j", document_digest="d",
            suggestion="pass", artifacts=(), facts=None,
        )  # fmt: skip


def index(database: Database, media_id: str, document: Packed, title: str = "") -> None:
    with database.steps.begin() as connection:
        index_media(connection, "p", media_id, document, packed_given(Given(title)))


def counts(database: Database) -> list[int]:
    with database.steps.connect() as connection:
        return [
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            for table in TABLES
        ]


def having(search: SearchStore, *terms: str, wanted: Wanted = ANY) -> list[str]:
    tree = Either(tuple(Match(((term, 0),)) for term in terms))
    return sorted(media_id for media_id, _ in ordered(search, tree, wanted))


def terms(database: Database) -> Sequence[str]:
    with database.steps.connect() as connection:
        query = sa.select(t.search_term.c.term).order_by(t.search_term.c.term)
        return list(connection.execute(query).scalars())


def test_indexing_again_changes_nothing(database: Database, media: MediaStore) -> None:
    register(database, media, "m1")
    index(database, "m1", packed("red car", "blue"), "title")
    before = counts(database), terms(database)
    index(database, "m1", packed("red car", "blue"), "title")
    assert (counts(database), terms(database)) == before
    index(database, "m1", packed("green"), "title")
    assert terms(database) == ["green", "titl"]


def test_a_media_goes_with_its_words(
    database: Database, media: MediaStore, search: SearchStore
) -> None:
    for name, text in (("m1", "red car"), ("m2", "red fox")):
        register(database, media, name)
        index(database, name, packed(text))
    assert having(search, "red") == ["m1", "m2"]
    media.delete("p", "m1", "")
    assert having(search, "red") == ["m2"]
    assert terms(database) == ["fox", "red"]
    media.delete("p", "m2", "")
    assert counts(database) == [0, 0, 0, 0, 0]


def test_a_title_changes_with_its_media(
    database: Database, media: MediaStore, search: SearchStore
) -> None:
    register(database, media, "m1", "old")
    index(database, "m1", packed("red"), "old")
    media.change("p", "m1", {"title": "new"}, "")
    assert (having(search, "old"), having(search, "new"), having(search, "red")) == (
        [], ["m1"], ["m1"],
    )  # fmt: skip
    (moment,) = search.moments({1: [0]}).values()
    assert [one.text for one in moment.passages] == ["new", "red"]


def test_what_waits(database: Database, media: MediaStore, search: SearchStore) -> None:
    for name in ("m1", "m2"):
        register(database, media, name)
    assert search.waiting("", 10) == [("p", "m1"), ("p", "m2")]
    assert search.waiting("p", 10, "m1") == [("p", "m2")]
    assert search.waiting("q", 10) == []
    index(database, "m1", packed("red"))
    assert search.waiting("p", 10) == [("p", "m2")]
    state = search.state("p")
    assert (state.media, state.moments, state.waiting) == (1, 1, 1)
    with database.steps.begin() as connection:
        outdate(connection, ["m1"])
    assert search.state("p").waiting == 2
    record = media.analysis("p", "m1", 0)
    assert search.write(record, packed("blue"), None, NO_LOOKS, NO_ITEM)
    assert having(search, "blue") == ["m1"]
    assert search.state("p").waiting == 1
    register_again = record.revision + 1
    with database.steps.begin() as connection:
        media.append_analysis(
            connection, media_id="m1", project_id="p", job_id="j", document_digest="e",
            suggestion="", artifacts=(), facts=None,
        )  # fmt: skip
    assert media.get("p", "m1").latest_revision == register_again
    assert not search.write(record, packed("late"), None, NO_LOOKS, NO_ITEM)
    assert having(search, "late") == []
    assert INDEX_VERSION > 0


def test_filters(database: Database, media: MediaStore, search: SearchStore) -> None:
    for name in ("m1", "m2"):
        register(database, media, name)
        index(database, name, packed("red"))
    assert having(search, "red", wanted=Wanted(media_ids=("m2",))) == ["m2"]
    assert having(search, "red", wanted=Wanted(suggestions=("block",))) == []
    assert having(search, "red", wanted=Wanted(suggestions=("pass",))) == ["m1", "m2"]
    created = media.get("p", "m1").create_ns
    assert having(search, "red", wanted=Wanted(min_create_ns=created + 10**18)) == []
    assert having(search, "red", wanted=Wanted(max_create_ns=created)) == []
    assert search.gather("q", ["red"], Wanted(), places=True).table.size == 0


def test_the_order_is_that_of_the_rows_on_every_database(
    database: Database, media: MediaStore, search: SearchStore
) -> None:
    texts = {
        "m1": ("red car", "a red red fox"), "m2": ("blue car", "火山爆发"), "m3": ("red",),
        "m4": ("the car is red and the fox is not", "car"), "m5": ("火山 car",),
    }  # fmt: skip
    for name, said in texts.items():
        register(database, media, name)
        index(database, name, packed(*said), title=f"fox {name}")
    found = {
        query: ordered(search, parse(query))
        for query in ("red", "red car", '"red car"', "car OR 火山", "fox -car", "title:fox red")
    }
    assert found == {
        "red": [("m1", 983_822), ("m3", 802_591), ("m4", 435_693)],
        "red car": [("m1", 1_242_082), ("m4", 745_249)],
        '"red car"': [("m1", 1_877_081)],
        "car OR 火山": [
            ("m5", 1_696_306), ("m2", 1_341_931), ("m4", 722_299), ("m1", 515_928),
        ],
        "fox -car": [("m3", 550_715)],
        "title:fox red": [("m3", 1_636_013), ("m1", 1_518_921), ("m4", 1_026_664)],
    }  # fmt: skip


def ordered(search: SearchStore, tree: Node, wanted: Wanted = ANY) -> list[tuple[str, int]]:
    """Return media and their scores as they come."""
    rows = search.gather("p", wanted_terms(tree), wanted, places=needs_places(tree))
    found = by_media(find(tree, rows.table, rows.postings, rows.corpus, rows.allowed))
    return [(hit.media_id, hit.score) for hit in found.page(0, len(found))]


def test_tables_follow_the_index(database: Database, media: MediaStore) -> None:
    def answers(search: SearchStore) -> list[list[tuple[str, int]]]:
        queries = ("red", "red car", '"red car"', "said:red -car", "title:fox red", "none")
        return [ordered(search, parse(query)) for query in queries]

    none = HeldTables(0)
    follows, reads = SearchStore(database), SearchStore(database, none)
    for name in ("m1", "m2", "m3"):
        register(database, media, name)
    changes: list[Callable[[], object]] = [
        lambda: index(database, "m1", packed("red car", "a red fox")),
        lambda: index(database, "m2", packed("car", "red car red car"), "old fox"),
        lambda: index(database, "m3", packed("red", "car")),
        lambda: index(database, "m1", packed("red", "red", "red car"), "fox"),
        lambda: media.change("p", "m2", {"title": "new"}, ""),
        lambda: media.delete("p", "m3", ""),
    ]
    seen = []
    for change in changes:
        change()
        seen.append(answers(follows))
        assert seen[-1] == answers(follows) == answers(reads) == answers(SearchStore(database))
    assert len({str(one) for one in seen}) == len(changes)


def test_what_was_indexed_without_a_generation_is_seen(
    database: Database, media: MediaStore, search: SearchStore
) -> None:
    for name in ("m1", "m2"):
        register(database, media, name)
    index(database, "m1", packed("red"))
    assert having(search, "red") == ["m1"]
    index(database, "m2", packed("red"))
    with database.steps.begin() as connection:
        connection.execute(sa.update(t.search_head).values(generation=1))
        connection.execute(sa.update(t.search_media).values(generation=0))
    assert having(search, "red") == ["m1", "m2"]


def test_few_terms_are_held(database: Database, media: MediaStore, search: SearchStore) -> None:
    register(database, media, "m1")
    index(database, "m1", packed("red car fox"))
    rows = search.gather("p", ["red", "car", "fox"], ANY, places=False)
    held = Held(1, rows.table, most=140)
    for term in ("red", "car", "red", "fox"):
        held.keep({term: rows.postings[term]}, places=False)
        assert held.known([term], places=True) == {}
    assert set(held.known(["red", "car", "fox"], places=False)) == {"red", "fox"}


def test_looks_go_with_their_media(database: Database, media: MediaStore) -> None:
    looked = Looks("x@1", b"1111", b"22", b"3333", b"44444444", b"5", b"6666", b"7")
    store = LookStore(database)
    for name in ("m1", "m2", "m3"):
        register(database, media, name)
        with database.steps.begin() as connection:
            looks = looked if name != "m3" else NO_LOOKS
            index_media(connection, "p", name, packed("red"), None, looks)
    key, spans, looks = store.of_media("p", "m1") or (0, b"", NO_LOOKS)
    assert (looks, len(spans)) == (looked, 8)
    assert store.of_media("p", "m3") is None
    assert store.of_media("q", "m1") is None
    both = [one[0] for one in store.vectors("p", "x@1", ANY)]
    assert len(both) == 2
    assert key in both
    assert len(list(store.vectors("p", "x@1", Wanted(media_ids=("m2",))))) == 1
    assert list(store.vectors("p", "y@1", ANY)) == []
    ((other, hashed),) = store.hashes("p", key)
    assert [other] == [one for one in both if one != key]
    assert hashed == Looks("", b"", b"", b"3333", b"44444444", b"5", b"6666", b"7")
    index(database, "m2", packed("red"))
    assert store.of_media("p", "m2") is None
    media.delete("p", "m1", "")
    assert counts(database)[-1] == 0
