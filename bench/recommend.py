"""Recommending on a generated log: users with known preferences, whose next choices are held out.

Media have one or two of 24 subjects, and each subject traits of its own; labels are wrong as often
as is stated. Users prefer few subjects. What they choose depends on what they prefer and on what is
put before everybody (Zipf), and by a stated share on that alone. So the truth is known, and five
ways to recommend are compared on the same users: Videre's, Videre's without what other users like,
what is most popular, by chance, and an oracle who knows preferences and exposure.

Three settings: users with histories, users with three events (new users), and media that nobody has
met yet (new media).
"""

from __future__ import annotations

import math
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from bench.harness import Outcome
from bench.options import Options
from videre.cli.evaluation.figures import Measured
from videre.orchestrator.recommend.catalogue import Catalogue, Vocabulary
from videre.orchestrator.recommend.crowd import Crowd, CrowdAt, history
from videre.orchestrator.recommend.model import DAY_NS, Act, Event, ItemRow, Profile, Trait
from videre.orchestrator.recommend.ranking import (
    Count,
    Wish,
    eligible,
    popularity,
    recommended,
    scored,
)
from videre.orchestrator.recommend.taste import taste_of
from videre.orchestrator.recommend.traits import packed

_SEED: Final = 11
_SUBJECTS: Final = 24
_TRAITS: Final = 14
_COMMON: Final = 30
#: Exposure of the n-th media is 1/n to this power.
_SKEW: Final = 0.7
#: Share of choices that follow exposure alone, and of traits that are another subject's.
_NOISE: Final = 0.2
_WRONG: Final = 0.2
_TOP: Final = 10
#: Choices that are held out of each user.
_HELD: Final = 10
NOW: Final = 400 * DAY_NS
_NEW_MEDIA: Final = "new media"
#: The ways that are compared.
OURS, ALONE, POPULAR = "Videre", "without others", "most popular"
CHANCE, ORACLE = "by chance", "oracle"


@dataclass(frozen=True, slots=True)
class Film:
    """A media: its subjects with shares, its traits, how much it is put before people."""

    subjects: dict[int, float]
    traits: tuple[tuple[Trait, str, int], ...]
    exposure: float
    create_ns: int


@dataclass(frozen=True, slots=True)
class Person:
    """A user: what they prefer, what they did, and what they choose next."""

    prefers: dict[int, float]
    history: tuple[int, ...]
    next: frozenset[int]


@dataclass(frozen=True, slots=True)
class Score:
    """How well one way recommends."""

    recall: float
    ndcg: float
    coverage: float
    novelty: float


Ranked = Callable[[Person], Sequence[int]]


