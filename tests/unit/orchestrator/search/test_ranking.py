"""What a query finds and in which order, against a plain model of the same."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from videre.common.values import NS
from videre.orchestrator.lexicon.topic_map import load_topics
from videre.orchestrator.search.build import packed_given
from videre.orchestrator.search.model import Field, Given, Moment, Part, Passage
from videre.orchestrator.search.packing import (
    MAX_COUNT,
    PLACES,
    U16,
    Packed,
    pack,
    pack_ids,
    read_chunk,
    unpack,
    unpack_ids,
)
from videre.orchestrator.search.ranking import (
    SCORE_SCALE,
    Corpus,
    Found,
    PostingRow,
    Postings,
    find,
    wanted_terms,
)
from videre.orchestrator.search.results import best_moments, by_media, count_facets, within
from videre.orchestrator.search.syntax import All, Match, Node, Not, matches, parse
from videre.orchestrator.search.table import MediaRow, MediaTable, table_of
from videre.orchestrator.search.vocabulary import Vocabulary
from videre.orchestrator.taxonomy.load import load_taxonomy

#: A media: what is said and shown in each of its moments; the first is the whole.
Texts = Sequence[Sequence[tuple[Field, str]]]


def moments(texts: Texts) -> tuple[Moment, ...]:
    return tuple(
        Moment(i * NS, (i + 1) * NS, i, "", tuple(
            Passage(field, text, i * NS, (i + 1) * NS) for field, text in sorted(passages)
        ))
        for i, passages in enumerate(texts)
    )  # fmt: skip


def packed(texts: Texts) -> Packed:
    return pack(moments(texts))


VOCABULARY = Vocabulary(load_taxonomy(()), load_topics())


def row_of(key: int, one: Packed, given_length: int = 0) -> MediaRow:
    return MediaRow(key, f"m{key}", one.lengths, given_length, one.facets, one.facet_values)


def search(query: Node | str, media: Sequence[Packed], given: Sequence[Packed] = ()) -> Found:
    tree = VOCABULARY.understood(parse(query)) if isinstance(query, str) else query
    parts = [(Part.DOCUMENT, media), (Part.GIVEN, given)]
    table = table_of(
        row_of(key, one, given[key].length if given else 0) for key, one in enumerate(media)
    )
    postings = {
        term: Postings.of(
            [
                PostingRow(key, part, one.postings[term].entries, one.postings[term].places)
                for part, of in parts
                for key, one in enumerate(of)
                if term in one.postings
            ],
            table,
        )
        for term in wanted_terms(tree)
    }
    corpus = Corpus(sum(one.moments for one in media), sum(one.length for one in (*media, *given)))
    return find(tree, table, postings, corpus)


def places(found: Found) -> list[tuple[int, int]]:
    """Return media and moment of all that was found."""
    return [
        (of, int(moment) - int(start))
        for of, start in enumerate(found.table.starts)
        for moment in found.moments[found.bounds[of] : found.bounds[of + 1]]
    ]


SAID, SHOWN, TAG = Field.SAID, Field.SHOWN, Field.TAG


def test_a_moment_has_all_that_is_asked() -> None:
    media = [packed([[], [(SAID, "a red car")], [(SAID, "a red fox"), (SHOWN, "car")]])]
    assert places(search("red car", media)) == [(0, 1), (0, 2)]
    assert places(search('"red car"', media)) == [(0, 1)]
    assert places(search("said:red shown:car", media)) == [(0, 2)]
    assert places(search("red -car", media)) == []
    assert places(search("red -said:car", media)) == [(0, 2)]
    assert places(search("fox OR car", media)) == [(0, 1), (0, 2)]


def test_what_holds_of_the_whole_holds_of_each_moment() -> None:
    media = [packed([[], [(SAID, "red car")], [(SAID, "blue car")]]) for _ in range(2)]
    given = [packed_given(Given("holiday")), packed_given(Given("work"))]
    assert places(search("holiday", media, given)) == [(0, 0)]
    assert places(search("holiday blue", media, given)) == [(0, 2)]
    assert places(search("holiday -blue", media, given)) == []
    assert places(search("holiday -green", media, given)) == [(0, 0)]
    assert places(search("car -holiday", media, given)) == [(1, 1), (1, 2)]


def test_a_media_without_moments_is_not_found() -> None:
    media = [packed([[(SAID, "red car")]]), packed([]), packed([[(SAID, "red")]]), packed([])]
    given = [packed_given(Given("holiday")) for _ in media]
    assert places(search("holiday", media, given)) == [(0, 0), (1, 0)]
    assert places(search("red -car", media, given)) == [(1, 0)]
    assert places(search("holiday", media[1:2], given[1:2])) == []


def test_a_phrase_goes_on_over_a_cut_and_not_between_passages() -> None:
    said = Passage(SAID, "the red", 0, 1)
    on = Passage(SAID, "car stops", 1, 2, joins=True)
    other = Passage(SAID, "car stops", 1, 2)
    whole = Moment(0, 2, None, "", ())
    for second, expected in ((on, [(0, 1)]), (other, [])):
        media = [pack((whole, Moment(0, 1, 0, "", (said,)), Moment(1, 2, 1, "", (second,))))]
        assert places(search('"red car"', media)) == expected
    both = [packed([[], [(SAID, "red"), (SAID, "car")]])]
    assert places(search('"red car"', both)) == []


def test_ids_find_what_is_within() -> None:
    dog = Passage(TAG, "", 0, 1, "animal.dog")
    media = [pack((Moment(0, 1, None, "", ()), Moment(0, 1, 0, "", (dog,))))]
    for query in (
        "tag:animal.dog", "tag:animal", "tag:dog", "tag:狗", "dogs", "tag:Animal.Dog", "動物",
        "puppy", "tag:宠物", "pet -cat",
    ):  # fmt: skip
        assert places(search(query, media)) == [(0, 1)], query
    for query in ("said:animal", "tag:animal.cat", "event:dog", "topic:animal.dog", "dog -tag:pet"):
        assert places(search(query, media)) == [], query
    own = Passage(Field.PERSON, "", 0, 1, "lib/E1")
    media = [pack((Moment(0, 1, None, "", (own,)),))]
    assert places(search("person:lib/E1", media)) == [(0, 0)]
    assert places(search("person:lib/e1", media)) == []


def test_rare_words_and_short_moments_come_first() -> None:
    media = [
        packed([[], [(SAID, "common word " * 20 + "rare")], [(SAID, "rare word")]]),
        packed([[], [(SAID, "common word")], [(SAID, "common word")]]),
    ]
    found = search("rare", media)
    assert found.scores[1] > found.scores[0]
    assert search("word", media).scores.max() < found.scores.max()


WORDS = st.sampled_from(["red", "car", "fox", "火山"])
PASSAGES = st.tuples(st.sampled_from([SAID, SHOWN]), st.lists(WORDS, max_size=5).map(" ".join))
MEDIA = st.lists(st.lists(st.lists(PASSAGES, max_size=2), min_size=1, max_size=4), max_size=4)
LEAVES = st.builds(
    lambda words, field: Match(tuple((w, i) for i, w in enumerate(words)), field),
    st.lists(st.sampled_from(["red", "car", "fox"]), min_size=1, max_size=2),
    st.sampled_from([None, SAID, SHOWN]),
)
TREES = st.one_of(LEAVES, st.builds(lambda a, b: All((a, b)), LEAVES, LEAVES),
                  st.builds(lambda a, b: All((a, Not(b))), LEAVES, LEAVES))  # fmt: skip


def _count(match: Match, passages: Sequence[tuple[Field, str]]) -> dict[Field, int]:
    wanted = [term for term, _ in match.terms]
    counts: dict[Field, int] = {}
    for field, text in passages:
        if match.field not in (None, field):
            continue
        words = text.split()
        hits = sum(
            words[i : i + len(wanted)] == wanted for i in range(len(words) - len(wanted) + 1)
        )
        counts[field] = counts.get(field, 0) + hits
    return counts


def _holds(node: Node, media: Texts, number: int, *, negated: bool = False) -> bool:
    if isinstance(node, Not):
        return not _holds(node.of, media, number, negated=not negated)
    if isinstance(node, Match):
        looked = {0, number} if number or not negated else range(len(media))
        return any(sum(_count(node, media[i]).values()) > 0 for i in looked)
    assert isinstance(node, All)
    return all(_holds(one, media, number, negated=negated) for one in node.of)


def _score(tree: Node, of: Sequence[Texts], media: int, number: int) -> float:
    total = sum(len(texts) for texts in of)
    lengths = [[sum(len(t.replace("火山", "x y").split()) for _, t in p) for p in m] for m in of]
    mean = (sum(map(sum, lengths)) / total) or 1.0
    score = 0.0
    for match in dict.fromkeys(matches(tree)):
        n = sum(sum(_count(match, p).values()) > 0 for m in of for p in m)
        idf = max(0.0, math.log1p((total - n + 0.5) / (n + 0.5)))
        f = float(sum(_count(match, of[media][number]).values()))
        norm = 1.2 * (0.25 + 0.75 * lengths[media][number] / mean)
        score += idf * f * 2.2 / (f + norm)
    return score


@settings(max_examples=60)
@given(MEDIA, TREES)
def test_it_finds_what_the_plain_model_finds(of: list[Texts], tree: Node) -> None:
    found = search(tree, [packed(texts) for texts in of])
    expected = {
        (media, number): score
        for media, texts in enumerate(of)
        for number in range(len(texts))
        if _holds(tree, texts, number) and (score := _score(tree, of, media, number)) > 0
    }
    assert places(found) == sorted(expected)
    for place, score in zip(places(found), found.scores, strict=True):
        assert score == pytest.approx(expected[place] * SCORE_SCALE, abs=1.5)
    ranked = by_media(found)
    hits = ranked.page(0, len(ranked))
    assert hits == sorted(hits, key=lambda hit: (hit.score, hit.media_id), reverse=True)
    for place, hit in enumerate(hits):
        assert ranked.after(hit.score, hit.media_id) == place + 1
        assert ranked.after(hit.score, "") == sum(one.score >= hit.score for one in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert sum(hit.count for hit in hits) == len(expected)
    for hit in hits:
        best = best_moments(found, hit, 2)
        assert best[0][1] == hit.score
        assert len(best) == min(2, hit.count)


@settings(max_examples=20)
@given(st.lists(st.lists(PASSAGES, max_size=3), max_size=40))
def test_passages_are_kept_as_they_are(texts: Texts) -> None:
    made = moments(texts)
    kept = [one for chunk in pack(made).chunks for one in read_chunk(chunk, range(_lines(chunk)))]
    assert kept == list(made)


def _lines(chunk: bytes) -> int:
    return zstandard.ZstdDecompressor().decompress(chunk).count(b"\n") + 1


def test_places_are_told_apart_by_their_moments() -> None:
    filler = [[(SAID, "x " * 13_107)] for _ in range(5)]
    media = [packed([[(SAID, "red")], *filler, [(SAID, "car red car")]])]
    assert sum(len(text.split()) for ((_, text),) in filler) == PLACES - 1
    assert places(search('"red car"', media)) == [(0, 6)]


@given(st.sets(st.integers(0, 2**31 - 1)))
def test_ids_are_kept_in_order(ids: set[int]) -> None:
    assert unpack_ids(pack_ids(list(ids))) == sorted(ids)


def test_a_word_counts_up_to_a_limit() -> None:
    media = packed([[(SAID, "ha " * 2_000)]])
    entries = unpack(media.postings["ha"].entries)
    assert entries.count.tolist() == [MAX_COUNT]
    assert len(np.frombuffer(media.postings["ha"].places, U16)) == MAX_COUNT


def test_times_leave_out_what_lies_outside() -> None:
    media = [packed([[(SAID, "car")], [(SAID, "car")], [(SAID, "car")]])]
    found = search("car", media)
    spans = {0: media[0].spans}
    assert places(within(found, spans, 1_000, 2_000)) == [(0, 1)]
    assert places(within(found, spans, None, 1_001)) == [(0, 1)]
    assert places(within(found, spans, 2_000, None)) == [(0, 2)]
    assert places(within(found, {}, 0, None)) == []


def test_values_are_counted_by_moment_and_media() -> None:
    dog, cat = (Passage(TAG, "", 0, 1, f"animal.{name}") for name in ("dog", "cat"))
    one = pack((Moment(0, 1, None, "", ()), Moment(0, 1, 0, "", (dog, cat)),
                Moment(1, 2, 1, "", (dog,))))  # fmt: skip
    two = pack((Moment(0, 1, None, "", (cat,)),))
    found = search("tag:animal", [one, two])
    counted = count_facets(found, [TAG, Field.MOOD], 10)
    assert [(v.value, v.moments, v.media) for v in counted[TAG]] == [
        ("animal.cat", 2, 2), ("animal.dog", 2, 1),
    ]  # fmt: skip
    assert counted[Field.MOOD] == []
    only = count_facets(search("tag:cat", [one, two]), [TAG], 1)
    assert [(v.value, v.moments) for v in only[TAG]] == [("animal.cat", 2)]


TAGGED = st.lists(
    st.lists(st.sets(st.sampled_from(["a", "b", "c"]), max_size=3), min_size=1, max_size=3),
    max_size=4,
)


def tagged(of: list[list[set[str]]]) -> list[Packed]:
    return [
        pack(tuple(
            Moment(0, 1, i, "", tuple(Passage(TAG, "", 0, 1, value) for value in sorted(values)))
            for i, values in enumerate(moments)
        ))
        for moments in of
    ]  # fmt: skip


@given(TAGGED, TAGGED, st.sets(st.integers(0, 7)), st.sets(st.integers(0, 30)))
def test_a_table_that_follows_is_as_one_made_anew(
    before: list[list[set[str]]],
    changed: list[list[set[str]]],
    keys: set[int],
    chosen: set[int],
) -> None:
    old = {key: row_of(key, one) for key, one in enumerate(tagged(before))}
    new = {2 * key: row_of(2 * key, one) for key, one in enumerate(tagged(changed))}
    followed = table_of(new.values(), table_of(old.values()), keys)
    anew = table_of(row for key, row in sorted((old | new).items()) if key in keys)
    assert _told(followed, chosen) == _told(anew, chosen)


def _told(table: MediaTable, chosen: set[int]) -> object:
    moments = np.array(sorted(at for at in chosen if at < table.size), np.int64)
    counted = count_facets(Found(table, moments, moments), [TAG], 10)
    arrays = (table.keys, table.order, table.starts, table.counts, table.lengths)
    return [one.tolist() for one in arrays], table.media_ids, counted
