"""Binding: who is named, who is not, whatever the order; and the same again."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import (
    Analysis,
    BoxAt,
    MediaFacts,
    MediaKind,
    Person,
    PersonTrack,
)
from videre.orchestrator.document.canonical import StoredDocument, from_json, result_document
from videre.orchestrator.fusion.people import NO_FACES, Faces
from videre.orchestrator.library.bind import Shown, bind
from videre.orchestrator.library.faces import face_vector
from videre.orchestrator.library.kept_faces import faces_from_json, faces_to_json
from videre.orchestrator.library.persons import FaceSample, PersonLibrary, gallery

ENGINE = "yunet-mobileface@1"
FACTS = MediaFacts("a" * 64, 1, MediaKind.VIDEO, "mp4", 8 * NS)
BASE = np.eye(8)
ANNA, BERT, CYD = BASE[0], BASE[1], BASE[2]


def between(one: np.ndarray, other: np.ndarray, likeness: float) -> tuple[float, ...]:  # type: ignore[type-arg]
    """Return a direction whose likeness to `one` is given, turned towards `other`."""
    return tuple(likeness * one + (1 - likeness**2) ** 0.5 * other)


def person(name: str, *frames: int) -> Person:
    span = TimeSpan(min(frames) * NS, (max(frames) + 1) * NS, min(frames), max(frames) + 1)
    boxes = tuple(BoxAt(frame, frame * NS, (0, 0, 1, 1), 9_000) for frame in frames)
    track = PersonTrack(name, 0, span, 10_000, boxes)
    return Person(name, (span,), 9_000, 1, 1, (), len(frames), "", None, (track,), 1, None, ())


def faces(**looks: Sequence[float]) -> Faces:
    return Faces(ENGINE, {name: face_vector(tuple(look)) for name, look in looks.items()})


def sample(
    entry: str, look: Sequence[float], *, negative: bool = False, engine: str = ENGINE
) -> FaceSample:
    number = f"{entry}-{sum(value * 3**k for k, value in enumerate(look)):.3f}-{negative}"
    return FaceSample(entry, number, negative, engine, face_vector(tuple(look)))


def library(
    *samples: FaceSample, name: str = "staff", threshold: int | None = None
) -> PersonLibrary:
    return PersonLibrary(name, 3, threshold, gallery(samples))


def named(
    people: Sequence[Person], looks: Faces, *libraries: PersonLibrary
) -> dict[str, list[tuple[str, int]]]:
    bound = bind(Analysis(FACTS, people=tuple(people)), Shown(looks), libraries)
    found: dict[str, list[tuple[str, int]]] = {}
    for match in bound.library_matches:
        found.setdefault(match.person_id, []).append((match.entry_id, match.score))
    return found


def test_a_person_is_the_most_alike_entry_from_the_threshold_on() -> None:
    near, far = between(ANNA, CYD, 0.61), between(BERT, CYD, 0.59)
    people, looks = [person("p", 1), person("q", 9)], faces(p=near, q=far)
    staff = library(sample("anna", ANNA), sample("bert", BERT))
    found = named(people, looks, staff)
    assert [entry for entry, _ in found["p"]] == ["anna"]
    assert abs(found["p"][0][1] - 6_100) <= 2
    assert "q" not in found
    generous = library(sample("bert", BERT), threshold=5_800)
    assert [entry for entry, _ in named(people, looks, generous)["q"]] == ["bert"]


def test_the_nearest_of_several_samples_counts_and_is_named() -> None:
    one, other = sample("anna", between(ANNA, BERT, 0.5)), sample("anna", ANNA)
    bound = bind(
        Analysis(FACTS, people=(person("p", 1),)), Shown(faces(p=ANNA)), [library(one, other)]
    )
    (match,) = bound.library_matches
    assert (match.sample_id, match.kind, match.spans) == (
        other.sample_id, "persons", person("p", 1).spans,
    )  # fmt: skip


def test_what_an_entry_is_not_takes_it_away_where_it_is_as_near() -> None:
    look = between(ANNA, BERT, 0.9)
    shown = sample("anna", ANNA)
    nearer = sample("anna", between(ANNA, BERT, 0.95), negative=True)
    further = sample("anna", between(ANNA, CYD, 0.8), negative=True)
    people, looks = [person("p", 1)], faces(p=look)
    assert named(people, looks, library(shown, further))
    assert not named(people, looks, library(shown, nearer))
    other = library(shown, nearer, sample("bert", between(ANNA, BERT, 0.7)))
    assert [entry for entry, _ in named(people, looks, other)["p"]] == ["bert"]


def test_nobody_is_twice_in_one_picture() -> None:
    likely, twin = between(ANNA, BERT, 0.95), between(ANNA, CYD, 0.9)
    looks, staff = faces(p=likely, q=twin), library(sample("anna", ANNA))
    together = [person("p", 1, 2), person("q", 2, 3)]
    assert list(named(together, looks, staff)) == ["p"]
    apart = [person("p", 1, 2), person("q", 3)]
    assert sorted(named(apart, looks, staff)) == ["p", "q"]


def test_each_library_says_who_it_is() -> None:
    first = library(sample("a1", ANNA), name="first")
    second = library(sample("a2", between(ANNA, BERT, 0.8)), name="second")
    found = named([person("p", 1)], faces(p=ANNA), first, second)
    assert sorted(entry for entry, _ in found["p"]) == ["a1", "a2"]


def test_only_vectors_of_one_calibrated_engine_are_compared() -> None:
    people, looks = [person("p", 1)], faces(p=ANNA)
    assert not named(people, looks, library(sample("anna", ANNA, engine="yunet-mobileface@2")))
    unknown = Faces("other@1", looks.vectors)
    assert not named(people, unknown, library(sample("anna", ANNA, engine="other@1")))
    assert not named(people, NO_FACES, library(sample("anna", ANNA)))
    assert not named([], looks, library(sample("anna", ANNA)))


def test_the_versions_are_pinned_and_without_libraries_nothing_changes() -> None:
    plain = Analysis(FACTS, people=(person("p", 1),))
    assert result_document(bind(plain, Shown(faces(p=ANNA)), [])) == result_document(plain)
    empty = bind(plain, Shown(faces(p=ANNA)), [library(), library(name="extras")])
    assert empty.rules.libraries == ("extras@3", "staff@3")
    assert from_json(result_document(empty)) == empty


looks_of = st.lists(
    st.lists(st.integers(-5, 5), min_size=3, max_size=3).filter(any), min_size=1, max_size=6
)


@given(looks_of, looks_of, st.randoms(use_true_random=False))
def test_order_says_nothing_and_binding_again_changes_nothing(
    shown: list[list[int]], known: list[list[int]], rng: random.Random
) -> None:
    people = [person(f"p{n}", n % 3, 3 + n % 2) for n in range(len(shown))]
    looks = faces(**{f"p{n}": look for n, look in enumerate(shown)})
    samples = [sample(f"e{n % 3}", look, negative=n % 4 == 3) for n, look in enumerate(known)]
    libraries = [library(*samples), library(*samples[:2], name="extras", threshold=4_000)]
    first = bind(Analysis(FACTS, people=tuple(people)), Shown(looks), libraries)
    assert bind(first, Shown(looks), libraries) == first
    rng.shuffle(samples)
    rng.shuffle(libraries)
    again = [library(*samples), library(*_first_two(samples, known), name="extras",
                                        threshold=4_000)]  # fmt: skip
    rng.shuffle(again)
    vectors = dict(rng.sample(sorted(looks.vectors.items()), len(looks.vectors)))
    rng.shuffle(people)
    other = bind(
        Analysis(FACTS, people=tuple(people)), Shown(replace(looks, vectors=vectors)), again
    )
    assert other.library_matches == first.library_matches
    assert other.rules == first.rules


def _first_two(samples: list[FaceSample], known: list[list[int]]) -> list[FaceSample]:
    wanted = {sample(f"e{n % 3}", look, negative=n % 4 == 3) for n, look in enumerate(known[:2])}
    return [item for item in samples if item in wanted]


@given(looks_of, looks_of)
def test_binding_a_stored_document_gives_the_bytes_of_binding_before(
    shown: list[list[int]], known: list[list[int]]
) -> None:
    people = [person(f"p{n}", n) for n in range(len(shown))]
    looks = faces(**{f"p{n}": look for n, look in enumerate(shown)})
    plain = bind(Analysis(FACTS, people=tuple(people)), Shown(looks), [])
    libraries = [library(*(sample(f"e{n}", look) for n, look in enumerate(known)))]
    bound = bind(plain, Shown(looks), libraries)
    later = StoredDocument(result_document(plain)).with_parts(
        library_matches=bound.library_matches, rules=bound.rules
    )
    assert later == result_document(bound)
    back = StoredDocument(later).with_parts(library_matches=(), rules=plain.rules)
    assert back == result_document(plain)


@given(looks_of, st.integers(0, 5))
def test_a_library_that_goes_takes_with_it_what_it_said(shown: list[list[int]], at: int) -> None:
    people = [person(f"p{n}", n) for n in range(len(shown))]
    looks = faces(**{f"p{n}": look for n, look in enumerate(shown)})
    staff = library(sample("anna", shown[at % len(shown)]))
    plain = bind(Analysis(FACTS, people=tuple(people)), Shown(looks), [])
    bound = bind(plain, Shown(looks), [staff])
    assert bound.library_matches
    assert bind(bound, Shown(looks), []) == plain


def test_kept_faces_come_back() -> None:
    looks = faces(p=ANNA, q=BERT)
    assert faces_from_json(faces_to_json(looks)) == looks