class World:
    """Media and users of a seed.

    Args:
        films: number of media.
        fresh: the last of these are new: nobody has met them.
    """

    def __init__(self, films: int, fresh: int) -> None:
        self.rng = random.Random(_SEED)
        ranks = list(range(1, films + 1))
        self.rng.shuffle(ranks)
        self.films = [self._film(rank, number, films) for number, rank in enumerate(ranks)]
        self.old = range(films - fresh)
        self.new = range(films - fresh, films)
        self.catalogue = self._catalogue()

    def _film(self, rank: int, number: int, films: int) -> Film:
        rng = self.rng
        first, second = rng.sample(range(_SUBJECTS), 2)
        subjects = {first: 1.0} if rng.random() < 0.6 else {first: 0.65, second: 0.35}
        traits: dict[tuple[Trait, str], int] = {}
        for subject, share in subjects.items():
            for _ in range(round(8 * share)):
                of = rng.randrange(_SUBJECTS) if rng.random() < _WRONG else subject
                trait = rng.randrange(_TRAITS)
                kind = Trait.TAG if trait % 2 else Trait.KEYWORD
                traits[kind, f"s{of}.{trait}"] = rng.randrange(3_000, 9_500)
        for _ in range(6):
            traits[Trait.TAG, f"common.{rng.randrange(_COMMON)}"] = rng.randrange(3_000, 9_500)
        age = (films - number) / films * 300
        return Film(
            subjects,
            tuple((kind, value, weight) for (kind, value), weight in sorted(traits.items())),
            rank**-_SKEW,
            NOW - round(age * DAY_NS),
        )

    def _catalogue(self) -> Catalogue:
        vocabulary = Vocabulary()
        return Catalogue(
            vocabulary,
            [
                vocabulary.item(
                    number, f"{number:06d}", film.create_ns,
                    ItemRow(packed(film.traits), "en", 600_000),
                )
                for number, film in enumerate(self.films)
            ],
        )  # fmt: skip

    def likes(self, prefers: dict[int, float], film: int) -> float:
        """Return how much a user really likes a media, 0..1."""
        subjects = self.films[film].subjects
        return sum(share * prefers.get(subject, 0.0) for subject, share in subjects.items())

    def person(self, events: int, among: range) -> Person:
        """Return a user with a history of media that are not new.

        Args:
            events: length of the history.
            among: what they choose from next.
        """
        rng = self.rng
        favourites = rng.sample(range(_SUBJECTS), rng.choice((1, 2, 3)))
        prefers = {subject: 1.0 / (place + 1) for place, subject in enumerate(favourites)}
        history = self._chosen(prefers, self.old, events, ())
        return Person(
            prefers, tuple(history), frozenset(self._chosen(prefers, among, _HELD, history))
        )

    def _chosen(
        self, prefers: dict[int, float], among: range, count: int, met: Sequence[int]
    ) -> list[int]:
        exposure = [self.films[film].exposure for film in among]
        wanted = [
            weight * self.likes(prefers, film) ** 2
            for film, weight in zip(among, exposure, strict=True)
        ]
        by_taste, by_chance = list(accumulate(wanted)), list(accumulate(exposure))
        chosen: dict[int, None] = {}
        while len(chosen) < count:
            weights = by_chance if self.rng.random() < _NOISE else by_taste
            film = self.rng.choices(among, cum_weights=weights)[0]
            if film not in met:
                chosen[film] = None
        return list(chosen)


def events_of(world: World, person: Person) -> tuple[Event, ...]:
    """Return what a user did: they watch as much as they like it, and say so of what they love."""
    events = []
    for place, film in enumerate(person.history):
        liked = world.likes(person.prefers, film)
        age = (len(person.history) - place) * DAY_NS
        media_id, when = f"{film:06d}", NOW - age
        events.append(
            Event(media_id, Act.WATCH, when, round(600_000 * max(liked, 0.05)), f"w{place}")
        )
        if liked > 0.6:
            events.append(Event(media_id, Act.LIKE, when, 0, f"l{place}"))
    return tuple(events)


def crowd_of(world: World, people: Sequence[Person]) -> CrowdAt:
    """Return what users did, as ranking looks at it."""
    codes: dict[str, int] = {}
    done = [history(events_of(world, person)[::-1], codes) for person in people]
    return Crowd(world.catalogue, codes, done).at(NOW)


def measured(people: Sequence[Person], ranked: Ranked, among: int, met: Counter[int]) -> Score:
    """Return how well a way recommends to users.

    Args:
        among: number of media that may be recommended.
        met: how often each media was chosen before.
    """
    recall = ndcg = novelty = 0.0
    shown: set[int] = set()
    total = sum(met.values()) + len(met)
    best = sum(1 / math.log2(place + 2) for place in range(_TOP))
    for person in people:
        top = list(ranked(person))[:_TOP]
        hits = [film in person.next for film in top]
        recall += sum(hits) / len(person.next)
        ndcg += sum(hit / math.log2(place + 2) for place, hit in enumerate(hits)) / best
        novelty += sum(-math.log2((met[film] + 1) / total) for film in top) / max(len(top), 1)
        shown.update(top)
    count = len(people)
    return Score(recall / count, ndcg / count, len(shown) / among, novelty / count)


