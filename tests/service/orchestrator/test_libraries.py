"""Own libraries over gRPC: without a service that sees, and with the face engine."""

from __future__ import annotations

from typing import Any

from calling import TIMEOUT_S, Api, refused

from videre.v1 import library_pb2 as pb

PERSONS = pb.LIBRARY_KIND_PERSONS


def create(api: Api, **given: Any) -> pb.Library:
    request = pb.CreateLibraryRequest(**({"kind": PERSONS} | given))
    return api.libraries.CreateLibrary(request, timeout=TIMEOUT_S).library


def test_a_library_is_made_once_and_changed(api: Api) -> None:
    first = create(api, library_id="staff", name="Staff", tags={"a": "b"}, threshold=0.7)
    assert create(api, library_id="staff", name="Staff", tags={"a": "b"}, threshold=0.7) == first
    assert [*first.usages] == [pb.LIBRARY_USAGE_RECOGNITION]
    again = refused(lambda: create(api, library_id="staff", name="Other"))
    assert (again.code, again.reason) == ("ALREADY_EXISTS", "LIBRARY_EXISTS")
    change = pb.UpdateLibraryRequest(
        library_id="staff", name="Crew", clear_tags=True, clear_threshold=True, etag=first.etag
    )
    changed = api.libraries.UpdateLibrary(change, timeout=TIMEOUT_S).library
    assert (changed.name, dict(changed.tags), changed.version) == ("Crew", {}, 2)
    assert not changed.HasField("threshold")
    stale = refused(lambda: api.libraries.UpdateLibrary(change, timeout=TIMEOUT_S))
    assert (stale.code, stale.reason) == ("ABORTED", "ETAG_MISMATCH")
    api.libraries.DeleteLibrary(pb.DeleteLibraryRequest(library_id="staff"), timeout=TIMEOUT_S)
    gone = refused(
        lambda: api.libraries.GetLibrary(
            pb.GetLibraryRequest(library_id="staff"), timeout=TIMEOUT_S
        )
    )
    assert (gone.code, gone.reason) == ("NOT_FOUND", "LIBRARY_NOT_FOUND")


def test_libraries_come_in_pages(api: Api) -> None:
    made = {create(api, library_id=f"paged-{number}").library_id for number in range(3)}
    seen: list[str] = []
    token = ""
    while True:
        request = pb.ListLibrariesRequest(page_size=2, page_token=token, kind=PERSONS)
        page = api.libraries.ListLibraries(request, timeout=TIMEOUT_S)
        seen += [library.library_id for library in page.libraries]
        token = page.next_page_token
        if not token:
            break
    assert seen == sorted(seen)
    assert made <= set(seen)


def test_a_kind_that_nothing_looks_for_is_refused_by_name(api: Api) -> None:
    refusal = refused(lambda: create(api, kind=pb.LIBRARY_KIND_PROMPTS))
    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "NO_ENGINE")
    assert "prompts" in refusal.message


def test_nobody_is_added_while_nobody_sees(api: Api) -> None:
    library = create(api)
    entry = pb.NewLibraryEntry(name="Ada", samples=[{"picture": b"x"}])
    request = pb.AddLibraryEntriesRequest(
        library_id=library.library_id, entries=[entry], allow_partial=True
    )
    refusal = refused(lambda: api.libraries.AddLibraryEntries(request, timeout=TIMEOUT_S))
    assert (refusal.code, refusal.reason) == ("UNAVAILABLE", "SERVICE_DOWN")
