"""Matching ads on generated users and films with planted preferences: what is clicked.

Ads, films and users have subjects out of 24, films told by labels of which a fifth are wrong. Half
of the films that users see are their choice, half are what is put before everybody. Whether a user
clicks follows from how well the ad's subject is liked and, less, from whether it fits the film.
Users are known by the films they watched, not by what they like. Four ways to choose an ad for the
same places are compared by the click rate that is to be expected of them, which is known exactly:
context and audience together (Videre's), context alone, by chance, and an oracle.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from bench.harness import Outcome
from bench.options import Options
from bench.recommend import NOW, Person, World, events_of
from videre.cli.evaluation.figures import Measured
from videre.orchestrator.ads.matching import AdRules, assigned, context_of, fit, vector_of
from videre.orchestrator.recommend.model import NOBODY, Profile, Trait
from videre.orchestrator.recommend.taste import taste_of

_SEED: Final = 12
_SUBJECTS: Final = 24
_TRAITS: Final = 14
#: Chance of a click: of any ad, beside the user's liking, beside the film's fit.
_ALWAYS, _LIKED, _FITS = 0.005, 0.06, 0.02
_ADS_PER_SUBJECT: Final = 2
_FILMS_EACH: Final = 4
_HISTORY: Final = 15


@dataclass(frozen=True, slots=True)
class PlantedAd:
    """An ad, and the subject it is really about."""

    rules: AdRules
    subject: int


def _ads(rng: random.Random) -> list[PlantedAd]:
    """Return ads that say some of the traits of their subject."""
    made = []
    for subject in range(_SUBJECTS):
        for number in range(_ADS_PER_SUBJECT):
            traits = rng.sample(range(_TRAITS), 5)
            subjects = tuple(
                (Trait.TAG if one % 2 else Trait.KEYWORD, f"s{subject}.{one}", 10_000)
                for one in traits
            )
            made.append(PlantedAd(AdRules(f"ad-{subject}-{number}", subjects), subject))
    return made


def _clicked(world: World, person: Person, film: int, ad: PlantedAd) -> float:
    """Return the chance of a click."""
    fits = world.films[film].subjects.get(ad.subject, 0.0)
    return _ALWAYS + _LIKED * person.prefers.get(ad.subject, 0.0) + _FITS * fits


def _ratio(clicks: Mapping[str, float]) -> float:
    return clicks["together"] / clicks["context"]


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Choose ads in four ways, and expect clicks of each."""
    films, users = (400, 60) if options.quick else (2_000, 300)
    world = World(films, 1)
    rng = random.Random(_SEED)
    ads = _ads(rng)
    catalogue = world.catalogue
    vectors = [(one.rules, vector_of(one.rules, catalogue)) for one in ads]
    nobody = taste_of(NOBODY, catalogue, NOW)
    clicks: dict[str, dict[str, float]] = {
        place: defaultdict(float) for place in ("chosen", "put before all")
    }
    exposure = list(accumulate(world.films[film].exposure for film in world.old))
    for _ in range(users):
        person = world.person(_HISTORY, world.old)
        taste = taste_of(Profile(events=events_of(world, person)), catalogue, NOW)
        seen = {
            "chosen": rng.sample(sorted(person.next), _FILMS_EACH),
            "put before all": rng.choices(world.old, cum_weights=exposure, k=_FILMS_EACH),
        }
        for place, films_seen in seen.items():
            for film in films_seen:
                context = context_of(catalogue, film, ())
                expected = {ad.rules.id: _clicked(world, person, film, ad) for ad in ads}
                for way, known in (("together", taste), ("context", nobody)):
                    fits = [fit(ad, vector, context, known, catalogue) for ad, vector in vectors]
                    ((best, *_),) = assigned([fits], {}, 1)
                    clicks[place][way] += expected[best.ad_id]
                clicks[place]["chance"] += sum(expected.values()) / len(ads)
                clicks[place]["oracle"] += max(expected.values())
    shown = users * _FILMS_EACH
    total = {way: sum(some[way] for some in clicks.values()) for way in clicks["chosen"]}
    rates = {way: clicked / (2 * shown) for way, clicked in total.items()}
    for way, rate in rates.items():
        tell(f"{way}: {rate:.4f}")
    how = f"{users} users × {2 * _FILMS_EACH} films, {len(ads)} ads, {films:,} films, seed {_SEED}"
    return [
        Measured("click rate: Videre", rates["together"] * 100, "%", how),
        Measured("click rate: context alone", rates["context"] * 100, "%", how),
        Measured("click rate: by chance", rates["chance"] * 100, "%", how),
        Measured("click rate: oracle", rates["oracle"] * 100, "%", how),
        Measured("click rate against context alone", _ratio(total), "×", how),
        *(
            Measured(f"against context alone: films {place}", _ratio(some), "×", "half of them")
            for place, some in clicks.items()
        ),
        Measured("click rate: share of the oracle", rates["together"] / rates["oracle"], "", how),
    ], []  # fmt: skip