class Ways:
    """Ways to recommend, on the log of one crowd.

    Args:
        users: number of users of the crowd.
    """

    def __init__(self, world: World, users: int) -> None:
        self.world, self.users = world, users
        crowd = [world.person(world.rng.randrange(5, 40), world.old) for _ in range(users)]
        self.met = Counter(film for person in crowd for film in person.history)
        counts = [Count(f"{film:06d}", NOW // DAY_NS, Act.WATCH, n) for film, n in self.met.items()]
        self._popular = popularity(world.catalogue, counts, NOW)
        self._others, self._nobody = crowd_of(world, crowd), crowd_of(world, ())
        self._chance = random.Random(_SEED)
        #: Seconds of each answer of Videre.
        self.spent: list[float] = []

    def among(self, media: range) -> dict[str, Ranked]:
        """Return the ways to recommend some media, by name."""
        world = self.world
        return {
            OURS: self._videre(media, self._others),
            ALONE: self._videre(media, self._nobody),
            POPULAR: self._ordered(media, lambda _person, film: self.met[film]),
            CHANCE: self._ordered(media, lambda _person, _film: self._chance.random()),
            ORACLE: self._ordered(
                media,
                lambda person, film: (
                    world.films[film].exposure
                    * ((1 - _NOISE) * world.likes(person.prefers, film) ** 2 + 1e-3)
                ),
            ),
        }

    def _videre(self, media: range, others: CrowdAt) -> Ranked:
        catalogue = self.world.catalogue
        only = frozenset(f"{film:06d}" for film in media)
        wish = Wish(NOW, _TOP, only=None if len(only) == len(self.world.films) else only)

        def ranked(person: Person) -> Sequence[int]:
            started = time.monotonic()
            taste = taste_of(Profile(events=events_of(self.world, person)), catalogue, NOW)
            scores = scored(catalogue, taste, self._popular, others.liking(taste), NOW)
            picks = recommended(catalogue, scores, eligible(catalogue, taste, wish), wish)
            self.spent.append(time.monotonic() - started)
            return [pick.place for pick in picks]

        return ranked

    def _ordered(self, media: range, worth: Callable[[Person, int], float]) -> Ranked:
        return lambda person: sorted(
            (film for film in media if film not in person.history),
            key=lambda film: (-worth(person, film), film),
        )


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Compare the ways in the three settings."""
    films, users = (600, 120) if options.quick else (3_000, 600)
    world = World(films, films // 5)
    ways = Ways(world, 2 * users)
    how = f"{users} users, {films:,} media, seed {_SEED}, skew {_SKEW}, noise {_NOISE}"
    figures: list[Measured] = []
    for name, events, among in (
        ("known users", 30, world.old), ("new users", 3, world.old), (_NEW_MEDIA, 30, world.new),
    ):  # fmt: skip
        people = [world.person(events, among) for _ in range(users)]
        scores = {
            way: measured(people, ranked, len(among), ways.met)
            for way, ranked in ways.among(among).items()
        }
        for way, score in scores.items():
            tell(f"{name}, {way}: recall {score.recall:.3f}, nDCG {score.ndcg:.3f}")
        figures += _figures(name, scores, how, ways.users)
    spent = sorted(ways.spent)
    p95 = spent[len(spent) * 95 // 100] * 1e3
    figures.append(Measured("one answer: p95", p95, "ms", f"{films:,} media, without the database"))
    return figures, []


def _figures(name: str, scores: Mapping[str, Score], how: str, others: int) -> list[Measured]:
    """Return the figures of one setting: of each way, and of ours against some.

    Args:
        others: number of users of the crowd.
    """
    figures: list[Measured] = []
    for way, score in scores.items():
        label = f"{name}: {way}"
        figures += [
            Measured(f"{label}: recall@10", score.recall, "", how),
            Measured(f"{label}: nDCG@10", score.ndcg, "", how),
            Measured(f"{label}: coverage", score.coverage, "", "media shown to anybody"),
            Measured(f"{label}: novelty", score.novelty, "bits", "−log₂ of its share of views"),
        ]
    ours, alone = scores[OURS], scores[ALONE]
    against = CHANCE if name == _NEW_MEDIA else POPULAR
    base = scores[against]
    figures += [
        Measured(f"{name}: recall against {against}", ours.recall / base.recall, "×", how),
        Measured(f"{name}: nDCG against {against}", ours.ndcg / base.ndcg, "×", how),
        Measured(f"{name}: share of the oracle", ours.ndcg / scores[ORACLE].ndcg, "", how),
    ]
    if name != _NEW_MEDIA:  # which no other user has met
        crowded = f"{others:,} other users; {how}"
        figures += [
            Measured(f"{name}: recall by others", ours.recall / alone.recall, "×", crowded),
            Measured(f"{name}: nDCG by others", ours.ndcg / alone.ndcg, "×", crowded),
        ]
    return figures
