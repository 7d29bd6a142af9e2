"""Erasing wholly: rows, files, journals and the database's free pages have nothing any more."""

from __future__ import annotations

import json
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from calling import TIMEOUT_S, Api, refused
from running import Processes
from typer.testing import CliRunner

from tests.fresh import fresh_database
from videre.cli.app import app as command
from videre.common.clock import FakeClock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.app import Orchestrator, open_orchestrator
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.store.media import NewMedia
from videre.orchestrator.sweep import retire
from videre.v1 import (
    audit_pb2,
    event_pb2,
    job_pb2,
    library_pb2,
    media_pb2,
    project_pb2,
    recommendation_pb2,
    retention_pb2,
)

WORDS = ["zanthbarine", "zanthcorine", "zanthdurine", "zanthferine"]
CALL = {"timeout": TIMEOUT_S}


@pytest.fixture
def videre(suite: Processes, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return what runs a command in the module's project and returns what it prints."""
    monkeypatch.setenv("VIDERE_SERVER", suite.ports.target("orchestrator"))
    monkeypatch.setenv("VIDERE_PROJECT", "purging")
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str) -> str:
        ended = CliRunner().invoke(command, list(arguments))
        assert ended.exit_code == 0, ended.output
        return ended.output

    return run


def analysed(api: Api, text: str, said: str = "", **given: str) -> job_pb2.Job:
    media = api.uploaded(text.encode(), "notes.txt", **given)
    request = job_pb2.SubmitJobRequest(user_data=said)
    request.inputs.add(media_id=media.media_id)
    ended = api.ended(request)
    assert ended.state == job_pb2.JOB_STATE_SUCCEEDED
    return ended


def in_database(folder: Path, word: str) -> bool:
    return any(
        word.encode() in path.read_bytes().lower() for path in (folder / "data").glob("videre.db*")
    )


def test_a_hold_keeps_and_says_who_holds(own_api: Api, videre: Callable[..., str]) -> None:
    job = analysed(own_api, "Kept for the court.")
    media_id = job.media_id
    assert "is held" in videre("media", "hold", media_id, "case-7", "--reason", "A court asks.")
    purge = retention_pb2.PurgeMediaRequest(media_id=media_id, close_reviews=True)
    delete = media_pb2.DeleteMediaRequest(media_id=media_id, close_reviews=True)
    for call in (
        lambda: own_api.media.DeleteMedia(delete, **CALL),
        lambda: own_api.jobs.DeleteJob(job_pb2.DeleteJobRequest(job_id=job.job_id), **CALL),
        lambda: own_api.retention.PurgeMedia(purge, **CALL),
    ):
        refusal = refused(call)
        assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "MEDIA_HELD")
        assert refusal.metadata == {"media_id": media_id, "hold_id": "case-7"}
    (hold,) = json.loads(videre("media", "holds", "--json"))
    assert (hold["holdId"], hold["reason"]) == ("case-7", "A court asks.")
    assert "case-7" in videre("media", "holds", "--media", media_id)
    entries = own_api.audit.ListAuditEntries(audit_pb2.ListAuditEntriesRequest(), **CALL).entries
    assert "RetentionService/HoldMedia" in {entry.method for entry in entries}
    assert "not held" in videre("media", "release", media_id, "case-7")
    own_api.media.DeleteMedia(delete, **CALL)


def test_a_purged_media_is_nowhere(
    own_api: Api, suite: Processes, videre: Callable[..., str]
) -> None:
    job = analysed(
        own_api, f"The {WORDS[0].title()} Company of Hamburg. " * 3, said=WORDS[3] * 2,
        title=f"{WORDS[1]} {WORDS[1]}", description=WORDS[2] * 2,
    )  # fmt: skip
    other = analysed(own_api, "Nothing of it.")
    again = job_pb2.SubmitJobRequest()
    again.inputs.add(media_id=job.media_id)
    own_api.ended(again)
    assert all(in_database(suite.folder, word) for word in WORDS)
    report = json.loads(videre("purge", "media", job.media_id, "--yes", "--json"))
    erased = {place["place"]: int(place["count"]) for place in report["erased"]}
    assert (erased["media"], erased["job"], erased["journal"], erased["upload"]) == (1, 2, 2, 1)
    assert erased["artifacts"] >= 3
    assert {"evidence", "job_event", "feed_event", "search_media", "analysis"} <= erased.keys()
    assert "found" not in report
    assert report["searched"] > 10
    assert {place["place"] for place in report["kept"]} == {
        "audience_gone", "audit_entry", "verdict_link",
    }  # fmt: skip
    assert not [word for word in WORDS if in_database(suite.folder, word)]
    gone = media_pb2.GetMediaRequest(media_id=job.media_id)
    assert refused(lambda: own_api.media.GetMedia(gone, **CALL)).reason == "MEDIA_NOT_FOUND"
    assert refused(lambda: own_api.job(job.job_id)).reason == "JOB_NOT_FOUND"
    events = own_api.events.ListEvents(event_pb2.ListEventsRequest(), **CALL).events
    assert {event.job_id for event in events}.isdisjoint({job.job_id})
    assert other.job_id in {event.job_id for event in events}
    assert own_api.job(other.job_id).state == job_pb2.JOB_STATE_SUCCEEDED


