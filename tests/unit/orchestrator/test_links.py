"""Signed paths: read by who made them, until their time has passed, never when touched."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.clock import FakeClock
from videre.common.values import canonical_json
from videre.orchestrator.links import Link, LinkExpired, LinkInvalid, Links, load_key

KEY = bytes(range(32))
DIGEST = "a" * 64


def made(clock: FakeClock | None = None, key: bytes = KEY, lifetime_s: float = 60) -> Links:
    return Links(key, clock or FakeClock(), lifetime_s)


def token(links: Links) -> str:
    path = links.path("films", DIGEST, "image/jpeg")
    assert path.startswith("/artifacts/")
    return path.removeprefix("/artifacts/")


def test_a_link_is_read_until_its_last_instant() -> None:
    clock = FakeClock()
    links = made(clock)
    expires = clock.now_ns() + 60 * 10**9
    given_token = token(links)
    clock.advance(60)
    assert links.read(given_token) == Link("films", DIGEST, "image/jpeg", expires)
    clock.advance(1e-9)
    with pytest.raises(LinkExpired):
        links.read(given_token)


def test_another_installation_s_link_is_invalid_even_when_late() -> None:
    clock = FakeClock()
    foreign = token(made(clock, b"x" * 32))
    clock.advance(1_000)
    with pytest.raises(LinkInvalid):
        made(clock).read(foreign)


@given(st.data())
def test_no_changed_token_is_read(data: st.DataObject) -> None:
    right = token(made())
    at = data.draw(st.integers(0, len(right) - 1))
    letters = "ABCXYZabcxyz0189-_.=+/ é"
    other = data.draw(st.sampled_from(letters).filter(lambda letter: letter != right[at]))
    with pytest.raises(LinkInvalid):
        made().read(right[:at] + other + right[at + 1 :])


@given(st.text(max_size=200))
def test_no_other_text_is_a_token(text: str) -> None:
    with pytest.raises(LinkInvalid):
        made().read(text)


def test_a_longer_life_cannot_be_claimed() -> None:
    links = made()
    body = canonical_json({"p": "films", "d": DIGEST, "t": "image/jpeg", "e": 2**62})
    head = base64.urlsafe_b64encode(body).decode().rstrip("=")
    tail = token(links).partition(".")[2]
    with pytest.raises(LinkInvalid):
        links.read(f"{head}.{tail}")


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "links.key"
    key = load_key(path)
    assert len(key) == 32
    assert load_key(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(tmp_path / "other.key") != key
    assert os.listdir(path.parent) == ["links.key"], "nothing temporary stays"
