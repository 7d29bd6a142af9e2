"""Tokens of an issuer that this test runs: keys that change, tokens that lie."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from videre.common.auth import Role
from videre.common.clock import FakeClock
from videre.common.egress import Egress, EgressPolicy
from videre.common.errors import Reason, VidereError
from videre.orchestrator.access.tokens import Issuer, TokenVerifier, caller_of


class OpenIdIssuer:
    """Publishes its keys over HTTP, as an issuer does; counts how often they are read."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] = {}
        self.reads = 0
        self.up = True

    async def start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return server

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        document: Any = {"issuer": self.url, "jwks_uri": self.url + "/keys"}
        if path == "/keys":
            self.reads += 1
            document = {"keys": [self._public(name) for name in self.keys]}
        body = json.dumps(document).encode()
        status = b"200 OK" if self.up else b"503 Down"
        writer.write(b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n" % (status, len(body)) + body)
        writer.close()

    def _public(self, name: str) -> dict[str, Any]:
        algorithm = jwt.algorithms.ECAlgorithm
        found: dict[str, Any] = algorithm.to_jwk(self.keys[name].public_key(), as_dict=True)
        return {**found, "kid": name, "alg": "ES256", "use": "sig"}

    def add(self, name: str) -> None:
        self.keys[name] = generate_private_key(SECP256R1())

    def token(self, name: str, **claims: Any) -> str:
        said = {
            "iss": self.url, "aud": "videre", "sub": "ada", "exp": time.time() + 60,
            "videre_project": "films", "videre_roles": ["viewer", "submitter", "stranger"],
        } | claims  # fmt: skip
        said = {key: value for key, value in said.items() if value is not None}
        return jwt.encode(said, self.keys[name], "ES256", {"kid": name})


@pytest.fixture
async def issuer() -> AsyncIterator[OpenIdIssuer]:
    running = OpenIdIssuer()
    running.add("first")
    server = await running.start()
    yield running
    server.close()
    await server.wait_closed()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def verifier(issuer: OpenIdIssuer, clock: FakeClock) -> TokenVerifier:
    trusted = Issuer(issuer.url, "videre", "", "videre_project", "videre_roles")
    return TokenVerifier(trusted, Egress(EgressPolicy.trusted()), clock)


async def test_a_token_names_its_caller(issuer: OpenIdIssuer, verifier: TokenVerifier) -> None:
    caller = await verifier.caller(issuer.token("first"))
    assert (caller.subject, caller.projects) == ("ada", ("films",))
    assert caller.roles == {Role.VIEWER, Role.SUBMITTER}
    await verifier.caller(issuer.token("first"))
    assert issuer.reads == 1


async def test_a_new_key_is_read_when_a_token_names_it(
    issuer: OpenIdIssuer, verifier: TokenVerifier, clock: FakeClock
) -> None:
    await verifier.caller(issuer.token("first"))
    issuer.add("second")
    old = issuer.token("first")
    del issuer.keys["first"]
    clock.advance(11)
    assert (await verifier.caller(issuer.token("second"))).subject == "ada"
    assert issuer.reads == 2
    with pytest.raises(VidereError, match="not valid"):
        await verifier.caller(old)


async def test_tokens_with_unknown_keys_do_not_make_us_ask_again_and_again(
    issuer: OpenIdIssuer, verifier: TokenVerifier
) -> None:
    await verifier.caller(issuer.token("first"))
    forged = jwt.encode({"sub": "x"}, generate_private_key(SECP256R1()), "ES256", {"kid": "x"})
    for _ in range(3):
        with pytest.raises(VidereError):
            await verifier.caller(forged)
    assert issuer.reads == 1


async def test_keys_are_kept_while_the_issuer_is_down(
    issuer: OpenIdIssuer, verifier: TokenVerifier, clock: FakeClock
) -> None:
    await verifier.caller(issuer.token("first"))
    issuer.up = False
    clock.advance(3600)
    assert (await verifier.caller(issuer.token("first"))).subject == "ada"
    clock.advance(30 * 3600)
    with pytest.raises(VidereError) as down:
        await verifier.caller(issuer.token("first"))
    assert down.value.reason is Reason.ISSUER_DOWN


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1.0},
        {"exp": None},
        {"aud": "others"},
        {"iss": "https://others.example"},
        {"sub": None},
        {"videre_project": None},
        {"nbf": 4e9},
    ],
)
async def test_a_token_that_says_something_else_is_refused(
    issuer: OpenIdIssuer, verifier: TokenVerifier, claims: dict[str, Any]
) -> None:
    with pytest.raises(VidereError) as refused:
        await verifier.caller(issuer.token("first", **claims))
    assert refused.value.reason is Reason.CREDENTIAL_INVALID


async def test_forged_signatures_are_refused(issuer: OpenIdIssuer, verifier: TokenVerifier) -> None:
    head, body, signature = issuer.token("first").split(".")
    _, other, _ = issuer.token("first", sub="root").split(".")
    unsigned = jwt.encode({"sub": "root"}, "", "none", {"kid": "first"})
    shared = jwt.encode({"sub": "root"}, "s" * 64, "HS256", {"kid": "first"})
    for forged in (
        f"{head}.{other}.{signature}", f"{head}.{body}.{signature[::-1]}", unsigned, shared,
        "a.b.c",
    ):  # fmt: skip
        with pytest.raises(VidereError) as refused:
            await verifier.caller(forged)
        assert refused.value.reason is Reason.CREDENTIAL_INVALID


def test_claims_may_lie_deep_and_name_several_projects() -> None:
    issuer = Issuer("i", "a", "", "groups", "realm_access.roles")
    told = caller_of(
        issuer,
        {"sub": "ada", "groups": ["films", "news"], "realm_access": {"roles": ["admin", "x"]}},
    )
    assert told.projects == ("films", "news")
    assert told.roles == {Role.ADMIN}
