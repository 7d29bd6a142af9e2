"""The same bytes again: what was found out about them once is not found out twice."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from calling import Api, reading

from videre.v1 import analysis_pb2, job_pb2


def _picture(shade: int) -> bytes:
    _, data = cv2.imencode(".png", np.full((40, 60, 3), shade, np.uint8))
    return bytes(data)


def _probed(api: Api, data: bytes, name: str) -> str:
    """Send bytes under a name; return their media once it has been probed."""
    media = api.uploaded(data, name)
    request = job_pb2.SubmitJobRequest()
    request.inputs.add(media_id=media.media_id)
    job = api.ended(request)
    stages = {stage.name: stage.state for stage in job.stages}
    assert stages["probe"] == analysis_pb2.STAGE_STATE_SUCCEEDED
    return media.media_id


def _indices(folder: Path, *media: str) -> list[tuple[str, str]]:
    """Return the digest of the bytes and the index of each media."""
    with reading(folder) as database:
        query = "SELECT digest, index_digest FROM media WHERE id = ?"
        return [database.execute(query, (one,)).fetchone() for one in media]


def _probes(folder: Path, digest: str) -> int:
    with reading(folder) as database:
        query = "SELECT count(*) FROM evidence WHERE feature = 'index' AND media_digest = ?"
        return int(database.execute(query, (digest,)).fetchone()[0])


def test_bytes_that_come_again_have_the_index_they_had(api: Api, data: Path) -> None:
    picture = _picture(70)
    first, again = _probed(api, picture, "one.png"), _probed(api, picture, "two.PNG")
    (digest, index), other = _indices(data, first, again)
    assert index
    assert other == (digest, index)
    assert _probes(data, digest) == 1


@pytest.mark.parametrize(("name", "shade"), [("picture", 90), ("picture.jpg", 110)])
def test_another_kind_of_name_is_looked_at_anew(
    api: Api, data: Path, name: str, shade: int
) -> None:
    picture = _picture(shade)
    first = _probed(api, picture, "picture.png")
    _probed(api, picture, name)
    ((digest, _),) = _indices(data, first)
    assert _probes(data, digest) == 2
