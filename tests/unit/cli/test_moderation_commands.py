"""`videre moderation …`: what is sent, what is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from doubles.moderation import KEY, MEDIA, REPORT
from doubles.world import World

from videre.exports.verdict_report import fingerprint, public_pem

Run = Callable[..., Any]


def test_a_verdict_is_explained_as_a_tree(videre: Run, world: World) -> None:
    shown = videre("moderation", "explain", "j1").out
    for words in (
        "block  media m1, revision 2, by careful@2", "not everything enabled was looked at",
        "rule porn.image: review 50 %, block 80 % with a second medium",
        "segment 0  0:08.0 – 0:09.5  porn 89 % >= 50 % review", "no block: no second medium agrees",
        "picture blurred 2222222222222222, unblurred 1111111111111111",
        "aaaabbbbccccdddd/3  open-nsfw@0.1.0  nsfw raw 0.9500, 0.8900 compared",
        "frame 200  00:00:08:00", "model eeeeeeeeeeeeeeee", "vulgar: not checked (NO_ENGINE)",
        "guns: checked, highest 31 % rifle", "no detection below 50 %",
        "flag: checked, no score at all", "“Heroin” is heroin of drugs-en@2 by case, weight 90",
        "“Heroin [cheap] ", "the record is not kept any more", "looking failed (INCOMPLETE)",
        "image  off", "the bytes are e1 of leaks@1",
        "found in a copy, media of the bytes cccccccccccccccc",
        "allowed: frame 200 is e2 of own@2: 3 bits differ, at most 6",
    ):  # fmt: skip
        assert words in shown, words
    first, second = world.calls("ExplainVerdict")
    assert (first.job_id, second.job_id, second.page_token) == ("j1", "j1", "2")


def test_an_explanation_of_a_part_is_asked_for(videre: Run, world: World) -> None:
    found = videre(
        "moderation", "explain", "--media", "m1", "--revision", "2", "--category", "porn",
        "--medium", "image", "--segment", "0", "--json",
    ).json()  # fmt: skip
    assert found["groups"][2]["segments"][0]["segment"]["label"] == "drugs"
    assert "nextPageToken" not in found
    request = world.calls("ExplainVerdict")[0]
    assert (request.media_id, request.revision, request.segment) == ("m1", 2, 0)
    assert (request.category, request.medium) == ("porn", "image")
    assert not world.calls("ExplainVerdict")[0].job_id
    assert videre("moderation", "explain", "j1", "--media", "m1").code == 2


def test_an_audit_tells_what_is_not_as_it_was(videre: Run, world: World) -> None:
    ran = videre("moderation", "audit", "--media", "m1", "--job", "j1", "--known", "3:cc")
    assert ran.code == 1
    for words in (
        "chain intact 3 links, head 3:cccc",
        "3 verdicts judged again: 1 cannot replay, 1 different, 1 equal",
        "TEMPLATE_NOT_FOUND: It is gone.", "not linked", "different 3",
        "differs: porn.image; not as linked: verdict_digest",
    ):  # fmt: skip
        assert words in ran.out, words
    first, second = world.calls("AuditVerdicts")
    assert (list(first.media_ids), list(first.job_ids)) == (["m1"], ["j1"])
    assert (first.known_link_number, first.known_link_digest) == (3, "cc")
    assert second.page_token == "2"
    found = videre("moderation", "audit", "--json").json()
    assert (len(found["revisions"]), found["chain"]["linkCount"]) == (3, "3")


def test_a_chain_alone_is_checked_and_a_broken_one_is_an_error(videre: Run, world: World) -> None:
    ran = videre("moderation", "audit", "--chain-only")
    assert (ran.code, ran.out) == (0, f"chain intact 3 links, head 3:{'c' * 64}\n")
    broken = videre("moderation", "audit", "--media", "broken")
    assert broken.code == 1
    assert "chain broken at link 2: its digest is not that of its facts" in broken.out
    assert videre("moderation", "audit", "--known", "3").code == 2


def test_a_report_and_its_key_are_written(
    videre: Run, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = videre("moderation", "report", "j1")
    assert ran.out == f"wrote verdict-m1-1.json: {len(REPORT)} bytes\n"
    assert (tmp_path / "verdict-m1-1.json").read_bytes() == REPORT
    told = videre("moderation", "report", "--media", "m1", "--revision", "1", "-o", "r", "--json")
    assert told.json() == {"file": "r", "size": len(REPORT)}
    assert world.calls("ExportVerdictReport")[1].media_id == "m1"
    assert videre("moderation", "report", "j1", "--media", "m1").code == 2
    pem = public_pem(KEY.public_key())
    assert videre("moderation", "key").out == pem
    ran = videre("moderation", "key", "-o", "k.pem")
    assert (ran.out, Path("k.pem").read_text()) == (
        f"wrote k.pem: {fingerprint(KEY.public_key())}\n", pem,
    )  # fmt: skip
    assert videre("moderation", "key", "--json").json()["publicKey"] == pem


def test_a_report_is_checked_offline(
    videre: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIDERE_SERVER", "127.0.0.1:1")
    report, key, media = tmp_path / "r.json", tmp_path / "k.pem", tmp_path / "film"
    report.write_bytes(REPORT)
    key.write_text(public_pem(KEY.public_key()))
    media.write_bytes(MEDIA)
    ran = videre("verify-report", report, "--public-key", key, "--media", media)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "the report holds")
    assert "failed" not in ran.out
    ran = videre("verify-report", report)
    assert (ran.code, ran.out.count("unknown")) == (0, 3)
    assert "which the report itself names: compare it" in ran.out

    report.write_bytes(REPORT.replace(b'"review"', b'"pass"'))
    ran = videre("verify-report", report, "--public-key", key)
    assert ran.code == 1
    assert "verdict was changed after signing" in ran.out
    assert ran.out.endswith("the report does NOT hold\n")
    found = videre("verify-report", report, "--json").json()
    assert {
        "check": "verdict",
        "level": "failed",
        "words": "verdict was changed after signing",
    } in (found)

    media.write_bytes(b"another film")
    report.write_bytes(REPORT)
    assert videre("verify-report", report, "--media", media).code == 1
    key.write_text(public_pem(Ed25519PrivateKey.generate().public_key()))
    ran = videre("verify-report", report, "--public-key", key)
    assert ran.code == 1
    assert "was not made with this key" in ran.out
    key.write_text("no key")
    assert "is no public key" in videre("verify-report", report, "--public-key", key).err
    report.write_text("{}")
    ran = videre("verify-report", report)
    assert (ran.code, "not a videre.verdict-report" in ran.err) == (1, True)
