"""Media with the same sound, over a real orchestrator: nothing else is needed to hear that."""

from __future__ import annotations

import numpy as np
import pytest
from calling import TIMEOUT_S, Api
from sounding import RATE, as_wave, encoded, melody

from videre.v1 import job_pb2
from videre.v1 import search_pb2 as pb

SONG = melody(1, 16)


@pytest.fixture(scope="module")
def api(own_api: Api) -> Api:
    return own_api


def listened(api: Api, data: bytes, name: str) -> str:
    request = job_pb2.SubmitJobRequest(features=["loudness"])
    request.inputs.add(media_id=api.uploaded(data, name).media_id)
    job = api.ended(request)
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED, (job.state, job.stages, job.error)
    return job.media_id


def test_copies_of_a_sound_are_found_with_their_times(api: Api) -> None:
    part = SONG[round(4.125 * RATE) : 14 * RATE]
    own = listened(api, as_wave(SONG), "song.wav")
    quiet = np.asarray(SONG * 0.5, np.int16)
    copies = {
        listened(api, encoded(quiet, "mp3", "libmp3lame", 48_000), "song.mp3"): 0.0,
        listened(api, encoded(part, "mp4", "aac", 48_000), "part.m4a"): 4.125,
    }
    listened(api, as_wave(melody(2, 16)), "other.wav")
    request = pb.FindDuplicateMediaRequest(media_id=own)
    answer = api.search.FindDuplicateMedia(request, timeout=TIMEOUT_S)
    found = {one.media_id: one for one in answer.media}
    assert set(found) == set(copies)
    for media_id, begins in copies.items():
        one = found[media_id]
        assert (one.frame_count, one.share, one.HasField("span")) == (0, 0, False)
        assert one.sound.share > 0.8
        assert one.sound.hash_count >= 20
        spans = one.sound.span, one.sound.duplicate_span
        start, its = (span.start_offset.ToMilliseconds() for span in spans)
        assert abs(start - its - begins * 1_000) <= 300
    strict = pb.FindDuplicateMediaRequest(media_id=own, max_media=1)
    assert len(api.search.FindDuplicateMedia(strict, timeout=TIMEOUT_S).media) == 1
