"""Recommendations over a real orchestrator, of text documents, which need no service."""

from __future__ import annotations

import json
import sqlite3
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from calling import TIMEOUT_S, Api, refused, text_request
from google.protobuf.timestamp_pb2 import Timestamp

from videre.v1 import media_pb2
from videre.v1 import recommendation_pb2 as pb

TEXTS = {
    "harbour": "Ships load containers in the harbour of Hamburg. The crane lifts a container.",
    "cranes": "The harbour of Hamburg never sleeps: cranes lift containers from ships at night.",
    "guitar": "The guitar player tunes his guitar. The band plays a song, the singer sings.",
    "forest": "Birds sing in the forest. A fox hides between the trees of the forest.",
}


@pytest.fixture(scope="module")
def media(api: Api) -> dict[str, str]:
    found = {}
    for name, text in TEXTS.items():
        request = text_request(text)
        request.context.title = f"About {name}"
        found[name] = api.ended(request).media_id
    return found


def ask(api: Api, media: dict[str, str], user: str = "", **fields: Any) -> pb.RecommendResponse:
    """Recommend of these media only: the orchestrator has those of other modules too."""
    request = pb.RecommendRequest(user_id=user, candidate_media_ids=media.values(), **fields)
    return api.recommendations.Recommend(request, timeout=TIMEOUT_S)


def record(api: Api, *events: dict[str, Any]) -> pb.RecordEventsResponse:
    request = pb.RecordEventsRequest(events=[pb.UserEvent(**one) for one in events])
    return api.recommendations.RecordEvents(request, timeout=TIMEOUT_S)


def profile(api: Api, user: str, **fields: Any) -> pb.UserProfile:
    request = pb.GetUserProfileRequest(user_id=user, **fields)
    return api.recommendations.GetUserProfile(request, timeout=TIMEOUT_S).profile


def test_a_user_gets_what_is_like_what_they_liked(api: Api, media: dict[str, str]) -> None:
    liked = {"user_id": "ada", "media_id": media["harbour"], "act": pb.USER_ACT_LIKE}
    done = record(api, liked | {"event_id": "e1"}, liked | {"media_id": "gone"})
    assert (done.recorded_count, list(done.unknown_media_ids)) == (1, ["gone"])
    assert record(api, liked | {"event_id": "e1"}).repeated_count == 1
    answer = ask(api, media, "ada")
    assert answer.items[0].media_id == media["cranes"]
    assert media["harbour"] not in {one.media_id for one in answer.items}
    assert (answer.candidate_count, answer.model_version) == (3, 2)
    assert 0.3 < answer.taste_weight < 0.4
    first = answer.items[0]
    assert (first.title, first.revision, first.drawn) == ("About cranes", 1, False)
    assert first.affinity > answer.items[1].affinity
    assert [one.media_id for one in first.because] == [media["harbour"]]
    assert sum(one.share for one in first.reasons) <= 1.001
    assert "Hamburg" in {one.value for one in first.reasons}
    then = Timestamp()
    then.FromJsonString("2001-01-01T00:00:00Z")
    assert not ask(api, media, "ada", time=then).items


def test_the_same_seed_draws_the_same(api: Api, media: dict[str, str]) -> None:
    now = Timestamp()
    now.GetCurrentTime()
    answers = [
        ask(api, media, "eve", exploration=0.5, seed=seed, time=now) for seed in (7, 7, *range(12))
    ]
    assert answers[0] == answers[1]
    assert answers[0].items[1].drawn
    assert len({tuple(one.media_id for one in answer.items) for answer in answers}) > 1


def test_interests_count_before_anything_was_done(api: Api, media: dict[str, str]) -> None:
    said = pb.SetUserInterestsRequest(user_id="bob", language_codes=["en-GB"])
    said.interests.add(kind=pb.TRAIT_KIND_KEYWORD, value="Forest", weight=1)
    answer = api.recommendations.SetUserInterests(said, timeout=TIMEOUT_S)
    assert [one.value for one in answer.profile.stated_interests] == ["Forest"]
    assert list(answer.profile.language_codes) == ["en"]
    first = ask(api, media, "bob").items[0]
    assert first.media_id == media["forest"]
    assert [one.value for one in first.reasons if one.stated] == ["forest"]


