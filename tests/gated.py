"""A web server that gives its file away once its gate is open: until then a job waits for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

#: What the server allows so that jobs may fetch from it.
ALLOWED = {"VIDERE_ALLOWED_NETWORKS": "127.0.0.0/8"}
#: A gate that nobody opens lets go of its callers in the end.
_PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Gated:
    """The server: where the file is, and its gate."""

    uri: str
    gate: threading.Event = field(default_factory=threading.Event)


@contextmanager
def gated(path: Path) -> Iterator[Gated]:
    """Serve a file behind a closed gate for the length of a block."""
    gate = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = path.read_bytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if gate.wait(_PATIENCE_S):
                self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Gated(f"http://127.0.0.1:{server.server_address[1]}/{path.name}", gate)
    finally:
        gate.set()
        server.shutdown()
        server.server_close()
        thread.join()
