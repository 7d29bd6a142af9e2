"""Odd names of good files, and addresses that are not for strangers."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.hostile_inputs.case import FORBIDDEN, SCHEME, SUCCEEDED, TOO_LARGE, Hostile
from bench.hostile_inputs.pointers import Bait
from bench.hostile_inputs.seeds import picture

_REFUSED: Final = frozenset({"refused FIELD_INVALID"})
_MISSING: Final = frozenset({"refused FETCH_FAILED"})
#: An address may be refused at once, or when it turns out to lead to a private network.
_PRIVATE: Final = FORBIDDEN | {"FAILED URI_FORBIDDEN"}
_NAMES: Final = (
    "; touch hostile ;.png", "$(touch hostile).png", "`touch hostile`.png", "| touch hostile.png",
    "&& touch hostile.png", "%d.png", "%08d.png", "*.png", "?.png", "[a-z].png", "{a,b}.png",
    "-i.png", "--help.png", "-.png", "~.png", "..", ".", "...", "..png", "..\\..\\up.png",
    "C:\\x.png", "CON.png", "aux", "http:evil.png", "concat:a|b.png", "pipe:0", "file:x.png",
    "name with blanks .png ", "tab\t.png", "line\nline.png", "return\r.png", "bell\x07.png",
    "escape\x1b[2J.png", "quote'.png", 'quote".png', "<b>.png", "&amp;.png", "'; DROP TABLE.png",
    "早上好.png", "🎬.png", "\u202egnp.exe", "\u200b.png", "e\u0301.png", "a" * 251 + ".png",
    "no_extension", ".png", "picture.txt.png", "picture.png.exe", "#.png", "a?b=c#d.png",
    "{source}.png", "{0.__class__}.png", "%00.png", "%2e%2e%2fup.png",
)  # fmt: skip
_REFUSED_NAMES: Final = ("../up.png", "/etc/passwd", "a/b.png", "nul\0.png", "a" * 256)


def names() -> Iterator[Hostile]:
    """Yield a good picture under every name."""
    data = picture("png")
    for name in _NAMES:
        yield Hostile(f"picture named {name[-40:]!r}", SUCCEEDED, name, data)
    for name in _REFUSED_NAMES:
        yield Hostile(f"picture named {name[-40:]!r}", _REFUSED, name, data)


def addresses(root: Path, outside: Path, bait: Bait, too_large: int) -> Iterator[Hostile]:
    """Yield addresses; the files that they name are made in `root`, which may be read from, and in
    `outside`, which may not."""
    yield from _files(root, outside, too_large)
    yield from _networks(bait)
    name = "x" * 5_000
    yield Hostile("an address of 5,000 letters", _REFUSED, uri=f"http://{name}.example/")
    yield Hostile("an empty address", _REFUSED | SCHEME, uri=" ")


def _files(root: Path, outside: Path, too_large: int) -> Iterator[Hostile]:
    good, secret = root / "good.png", outside / "secret.png"
    good.write_bytes(picture("png"))
    secret.write_bytes(picture("png"))
    (root / "link-inside.png").symlink_to(good)
    (root / "link-out.png").symlink_to(secret)
    (root / "folder-out").symlink_to(outside)
    (root / "loop.png").symlink_to(root / "loop.png")
    (root / "dangling.png").symlink_to(root / "nothing.png")
    os.mkfifo(root / "pipe.png")
    (root / "folder.png").mkdir()
    with (root / "sparse.mp4").open("wb") as file:
        file.truncate(too_large)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "socket.png"))
    odd = root / "odd #?%25 name\u00e9.png"
    odd.write_bytes(picture("png"))

    def of(path: object) -> str:
        return f"file://{path}"

    yield Hostile("a file", SUCCEEDED, uri=of(good))
    yield Hostile("a link inside", SUCCEEDED, uri=of(root / "link-inside.png"))
    yield Hostile("a file with an odd name", SUCCEEDED, uri=odd.as_uri())
    yield Hostile("a sparse file", TOO_LARGE, uri=of(root / "sparse.mp4"))
    for name in ("nothing.png", "dangling.png"):
        yield Hostile(f"a file that is not there: {name}", _MISSING, uri=of(root / name))
    yield Hostile("a name that is no UTF-8", _MISSING, uri=of(f"{root}/%FF.png"))
    for words, place in {
        "outside": secret,
        "a link out": root / "link-out.png",
        "a folder out": root / "folder-out" / "secret.png",
        "a loop": root / "loop.png",
        "a pipe": root / "pipe.png",
        "a folder": root / "folder.png",
        "the root": root,
        "a socket": root / "socket.png",
        "up": root / ".." / outside.name / "secret.png",
        "up, encoded": f"{root}/%2e%2e/{outside.name}/secret.png",
        "up, encoded twice": f"{root}/%252e%252e/{outside.name}/secret.png",
        "a zero": f"{root}/good.png%00.mp4",
        "a query": f"{root}/good.png?x",
        "a fragment": f"{root}/good.png#x",
        "zeros for ever": "/dev/zero",
        "standard input": "/dev/stdin",
        "an environment": "/proc/self/environ",
        "a memory": "/proc/self/mem",
        "passwords": "/etc/passwd",
        "nothing": "",
        "another host": f"example.com{root}/good.png",
        "no slashes": "good.png",
        "a name too long": f"{root}/{'a' * 300}.png",
    }.items():
        expected = (
            FORBIDDEN | _MISSING
            if words in ("up, encoded twice", "a name too long")
            else (FORBIDDEN | _REFUSED)
        )
        yield Hostile(f"file address: {words}", expected, uri=of(place))


def _networks(bait: Bait) -> Iterator[Hostile]:
    port = bait.address.rsplit(":", 1)[1]
    for host in (
        "127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::]", "2130706433", "0x7f000001",
        "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "10.0.0.1", "192.168.0.1", "172.16.0.1",
        "169.254.169.254", "100.64.0.1", "[fe80::1]", "[fc00::1]", "224.0.0.1", "255.255.255.255",
        "example.com@127.0.0.1", "127.0.0.1.", "①②⑦.0.0.1",
    ):  # fmt: skip
        address = f"http://{host}:{port}/film.mp4"
        yield Hostile(f"network: {host}", _PRIVATE | _REFUSED, uri=address)
    for scheme in (
        "ftp", "rtsp", "rtmp", "rtp", "udp", "tcp", "gopher", "data", "pipe", "concat",
        "subfile,,start,0,end,0,,", "crypto", "cache", "async", "tls", "unix", "smb", "javascript",
        "FILE2", "",
    ):  # fmt: skip
        uri = f"{scheme}://{bait.address}/film.mp4"
        yield Hostile(f"scheme {scheme!r}", SCHEME, uri=uri)
    yield Hostile("a bucket that nobody named", FORBIDDEN, uri="s3://bucket/film.mp4")
    yield Hostile("scheme: none", SCHEME, uri="film.mp4")
    yield Hostile("scheme: half a bracket", FORBIDDEN, uri="http://[::1/film.mp4")
    yield Hostile("scheme: no port", FORBIDDEN, uri="http://127.0.0.1:99999999/film.mp4")