def test_a_profile_is_shown_and_erased(api: Api, media: dict[str, str], data: Path) -> None:
    user = "carol@example.org"
    watched = pb.UserEvent(user_id=user, media_id=media["guitar"], act=pb.USER_ACT_WATCH)
    watched.watched.FromSeconds(30)
    watched.event_time.GetCurrentTime()
    api.recommendations.RecordEvents(pb.RecordEventsRequest(events=[watched]), timeout=TIMEOUT_S)
    known = profile(api, user, language_code="zh-Hans")
    assert (known.user_id, known.events[0].media_id) == (user, media["guitar"])
    assert known.events[0].watched.ToSeconds() == 30
    assert known.events[0].event_time.ToMilliseconds() == watched.event_time.ToMilliseconds()
    assert "guitar" in {one.value for one in known.interests}
    popular = {one.media_id: one.popularity for one in ask(api, media).items}
    assert popular[media["guitar"]] > 0
    rotated = api.recommendations.RotateProfileKey(pb.RotateProfileKeyRequest(), timeout=TIMEOUT_S)
    assert (rotated.remaining_count, rotated.next_page_token) == (0, "")
    assert rotated.sealed_count > 0
    assert profile(api, user).events == known.events
    gone = pb.DeleteUserRequest(user_id=user)
    assert api.recommendations.DeleteUser(gone, timeout=TIMEOUT_S).erased
    assert not api.recommendations.DeleteUser(gone, timeout=TIMEOUT_S).erased
    refusal = refused(lambda: profile(api, user))
    assert (refusal.code, refusal.reason) == ("NOT_FOUND", "USER_NOT_FOUND")
    assert user not in str(refusal)
    popular = {one.media_id: one.popularity for one in ask(api, media).items}
    assert popular[media["guitar"]] == 0
    for path in data.glob("videre.db*"):
        assert user.encode() not in path.read_bytes()


def test_what_is_blocked_or_deleted_is_not_recommended(api: Api, data: Path) -> None:
    made = {}
    for name in ("fine", "bad"):
        request = text_request(f"The {name} violin plays a sonata for the violin.")
        made[name] = api.ended(request).media_id
    assert len(ask(api, made).items) == 2
    with closing(sqlite3.connect(data / "videre.db", timeout=30)) as database, database:
        block = "UPDATE analysis SET suggestion = 'block' WHERE media_id = ?"
        database.execute(block, (made["bad"],))
    assert [one.media_id for one in ask(api, made).items] == [made["fine"]]
    api.media.DeleteMedia(media_pb2.DeleteMediaRequest(media_id=made["fine"]), timeout=TIMEOUT_S)
    assert not ask(api, made).items


def test_an_event_from_the_future_is_refused(api: Api) -> None:
    event = pb.UserEvent(user_id="ada", media_id="m", act=pb.USER_ACT_LIKE)
    event.event_time.FromJsonString("2999-01-01T00:00:00Z")
    request = pb.RecordEventsRequest(events=[event])
    refusal = refused(lambda: api.recommendations.RecordEvents(request, timeout=TIMEOUT_S))
    assert (refusal.reason, refusal.fields) == ("FIELD_INVALID", ("events[0].event_time",))


