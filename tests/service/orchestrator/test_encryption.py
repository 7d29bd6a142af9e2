"""What is stored is sealed: planted words are in no file, and are found through the API alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from calling import TIMEOUT_S, Api, text_request, until
from running import Processes

from videre.v1 import job_pb2, library_pb2, media_pb2, search_pb2

pytestmark = pytest.mark.long

PLANTED = [f"zanth{letter}{vowel}rine" for letter in "bcdfghjklm" for vowel in "aeiou"]
TEXT, TITLE, GIVEN, NAMES, DATA = (PLANTED[at::5] for at in range(5))


def found_in(folder: Path, words: list[str]) -> set[tuple[str, str]]:
    """Return file and word of what is found in the files of a folder, as UTF-8 or UTF-16."""
    return {
        (str(path.relative_to(folder)), word)
        for path in folder.rglob("*")
        if path.is_file()
        for data in [path.read_bytes().lower()]
        for word in words
        if word.encode() in data or word.encode("utf-16-le") in data
    }


@pytest.fixture(scope="module")
def suite(
    orchestrator: Callable[..., AbstractContextManager[Processes]],
) -> Iterator[Processes]:
    with orchestrator(VIDERE_ENCRYPTION="true", VIDERE_SWEEP_INTERVAL="0.2") as running:
        yield running


@pytest.fixture(scope="module")
def job(api: Api) -> job_pb2.Job:
    library = library_pb2.CreateLibraryRequest(
        library_id="secret",
        kind=library_pb2.LIBRARY_KIND_WORDS,
        name=NAMES[0],
        description=NAMES[1],
    )
    api.libraries.CreateLibrary(library, timeout=TIMEOUT_S)
    entries = [
        library_pb2.NewLibraryEntry(
            entry_id=f"e{number}", name=name, category=NAMES[2], word={"text": name}
        )
        for number, name in enumerate(NAMES[3:])
    ]
    adding = library_pb2.AddLibraryEntriesRequest(library_id="secret", entries=entries)
    api.libraries.AddLibraryEntries(adding, timeout=TIMEOUT_S)
    media = api.uploaded(
        f"The {TEXT[0].title()} Company of Hamburg sells {', '.join(TEXT)}. ".encode() * 3,
        f"{DATA[0]}.txt",
        title=" ".join(TITLE),
        description=" ".join(GIVEN),
    )
    request = job_pb2.SubmitJobRequest(user_data=" ".join(DATA[1:]))
    request.inputs.add(media_id=media.media_id)
    ended = api.ended(request)
    assert ended.state == job_pb2.JOB_STATE_SUCCEEDED
    api.ended(text_request(f"What was said of {TEXT[1]}."))
    return ended


def test_planted_words_are_in_no_file(api: Api, job: job_pb2.Job, suite: Processes) -> None:
    data = suite.folder / "data"
    until(lambda: not list(data.glob("opened/*/*")), "the plain copies are gone")
    assert (data / "videre.db-wal").stat().st_size
    assert found_in(suite.folder, PLANTED) == set()


def test_they_are_found_through_the_api(api: Api, job: job_pb2.Job) -> None:
    for words in (TEXT, TITLE, GIVEN):
        request = search_pb2.SearchMomentsRequest(query=words[0])
        assert api.search.SearchMoments(request, timeout=TIMEOUT_S).media_count, words[0]
    listed = api.media.ListMedia(media_pb2.ListMediaRequest(), timeout=TIMEOUT_S).media
    assert " ".join(TITLE) in {media.title for media in listed}
    assert api.job(job.job_id).user_data == " ".join(DATA[1:])
    request = library_pb2.ListLibraryEntriesRequest(library_id="secret", name_prefix=NAMES[3][:7])
    named = api.libraries.ListLibraryEntries(request, timeout=TIMEOUT_S).entries
    assert NAMES[3] in {entry.name for entry in named}


def test_a_lost_key_is_named_at_the_start(api: Api, job: job_pb2.Job, suite: Processes) -> None:
    key = suite.folder / "data" / "master.key"
    right = key.read_bytes()
    suite.stop("orchestrator")
    assert found_in(suite.folder, PLANTED) == set()
    try:
        key.write_bytes(bytes(32))
        with pytest.raises(RuntimeError, match="is sealed under the master key"):
            suite.start("orchestrator")
    finally:
        key.write_bytes(right)
        suite.start("orchestrator")
