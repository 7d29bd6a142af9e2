"""The templates that come with the suite. Numbers are contract: a change is a new version."""

from __future__ import annotations

from typing import Final

from videre.orchestrator.moderation.template import (
    Category,
    Medium,
    ModerationTemplate,
    Rule,
    Unchecked,
)

_PORN, _TERRORISM = Category.PORN, Category.TERRORISM
_POLITICAL, _PROHIBITED = Category.POLITICAL, Category.PROHIBITED
_IMAGE, _SPEECH, _TEXT = Medium.IMAGE, Medium.SPEECH, Medium.TEXT
_SOUND, _METADATA = Medium.SOUND, Medium.METADATA

#: Packaged lists per category.
LISTS: Final = {
    Category.PORN: ("porn-en", "porn-zh"),
    Category.TERRORISM: ("terrorism-en", "terrorism-zh"),
    Category.POLITICAL: ("political-en", "political-zh"),
    Category.PROHIBITED: ("abuse-en", "abuse-zh", "drugs-en", "drugs-zh"),
}


def _words(category: Category, medium: Medium) -> Rule:
    """Return the rule that all presets have for words: review from 75, block at 100."""
    return Rule(
        rule_id=f"{category}.{medium}",
        category=category,
        medium=medium,
        block=100,
        review=75,
        word_lists=LISTS.get(category, ()),
    )


#: Advises a person where others would block: no block by a picture alone, and nothing passes that
#: nobody looked at. Sound has labels for terrorism only.
CAREFUL: Final = ModerationTemplate(
    template_id="careful",
    version=1,
    rules=(
        Rule("porn.image", _PORN, _IMAGE, block=90, review=50, block_needs_second_medium=True),
        *(_words(_PORN, medium) for medium in (_SPEECH, _TEXT, _METADATA)),
        Rule("terrorism.image", _TERRORISM, _IMAGE, review=80),
        *(_words(_TERRORISM, medium) for medium in (_SPEECH, _TEXT, _METADATA)),
        Rule("terrorism.sound", _TERRORISM, _SOUND, review=80),
        Rule("political.image", _POLITICAL, _IMAGE, review=80),
        *(_words(_POLITICAL, medium) for medium in (_SPEECH, _TEXT, _METADATA)),
        Rule("prohibited.image", _PROHIBITED, _IMAGE, review=80),
        *(_words(_PROHIBITED, medium) for medium in (_SPEECH, _TEXT, _METADATA)),
    ),
)

#: The defaults of a well-known cloud vendor's template 10, number by number. Its own labels
#: ("custom") have no samples until somebody adds them, hence switched off.
VENDOR: Final = ModerationTemplate(
    template_id="vendor",
    version=1,
    number=10,
    unchecked=Unchecked.PASS,
    rules=(
        Rule(
            "porn.image",
            _PORN,
            _IMAGE,
            labels=("porn", "vulgar", "intimacy", "sexy"),
            block=90,
            review=0,
        ),
        _words(_PORN, _SPEECH),
        _words(_PORN, _TEXT),
        Rule(
            "terrorism.image",
            _TERRORISM,
            _IMAGE,
            labels=(
                "guns", "crowd", "bloody", "police", "banners", "militant", "explosion",
                "terrorists",
            ),
            block=90,
            review=80,
        ),
        _words(_TERRORISM, _TEXT),
        Rule(
            "political.image",
            _POLITICAL,
            _IMAGE,
            labels=(
                "violation_photo", "politician", "entertainment", "sport", "entrepreneur",
                "scholar", "celebrity", "military",
            ),
            block=97,
            review=95,
        ),
        _words(_POLITICAL, _SPEECH),
        _words(_POLITICAL, _TEXT),
        _words(_PROHIBITED, _SPEECH),
        _words(_PROHIBITED, _TEXT),
        Rule("custom.image", Category.CUSTOM, _IMAGE, enabled=False, block=97, review=95),
        Rule("custom.speech", Category.CUSTOM, _SPEECH, enabled=False, block=100, review=75),
        Rule("custom.text", Category.CUSTOM, _TEXT, enabled=False, block=100, review=75),
    ),
)  # fmt: skip

#: Presets, the default first.
PRESETS: Final = (CAREFUL, VENDOR)
