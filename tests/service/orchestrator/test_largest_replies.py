"""No reply is larger than what any client takes unasked, 4 MiB: not of the fullest film of six
hours, not of lists whose rows are at every limit. And no page leaves anything out."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import grpc
import pytest
from calling import TIMEOUT_S
from long_film import LongFilm, fill
from running import Processes, processes

from videre.v1 import analysis_pb2, job_pb2, job_pb2_grpc, media_pb2, media_pb2_grpc

LARGEST: Final = 4 << 20
#: Jobs and media at their limits: 27 and 30 KiB each, together more than one reply takes.
ROWS: Final = 160
BASIC, FULL = analysis_pb2.ANALYSIS_VIEW_BASIC, analysis_pb2.ANALYSIS_VIEW_FULL
#: The default, and the largest.
PAGE_SIZES: Final = (0, 1_000)
DEFAULT_SEGMENTS: Final = 200

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LongFilm]:
    folder = tmp_path_factory.mktemp("film")
    return folder, asyncio.run(fill(folder / "data", rows=ROWS))


@pytest.fixture(scope="module")
def server(film: tuple[Path, LongFilm]) -> Iterator[Processes]:
    with processes(film[0], "orchestrator") as running:
        yield running


@pytest.fixture(scope="module")
def channel(server: Processes) -> Iterator[grpc.Channel]:
    """A channel that takes more than clients do unasked, so that a reply can be measured."""
    target = server.ports.target("orchestrator")
    options = [("grpc.max_receive_message_length", -1)]
    with grpc.insecure_channel(target, options) as channel:
        yield channel


def replies(ask: Callable[[str], Any]) -> list[Any]:
    """Return the replies of all pages; fail at one that is too large."""
    found: list[Any] = []
    token = ""
    while token or not found:
        reply = ask(token)
        assert reply.ByteSize() < LARGEST, (len(found), reply.ByteSize())
        found.append(reply)
        token = reply.next_page_token
        assert len(found) < 1_000, "there is no last page"
    return found


def listed(ask: Callable[[str], Any], field: str) -> list[Any]:
    """Return the rows of all pages of a list; they are in a field of the replies."""
    return [row for reply in replies(ask) for row in getattr(reply, field)]


def check_list(ids: list[str], expected: int) -> None:
    """Fail unless the ids are so many, each once, from the newest on."""
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == len(set(ids)) == expected


def check_whole(parts: list[analysis_pb2.Analysis], film: LongFilm, *, full: bool) -> None:
    """Fail unless the pages together are the film's analysis, every item once."""
    counted = Counter[str]()
    for part in parts:
        counted.update({name: len(getattr(part, name)) for name in film.counts})
    wanted = film.counts if full else {"labels": film.counts["labels"]}
    assert +counted == Counter(wanted)
    groups = [group for part in parts for group in part.verdict.groups]
    assert sum(len(group.segments) for group in groups) == film.findings
    assert sum(len(part.music.beat_offsets) for part in parts) == (6 * 3_600 * 4 if full else 0)
    if full:
        assert [s.index for part in parts for s in part.shots] == list(range(film.counts["shots"]))


@pytest.mark.parametrize(("view", "size"), [(BASIC, 0), (FULL, 0), (FULL, 1_000)])
def test_every_page_of_an_analysis_is_taken_by_every_client(
    channel: grpc.Channel,
    film: tuple[Path, LongFilm],
    view: analysis_pb2.AnalysisView.ValueType,
    size: int,
) -> None:
    stub = media_pb2_grpc.MediaServiceStub(channel)
    request = media_pb2.GetAnalysisRequest(media_id=film[1].media_id, view=view, page_size=size)

    def ask(token: str) -> Any:
        request.page_token = token
        return stub.GetAnalysis(request, timeout=TIMEOUT_S)

    parts = [reply.analysis for reply in replies(ask)]
    check_whole(parts, film[1], full=view == FULL)
    most = max(sum(len(getattr(part, name)) for name in film[1].counts) for part in parts)
    assert most <= (size or DEFAULT_SEGMENTS)


def test_every_page_of_a_job_is_taken_by_every_client(
    channel: grpc.Channel, film: tuple[Path, LongFilm]
) -> None:
    """A job comes with every page: with all its stages, tags and lost stretches."""
    stub = job_pb2_grpc.JobServiceStub(channel)
    request = job_pb2.QueryJobRequest(job_id=film[1].job_id, view=FULL, page_size=1_000)

    def ask(token: str) -> Any:
        request.page_token = token
        return stub.QueryJob(request, timeout=TIMEOUT_S)

    found = replies(ask)
    assert all(len(reply.job.stages[3].missing) == 540 for reply in found)
    check_whole([reply.analysis for reply in found], film[1], full=True)


def test_every_event_is_taken_by_every_client(
    channel: grpc.Channel, film: tuple[Path, LongFilm]
) -> None:
    stub = job_pb2_grpc.JobServiceStub(channel)
    request = job_pb2.WatchJobRequest(job_id=film[1].job_id)
    events = list(stub.WatchJob(request, timeout=TIMEOUT_S))
    assert [reply.event.seq for reply in events] == list(range(1, len(events) + 1))
    assert max(reply.ByteSize() for reply in events) < LARGEST


@pytest.mark.parametrize("size", PAGE_SIZES)
def test_a_list_of_full_jobs_is_cut_by_bytes(
    channel: grpc.Channel, film: tuple[Path, LongFilm], size: int
) -> None:
    stub = job_pb2_grpc.JobServiceStub(channel)
    jobs = listed(
        lambda token: stub.ListJobs(
            job_pb2.ListJobsRequest(page_size=size, page_token=token), timeout=TIMEOUT_S
        ),
        "jobs",
    )
    check_list([job.job_id for job in jobs], film[1].jobs)
    assert max(len(job.outputs) for job in jobs) == 640


@pytest.mark.parametrize("size", PAGE_SIZES)
def test_a_list_of_full_media_is_cut_by_bytes(
    channel: grpc.Channel, film: tuple[Path, LongFilm], size: int
) -> None:
    stub = media_pb2_grpc.MediaServiceStub(channel)
    media = listed(
        lambda token: stub.ListMedia(
            media_pb2.ListMediaRequest(page_size=size, page_token=token), timeout=TIMEOUT_S
        ),
        "media",
    )
    check_list([one.media_id for one in media], film[1].media)


def test_the_client_puts_pages_together_again(
    server: Processes, film: tuple[Path, LongFilm]
) -> None:
    """The SDK's channel takes 4 MiB: a larger reply would end the call."""
    with server.client() as videre:
        check_whole([videre.query(film[1].job_id, view=BASIC).analysis], film[1], full=False)
        assert sum(1 for _ in videre.list_jobs()) == film[1].jobs
        assert sum(1 for _ in videre.list_media()) == film[1].media