def test_segments_are_rules_over_profiles(own_api: Api) -> None:
    api = own_api
    request = text_request(TEXTS["forest"])
    media_id = api.ended(request).media_id
    for user, act in (("ada", pb.USER_ACT_LIKE), ("bob", pb.USER_ACT_SKIP)):
        record(api, {"user_id": user, "media_id": media_id, "act": act})
    rules = {
        "forest": pb.SegmentCondition(
            interest=pb.Interest(kind=pb.TRAIT_KIND_KEYWORD, value="forest", weight=0.1)
        ),
        "busy": pb.SegmentCondition(activity=pb.SegmentActivity(days=1, min_count=1)),
    }
    for name, rule in rules.items():
        segment = pb.Segment(segment_id=name, all_of=[rule])
        stored = api.recommendations.SetSegment(
            pb.SetSegmentRequest(segment=segment), timeout=TIMEOUT_S
        )
        assert stored.segment == segment
    assert list(profile(api, "ada").segment_ids) == ["busy", "forest"]
    assert list(profile(api, "bob").segment_ids) == ["busy"]
    listed = api.recommendations.ListSegments(pb.ListSegmentsRequest(), timeout=TIMEOUT_S)
    assert [one.segment_id for one in listed.segments] == ["busy", "forest"]
    asked = pb.CountSegmentUsersRequest(segment_id="forest")
    counted = api.recommendations.CountSegmentUsers(asked, timeout=TIMEOUT_S)
    assert (counted.user_count, counted.known_count, counted.next_page_token) == (1, 2, "")
    gone = pb.DeleteSegmentRequest(segment_id="forest")
    api.recommendations.DeleteSegment(gone, timeout=TIMEOUT_S)
    for call in (
        lambda: api.recommendations.DeleteSegment(gone, timeout=TIMEOUT_S),
        lambda: api.recommendations.CountSegmentUsers(asked, timeout=TIMEOUT_S),
    ):
        refusal = refused(call)
        assert (refusal.code, refusal.reason) == ("NOT_FOUND", "SEGMENT_NOT_FOUND")


def bulk(call: Any, request: Any) -> tuple[list[Any], str]:
    """Return all rows of a stream, and the token after them."""
    rows, token = [], ""
    for message in call(request, timeout=TIMEOUT_S):
        rows += [*getattr(message, "items", ()), *getattr(message, "events", ())]
        token = message.next_token
    return rows, token


def test_media_go_out_in_bulk_and_what_changes_later(api: Api, media: dict[str, str]) -> None:
    call = api.recommendations.ExportItems
    rows, token = bulk(call, pb.ExportItemsRequest())
    mine = {one.media_id: one for one in rows if one.media_id in media.values()}
    assert len(mine) == len(TEXTS)
    harbour = mine[media["harbour"]]
    assert harbour.create_time.ToSeconds() > 0
    assert harbour.language_code == "en"
    assert "Hamburg" in {trait.value for trait in harbour.traits}
    assert all(0 < trait.weight <= 1.5 for trait in harbour.traits)
    again, token = bulk(call, pb.ExportItemsRequest(after_token=token))
    assert not mine.keys() & {one.media_id for one in again}
    made = api.ended(text_request("A lighthouse stands at the coast.")).media_id
    new, later = bulk(call, pb.ExportItemsRequest(after_token=token))
    assert (made, False) in {(one.media_id, one.deleted) for one in new}
    api.media.DeleteMedia(media_pb2.DeleteMediaRequest(media_id=made), timeout=TIMEOUT_S)
    gone, _ = bulk(call, pb.ExportItemsRequest(after_token=later))
    assert (made, True, 0) in {(one.media_id, one.deleted, len(one.traits)) for one in gone}
    assert made not in {one.media_id for one in bulk(call, pb.ExportItemsRequest())[0]}
    traits = [
        one
        for message in api.recommendations.ExportTraits(pb.ExportTraitsRequest(), timeout=TIMEOUT_S)
        for one in message.traits
    ]
    hamburg = [one for one in traits if (one.kind, one.value) == (pb.TRAIT_KIND_PLACE, "Hamburg")]
    assert [one.media_count >= 2 for one in hamburg] == [True]
    assert hamburg[0].rarity > 0


