"""Words, names, faces and their pictures are in no file: of SQLite or PostgreSQL, folder or bucket.

What is planted is written by the columns and the store through which everything goes. Without
encryption the same search finds all of it: it looks in the right places.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
import sqlalchemy as sa
from doubles.postgres import Postgres, postgres
from doubles.s3 import s3

from videre.common.clock import SystemClock
from videre.orchestrator.app import Orchestrator, open_orchestrator
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database, open_database
from videre.orchestrator.store.media import NewMedia

pytestmark = pytest.mark.long

P = "default"
_DRAWN = np.random.default_rng(7)
WORDS = [f"zanth{letter}{vowel}rine" for letter in "bcd" for vowel in "aeiou"]
NAMES = [f"Quorv{letter}{vowel}th Zilbem" for letter in "bc" for vowel in "aeiou"]
#: Embeddings as they are stored: int16, little-endian.
FACES = [_DRAWN.integers(-(2**15), 2**15, 128).astype("<i2").tobytes() for _ in range(15)]


def _crop() -> bytes:
    """Return a picture of nobody, as a file."""
    pixels = _DRAWN.integers(0, 256, (48, 48, 3)).astype(np.uint8)
    return bytes(cv2.imencode(".jpg", pixels)[1])


CROPS = [_crop() for _ in range(10)]
#: What is searched for: of a picture a part that no other picture has.
PLANTED = {
    **{word: word.encode() for word in WORDS},
    **{name: name.encode() for name in NAMES},
    **{f"face {n}": vector for n, vector in enumerate(FACES)},
    **{f"picture {n}": crop[-200:-100] for n, crop in enumerate(CROPS)},
}


def plant(app: Orchestrator, database: Database) -> None:
    """Put everything where what is like it is kept."""
    title, description, *said = WORDS[:7]
    app.media.create(
        NewMedia("m1", P, "upload:x", "ada", digest=app.artifacts.put(P, " ".join(said).encode()),
                 title=title, description=description)
    )  # fmt: skip
    for data in (*CROPS, *FACES[10:]):  # crops, and matrices of evidence
        app.artifacts.put(P, data)
    times = {"create_ns": 1, "created_by": "ada"}
    form = {"request_digest": "d" * 64, "document": {"description": WORDS[7]}}
    library = {"project_id": P, "id": "staff", "kind": "persons", "name": NAMES[8],
               "description": WORDS[8], "usages": [], "tags": {}, "version": 1, "edit": 1,
               "request_digest": "d" * 64, "update_ns": 1, **times}  # fmt: skip
    entries = [
        {"project_id": P, "library_id": "staff", "entry_id": f"e{n}", "added_in": 1, "name": name,
         "category": NAMES[9], "create_ns": 1, "changed_by": "ada", **form}
        for n, name in enumerate(NAMES[:8])
    ]  # fmt: skip
    samples = [
        {"id": f"s{n}", "project_id": P, "library_id": "staff", "entry_id": "e0",
         "negative": False, "engine": "faces@1", "vector": vector, "added_in": 1, "create_ns": 1}
        for n, vector in enumerate(FACES[:5])
    ]  # fmt: skip
    seen = [
        {"project_id": P, "media_id": "m1", "person_id": f"p{n}", "engine": "faces@1",
         "vector": vector, "identity_id": f"i{n}"}
        for n, vector in enumerate(FACES[5:10])
    ]  # fmt: skip
    terms = [{"project_id": P, "term": word} for word in WORDS[9:]]
    rows = [(t.library, [library]), (t.library_entry, entries), (t.library_sample, samples),
            (t.person_face, seen), (t.search_term, terms)]  # fmt: skip
    with database.durable.begin() as connection:
        for table, values in rows:
            connection.execute(sa.insert(table), values)


def read_back(database: Database) -> set[bytes]:
    """Return the embeddings as who has the key reads them."""
    with database.steps.connect() as connection:
        return {
            *connection.execute(sa.select(t.library_sample.c.vector)).scalars(),
            *connection.execute(sa.select(t.person_face.c.vector)).scalars(),
        }


def found(*folders: Path) -> set[str]:
    """Return what of the planted stands in files, in any case and as UTF-16."""
    seen = set()
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                data = path.read_bytes()
                low = data.lower()
                for name, form in PLANTED.items():
                    text = name in WORDS or name in NAMES
                    wide = name.lower().encode("utf-16-le")
                    if form in data or (text and (form.lower() in low or wide in low)):
                        seen.add(name)
    return seen


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@contextlib.contextmanager
def settings(
    tmp_path: Path, place: str, request: pytest.FixtureRequest, patch: pytest.MonkeyPatch,
    *, encryption: bool,
) -> Iterator[tuple[OrchestratorSettings, list[Path]]]:  # fmt: skip
    """Give settings of an installation, and the folders of all it writes."""
    data = tmp_path / "data"
    if place == "SQLite and a folder":
        yield OrchestratorSettings(data_dir=data, encryption=encryption), [data]
        return
    running: Postgres = request.getfixturevalue("server")
    with s3(tmp_path / "objects", "videre") as named:
        for name, value in named.items():
            patch.setenv(name, value)
        given = OrchestratorSettings(
            data_dir=data, encryption=encryption, database_url=running.make(),
            artifact_store="s3://videre/artifacts",
        )  # fmt: skip
        yield given, [data, tmp_path / "objects", running.folder / "data"]
        running.execute("CHECKPOINT")


@pytest.mark.parametrize("place", ["SQLite and a folder", "PostgreSQL and a bucket"])
@pytest.mark.parametrize("encryption", [True, False], ids=["sealed", "plain"])
async def test_50_planted_are_found_without_encryption_only(
    tmp_path: Path, place: str, encryption: bool, request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    assert len(PLANTED) == 50
    with settings(tmp_path, place, request, monkeypatch, encryption=encryption) as (given, folders):
        before = found(*folders)
        database = open_database(given.database_path, given.postgres_url)
        try:
            async with open_orchestrator(given, database, SystemClock(), random.Random(1)) as app:
                plant(app, database)
                assert read_back(database) == set(FACES[:10])
                if database.shared:
                    request.getfixturevalue("server").execute("CHECKPOINT")
                seen = found(*folders) - before
        finally:
            database.dispose()
    assert seen == (set() if encryption else set(PLANTED))
