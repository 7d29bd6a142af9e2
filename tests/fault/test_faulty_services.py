"""Services that are slow, hang, fail, lie or break off: the right answer, or PARTIAL with the
reason; never a pass.

`VIDERE_FAULTS=all` tells every lie in a job of its own and lets services hang (some minutes).
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import grpc
import pytest
from films import film
from lies import LIES, Lie
from proxy import Proxy, Trouble
from running import ALL, Processes, processes

from bench.faults.work import submit
from videre.cli.supervise.ports import SERVICES
from videre.client import Videre
from videre.common.errors import Reason, VidereError
from videre.v1 import analysis_pb2, job_pb2, project_pb2

pytestmark = [pytest.mark.fault, pytest.mark.long]

ALL_FAULTS = os.environ.get("VIDERE_FAULTS", "") == "all"
END_S = 300.0
PATIENCE_S = "5"
#: The stage that fails when a method's answers are not believed.
STAGE = {
    "AnalyzeFrames": "nsfw", "DetectShots": "shots", "ReadFrames": "text",
    "DetectSpeech": "speech", "Transcribe": "speech", "AnalyzeSound": "sound",
    "AnalyzeMusic": "music", "Render": "produce:cover",
}  # fmt: skip
SERVICE = {
    "AnalyzeFrames": "visual", "DetectShots": "visual", "ReadFrames": "ocr",
    "DetectSpeech": "asr", "Transcribe": "asr", "AnalyzeSound": "audio",
    "AnalyzeMusic": "audio", "Render": "production",
}  # fmt: skip
FAILED = analysis_pb2.STAGE_STATE_FAILED
PASS = analysis_pb2.SUGGESTION_PASS


class Troubled:
    """A suite each of whose services stands behind a proxy."""

    def __init__(self, suite: Processes, proxies: Mapping[str, Proxy], folder: Path) -> None:
        self._suite, self._proxies = suite, proxies
        self._numbers = itertools.count()
        self._film = film(0, folder, 12)

    def run(self, **troubles: Trouble) -> job_pb2.Job:
        """Return an ended job whose calls met these troubles."""
        job = self._run(lambda client: submit(client, self._film), troubles)
        for name in troubles:
            assert self._proxies[name].met, f"no call met the trouble of {name}"
        return job

    def run_past(self, *features: str, **troubles: Trouble) -> job_pb2.Job:
        """Return an ended job that looks for features only, none of whose calls met a trouble."""

        def ask(client: Videre) -> job_pb2.Job:
            request = job_pb2.SubmitJobRequest(features=features)
            request.inputs.add(media_id=client.upload(self._film).media.media_id)
            return client.submit_request(request).job

        job = self._run(ask, troubles)
        assert not [name for name in troubles if self._proxies[name].met]
        return job

    def _run(
        self, ask: Callable[[Videre], job_pb2.Job], troubles: Mapping[str, Trouble]
    ) -> job_pb2.Job:
        """Run a job in a project of its own: it finds nothing that was seen or heard before."""
        for name, proxy in self._proxies.items():
            proxy.set(troubles.get(name, Trouble()))
        project = f"run-{next(self._numbers)}"
        with self._suite.client() as client:
            client.projects.create(project_pb2.CreateProjectRequest(project_id=project))
        with self._suite.client(project=project) as client:
            return client.wait(ask(client).job_id, timeout_s=END_S)


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Troubled]:
    folder = tmp_path_factory.mktemp("troubled")
    proxies = {name: Proxy() for name in SERVICES}
    settings = {f"VIDERE_{name.upper()}_ENDPOINTS": one.target for name, one in proxies.items()}
    settings["VIDERE_STAGE_PATIENCE"] = PATIENCE_S
    with processes(folder, **settings) as suite:
        for name, proxy in proxies.items():
            proxy.start(suite.ports.target(name))
        try:
            suite.start(*ALL)
            yield Troubled(suite, proxies, folder)
        finally:
            for proxy in proxies.values():
                proxy.close()


@pytest.fixture(scope="module")
def calm(troubled: Troubled) -> job_pb2.Job:
    job = troubled.run()
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job
    return job


def reasons(job: job_pb2.Job) -> dict[str, str]:
    return {stage.name: stage.reason for stage in job.stages if stage.state == FAILED}


def facts(job: job_pb2.Job) -> tuple[int, dict[str, str], int]:
    """Return what does not depend on the media's digest."""
    states = {stage.name: f"{stage.state} {stage.reason}" for stage in job.stages}
    return job.state, states, job.suggestion


