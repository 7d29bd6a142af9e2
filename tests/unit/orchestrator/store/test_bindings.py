"""Late binding in the store: what is listed, what is published, what a change in between leaves."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from videre.common.clock import FakeClock
from videre.common.values import TimeSpan
from videre.orchestrator.document import LibraryMatch
from videre.orchestrator.fusion.people import Faces
from videre.orchestrator.ids import TimeIds
from videre.orchestrator.library.bind import versions
from videre.orchestrator.library.faces import face_vector
from videre.orchestrator.library.model import EntryForm, NewEntry, NewSample
from videre.orchestrator.store.bindings import BindingStore, Change, Revision
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.faces import FaceStore
from videre.orchestrator.store.jobs import JobStore
from videre.orchestrator.store.libraries import LibraryStore
from videre.orchestrator.store.media import MediaStore, NewMedia
from videre.orchestrator.store.records import JobState
from videre.orchestrator.store.reviews import ReviewStore

P, L, ENGINE = "films", "staff", "yunet-mobileface@1"
LOOK, STRANGER = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)


class Archive:
    """Published media, a library and the list of what is to be bound."""

    def __init__(
        self, database: Database, clock: FakeClock, media: MediaStore, jobs: JobStore,
        submit: Callable[..., str],
    ) -> None:  # fmt: skip
        self.database, self.media, self.jobs, self._submit = database, media, jobs, submit
        self.faces = FaceStore(database)
        reviews = ReviewStore(database, clock, TimeIds(clock, random.Random(1)), jobs.announce)
        self.bindings = BindingStore(database, clock, self.faces, media, reviews, jobs.announce)
        self.changes: list[Change] = []
        self.libraries = LibraryStore(
            database, clock,
            lambda _, one: self.changes.append(Change(one.project_id, one.id, one.version)),
        )  # fmt: skip
        self.libraries.create({
            "project_id": P, "id": L, "kind": "persons", "name": "", "description": "",
            "usages": ["recognition"], "tags": {}, "threshold": None, "request_digest": "a",
            "created_by": "ada",
        })  # fmt: skip

    def publish(self, media_id: str, **looks: tuple[float, ...]) -> str:
        self.media.create(NewMedia(media_id, P, "upload:x", "ada", digest=media_id))
        job_id = self._submit(media_id=media_id)
        faces = Faces(ENGINE, {name: face_vector(look) for name, look in looks.items()})

        def within(connection: object) -> dict[str, object]:
            revision = self.media.append_analysis(
                connection, media_id=media_id, project_id=P, job_id=job_id,  # type: ignore[arg-type]
                document_digest="d1", suggestion="", artifacts=["d1"], facts=None,
            )  # fmt: skip
            job = self.jobs.get(P, job_id)
            self.jobs.set_revision(connection, job, revision, digest="d1", libraries=())  # type: ignore[arg-type]
            self.faces.replace(connection, P, media_id, faces, {})  # type: ignore[arg-type]
            return {"media_id": media_id, "revision": revision}

        assert self.jobs.finish(job_id, JobState.SUCCEEDED, retention_ns=10**18, within=within)
        return job_id

    def teach(self, entry_id: str, look: tuple[float, ...]) -> Change:
        sample = NewSample(f"s-{entry_id}", False, "", None, ENGINE, face_vector(look))
        entry = NewEntry(entry_id, EntryForm(entry_id, "", {}), (sample,), entry_id)
        self.libraries.add(P, L, [entry], "", "ada")
        return self.changes[-1]

    def bind(self, change: Change, digest: str = "d2") -> int:
        """Give every media of the list another document that names somebody."""
        pending = self.bindings.pending(change, 10)
        match = LibraryMatch(L, "ada", "persons", 9_000, (TimeSpan(0, 1),), "anna")
        revisions = [Revision(one.analysis, digest, (match,), None) for one in pending]
        used = versions(self.bindings.libraries(P))
        return self.bindings.settle(change, pending, used, revisions)


@pytest.fixture
def archive(
    database: Database, clock: FakeClock, media: MediaStore, jobs: JobStore,
    submit: Callable[..., str],
) -> Archive:  # fmt: skip
    return Archive(database, clock, media, jobs, submit)


def listed(archive: Archive, change: Change) -> list[str]:
    return [one.analysis.media_id for one in archive.bindings.pending(change, 10)]


def test_what_may_change_is_listed_once_and_bound_once(archive: Archive) -> None:
    jobs = {name: archive.publish(name, anna=LOOK) for name in ("m1", "m2")}
    archive.publish("m3", bert=STRANGER)
    change = archive.teach("ada", LOOK)
    assert [archive.bindings.gather(change) for _ in range(2)] == [2, 2]
    assert listed(archive, change) == ["m1", "m2"]
    assert archive.bindings.left(P, [L]) == {L: 2}
    assert archive.bind(change) == 0
    assert archive.media.get(P, "m1").latest_revision == 2
    assert archive.media.get(P, "m3").latest_revision == 1
    job = archive.jobs.get(P, jobs["m1"])
    assert (job.revision, job.result_digest, job.document_digest) == (2, "d2", "d2")
    assert (job.pins or {})["rules"] == {"libraries": ["staff@2"]}
    event = archive.jobs.events(job.id, 0, 100)[-1]
    assert (event.kind, event.seq, event.payload["revision"]) == ("analysis", job.last_seq, 2)
    assert archive.bind(change) == 0, "an empty list binds nothing"
    assert archive.media.get(P, "m1").latest_revision == 2
    archive.bindings.done(change)
    assert archive.libraries.get(P, L).bound_version == 2


def test_who_is_named_is_listed_when_the_entry_or_the_library_goes(archive: Archive) -> None:
    archive.publish("m1", anna=LOOK)
    change = archive.teach("ada", LOOK)
    archive.bindings.gather(change)
    archive.bind(change)
    other = archive.teach("bob", STRANGER)
    assert archive.bindings.gather(other) == 0
    archive.libraries.remove(P, L, ["ada"], "")
    assert archive.bindings.gather(archive.changes[-1]) == 1
    archive.libraries.delete(P, L, "")
    assert archive.bindings.gather(archive.changes[-1]) == 1


def test_a_library_that_changed_meanwhile_is_bound_again(archive: Archive) -> None:
    archive.publish("m1", anna=LOOK)
    change = archive.teach("ada", LOOK)
    archive.bindings.gather(change)
    pending = archive.bindings.pending(change, 10)
    used = versions(archive.bindings.libraries(P))
    archive.teach("bob", STRANGER)
    revision = Revision(pending[0].analysis, "d2", (), None)
    assert archive.bindings.settle(change, pending, used, [revision]) == 1
    assert archive.media.get(P, "m1").latest_revision == 1
    assert archive.bind(change) == 0


def test_a_media_with_another_analysis_stays_on_the_list(archive: Archive) -> None:
    archive.publish("m1", anna=LOOK)
    first = archive.teach("ada", LOOK)
    second = archive.teach("eve", LOOK)
    for change in (first, second):
        archive.bindings.gather(change)
    pending = archive.bindings.pending(first, 10)
    assert archive.bind(second) == 0
    used = versions(archive.bindings.libraries(P))
    stale = Revision(pending[0].analysis, "d3", (), None)
    assert archive.bindings.settle(first, pending, used, [stale]) == 1
    assert archive.media.get(P, "m1").latest_revision == 2
    assert archive.bind(first, "d3") == 0
    assert archive.media.get(P, "m1").latest_revision == 3


def test_a_deleted_media_or_job_is_no_hindrance(archive: Archive) -> None:
    archive.publish("m1", anna=LOOK)
    job_id = archive.publish("m2", anna=LOOK)
    change = archive.teach("ada", LOOK)
    archive.bindings.gather(change)
    archive.media.delete(P, "m1", "")
    archive.jobs.purge(job_id)
    assert listed(archive, change) == ["m2"]
    assert archive.bind(change) == 0
    assert archive.media.get(P, "m2").latest_revision == 2
