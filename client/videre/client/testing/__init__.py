"""A server of the public API for users' tests: real gRPC, recorded jobs, no engines.

>>> from videre.client import Videre
>>> from videre.client.testing import FakeServer
>>> with FakeServer() as server, Videre(server.target) as videre:        # doctest: +SKIP
...     job = videre.wait(videre.submit("film.mp4").job_id)
...     analysis = videre.get_analysis(job.media_id)

For tests in other languages the same server is a process: `videre fake`.
"""

from videre.client.testing._recordings import Recording, packaged_recording, read_recording
from videre.client.testing._refusals import Refusal
from videre.client.testing._server import FakeServer

__all__ = ["FakeServer", "Recording", "Refusal", "packaged_recording", "read_recording"]
