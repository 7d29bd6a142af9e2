"""Attacks on what callers may send, counted: where each goes in, and how it has to be answered.

`{port}` is that of a listener that nobody may reach, `{secret}` a file that nobody may open,
`{root}` the only folder that may be read. The attacks on the egress guard itself, some 340 more in
four ways each, stand in `tests/unit/common/test_attacks.py`; damaged media in
`bench/hostile_inputs`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

#: What is answered: a reason of `docs/errors.md`, or what was done with words that are only words.
KEPT: Final = "kept as words"
NOTHING: Final = "nothing found"
HARMLESS: Final = "a cell of text"
ONE_LINE: Final = "on one line"
NO_PATH: Final = "no such path"
BELOW: Final = "below the folder"
FORBIDDEN: Final = "URI_FORBIDDEN"
SCHEME: Final = "URI_SCHEME"
INVALID: Final = "FIELD_INVALID"


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack.

    Args:
        kind: "SSRF", "traversal" or "injection".
        door: where it goes in: an RPC's field, the side port, a table, a log.
        sent: what is sent.
        answers: those that are right.
    """

    kind: str
    door: str
    sent: str
    answers: frozenset[str]


#: Hosts that are not outside, in forms that some reader of addresses takes for them.
_HOSTS: Final = (
    "127.0.0.1:{port}",
    "localhost:{port}",
    "[::1]:{port}",
    "0.0.0.0:{port}",
    "2130706433:{port}",
    "0x7f000001:{port}",
    "0177.0.0.1:{port}",
    "127.1:{port}",
    "[::ffff:127.0.0.1]:{port}",
    "127.0.0.1.:{port}",
    "example.com@127.0.0.1:{port}",
    "169.254.169.254",
    "10.0.0.1",
    "metadata.google.internal",
    "[fd00:ec2::254]",
    "printer.local",
)
_SCHEMES: Final = (
    "ftp://127.0.0.1:{port}/",
    "gopher://127.0.0.1:{port}/_GET%20/",
    "dict://127.0.0.1:{port}/",
    "ldap://127.0.0.1:{port}/",
    "smb://127.0.0.1/share/film.mp4",
    "rtmp://127.0.0.1:{port}/live",
    "concat:http://127.0.0.1:{port}/|{secret}",
    "data:text/plain,x",
    "jar:http://127.0.0.1:{port}!/",
    "unix:/run/docker.sock",
    "subfile,,start,0,end,9,,:{secret}",
    "//127.0.0.1:{port}/film.mp4",
)
#: Doors that take the address of a media, and the one that events are sent to.
_MEDIA: Final = ("input", "media")
_WEBHOOK: Final = "webhook"
_FILES: Final = (
    "file://{secret}",
    "file://localhost{secret}",
    "file:{secret}",
    "{secret}",
    "file://{root}/../outside/secret.txt",
    "file://{root}/./../outside/./secret.txt",
    "file://{root}/%2e%2e/outside/secret.txt",
    "file://{root}/..%2foutside%2fsecret.txt",
    "file://{root}/%2e%2e%2foutside%2fsecret.txt",
    "file://{root}//..//outside//secret.txt",
    "file://{root}/way-out/secret.txt",
    "file://{root}/way-to-secret.txt",
    "file:///etc/passwd",
    "file:///proc/self/environ",
    "file:///proc/self/fd/0",
    "file:///dev/stdin",
    "file:///dev/zero",
    "file://{root}/../data/master.key",
    "file://{root}/../data/videre.db",
    "file://{root}/",
    "file://{root}/a%00.mp4",
    "file://127.0.0.1{secret}",
    "file://example.com{secret}",
    "file://{root}/x?y",
    "file://..{secret}",
    "file://{root}\\..\\outside\\secret.txt",
)
#: Of these, what a folder may be: what is below the root, though nothing is there.
_NO_FOLDER: Final = (
    "file://{secret}",
    "file://{root}/..",
    "file://{root}/../outside",
    "file://{root}/%2e%2e/outside",
    "file://{root}/..%2foutside",
    "file://{root}/way-out",
    "file:///etc",
    "file:///",
    "file://~/",
    "file://{root}/a%00b",
    "file://example.com{root}",
    "ftp://127.0.0.1:{port}/prefix",
    "http://127.0.0.1:{port}/",
)
_PATTERNS: Final = (
    "../{sequence}",
    "../../outside/{sequence}.{type}",
    "/etc/cron.d/{sequence}",
    "{sequence}/../../x",
    "a/./../{sequence}",
    "..",
    "{root}{sequence}",
    "{0.__class__}{sequence}",
    "{sequence!r}",
    "{sequence.__class__}",
    "{job:>999999999}{sequence}",
    "{sequence}\0",
    "{sequence}\n",
    "//{sequence}",
)
#: Names of uploads and addresses, of which a delivered file is to be named.
_NAMES: Final = (
    "...mp4",
    "..",
    "...",
    "....mp4",
    ".mp4",
    "../../x.mp4",
    "..\\..\\x.mp4",
    "a/..",
    "x/../...mp4",
    "..%2f..%2fx.mp4",
    "\0.mp4",
    "a\n.mp4",
    "$(touch {secret}).mp4",
)
_DIGESTS: Final = (
    "../../../outside/secret.txt",
    "..",
    ".",
    "/etc/passwd",
    "%2e%2e%2fsecret",
    "a" * 63,
    "A" * 64,
    "g" * 64,
    "0" * 62 + "/.",
    "0" * 64 + "\n",
    "0" * 64 + "/../x",
    "*",
    "",
)
_PROJECTS: Final = (
    "..",
    "../other",
    "a/b",
    ".",
    "/",
    "a\\b",
    "%2e%2e",
    "default'--",
    'x" OR 1=1',
    "*/*",
    "a b",
)
_PATHS: Final = (
    "/artifacts/../../etc/passwd",
    "/artifacts/..%2f..%2fdata%2fmaster.key",
    "/artifacts/%2e%2e",
    "/artifacts/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "/artifacts/....//....//etc/passwd",
    "/../videre.db",
    "/artifacts/..%5c..%5cdata",
    "/artifacts/x%00.jpg",
    "//etc/passwd",
    "/artifacts//etc/passwd",
    "/artifacts/%252e%252e%252fmaster.key",
    "/artifacts/;/etc/passwd",
    "/data/master.key",
)
#: Words that databases, templates, shells, pages and markup would take for more than words.
_WORDS: Final = (
    "'; DROP TABLE media; --",
    "x' OR '1'='1",
    '" OR ""="',
    "1); DELETE FROM job; --",
    "%' AND 1=0 --",
    "') UNION SELECT secret FROM credential_key --",
    "\\'; SELECT load_extension('x'); --",
    "{{7*7}}",
    "${7*7}",
    "#{7*7}",
    "{{config.items()}}",
    "{%for a in b%}x{%endfor%}",
    "%(asctime)s",
    "{0.__class__.__mro__}",
    "${jndi:ldap://127.0.0.1:{port}/a}",
    "$(touch {secret})",
    "`touch {secret}`",
    "; cat {secret}",
    "| nc 127.0.0.1 {port}",
    "<script>fetch('http://127.0.0.1:{port}')</script>",
    "<img src=http://127.0.0.1:{port}/x>",
    "]]><!ENTITY x SYSTEM 'file://{secret}'>",
    "${{env}}",
    "__import__('os').system('touch {secret}')",
    "!!python/object/apply:os.system ['touch {secret}']",
    "=cmd|' /C calc'!A0",
    "%s%s%s%n",
    "%n%n%n%n",
)
#: What the syntax of queries, of SQLite's FTS5 and of patterns would take for more.
_QUERIES: Final = (
    "ship' OR 1=1 --",
    'ship" NEAR/9 "sea',
    "ship*",
    "ship^2",
    "a:b:c",
    "title:x OR rowid:1",
    "%",
    "_",
    "{ship sea}: x",
    "-ship +sea ^sky",
    "ship AND sea) UNION SELECT 1",
    "' UNION SELECT * FROM credential",
    "\\",
    "ship\0sea",
    "(((((((((",
    "[[:<:]]",
    "(a+)+$",
    "NOT",
    "OR OR",
    '"',
)
_TOKENS: Final = (
    "1",
    "' OR 1=1 --",
    "eyJhbGciOiJub25lIn0.e30.",
    "../../x",
    "AAAA",
    "gASVAAAAAAAAAA==",
    "null",
    "{}",
    "\0",
    "%00",
)
_CELLS: Final = (
    "=1+1",
    '=HYPERLINK("http://127.0.0.1:{port}")',
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "=cmd|' /C calc'!A0",
    '=IMPORTXML("http://127.0.0.1:{port}","//a")',
    "-2+3+cmd|' /C calc'!A0",
)
_LINES: Final = (
    "film\n2026-01-01T00:00:00Z [info] forged",
    "film\r\nforged",
    "film\rforged",
    "\x1b[2J\x1b[1;1Hforged",
    "\x1b]0;forged\x07",
    "\x9b2Jforged",
    "film\u2028forged",
    "film\u2029forged",
    "film\x85forged",
    "\u202eforged",
    "film\x0bforged",
    "film\x0cforged",
    "\x08\x08\x08forged",
    "film\0forged",
)


