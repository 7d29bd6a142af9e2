"""The templates that come with the suite. Numbers are contract: a change is a new version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from videre.orchestrator.moderation.label_table import label_table
from videre.orchestrator.moderation.template import (
    Category,
    Medium,
    ModerationTemplate,
    Rule,
    Unchecked,
    UnclearSpeech,
    UnlabeledSound,
)

_PORN, _TERRORISM = Category.PORN, Category.TERRORISM
_POLITICAL, _PROHIBITED = Category.POLITICAL, Category.PROHIBITED
_IMAGE, _SPEECH, _TEXT = Medium.IMAGE, Medium.SPEECH, Medium.TEXT
_SOUND, _METADATA = Medium.SOUND, Medium.METADATA

#: Packaged lists per category, in the versions that these versions of the presets look for.
LISTS: Final = {
    Category.PORN: ("porn-en@2", "porn-zh@3"),
    Category.TERRORISM: ("terrorism-en@2", "terrorism-zh@2"),
    Category.POLITICAL: ("political-en@2", "political-zh@3"),
    Category.PROHIBITED: (
        "abuse-en@2", "abuse-zh@3", "contraband-en@1", "contraband-zh@2", "drugs-en@2",
        "drugs-zh@3", "gambling-en@1", "gambling-zh@2",
    ),
    Category.AD: ("contact-en@1", "contact-zh@2"),
}  # fmt: skip
#: Those of the versions before.
_LISTS_BEFORE: Final = {
    Category.PORN: ("porn-en@2", "porn-zh@2"),
    Category.TERRORISM: ("terrorism-en@2", "terrorism-zh@2"),
    Category.POLITICAL: ("political-en@2", "political-zh@2"),
    Category.PROHIBITED: (
        "abuse-en@2", "abuse-zh@2", "contraband-en@1", "contraband-zh@1", "drugs-en@2",
        "drugs-zh@2", "gambling-en@1", "gambling-zh@1",
    ),
    Category.AD: ("contact-en@1", "contact-zh@1"),
}  # fmt: skip
#: Those of the first versions.
_FIRST_LISTS: Final = {
    Category.PORN: ("porn-en@1", "porn-zh@1"),
    Category.TERRORISM: ("terrorism-en@1", "terrorism-zh@1"),
    Category.POLITICAL: ("political-en@1", "political-zh@1"),
    Category.PROHIBITED: ("abuse-en@1", "abuse-zh@1", "drugs-en@1", "drugs-zh@1"),
}


def _words(category: Category, medium: Medium, review: int = 75, block: int = 100) -> Rule:
    """Return the rule that a preset has for words: as a rule review from 75, block at 100."""
    return Rule(
        rule_id=f"{category}.{medium}",
        category=category,
        medium=medium,
        block=block,
        review=review,
        word_lists=LISTS.get(category, ()),
    )


def _seen(
    category: Category,
    review: int,
    block: int | None = None,
    medium: Medium = _IMAGE,
    labels: tuple[str, ...] = (),
) -> Rule:
    """Return a rule for pictures or sounds of a category; for all their labels without `labels`."""
    return Rule(f"{category}.{medium}", category, medium, labels=labels, block=block, review=review)


#: Labels of pictures of terrorism that ordinary films seldom show. Crowds, police cars and banners
#: are no offence: only what models a vendor's template looks at them.
_VIOLENT: Final = ("guns", "bloody", "militant", "explosion", "terrorists", "scenario")

#: Advises a person where others would block: no block by a picture alone, and nothing passes that
#: nobody looked at. Sound has rules for terrorism only: a groan is seldom one of lust.
CAREFUL: Final = ModerationTemplate(
    template_id="careful",
    version=4,
    rules=(
        Rule("porn.image", _PORN, _IMAGE, block=90, review=50, block_needs_second_medium=True),
        *(_words(_PORN, medium) for medium in (_SPEECH, _TEXT, _METADATA)),
        _seen(_TERRORISM, 80, labels=_VIOLENT),
        *(_words(_TERRORISM, medium) for medium in (_SPEECH, _TEXT, _METADATA)),
        Rule("terrorism.sound", _TERRORISM, _SOUND, review=80),
        Rule("political.image", _POLITICAL, _IMAGE, review=80),
        *(_words(_POLITICAL, medium) for medium in (_SPEECH, _TEXT, _METADATA)),
        Rule("prohibited.image", _PROHIBITED, _IMAGE, review=80),
        *(_words(_PROHIBITED, medium) for medium in (_SPEECH, _TEXT, _METADATA)),
        *(_words(Category.AD, medium) for medium in (_SPEECH, _TEXT, _METADATA)),
    ),
)

#: The defaults of a well-known cloud vendor's template 10, number by number. Its own labels
#: ("custom") have no samples until somebody adds them, hence switched off.
VENDOR: Final = ModerationTemplate(
    template_id="vendor",
    version=3,
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

#: The categories of another product of that vendor: porn, terror, polity, illegal and abuse (both
#: `prohibited`), advertisement, and moaning as a sound. Its own numbers are not public: those of
#: the template 10 stand for them. What sounds like moaning blocks only with a second medium, since
#: it may be grief; as there, what nobody looked at passes, and the verdict says that it is not
#: complete.
VOD: Final = ModerationTemplate(
    template_id="vod",
    version=3,
    unchecked=Unchecked.PASS,
    rules=(
        _seen(_PORN, 0, 90),
        *(_words(_PORN, medium) for medium in (_SPEECH, _TEXT)),
        Rule(
            "porn.sound",
            _PORN,
            _SOUND,
            labels=("moan",),
            block=90,
            review=80,
            block_needs_second_medium=True,
        ),
        _seen(_TERRORISM, 80, 90),
        *(_words(_TERRORISM, medium) for medium in (_SPEECH, _TEXT)),
        _seen(_POLITICAL, 95, 97),
        *(_words(_POLITICAL, medium) for medium in (_SPEECH, _TEXT)),
        *(_words(_PROHIBITED, medium) for medium in (_SPEECH, _TEXT)),
        *(_words(Category.AD, medium) for medium in (_SPEECH, _TEXT)),
    ),
)

#: How much nameless loud sound the presets let pass that ask for a person early.
_UNLABELED: Final = UnlabeledSound(level_dbfs=-30, ms=10_000, percent=20)
_WORD_MEDIA: Final = (_SPEECH, _TEXT, _METADATA)

#: Asks for a person early, and blocks what is as good as certain. No engine whose positives were
#: never measured gives .90, so that none of them blocks.
STRICT: Final = ModerationTemplate(
    template_id="strict",
    version=3,
    unclear_speech=UnclearSpeech(ms=1_000, percent=5),
    unlabeled_sound=_UNLABELED,
    rules=(
        _seen(_PORN, 30, 90),
        *(_words(_PORN, medium, 60, 90) for medium in _WORD_MEDIA),
        _seen(_PORN, 60, None, _SOUND),
        _seen(_TERRORISM, 50, 90, labels=_VIOLENT),
        *(_words(_TERRORISM, medium, 60, 90) for medium in _WORD_MEDIA),
        _seen(_TERRORISM, 50, 90, _SOUND),
        _seen(_POLITICAL, 50, 95),
        *(_words(_POLITICAL, medium, 60, 90) for medium in _WORD_MEDIA),
        _seen(_PROHIBITED, 50, 90),
        *(_words(_PROHIBITED, medium, 60, 90) for medium in _WORD_MEDIA),
        *(_words(Category.AD, medium, 60, 90) for medium in _WORD_MEDIA),
    ),
)

#: Troubles a person only with what is very likely; what nobody looked at passes.
LENIENT: Final = ModerationTemplate(
    template_id="lenient",
    version=3,
    unchecked=Unchecked.PASS,
    unclear_speech=UnclearSpeech(ms=3_600_000, percent=100),
    rules=(
        Rule("porn.image", _PORN, _IMAGE, labels=("porn",), block=95, review=80,
             block_needs_second_medium=True),
        *(_words(_PORN, medium, 90) for medium in _WORD_MEDIA),
        _seen(_TERRORISM, 90, labels=_VIOLENT),
        *(_words(_TERRORISM, medium, 90) for medium in _WORD_MEDIA),
        _seen(_TERRORISM, 90, None, _SOUND),
        *(_words(_PROHIBITED, medium, 90) for medium in _WORD_MEDIA),
    ),
)  # fmt: skip

#: For an audience of children: `strict` with lower thresholds where it matters to them, without
#: the political pictures, and nothing passes whose pictures nobody looked at for nudity.
CHILDREN: Final = ModerationTemplate(
    template_id="children",
    version=3,
    required=("porn/image/porn", "porn/image/sexy", "terrorism/image/guns"),
    unclear_speech=UnclearSpeech(ms=1_000, percent=5),
    unlabeled_sound=_UNLABELED,
    rules=(
        _seen(_PORN, 20, 90),
        *(_words(_PORN, medium, 50, 80) for medium in _WORD_MEDIA),
        _seen(_PORN, 50, None, _SOUND),
        _seen(_TERRORISM, 40, 90, labels=_VIOLENT),
        *(_words(_TERRORISM, medium, 50, 80) for medium in _WORD_MEDIA),
        _seen(_TERRORISM, 40, 90, _SOUND),
        *(_words(_POLITICAL, medium) for medium in _WORD_MEDIA),
        _seen(_PROHIBITED, 40, 90),
        *(_words(_PROHIBITED, medium, 50, 80) for medium in _WORD_MEDIA),
        *(_words(Category.AD, medium) for medium in _WORD_MEDIA),
    ),
)


def _leveled(category: Category) -> Rule:
    """Return the rule for the labels with levels of a category."""
    table = label_table()
    plain = table.default(category, _IMAGE)
    labels = tuple(one for one in table.known(category, _IMAGE) if one not in plain)
    return _seen(category, 50, labels=labels)


#: The labels of a well-known cloud's moderation of pictures, in three levels. It gives no verdict:
#: what it would return at its least confidence, 50, is for a person here, and as there what nobody
#: looks for passes.
LEVELS: Final = ModerationTemplate(
    template_id="levels",
    version=1,
    unchecked=Unchecked.PASS,
    rules=tuple(_leveled(category) for category in (_PORN, _TERRORISM, _PROHIBITED)),
)

#: Presets in their latest versions, the default first.
PRESETS: Final = (CAREFUL, VENDOR, VOD, STRICT, LENIENT, CHILDREN, LEVELS)


def _with_lists(
    template: ModerationTemplate, lists: Mapping[Category, tuple[str, ...]], version: int
) -> ModerationTemplate:
    """Return a version of a preset with other lists wherever it has some."""
    rules = (
        replace(rule, word_lists=lists.get(rule.category, ()) if rule.word_lists else ())
        for rule in template.rules
    )
    return replace(template, version=version, rules=tuple(rules))


def _before(template: ModerationTemplate) -> ModerationTemplate:
    """Return what a preset said before its lists were mended."""
    return _with_lists(template, _LISTS_BEFORE, template.version - 1)


def _second(template: ModerationTemplate) -> ModerationTemplate:
    """Return what a preset said before labels of violence were named."""
    rules = (
        replace(rule, labels=()) if rule.labels == _VIOLENT else rule
        for rule in template.rules
        if (rule.category, rule.medium) != (_PORN, _SOUND) or template is _VOD_2
    )
    return replace(template, version=template.version - 1, rules=tuple(rules), unlabeled_sound=None)


def _first(template: ModerationTemplate) -> ModerationTemplate:
    """Return version 1 of a preset: without contact details, and with the lists of then."""
    rules = tuple(rule for rule in template.rules if rule.category is not Category.AD)
    return _with_lists(replace(template, rules=rules), _FIRST_LISTS, 1)


def _alone(template: ModerationTemplate) -> ModerationTemplate:
    """Return a preset whose sounds block without a second medium."""
    rules = (
        replace(rule, block_needs_second_medium=False) if rule.medium is _SOUND else rule
        for rule in template.rules
    )
    return replace(template, rules=tuple(rules))


_CAREFUL_3, _VENDOR_2, _VOD_2 = map(_before, (CAREFUL, VENDOR, VOD))
_CAREFUL_2: Final = _second(_CAREFUL_3)
_EARLY: Final = tuple(map(_before, (STRICT, LENIENT, CHILDREN)))
#: Earlier versions, by which something may have been judged.
EARLIER: Final = (
    _first(_CAREFUL_2), _CAREFUL_2, _CAREFUL_3, _first(_VENDOR_2), _VENDOR_2,
    _alone(_second(_VOD_2)), _VOD_2, *map(_second, _EARLY), *_EARLY,
)  # fmt: skip
