"""Links between the pages, and to files of the repository, lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

from tests.tables import each

ROOT = Path(__file__).parents[3]
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        ROOT / "protos/README.md",
        ROOT / "samples/README.md",
    ]
)
LINK = re.compile(r"\]\(([^)#\s]+)")
#: A fenced block of code, where brackets are no links.
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
#: A path of the repository in backquotes: its first part is a folder or file at the root.
NAMED = re.compile(r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|md|toml|json|sh|proto|mp4))`")


def links_lead_somewhere(page: Path) -> None:
    targets = LINK.findall(CODE.sub("", page.read_text(encoding="utf-8")))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


def named_files_are_there(page: Path) -> None:
    named = NAMED.findall(page.read_text(encoding="utf-8"))
    from_root = [name for name in named if (ROOT / name.split("/", 1)[0]).is_dir()]
    places = (ROOT, page.parent)
    missing = [name for name in from_root if not any((p / name).exists() for p in places)]
    assert missing == []


def test_links_lead_somewhere() -> None:
    each(PAGES, links_lead_somewhere, lambda page: page.relative_to(ROOT))


def test_named_files_are_there() -> None:
    each(PAGES, named_files_are_there, lambda page: page.relative_to(ROOT))


def test_every_page_is_in_the_list_of_pages() -> None:
    folder = ROOT / "docs"
    listed = LINK.findall((folder / "README.md").read_text(encoding="utf-8"))
    pages = {str(page.relative_to(folder)) for page in folder.glob("**/*.md")}
    assert pages - {"README.md"} == {one for one in listed if one.endswith(".md")}
