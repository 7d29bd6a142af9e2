"""Signed reports of verdicts: their form, and how anybody checks one without a server. Pure.

A report is a JSON object. Its `parts` are what it says; `manifest` has the SHA-256 of each part's
canonical JSON, and `signature` signs the canonical JSON of the manifest with Ed25519. So a changed
part is named by its digest, and a changed manifest breaks the signature. Blanks and the order of
keys may change on the way, since canonical JSON is made anew of what was read.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from videre.common.values import canonical_json, sha256_hex
from videre.exports.chain import link_digest

FORMAT: Final = "videre.verdict-report"
VERSION: Final = 1
ALGORITHM: Final = "Ed25519"
PARTS: Final = ("judged", "template", "verdict", "explanation", "link")


class Level(StrEnum):
    """How a check ended."""

    OK = "ok"
    UNKNOWN = "unknown"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked, how it ended, and a sentence for people."""

    name: str
    level: Level
    words: str


class NoReportError(ValueError):
    """The bytes are no report of this form."""


def public_pem(key: Ed25519PublicKey) -> str:
    """Return a public key as PEM text (SubjectPublicKeyInfo)."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def read_public_key(pem: bytes) -> Ed25519PublicKey:
    """Read a public key from PEM.

    Raises:
        ValueError: it is none, or not of Ed25519.
    """
    key = load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 public key")
    return key


def fingerprint(key: Ed25519PublicKey) -> str:
    """Return the SHA-256 (hex) of a public key's DER, by which people compare keys."""
    return sha256_hex(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def signed_report(parts: Mapping[str, Any], made: str, key: Ed25519PrivateKey) -> bytes:
    """Return a report: canonical JSON, signed.

    Args:
        parts: what it says, by the names in `PARTS`; strings, whole numbers, booleans and lists
            and objects of them.
        made: when, as text.
    """
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "made": made,
        "parts": {name: sha256_hex(canonical_json(parts[name])) for name in PARTS},
    }
    signature = {
        "algorithm": ALGORITHM,
        "public_key": public_pem(key.public_key()),
        "value": base64.b64encode(key.sign(canonical_json(manifest))).decode(),
    }
    whole = {
        "manifest": manifest,
        "parts": {name: parts[name] for name in PARTS},
        "signature": signature,
    }
    return canonical_json(whole)


def check_report(
    data: bytes, key: Ed25519PublicKey | None = None, media_digest: str = ""
) -> list[Check]:
    """Check a report; it holds when no check failed.

    Args:
        data: the file.
        key: of whoever should have signed it; None = the one in the report, which proves nothing
            about who that was.
        media_digest: SHA-256 (hex) of the media's bytes; "" = not at hand.

    Raises:
        NoReportError: not a report of a known form.
    """
    report = _read(data)
    manifest, parts = report["manifest"], report["parts"]
    checks = [_signature(report, key)]
    for name in PARTS:
        fits = sha256_hex(canonical_json(parts[name])) == manifest["parts"].get(name)
        words = f"{name} is as it was signed" if fits else f"{name} was changed after signing"
        checks.append(Check(name, Level.OK if fits else Level.FAILED, words))
    checks += _agreement(parts)
    checks.append(_media(parts["judged"], media_digest))
    return checks


def _read(data: bytes) -> dict[str, Any]:
    try:
        report = json.loads(data, object_pairs_hook=_once)
        manifest, parts = report["manifest"], report["parts"]
        known = (manifest["format"], manifest["version"]) == (FORMAT, VERSION)
        if not known or not isinstance(manifest["parts"], dict):
            raise NoReportError(f"not a {FORMAT} of version {VERSION}")
        if set(parts) != set(PARTS) or set(report) != {"manifest", "parts", "signature"}:
            raise NoReportError(f"a report has the parts {', '.join(PARTS)} and no others")
        media = parts["judged"]["media"]
        if not isinstance(media["id"], str) or not isinstance(media["digest"], str):
            raise NoReportError("judged names no media")
        canonical_json(report)
    except (AttributeError, LookupError, RecursionError, TypeError, UnicodeError) as error:
        raise NoReportError(f"not a {FORMAT}: {error}") from error
    except json.JSONDecodeError as error:
        raise NoReportError(f"no JSON: {error}") from error
    found: dict[str, Any] = report
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; refuse one that says a thing twice, of which readers pick one."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NoReportError("a key stands twice in an object")
    return found


