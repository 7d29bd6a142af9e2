"""A real little S3 server (LocalBucket) on loopback, in a thread of the test's process."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from localbucket import S3Handler


@contextlib.contextmanager
def s3(folder: Path, bucket: str, stuck: Collection[str] = ()) -> Iterator[dict[str, str]]:
    """Run a server with one bucket; give the variables by which a client finds it.

    It does not look at signatures.

    Args:
        stuck: prefixes whose listings are not answered.
    """
    (folder / bucket).mkdir(parents=True)
    closing = threading.Event()

    def get(request: Any) -> None:
        prefix = parse_qs(urlsplit(request.path).query).get("prefix", [""])[0]
        if prefix.strip("/") in stuck:
            closing.wait()
            request.close_connection = True
        else:
            S3Handler.do_GET(request)

    handler = type("Handler", (S3Handler,), {"data_root": folder.resolve(), "do_GET": get})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_address[1]}",
            "AWS_ALLOW_HTTP": "true",
            "AWS_TIMEOUT": "1h",  # no answer is waited for by the clock
            "AWS_DISABLE_BULK_DELETE": "true",  # which it does not know
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_REGION": "us-east-1",
        }
    finally:
        closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
