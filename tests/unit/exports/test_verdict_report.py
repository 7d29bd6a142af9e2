"""Signed reports: what was changed is named; what is another's is refused; form does not matter."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from videre.common.values import canonical_json, sha256_hex
from videre.exports.chain import link_digest
from videre.exports.verdict_report import (
    Check,
    Level,
    NoReportError,
    check_report,
    fingerprint,
    public_pem,
    read_public_key,
    signed_report,
)

KEY, OTHER = Ed25519PrivateKey.from_private_bytes(b"k" * 32), Ed25519PrivateKey.generate()
BYTES = "a" * 64


def parts(**changed: Any) -> dict[str, Any]:
    verdict = {"suggestion": "review", "template": "careful@3", "groups": [{"score": 8_000}]}
    template = {"name": "careful@3", "document": {"moderation": {"rules": []}}}
    judged = {
        "project": "films", "media": {"id": "m1", "digest": BYTES}, "revision": 2, "job": "j1",
        "published": "2026-01-15T09:30:00.000000001Z", "result_digest": "b" * 64,
        "verdict_digest": sha256_hex(canonical_json(verdict)),
        "template_digest": sha256_hex(canonical_json(template)),
        "rules": {"moderation": "4", "moderation_template": "careful@3"},
        "engines": [], "libraries": [], "models": ["text document@2"],
    }  # fmt: skip
    facts = {
        "project": "films", "number": 7, "media": "m1", "media_digest": BYTES, "revision": 2,
        "job": "j1", "published": judged["published"], "result_digest": "b" * 64,
        "verdict_digest": judged["verdict_digest"], "template": "careful@3", "moderation": "4",
        "libraries": [], "models": ["text document@2"],
    }  # fmt: skip
    link = {"facts": facts, "previous": "c" * 64, "digest": link_digest("c" * 64, facts)}
    whole = {
        "judged": judged, "template": template, "verdict": verdict,
        "explanation": {"groups": [{"category": "porn"}]}, "link": link,
    }  # fmt: skip
    return {**whole, **changed}


def report(**changed: Any) -> bytes:
    return signed_report(parts(**changed), "2026-01-16T00:00:00.000000000Z", KEY)


def failed(checks: list[Check]) -> list[str]:
    return [check.name for check in checks if check.level is Level.FAILED]


def leaves(value: Any, *path: Any) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value that is no object and no list."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, *path, key)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from leaves(item, *path, place)
    else:
        yield path


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


LEAVES = sorted(leaves(json.loads(report())), key=str)


def test_a_report_holds_by_its_key_and_the_media() -> None:
    checks = check_report(report(), KEY.public_key(), BYTES)
    assert {check.level for check in checks} == {Level.OK}
    assert fingerprint(KEY.public_key()) in checks[0].words
    assert any(check.words.startswith("link 7:") for check in checks)


def test_without_key_or_media_that_is_not_known() -> None:
    levels = {check.name: check.level for check in check_report(report())}
    assert levels.pop("signature") is Level.UNKNOWN
    assert levels.pop("media") is Level.UNKNOWN
    assert set(levels.values()) == {Level.OK}
    unlinked = check_report(report(link={}), KEY.public_key())
    assert [check.level for check in unlinked if check.name == "chain"] == [Level.UNKNOWN]


def test_the_order_of_keys_and_blanks_do_not_matter() -> None:
    pretty = json.dumps(json.loads(report()), indent=4, sort_keys=False).encode()
    assert failed(check_report(pretty, KEY.public_key(), BYTES)) == []


@given(path=st.sampled_from(LEAVES), data=st.data())
def test_any_changed_value_makes_it_fail(path: tuple[Any, ...], data: st.DataObject) -> None:
    document = json.loads(report())
    old = at(document, path)
    new = data.draw(st.text(max_size=8) | st.integers(-5, 10_000))
    if new == old:
        return
    at(document, path[:-1])[path[-1]] = new
    changed = json.dumps(document).encode()
    try:
        checks = check_report(changed, KEY.public_key(), BYTES)
    except NoReportError:
        return
    assert failed(checks)
    if path[0] == "parts":
        assert path[1] in failed(checks), "the changed part is named"


def test_who_signs_a_changed_report_anew_is_found_by_the_key() -> None:
    forged = parts()
    forged["verdict"] = {**forged["verdict"], "suggestion": "pass"}
    forged["judged"]["verdict_digest"] = sha256_hex(canonical_json(forged["verdict"]))
    data = signed_report(forged, "", OTHER)
    assert failed(check_report(data, KEY.public_key())) == ["signature", "chain"]
    (signature, *_) = check_report(data, KEY.public_key())
    assert fingerprint(OTHER.public_key()) in signature.words
    alone = check_report(data)
    assert alone[0].level is Level.UNKNOWN, "its own key proves nothing"


def test_parts_that_do_not_speak_of_one_verdict_are_found() -> None:
    other = copy.deepcopy(parts()["judged"])
    other["media"]["digest"] = "d" * 64
    checks = check_report(report(judged=other), KEY.public_key(), BYTES)
    assert failed(checks) == ["chain", "media"]
    assert "media_digest" in next(one.words for one in checks if one.name == "chain")
    assert failed(check_report(report(template={"name": "x"}), KEY.public_key())) == [
        "template digest"
    ]
    broken = {**parts()["link"], "digest": "0" * 64}
    assert failed(check_report(report(link=broken), KEY.public_key())) == ["chain"]
    assert failed(check_report(report(link={"digest": "0"}), KEY.public_key())) == ["chain"]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\xff", b"[]", b"{}", b"[" * 100_000, report()[:-1],
        report().replace(b'"version":1', b'"version":2'),
        report().replace(b'"revision":2', b'"revision":2,"revision":3'),
        report().replace(b'"revision":2', b'"revision":2.5'),
        report().replace(b'"manifest"', b'"more":1,"manifest"'),
        report().replace(b'"id":"m1"', b'"id":1'),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused(data: bytes) -> None:
    with pytest.raises(NoReportError):
        check_report(data, KEY.public_key())


@given(st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["manifest", "parts", "signature", "judged", "media", "version"]), inner),
    max_leaves=10,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_nothing_else_comes_out_of_reading_anything(data: bytes) -> None:
    with pytest.raises(NoReportError):
        check_report(data)


@pytest.mark.parametrize(
    "signature",
    [None, {}, {"algorithm": "RSA"}, {"algorithm": "Ed25519", "public_key": "x", "value": ""},
     {"algorithm": "Ed25519", "public_key": public_pem(KEY.public_key()), "value": "%"},
     {"algorithm": "Ed25519", "public_key": public_pem(KEY.public_key()),
      "value": base64.b64encode(b"x" * 64).decode()}],
)  # fmt: skip
def test_a_signature_that_is_none_fails(signature: Any) -> None:
    document = {**json.loads(report()), "signature": signature}
    checks = check_report(json.dumps(document).encode(), KEY.public_key())
    assert failed(checks) == ["signature"]


def test_keys_are_read_and_others_refused() -> None:
    pem = public_pem(KEY.public_key())
    assert fingerprint(read_public_key(pem.encode())) == fingerprint(KEY.public_key())
    other = X25519PrivateKey.generate().public_key()
    for wrong in (b"", b"key", other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)):
        with pytest.raises(ValueError, match=r".*"):
            read_public_key(wrong)