def _signature(report: Mapping[str, Any], key: Ed25519PublicKey | None) -> Check:
    try:
        given = report["signature"]
        if given["algorithm"] != ALGORITHM:
            raise ValueError(f"algorithm {given['algorithm']!r} is not {ALGORITHM}")
        inside = read_public_key(str(given["public_key"]).encode())
        value = base64.b64decode(given["value"], validate=True)
    except (LookupError, TypeError, ValueError) as error:
        return Check("signature", Level.FAILED, f"cannot be read: {error}")
    signer = key or inside
    try:
        signer.verify(value, canonical_json(report["manifest"]))
    except InvalidSignature:
        words = "was not made with this key, or the manifest was changed after signing"
        if key is not None and fingerprint(inside) != fingerprint(key):
            words = f"was not made with this key: the report names the key {fingerprint(inside)}"
        return Check("signature", Level.FAILED, words)
    told = f"made with the key {fingerprint(signer)}"
    if key is None:
        return Check(
            "signature", Level.UNKNOWN, f"{told}, which the report itself names: compare it"
        )
    return Check("signature", Level.OK, told)


def _agreement(parts: Mapping[str, Any]) -> list[Check]:
    """Check that the parts speak of one verdict, and the link of the chain fits them."""
    judged, link = parts["judged"], parts["link"]
    verdict = sha256_hex(canonical_json(parts["verdict"]))
    checks = [
        _equal("verdict digest", judged, "verdict_digest", verdict),
        _equal("template digest", judged, "template_digest",
               sha256_hex(canonical_json(parts["template"]))),
    ]  # fmt: skip
    if not link:
        words = "the verdict was published before the chain began"
        return [*checks, Check("chain", Level.UNKNOWN, words)]
    try:
        facts: Mapping[str, Any] = link["facts"]
        digest = link_digest(link["previous"], facts)
        differing = [name for name, value in _linked(judged).items() if facts[name] != value]
        if digest != link["digest"]:
            differing.append("digest")
        number = facts["number"]
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        return [*checks, Check("chain", Level.FAILED, f"the link cannot be read: {error!r}")]
    if differing:
        words = f"link {number} does not fit: {', '.join(differing)}"
        return [*checks, Check("chain", Level.FAILED, words)]
    return [*checks, Check("chain", Level.OK, f"link {number}:{digest} fits")]


def _linked(judged: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that a link shares with what was judged."""
    media, rules = judged["media"], judged["rules"]
    return {
        "project": judged["project"],
        "media": media["id"],
        "media_digest": media["digest"],
        "revision": judged["revision"],
        "job": judged["job"],
        "published": judged["published"],
        "result_digest": judged["result_digest"],
        "verdict_digest": judged["verdict_digest"],
        "template": rules.get("moderation_template", ""),
        "moderation": rules.get("moderation", ""),
        "libraries": judged["libraries"],
        "models": judged["models"],
    }


def _equal(name: str, judged: Mapping[str, Any], key: str, actual: str) -> Check:
    said = judged.get(key)
    if said == actual:
        return Check(name, Level.OK, actual)
    return Check(name, Level.FAILED, f"{key} says {said}, it is {actual}")


def _media(judged: Mapping[str, Any], digest: str) -> Check:
    said: str = judged["media"]["digest"]
    if not digest:
        return Check("media", Level.UNKNOWN, f"bytes with SHA-256 {said} are not at hand")
    if digest == said:
        return Check("media", Level.OK, f"the bytes have SHA-256 {said}")
    return Check("media", Level.FAILED, f"the bytes have SHA-256 {digest}, judged were {said}")
