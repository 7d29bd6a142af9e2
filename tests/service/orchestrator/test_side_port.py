"""The HTTP side port: signed artifacts piece by piece, nothing without a signature, health."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import random
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import pytest
from calling import TIMEOUT_S, Api, until
from running import Processes

from videre.common.clock import SystemClock
from videre.orchestrator.links import Links, load_key
from videre.v1 import media_pb2

CONTENT = b"\xff\xd8\xff" + bytes(range(256)) * 3_000


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Message
    body: bytes


class Web:
    """A plain HTTP client of the side port."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self._base + path, headers=names, method=method)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())


@pytest.fixture(scope="module")
def web(suite: Processes) -> Web:
    return Web(suite.ports.http)


@pytest.fixture(scope="module")
def links(data: Path, api: Api) -> Links:
    """The installation's own signer."""
    return Links(load_key(data / "links.key"), SystemClock(), 3_600)


@pytest.fixture(scope="module")
def digest(api: Api) -> str:
    return api.uploaded(CONTENT, name="picture.jpg").digest


@pytest.fixture(scope="module")
def path(links: Links, digest: str) -> str:
    return links.path("default", digest, "image/jpeg")


def test_a_signed_path_gives_the_bytes(web: Web, path: str, digest: str) -> None:
    answer = web.get(path)
    assert (answer.status, answer.body) == (200, CONTENT)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Length"] == str(len(CONTENT))
    assert answer.headers["Content-Disposition"] == "inline"
    assert answer.headers["ETag"] == f'"{digest}"'
    assert answer.headers["Accept-Ranges"] == "bytes"


def test_every_artifact_comes_without_sniffing_or_scripts(web: Web, path: str) -> None:
    for headers in ({}, {"Range": "bytes=0-0"}, {"Range": "bytes=9999999-"}):
        answer = web.get(path, **headers)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'"


@pytest.mark.parametrize("media_type", ["text/html", "image/svg+xml", "application/json", ""])
def test_what_a_browser_might_run_is_a_download(
    web: Web, links: Links, digest: str, media_type: str
) -> None:
    answer = web.get(links.path("default", digest, media_type))
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment"


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=5-9", 5, 10),
        ("bytes=700000-", 700_000, len(CONTENT)),
        ("bytes=-10", len(CONTENT) - 10, len(CONTENT)),
        ("bytes=0-99999999", 0, len(CONTENT)),
        ("bytes=-99999999", 0, len(CONTENT)),
    ],
)
def test_a_range_of_bytes(web: Web, path: str, asked: str, first: int, end: int) -> None:
    answer = web.get(path, Range=asked)
    assert (answer.status, answer.body) == (206, CONTENT[first:end])
    assert answer.headers["Content-Range"] == f"bytes {first}-{end - 1}/{len(CONTENT)}"
    assert answer.headers["Content-Length"] == str(end - first)


@pytest.mark.parametrize("asked", ["bytes=768003-", "bytes=99999999-", "bytes=-0"])
def test_a_range_that_is_not_there(web: Web, path: str, asked: str) -> None:
    answer = web.get(path, Range=asked)
    assert (answer.status, answer.body) == (416, b"")
    assert answer.headers["Content-Range"] == f"bytes */{len(CONTENT)}"


@pytest.mark.parametrize(
    "asked", ["bytes=", "bytes=-", "bytes=9-5", "bytes=0-1,3-4", "lines=0-1", "bytes=a-b"]
)
def test_a_range_of_another_form_is_ignored(web: Web, path: str, asked: str) -> None:
    answer = web.get(path, Range=asked)
    assert (answer.status, len(answer.body)) == (200, len(CONTENT))


def test_a_range_holds_only_if_the_bytes_are_those_meant(web: Web, path: str, digest: str) -> None:
    same = web.get(path, Range="bytes=0-0", If_Range=f'"{digest}"')
    assert (same.status, same.body) == (206, CONTENT[:1])
    for other in ('"other"', f'W/"{digest}"', "Sat, 01 Jan 2000 00:00:00 GMT"):
        whole = web.get(path, Range="bytes=0-0", If_Range=other)
        assert (whole.status, len(whole.body)) == (200, len(CONTENT)), other


@pytest.mark.parametrize("form", ['"{}"', 'W/"{}"', '"other", "{}"', "*"])
def test_known_bytes_are_not_sent_again(web: Web, path: str, digest: str, form: str) -> None:
    answer = web.get(path, If_None_Match=form.format(digest))
    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers["ETag"] == f'"{digest}"'
    assert web.get(path, If_None_Match='"other"').status == 200