def test_what_another_media_shares_stays(own_api: Api, videre: Callable[..., str]) -> None:
    first = analysed(own_api, "Said twice, word by word.", title="The same title")
    second = analysed(own_api, "Said twice, word by word.", title="The same title")
    report = json.loads(videre("purge", "media", first.media_id, "--yes", "--json"))
    assert "found" not in report
    assert "evidence" not in {place["place"] for place in report["erased"]}
    asked = media_pb2.GetAnalysisRequest(media_id=second.media_id)
    assert own_api.media.GetAnalysis(asked, **CALL).analysis.media_id == second.media_id


def test_a_user_is_erased(own_api: Api, suite: Processes, videre: Callable[..., str]) -> None:
    media = own_api.uploaded(b"Liked by somebody.")
    request = recommendation_pb2.RecordEventsRequest()
    request.events.add(
        user_id="ada-of-hamburg", media_id=media.media_id, event_id="e1",
        act=recommendation_pb2.USER_ACT_LIKE,
    )  # fmt: skip
    request.events[0].event_time.GetCurrentTime()
    own_api.recommendations.RecordEvents(request, **CALL)
    told = videre("purge", "user", "ada-of-hamburg", "--yes")
    assert "audience_profile" in told
    assert "found 0" in told


def test_a_closed_project_is_emptied(api: Api, suite: Processes) -> None:
    with Api(suite.ports.target("orchestrator"), "to-be-purged") as own:
        job = analysed(own, f"Of {WORDS[0]} and others.", title=f"{WORDS[2]} of the project")
        library = library_pb2.CreateLibraryRequest(
            library_id="words", kind=library_pb2.LIBRARY_KIND_WORDS, name=WORDS[1]
        )
        own.libraries.CreateLibrary(library, **CALL)
        own.open_upload(1_000)
        purge = retention_pb2.PurgeProjectRequest(project_id="to-be-purged")
        state = refused(lambda: api.retention.PurgeProject(purge, **CALL))
        assert (state.code, state.reason) == ("FAILED_PRECONDITION", "PROJECT_STATE")
        hold = retention_pb2.HoldMediaRequest(media_id=job.media_id, hold_id="h", reason="r")
        own.retention.HoldMedia(hold, **CALL)
        project = {"project_id": "to-be-purged"}
        api.projects.DeleteProject(project_pb2.DeleteProjectRequest(**project), **CALL)
        held = refused(lambda: api.retention.PurgeProject(purge, **CALL))
        assert held.metadata["hold_id"] == "h"
        api.projects.UndeleteProject(project_pb2.UndeleteProjectRequest(**project), **CALL)
        release = retention_pb2.ReleaseMediaRequest(media_id=job.media_id, hold_id="h")
        own.retention.ReleaseMedia(release, **CALL)
        api.projects.DeleteProject(project_pb2.DeleteProjectRequest(**project), **CALL)
    report = api.retention.PurgeProject(purge, **CALL).report
    erased = {place.place: place.count for place in report.erased}
    assert (erased["media"], erased["job"], erased["library"], erased["uploads"]) == (1, 1, 1, 1)
    assert not report.found
    assert not [word for word in WORDS[:3] if in_database(suite.folder, word)]
    assert not [path for path in (suite.folder / "data/artifacts/to-be-purged").rglob("*")
                if path.is_file()]  # fmt: skip
    again = api.retention.PurgeProject(purge, **CALL).report
    assert not again.erased, "what was cut off is made again"


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[tuple[Orchestrator, FakeClock]]:
    clock = FakeClock()
    settings = OrchestratorSettings(data_dir=tmp_path)
    database = fresh_database(settings.database_path)
    try:
        async with open_orchestrator(settings, database, clock, random.Random(1)) as opened:
            yield opened, clock
    finally:
        database.dispose()


async def test_media_go_when_their_project_keeps_them_no_longer(
    app: tuple[Orchestrator, FakeClock],
) -> None:
    opened, clock = app
    for name in ("m1", "m2"):
        digest = opened.artifacts.put("default", name.encode())
        opened.media.create(NewMedia(name, "default", "upload:x", "ada", digest=digest))
    opened.projects.change("default", {"media_retention_ns": 60 * 10**9}, "")
    opened.holds.hold("default", "m1", "case", "r", "ada")
    assert await retire(opened) == 0
    clock.advance(61.0)
    assert await retire(opened) == 1
    assert opened.media.get("default", "m1").id == "m1"
    with pytest.raises(VidereError) as gone:
        opened.media.get("default", "m2")
    assert gone.value.reason is Reason.MEDIA_NOT_FOUND
    opened.holds.release("default", "m1", "case")
    assert await retire(opened) == 1
