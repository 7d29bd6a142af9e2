"""Watching folders: every version of a file that stays as it is becomes a job, once.

What is seen is noted before it is submitted, and it is submitted under an id that its trigger, path
and version make: whoever is killed in between leaves nothing out and submits nothing twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final
from urllib.parse import quote

import structlog

from videre.common.auth import Principal, Role, enter
from videre.common.errors import Code, Reason, VidereError
from videre.orchestrator.api.request import duration_ns
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.media.buckets import (
    BucketAddress,
    etag_of,
    resolve_place_uri,
    with_etag,
)
from videre.orchestrator.media.uris import uri_scheme
from videre.orchestrator.store.triggers import FileRecord, FileState, TriggerRecord
from videre.orchestrator.triggers.rules import (
    INTERVAL_NS,
    MOST_FILES,
    STABLE_NS,
    Listed,
    Look,
    looked,
    request_id,
    wanted,
)
from videre.v1 import job_pb2, trigger_pb2

log = structlog.get_logger(__name__)

#: Accepts a request as a call of the running task's principal would.
Submit = Callable[[job_pb2.SubmitJobRequest], Awaitable[job_pb2.SubmitJobResponse]]
#: Looks that are under way at once.
LOOKS_AT_ONCE: Final = 8
#: Longest time for a listing: 200 pages of 1,000 keys, as S3 gives them.
LONGEST_S: Final = 120.0
#: Files that one look submits; the next look goes on at once.
_AT_ONCE: Final = 200
#: Time between two looks for triggers that are due, seconds.
_REST_S: Final = 1.0
#: What a later look may find better.
_LATER: Final = frozenset({Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED, Code.ABORTED})


class Watcher:
    """Looks at the folders that are due side by side, at each of them once at a time."""

    def __init__(self, app: Orchestrator, submit: Submit, longest_s: float = LONGEST_S) -> None:
        """Watch what `app` knows; a folder that is not listed within `longest_s` has failed."""
        self._app, self._submit, self._longest_s = app, submit, longest_s
        self._under_way: dict[tuple[str, str], asyncio.Task[int]] = {}

    async def run(self, leads: Callable[[], bool]) -> None:
        """Look until cancelled.

        Args:
            leads: whether it is this process that looks, of all that work on the database.
        """
        try:
            while True:
                if leads():
                    try:
                        await self.start_due()
                    except Exception:
                        log.exception("round of triggers failed")
                await asyncio.sleep(_REST_S)
        finally:
            looks = list(self._under_way.values())
            for look in looks:
                look.cancel()
            await asyncio.gather(*looks, return_exceptions=True)

    async def start_due(self) -> list[asyncio.Task[int]]:
        """Begin to look at what is due and not looked at; each look tells how many it submitted."""
        begun: list[asyncio.Task[int]] = []
        for record in await asyncio.to_thread(self._app.triggers.due):
            key = (record.project_id, record.id)
            if key in self._under_way or len(self._under_way) >= LOOKS_AT_ONCE:
                continue
            # A task of its own: it acts as somebody else.
            look = asyncio.create_task(self._look(record), name=f"trigger {record.id}")
            self._under_way[key] = look
            look.add_done_callback(partial(self._ended, key))
            begun.append(look)
        return begun

    def _ended(self, key: tuple[str, str], look: asyncio.Task[int]) -> None:
        del self._under_way[key]
        if not look.cancelled() and isinstance(look.exception(), Exception):
            log.error("a look could not be noted", trigger=key[1], exc_info=look.exception())

    async def _look(self, record: TriggerRecord) -> int:
        """Look at a folder, and note what it failed by against its trigger alone."""
        interval_ns = INTERVAL_NS
        try:
            trigger = trigger_pb2.Trigger.FromString(record.document)
            interval_ns = duration_ns(trigger.interval) or INTERVAL_NS
            return await self._take_ready(record, trigger, interval_ns)
        except VidereError as error:
            log.warning("a folder cannot be watched", trigger=record.id, error=error.message)
            told = error.message
        except Exception:
            log.exception("a look failed", trigger=record.id)
            told = "the look failed; the log of the orchestrator says by what"
        again_ns = self._app.clock.now_ns() + interval_ns
        await asyncio.to_thread(self._app.triggers.rest, record, again_ns, told)
        return 0

    async def _take_ready(
        self, record: TriggerRecord, trigger: trigger_pb2.Trigger, again_ns: int
    ) -> int:
        """Submit the files that are ready, as many as one look takes; return how many."""
        app = self._app
        await asyncio.to_thread(app.triggers.settle, record)
        enter(Principal(f"trigger:{record.id}", record.project_id, frozenset({Role.SUBMITTER})))
        if trigger.paused:
            await asyncio.to_thread(app.triggers.put_off, record, app.clock.now_ns() + again_ns)
            return 0
        there = await files_at(app, trigger.uri, self._longest_s)
        now = app.clock.now_ns()
        found = await asyncio.to_thread(_seen, app, record, trigger, there, now)
        count = 0
        for one in found.ready[:_AT_ONCE]:
            file = await asyncio.to_thread(app.triggers.file, record, one.number)
            if file is None or not await _take(app, record, trigger, file, self._submit):
                break
            count += 1
        if count == _AT_ONCE and len(found.ready) > count:
            again_ns = 0
        await asyncio.to_thread(app.triggers.rest, record, now + again_ns, "")
        return count


def _seen(
    app: Orchestrator,
    record: TriggerRecord,
    trigger: trigger_pb2.Trigger,
    there: Sequence[Listed],
    now_ns: int,
) -> Look:
    """Compare what lies there with what is known, and note the difference. Blocking."""
    listed = [one for one in there if wanted(one.path, trigger.include, trigger.exclude)]
    waiting, taken = app.triggers.known(record)
    found = looked(listed, waiting, taken, now_ns=now_ns, stable_ns=stable_ns(trigger))
    app.triggers.see(record, found.new, found.gone)
    return found


async def _take(
    app: Orchestrator,
    record: TriggerRecord,
    trigger: trigger_pb2.Trigger,
    file: FileRecord,
    submit: Submit,
) -> bool:
    """Submit a file, or put it into the error box; False when a later look should try again."""
    request = job_request_of(trigger, Listed(file.path, file.version, file.size_bytes))
    request.request_id = request_id(record.id, file.path, file.version, file.attempt)
    values = {"watch_version": record.version, "reason": "", "message": ""}
    try:
        answer = await submit(request)
    except VidereError as error:
        if error.reason is not Reason.REQUEST_ID_REUSED:
            told = {"reason": str(error.reason), "message": error.message}
            later = error.code in _LATER
            state = FileState.SEEN if later else FileState.ERROR
            await asyncio.to_thread(app.triggers.note, file, state, **told)
            return not later
        # It was submitted under another version of the trigger, by a process that was killed.
        job_id = error.metadata["job_id"]
    else:
        job_id = answer.job.job_id
    await asyncio.to_thread(app.triggers.note, file, FileState.SUBMITTED, job_id=job_id, **values)
    return True


async def files_at(app: Orchestrator, uri: str, longest_s: float = LONGEST_S) -> list[Listed]:
    """Return the files in a folder on a disk or in a bucket, in the order of their paths.

    Raises:
        VidereError: URI_SCHEME, URI_FORBIDDEN, FETCH_FAILED.
    """
    folder = resolve_place_uri(uri, app.settings.roots, app.settings.bucket_roots)
    try:
        async with asyncio.timeout(longest_s):
            if isinstance(folder, BucketAddress):
                from videre.orchestrator.triggers.bucket import objects_in

                return await objects_in(app.egress, folder, MOST_FILES)
            return await app.folders.files(folder, app.settings.quarantine_path)
    except TimeoutError as error:
        raise VidereError(
            Reason.FETCH_FAILED, f"the folder was not listed within {longest_s:g} s"
        ) from error


def stable_ns(trigger: trigger_pb2.Trigger) -> int:
    """Return how long a file must stay as it is."""
    return duration_ns(trigger.stable_for) if trigger.HasField("stable_for") else STABLE_NS


def job_request_of(trigger: trigger_pb2.Trigger, file: Listed) -> job_pb2.SubmitJobRequest:
    """Return what is submitted for a file: its tags tell the trigger, its input the file."""
    request = job_pb2.SubmitJobRequest()
    request.CopyFrom(trigger.job)
    uri = f"{trigger.uri.rstrip('/')}/{quote(file.path)}"
    if uri_scheme(uri) == "s3":
        uri = with_etag(uri, etag_of(file.version))
    request.inputs.add(name="main", uri=uri)
    request.tags["trigger"] = trigger.trigger_id
    return request
