"""What the pages of clients show is what the clients are made of."""

from __future__ import annotations

from itertools import product

import pytest
from client_programs import CPP, GO, JAVA, NODE, ROOT, WEB, Language, blocks, page_of

_KINDS = {"go": "go", "cpp": "cpp", "java": "java", "node": "js", "web": "js"}
_LANGUAGES = [NODE, GO, CPP, JAVA, WEB["connect"]]


@pytest.mark.parametrize("language", _LANGUAGES, ids=lambda language: language.name)
def test_what_is_shown_is_what_is_run(language: Language) -> None:
    folder = ROOT / "tests" / "clients" / language.name
    sources = [path.read_text(encoding="utf-8") for path in folder.rglob("*.*") if path.is_file()]
    shown = blocks(page_of(language), _KINDS[language.name])
    assert len(shown) >= 5
    assert [block for block in shown if not any(block in source for source in sources)] == []


@pytest.mark.parametrize("language", _LANGUAGES, ids=lambda language: language.name)
def test_every_page_says_how_it_is_built(language: Language) -> None:
    assert len(blocks(page_of(language), "sh")) == 1


def test_the_same_actions_are_there_in_every_language() -> None:
    main = (
        (NODE, "contract.mjs"),
        (WEB["connect"], "contract.mjs"),
        (GO, "contract/main.go"),
        (CPP, "contract.cc"),
        (JAVA, "contract/Main.java"),
    )
    actions = ("upload", "submit", "refused", "deadline", "cancel", "watch")
    for (language, name), action in product(main, actions):
        source = (ROOT / "tests" / "clients" / language.name / name).read_text(encoding="utf-8")
        assert action in source, f"{language.name}: {action}"