def test_a_head_is_the_answer_without_its_body(web: Web, path: str) -> None:
    answer = web.get(path, method="HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(CONTENT))


def test_a_late_link_is_gone(web: Web, data: Path, digest: str) -> None:
    late = Links(load_key(data / "links.key"), SystemClock(), -1)
    answer = web.get(late.path("default", digest, "image/jpeg"))
    assert (answer.status, answer.headers["ETag"]) == (410, None)


def test_a_link_to_deleted_bytes_is_gone(web: Web, links: Links) -> None:
    assert web.get(links.path("default", "0" * 64, "image/jpeg")).status == 410


def test_a_forged_link_is_not_found(web: Web, path: str, digest: str) -> None:
    forger = Links(b"another key" * 3, SystemClock(), 3_600)
    body, signature = path.removeprefix("/artifacts/").split(".")
    other = forger.path("default", digest, "image/jpeg")
    mixed = other.removeprefix("/artifacts/").split(".")[0] + "." + signature
    swapped = ("A" if signature[0] != "A" else "B") + signature[1:]
    forged = [
        other,
        f"/artifacts/{mixed}",
        f"/artifacts/{body}.{swapped}",
        f"/artifacts/{body}.",
        f"/artifacts/{body}",
        f"/artifacts/.{signature}",
        f"/artifacts/{path.removeprefix('/artifacts/')}=",
        f"/artifacts/{digest}",
        f"/artifacts/{'A' * 8_000}",
        "/artifacts/%ff.%ff",
        "/artifacts/",
        f"/artifacts/../artifacts/default/{digest[:2]}/{digest}",
        "/artifacts/..%2f..%2fvidere.db",
        "/",
        "/artifacts",
    ]
    for attempt in forged:
        answer = web.get(attempt)
        assert answer.status == 404, attempt
        assert CONTENT[:100] not in answer.body


def changed(token: str, chance: random.Random) -> str:
    """Return a token of the same form that differs in a bit, a piece, or what it says."""
    body, signature = (
        base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split(".")
    )
    match chance.randrange(5):
        case 0:
            body = flipped(body, chance)
        case 1:
            signature = flipped(signature, chance)
        case 2:
            body = body[: chance.randrange(len(body))]
        case 3:
            signature = signature[: chance.randrange(len(signature))]
        case _:
            said = json.loads(body)
            field = chance.choice(sorted(said))
            said[field] = said[field] + 1 if field == "e" else f"{said[field]}{chance.random()}"
            body = json.dumps(said, separators=(",", ":"), sort_keys=True).encode()
    return ".".join(
        base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (body, signature)
    )


def flipped(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes with one bit another."""
    at = chance.randrange(len(data) * 8)
    other = bytearray(data)
    other[at // 8] ^= 1 << at % 8
    return bytes(other)


def retyped(token: str, chance: random.Random) -> str:
    """Return a token with one character another, missing, or doubled."""
    at = chance.randrange(len(token))
    letter = chance.choice('ABCxyz019-_.=+/~ \\"\0é字')
    return token[:at] + chance.choice(["", letter, token[at] * 2]) + token[at + 1 :]


def test_a_thousand_tampered_tokens_give_no_byte(
    suite: Processes, api: Api, links: Links, data: Path, path: str, digest: str
) -> None:
    """Bits, pieces, claims, other files' signatures, late ones: refused, and never a defect."""
    chance = random.Random(5)
    right = path.removeprefix("/artifacts/")
    secret = api.uploaded(b"of another job: " + CONTENT[:1_000], name="other.jpg").digest
    other = links.path("default", secret, "image/jpeg").removeprefix("/artifacts/")
    late = Links(load_key(data / "links.key"), SystemClock(), -1)
    tampered = [changed(right, chance) for _ in range(800)]
    tampered += [retyped(right, chance) for _ in range(500)]
    tampered += [right[:end] for end in range(len(right))]
    tampered += [late.path("default", one, "image/jpeg")[11:] for one in (digest, secret)]
    body, signature = right.split(".")
    foreign_body, foreign_signature = other.split(".")
    tampered += [f"{body}.{foreign_signature}", f"{foreign_body}.{signature}"]
    tampered = sorted(set(tampered) - {right})
    assert len(tampered) >= 1_000
    connection = http.client.HTTPConnection("127.0.0.1", suite.ports.http, timeout=TIMEOUT_S)
    with contextlib.closing(connection):
        for token in tampered:
            connection.request("GET", f"/artifacts/{urllib.parse.quote(token, safe='')}")
            answer = connection.getresponse()
            given = answer.read()
            assert answer.status in (404, 410), token
            assert CONTENT[:64] not in given
            assert len(given) < 100
        connection.request("GET", path)
        assert connection.getresponse().read() == CONTENT, "the right one still gives all"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_the_side_port_only_reads(web: Web, path: str, method: str) -> None:
    for target in (path, "/metrics", "/healthz"):
        assert web.get(target, method=method).status == 405


def test_health(web: Web) -> None:
    answer = web.get("/healthz")
    assert (answer.status, answer.body) == (200, b"ok\n")


def test_metrics_count_calls_by_method_and_code(web: Web, api: Api) -> None:
    def counted() -> float:
        lines = web.get("/metrics").body.decode().splitlines()
        wanted = [line for line in lines if "GetMedia" in line and "NOT_FOUND" in line]
        counts = [float(line.rsplit(" ", 1)[1]) for line in wanted if "created" not in line]
        return max(counts, default=0.0)

    before = counted()
    for _ in range(3):
        with pytest.raises(Exception, match="no media"):
            api.media.GetMedia(media_pb2.GetMediaRequest(media_id="nobody"), timeout=TIMEOUT_S)
    # Counted once the caller has its answer, which may be a moment later.
    until(lambda: counted() == before + 3, "three more calls are counted")