def assert_partial(job: job_pb2.Job, stage: str, reason: str) -> None:
    assert job.state == job_pb2.JOB_STATE_PARTIAL, job
    assert reasons(job)[stage] == reason, job
    if not stage.startswith("produce"):
        assert job.suggestion != PASS, "what nobody looked at must not pass"


def test_slow_services_change_nothing(troubled: Troubled, calm: job_pb2.Job) -> None:
    job = troubled.run(**dict.fromkeys(SERVICES, Trouble(slow_s=1.0)))
    assert facts(job) == facts(calm), reasons(job)


def test_errors_that_pass_change_nothing(troubled: Troubled, calm: job_pb2.Job) -> None:
    full = VidereError(Reason.OVERLOADED, "full", retry_after_s=0.2)
    job = troubled.run(
        visual=Trouble(error=grpc.StatusCode.UNAVAILABLE, times=2),
        ocr=Trouble(error=grpc.StatusCode.INTERNAL, times=2),
        asr=Trouble(error=full, times=3),
        audio=Trouble(error=grpc.StatusCode.UNKNOWN, times=2),
        production=Trouble(error=grpc.StatusCode.UNAVAILABLE, times=1),
    )
    assert facts(job) == facts(calm), reasons(job)


def test_lies_of_every_service_are_not_believed(troubled: Troubled) -> None:
    methods = ("AnalyzeFrames", "ReadFrames", "AnalyzeSound", "Transcribe", "Render")
    told = {SERVICE[method]: Trouble(lies=(first_lie(method),)) for method in methods}
    job = troubled.run(**told)
    for method in methods:
        assert_partial(job, STAGE[method], "SERVICE_ANSWER")
    assert "shots" not in reasons(job), "what was true stays"


def test_a_service_that_lies_about_itself_is_down(troubled: Troubled) -> None:
    lie = first_lie("DescribeEngines")
    assert_partial(troubled.run(ocr=Trouble(lies=(lie,), described=True)), "text", "SERVICE_DOWN")


def test_services_that_a_job_does_not_need_are_not_asked(troubled: Troubled) -> None:
    gone = Trouble(hang=True, described=True)
    job = troubled.run_past("shots", ocr=gone, asr=gone, audio=gone, production=gone)
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job


def test_failures_for_good_fail_their_stages_alone(troubled: Troubled) -> None:
    failed = VidereError(Reason.ENGINE_FAILED, "the engine failed")
    job = troubled.run(
        ocr=Trouble(cut=True),
        asr=Trouble(error=failed),
        audio=Trouble(error=grpc.StatusCode.INTERNAL),
        production=Trouble(error=grpc.StatusCode.INVALID_ARGUMENT),
    )
    assert_partial(job, "text", "SERVICE_DOWN")
    assert_partial(job, "speech", "ENGINE_FAILED")
    assert_partial(job, "sound", "SERVICE_DOWN")
    assert_partial(job, "produce:cover", "SERVICE_ANSWER")
    assert "objects" not in reasons(job)


def first_lie(method: str) -> Lie:
    return next(lie for lie in LIES if lie.method == method)


slow = pytest.mark.skipif(not ALL_FAULTS, reason="some minutes: VIDERE_FAULTS=all")


@slow
@pytest.mark.parametrize(
    "lie",
    [lie for lie in LIES if lie.method in STAGE],
    ids=lambda lie: f"{lie.method}: {lie.name}",
)
def test_each_lie_fails_its_stage(troubled: Troubled, lie: Lie) -> None:
    job = troubled.run(**{SERVICE[lie.method]: Trouble(lies=(lie,))})
    assert_partial(job, STAGE[lie.method], "SERVICE_ANSWER")


@slow
@pytest.mark.parametrize("method", ["AnalyzeFrames", "ReadFrames", "Transcribe", "AnalyzeSound"])
def test_a_service_that_hangs_is_down(troubled: Troubled, method: str) -> None:
    job = troubled.run(**{SERVICE[method]: Trouble(hang=True)})
    assert_partial(job, STAGE[method], "SERVICE_DOWN")