def test_events_go_out_under_pseudonyms_and_those_of_the_erased_never_again(
    api: Api, media: dict[str, str]
) -> None:
    call = api.recommendations.ExportUserEvents
    known, token = bulk(call, pb.ExportUserEventsRequest())
    liked = {"media_id": media["forest"], "act": pb.USER_ACT_LIKE}
    record(api, liked | {"user_id": "gustav@example.org", "event_id": "g1"})
    (event,), later = bulk(call, pb.ExportUserEventsRequest(after_token=token))
    assert (event.media_id, event.act, event.erased) == (media["forest"], pb.USER_ACT_LIKE, False)
    assert len(event.user) == 64
    record(api, liked | {"user_id": "gustav@example.org", "event_id": "g2"})
    (second,), last = bulk(call, pb.ExportUserEventsRequest(after_token=later))
    assert (second.user, second.number) == (event.user, event.number + 1)
    assert second.event_key != event.event_key
    gone = pb.DeleteUserRequest(user_id="gustav@example.org")
    assert api.recommendations.DeleteUser(gone, timeout=TIMEOUT_S).erased
    for since in (token, last):
        (erased,), _ = bulk(call, pb.ExportUserEventsRequest(after_token=since))
        assert (erased.user, erased.erased, erased.media_id) == (event.user, True, "")
        assert erased.number > second.number
    everything, _ = bulk(call, pb.ExportUserEventsRequest())
    assert event.user not in {one.user for one in everything}
    assert len(everything) == len(known)
    other = refused(lambda: bulk(call, pb.ExportUserEventsRequest(after_token=bulk(
        api.recommendations.ExportItems, pb.ExportItemsRequest())[1])))  # fmt: skip
    assert (other.reason, other.metadata["field"]) == ("PAGE_TOKEN_INVALID", "after_token")


def test_a_token_is_good_for_thirty_days(api: Api) -> None:
    _, token = bulk(api.recommendations.ExportUserEvents, pb.ExportUserEventsRequest())
    document = json.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    since, begun_ns, *rest = document["p"].split(" ")
    old = int(begun_ns) - 31 * 86_400 * 10**9
    document["p"] = " ".join((since, str(old), *rest))
    stale = urlsafe_b64encode(json.dumps(document).encode()).decode()
    asked = pb.ExportUserEventsRequest(after_token=stale)
    refusal = refused(lambda: bulk(api.recommendations.ExportUserEvents, asked))
    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "CHANGES_FORGOTTEN")
    assert (refusal.metadata["limit"], refusal.metadata["actual"]) == ("30 days", "31 days")
    document["p"] = "no place"
    asked.after_token = urlsafe_b64encode(json.dumps(document).encode()).decode()
    refusal = refused(lambda: bulk(api.recommendations.ExportUserEvents, asked))
    assert refusal.reason == "PAGE_TOKEN_INVALID"


def test_what_others_like_who_like_the_same_comes_with_its_reason(
    api: Api, media: dict[str, str]
) -> None:
    liked = {"act": pb.USER_ACT_LIKE, "media_id": media["forest"]}
    other = liked | {"media_id": media["guitar"]}
    users = [f"walker {number}" for number in range(4)]
    record(api, *(one | {"user_id": user} for user in users for one in (liked, other)))
    record(api, liked | {"user_id": "newcomer"})
    asked = {one.media_id: one for one in ask(api, media, "newcomer").items}
    guitar = asked[media["guitar"]]
    assert guitar.collaborative == 1
    assert [(one.media_id, one.user_count >= 4) for one in guitar.also_liked] == [
        (media["forest"], True)
    ]
    assert not asked[media["cranes"]].also_liked
    for user in users:
        gone = pb.DeleteUserRequest(user_id=user)
        assert api.recommendations.DeleteUser(gone, timeout=TIMEOUT_S).erased
    asked = {one.media_id: one for one in ask(api, media, "newcomer").items}
    assert (asked[media["guitar"]].collaborative, len(asked[media["guitar"]].also_liked)) == (0, 0)