def attacks() -> list[Attack]:
    """Return all, in a stated order."""
    return [*_requests_from_inside(), *_ways_out_of_folders(), *_words_that_are_code()]


def _each(kind: str, door: str, sent: tuple[str, ...], *answers: str) -> Iterator[Attack]:
    for one in sent:
        yield Attack(kind, door, one, frozenset(answers))


def _requests_from_inside() -> Iterator[Attack]:
    hosts = tuple(f"http://{host}/latest/film.mp4" for host in _HOSTS)
    for door in (*_MEDIA, _WEBHOOK):
        yield from _each("SSRF", door, hosts, FORBIDDEN)
        yield from _each("SSRF", door, _SCHEMES, SCHEME, FORBIDDEN, INVALID)


def _ways_out_of_folders() -> Iterator[Attack]:
    for door in _MEDIA:
        yield from _each("traversal", door, _FILES, FORBIDDEN, SCHEME)
    yield from _each("traversal", _WEBHOOK, _FILES[:8], SCHEME, FORBIDDEN, INVALID)
    for door in ("output", "trigger"):
        yield from _each("traversal", door, _NO_FOLDER, FORBIDDEN, SCHEME, INVALID)
    yield from _each("traversal", "pattern", _PATTERNS, INVALID)
    yield from _each("traversal", "source", _NAMES, BELOW)
    yield from _each("traversal", "digest", _DIGESTS, INVALID, "ARTIFACT_NOT_FOUND")
    yield from _each(
        "traversal", "project", _PROJECTS, INVALID, "PROJECT_NOT_FOUND", "PROJECT_FORBIDDEN"
    )
    yield from _each("traversal", "side port", _PATHS, NO_PATH)
    yield from _each("traversal", "hold", _PROJECTS, INVALID, KEPT)


def _words_that_are_code() -> Iterator[Attack]:
    for door in ("title", "tag"):
        yield from _each("injection", door, _WORDS, KEPT)
    yield from _each("injection", "search", _QUERIES, NOTHING, "QUERY_INVALID", INVALID)
    yield from _each("injection", "page token", _TOKENS, "PAGE_TOKEN_INVALID", INVALID)
    yield from _each("injection", "table", _CELLS, HARMLESS)
    yield from _each("injection", "log", _LINES, ONE_LINE)
