"""Which files a file:// address may name."""

import os
from pathlib import Path

import pytest

from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.uris import resolve_file_uri, uri_scheme


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    (folder / "a b.mp4").write_bytes(b"x")
    (tmp_path / "secret").write_bytes(b"s")
    return folder


def refused(uri: str, root: Path) -> Reason:
    with pytest.raises(VidereError) as caught:
        resolve_file_uri(uri, [root])
    return caught.value.reason


def test_a_file_inside_a_root_is_found(root: Path) -> None:
    assert resolve_file_uri(f"file://{root}/a%20b.mp4", [root]) == root / "a b.mp4"
    assert resolve_file_uri(f"FILE://localhost{root}/./a%20b.mp4", [root]).name == "a b.mp4"


@pytest.mark.parametrize(
    "tail", ["/../secret", "/%2e%2e/secret", "/../media-other/x", "/../missing"]
)
def test_leaving_the_root_is_forbidden_whether_or_not_the_file_exists(
    root: Path, tail: str
) -> None:
    assert refused(f"file://{root}{tail}", root) is Reason.URI_FORBIDDEN


def test_links_are_followed_before_the_check(root: Path) -> None:
    (root / "out").symlink_to(root.parent / "secret")
    (root / "loop").symlink_to(root / "loop")
    assert refused(f"file://{root}/out", root) is Reason.URI_FORBIDDEN
    assert refused(f"file://{root}/loop", root) in (Reason.URI_FORBIDDEN, Reason.FETCH_FAILED)


@pytest.mark.parametrize(
    "uri",
    [
        "file://host/etc/passwd",
        "file:relative",
        "file:///etc/passwd",
        "file:///a%00b",
        "file:///x?y",
    ],
)
def test_odd_addresses_are_forbidden(root: Path, uri: str) -> None:
    assert refused(uri, root) is Reason.URI_FORBIDDEN


def test_only_regular_files(root: Path) -> None:
    os.mkfifo(root / "pipe")
    assert refused(f"file://{root}/pipe", root) is Reason.URI_FORBIDDEN
    assert refused(f"file://{root}", root) is Reason.URI_FORBIDDEN
    assert refused(f"file://{root}/missing", root) is Reason.FETCH_FAILED


def test_without_roots_no_file_may_be_read(root: Path) -> None:
    with pytest.raises(VidereError) as caught:
        resolve_file_uri(f"file://{root}/a%20b.mp4", [])
    assert caught.value.reason is Reason.URI_FORBIDDEN


@pytest.mark.parametrize("uri", ["ftp://x/y", "concat:a|b", "/etc/passwd", "", "data:,x"])
def test_unknown_schemes(uri: str) -> None:
    with pytest.raises(VidereError) as caught:
        uri_scheme(uri)
    assert caught.value.reason is Reason.URI_SCHEME
