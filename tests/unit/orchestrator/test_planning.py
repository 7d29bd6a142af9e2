"""The plan: every feature decided once, pieces that change nothing, pins and budgets that hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import NS
from videre.orchestrator.catalog import EngineFacts, ServiceCatalog, choose
from videre.orchestrator.costs import cpu_ms
from videre.orchestrator.features import (
    BY_NAME,
    DIARIZATION,
    FEATURES,
    LOUDNESS,
    MUSIC,
    SHOTS,
    SOUND,
    SPEECH,
    SPEECH_ACTIVITY,
    TEXT,
    Track,
    requested_features,
)
from videre.orchestrator.planning import (
    PLAN,
    Plan,
    PlanMedia,
    PlanRequest,
    Unit,
    make_plan,
    pictures_ahead,
    services_to_ask,
    units_per_chunk,
)

SERVICES = sorted({feature.service for feature in FEATURES if feature.service})
NAMES = [feature.name for feature in FEATURES]


def engine(feature: str, name: str = "best", service: str = "", **more: Any) -> EngineFacts:
    service = service or ("asr" if feature == SPEECH_ACTIVITY else BY_NAME[feature].service)
    fields: dict[str, Any] = {"version": "1", "tier": "standard", "available": True}
    return EngineFacts(service, feature, name, **(fields | more))


def catalogs(**more: Any) -> list[ServiceCatalog]:
    """All services with two engines for every feature."""
    wanted = [*(f for f in FEATURES if f.service), None]
    made = []
    for service in SERVICES:
        names = [
            f.name if f else SPEECH_ACTIVITY for f in wanted if (f or SPEECH).service == service
        ]
        engines = [engine(name, which, **more) for name in names for which in ("best", "second")]
        made.append(ServiceCatalog(service, tuple(engines)))
    return made


def units(count: int) -> tuple[Unit, ...]:
    return tuple(
        Unit(i, i * 500, (i + 1) * 500, i * 20 * NS, (i + 1) * 20 * NS) for i in range(count)
    )


FILM = PlanMedia("d" * 64, "video", 100 * NS, True, True, units(5))
ASKED = PlanRequest()


def plan(
    request: PlanRequest = ASKED,
    media: PlanMedia = FILM,
    offered: list[ServiceCatalog] | None = None,
    costs: Mapping[tuple[str, str], float] | None = None,
) -> Plan:
    return make_plan(
        project_id="films",
        media_id="m",
        index_digest="i",
        media=media,
        request=request,
        catalogs=catalogs() if offered is None else offered,
        costs=costs or {},
        slots=2,
    )


# --- what is looked at -----------------------------------------------------------------------


@given(
    st.lists(st.sampled_from(NAMES), unique=True),
    st.booleans(),
    st.booleans(),
    st.sets(st.sampled_from(SERVICES)),
    st.sets(st.sampled_from(NAMES)),
)
def test_each_feature_is_decided_once_and_for_the_right_reason(
    names: list[str], picture: bool, sound: bool, down: set[str], missing: set[str]
) -> None:
    offered = [
        ServiceCatalog(c.service, down=True)
        if c.service in down
        else replace(c, engines=tuple(
            replace(e, available=e.feature not in missing, message="lacks x") for e in c.engines
        ))
        for c in catalogs()
    ]  # fmt: skip
    media = replace(FILM, has_picture=picture, has_sound=sound, units=FILM.units if picture else ())
    made = plan(PlanRequest(features=tuple(names)), media, offered)
    assert [planned.name for planned in made.features] == NAMES
    wanted = requested_features(names)
    for planned in made.features:
        feature = BY_NAME[planned.name]
        looks = BY_NAME[feature.follows] if feature.follows else feature
        found = (planned.state, planned.reason)
        if feature.name not in wanted:
            expected = ("SKIPPED", "NOT_REQUESTED")
        elif not {
            Track.PICTURE: picture, Track.SOUND: sound, Track.BOTH: picture or sound,
            Track.NONE: True,
        }[feature.track]:  # fmt: skip
            expected = ("SKIPPED", "NO_TRACK")
        elif looks.service in down:
            expected = ("FAILED", "SERVICE_DOWN")
        elif looks.service and looks.name in missing:
            expected = ("NOT_CHECKED", "NO_ENGINE")
        else:
            expected = ("PENDING", "")
        assert found == expected
        has_engine = expected[0] == "PENDING" and bool(feature.service)
        assert (planned.engine is not None) == has_engine
        assert bool(planned.message) == (planned.reason in ("SERVICE_DOWN", "NO_ENGINE"))
    hears = (
        any(made.wants(feature) for feature in (SPEECH, DIARIZATION, SOUND)) and "asr" not in down
    )
    assert (made.speech_activity is not None) == hears


@given(
    st.lists(st.sampled_from(NAMES), unique=True),
    st.sampled_from(["video", "text"]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_a_plan_is_the_same_without_the_services_that_it_does_not_ask(
    names: list[str], kind: str, picture: bool, sound: bool, looks: bool
) -> None:
    request = PlanRequest(features=tuple(names), looks=looks, budget_cpu_ms=100_000)
    media = replace(FILM, kind=kind, has_picture=picture, has_sound=sound)
    needed = services_to_ask(media, request)
    whole = plan(request, media)
    asked = [one for one in catalogs() if one.service in needed]
    assert plan(request, media, asked) == whole
    for one in needed:
        assert plan(request, media, [other for other in asked if other.service != one]) != whole


@pytest.mark.parametrize(
    ("names", "needed"),
    [
        (("text",), {"ocr"}),
        (("sound",), {"audio", "asr"}),  # which finds voices
        (("music", "colors"), {"audio", "visual"}),
        (("loudness",), set()),
        ((), set(SERVICES)),
    ],
)
def test_a_plan_asks_the_services_of_its_features(names: tuple[str, ...], needed: set[str]) -> None:
    assert services_to_ask(FILM, PlanRequest(features=names)) == needed


def test_a_document_s_text_needs_no_service() -> None:
    media = PlanMedia("d" * 64, "text", 0, False, False, ())
    assert not services_to_ask(media, ASKED)
    made = plan(media=media, offered=[])
    assert {f.name for f in made.features if f.state == "PENDING"} == {"text", "mood"}
    assert made.picture_chunks == 0


# --- pieces ----------------------------------------------------------------------------------


@given(st.integers(0, 40), st.integers(1, 1_000))
def test_chunks_are_runs_of_all_units_in_order(count: int, length: int) -> None:
    made = plan(PlanRequest(units_per_chunk=length), replace(FILM, units=units(count)))
    chunks = [made.chunk_units(chunk) for chunk in range(made.picture_chunks)]
    assert tuple(chain.from_iterable(chunks)) == made.units == units(count)
    assert all(len(chunk) == length for chunk in chunks[:-1])
    assert all(chunks)


@given(st.integers(1, 1_000), st.integers(1, 1_000))
def test_the_length_of_chunks_changes_nothing_else(one: int, other: int) -> None:
    first, second = (plan(PlanRequest(units_per_chunk=length)) for length in (one, other))
    assert replace(first, units_per_chunk=0) == replace(second, units_per_chunk=0)


@given(st.integers(0, 500), st.integers(1, 64))
def test_a_short_film_is_spread_over_the_slots(count: int, slots: int) -> None:
    length = units_per_chunk(count, slots)
    assert 1 <= length <= 3
    assert -(-count // length) >= min(count, slots)
    assert units_per_chunk(1_000, slots) == 3


@given(st.integers(0, 500), st.integers(1, 64))
def test_while_the_sound_is_listened_to_no_slot_stands_idle(chunks: int, slots: int) -> None:
    assert min(chunks, slots) <= pictures_ahead(chunks, slots) <= chunks


@pytest.mark.parametrize("names", [["speech"], ["sound", "music"], ["loudness"]])
def test_nothing_of_the_picture_is_cut_when_nobody_looks(names: list[str]) -> None:
    assert plan(PlanRequest(features=tuple(names))).picture_chunks == 0


def test_a_plan_comes_back_from_its_artifact() -> None:
    request = PlanRequest(("text", "speech"), (("text", "second@1"),), ("en",), NS, 7, 10**9)
    made = plan(request)
    assert PLAN.validate_json(PLAN.dump_json(made)) == made
    assert PLAN.dump_json(plan(request)) == PLAN.dump_json(made), "equal plans, equal bytes"


def test_asking_a_plan_for_an_engine_it_lacks_is_a_defect() -> None:
    made = plan()
    assert made.engine(SHOTS).feature == "shots"
    with pytest.raises(ValueError, match="loudness has no engine"):
        made.engine(LOUDNESS)


# --- engines ---------------------------------------------------------------------------------


@given(st.lists(st.booleans(), min_size=1, max_size=6))
def test_the_first_available_engine_is_chosen(available: list[bool]) -> None:
    engines = tuple(
        engine("text", f"e{i}", available=able, message="" if able else f"lacks {i}")
        for i, able in enumerate(available)
    )
    choice = choose([ServiceCatalog("ocr", engines)], "ocr", "text", {})
    if any(available):
        assert choice.engine == engines[available.index(True)]
        assert choice.reason == ""
    else:
        assert (choice.engine, choice.reason) == (None, "NO_ENGINE")
        assert choice.message == "lacks 0", "the best one's need comes first"


@pytest.mark.parametrize(
    ("pin", "found"),
    [("best", "best@1"), ("second", "second@1"), ("second@1", "second@1"), ("second@2", None),
     ("third", None), ("", None)],
)  # fmt: skip
def test_a_pin_is_that_engine_or_none(pin: str, found: str | None) -> None:
    planned = plan(PlanRequest(pins=(("text", pin),))).feature("text")
    assert (planned.engine.id if planned.engine else None) == found
    if found is None:
        assert (planned.state, planned.reason) == ("NOT_CHECKED", "NO_ENGINE")
        assert pin in planned.message
    assert plan(PlanRequest(pins=(("text", pin),))).engine(SHOTS).id == "best@1"


def test_a_pin_of_speech_activity_holds() -> None:
    made = plan(PlanRequest(pins=((SPEECH_ACTIVITY, "second"),)))
    assert made.speech_activity is not None
    assert made.speech_activity.name == "second"


def test_a_pinned_engine_that_cannot_work_is_not_replaced() -> None:
    offered = [
        replace(c, engines=tuple(replace(e, available=e.name != "second") for e in c.engines))
        for c in catalogs()
    ]
    planned = plan(PlanRequest(pins=(("text", "second"),)), offered=offered).feature("text")
    assert (planned.state, planned.engine) == ("NOT_CHECKED", None)


@pytest.mark.parametrize(
    ("available", "failed", "state"),
    [(True, False, "available"), (False, False, "missing"), (False, True, "failed")],
)
def test_an_engine_says_what_state_it_is_in(available: bool, failed: bool, state: str) -> None:
    assert engine("text", available=available, failed=failed).state == state


# --- budget ----------------------------------------------------------------------------------

COSTS = {(name, "best@1" if BY_NAME[name].service else ""): 0.01 * (i + 1)
         for i, name in enumerate(NAMES)}  # fmt: skip


def spent(made: Plan) -> int:
    return sum(
        cpu_ms(f.name, f.engine, made.duration_ns, COSTS, made.sample_interval_ns)[0]
        for f in made.features
        if f.state == "PENDING"
    )


@given(st.integers(0, 100_000), st.booleans())
def test_a_budget_is_kept_and_what_is_left_fits_nobody(budget: int, as_asked: bool) -> None:
    asked = PlanRequest(budget_cpu_ms=budget, samples_as_asked=as_asked)
    made = plan(asked, costs=COSTS)
    assert spent(made) <= budget == made.budget_cpu_ms
    for planned in made.features:
        if planned.reason == "BUDGET":
            assert (planned.state, planned.engine) == ("NOT_CHECKED", None)
            of = engine(planned.name, service="x")
            cost, measured = cpu_ms(planned.name, of, 100 * NS, COSTS, made.sample_interval_ns)
            if BY_NAME[planned.name].service:
                assert measured
                assert f"needs {cost} CPU-ms" in planned.message
                assert cost > budget - spent(made)
    everything = spent(plan(costs=COSTS))
    cut = any(planned.reason == "BUDGET" for planned in made.features)
    assert (cut or made.is_coarser) == (budget < everything)
    assert not (as_asked and made.is_coarser)


@given(st.integers(0, 100_000))
def test_a_budget_looks_at_fewer_frames_only_for_more_features(budget: int) -> None:
    def kept(made: Plan) -> int:
        return sum(planned.state == "PENDING" for planned in made.features)

    made = plan(PlanRequest(budget_cpu_ms=budget), costs=COSTS)
    as_asked = plan(PlanRequest(budget_cpu_ms=budget, samples_as_asked=True), costs=COSTS)
    assert as_asked.sample_interval_ns == PlanRequest().sample_interval_ns
    assert (kept(made) > kept(as_asked)) == made.is_coarser


def test_no_budget_is_no_limit() -> None:
    assert all(planned.state == "PENDING" for planned in plan(costs=COSTS).features)


def test_where_somebody_speaks_is_found_for_their_names_alone() -> None:
    """What was said does not fit the budget: the speakers are told apart all the same."""
    costs = {("speech", engine("speech").id): 10.0}
    made = plan(PlanRequest(features=("diarization",), budget_cpu_ms=10_000), costs=costs)
    assert (made.wants(SPEECH), made.wants(DIARIZATION)) == (False, True)
    assert made.speech_activity is not None
    assert made.listens


def test_wants_is_what_is_pending() -> None:
    made = plan(PlanRequest(features=("music",)))
    assert made.wants(MUSIC)
    assert not made.wants(TEXT)
