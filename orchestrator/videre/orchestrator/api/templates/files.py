"""Templates as YAML files: the fields of a TemplateDraft, as the proto names them."""

from __future__ import annotations

from typing import Any, Final

import yaml
from google.protobuf.json_format import ParseDict, ParseError

from videre.common.errors import Reason, VidereError, invalid
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.store.templates import TemplateRecord
from videre.v1 import template_pb2 as pb

MAX_YAML: Final = 256_000
_LIMIT: Final = "YAML with the fields of TemplateDraft"


def to_yaml(record: TemplateRecord) -> str:
    """Return a template as a file; `from_yaml` gives the same back."""
    document = {"template_id": record.template_id, **record.document}
    text: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
    return text


def from_yaml(text: str) -> pb.TemplateDraft:
    """Return the draft that a file holds; nothing of it is checked yet.

    Raises:
        VidereError: FIELD_INVALID; it is too large, no YAML, or has unknown fields.
    """
    found = Violations()
    found.size("yaml", text, MAX_YAML)
    if not text.strip():
        found.add("yaml", "is empty", f"1..{MAX_YAML} bytes", 0)
    found.raise_if_any()
    try:
        document = yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        told = " ".join(str(error).split())
        raise invalid("yaml", f"is no YAML: {told}", limit=_LIMIT, actual=text[:64]) from error
    if not isinstance(document, dict):
        raise invalid("yaml", "is no mapping", limit=_LIMIT, actual=text[:64])
    try:
        return ParseDict(document, pb.TemplateDraft())
    except (ParseError, RecursionError) as error:
        raise invalid("yaml", str(error), limit=_LIMIT, actual=text[:64]) from error


def of_file(error: VidereError) -> VidereError:
    """Return a refusal of what stands in a file: its fields are places in the field `yaml`."""
    if error.reason is not Reason.FIELD_INVALID or error.violations[0].field == "yaml":
        return error
    first = error.violations[0]
    told = "; ".join(
        f"{violation.field.partition('.')[2]}: {violation.description}"
        for violation in error.violations[:10]
    )
    return invalid("yaml", told, limit=first.limit, actual=first.actual)


class _Dumper(yaml.SafeDumper):
    """Escapes what is no printable character: PyYAML breaks lines at some and reads them back."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = None if text.isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


class _Loader(yaml.SafeLoader):
    """Refuses what would say something twice, or more than the text has bytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse anchors: a few lines of them make a document of any size."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an anchor is used")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Refuse a key that stands twice, or is no text."""
        made = super().construct_mapping(node, deep=deep)
        if len(made) < len(node.value):
            raise yaml.YAMLError(f"line {node.start_mark.line + 1}: a key stands twice")
        if not all(isinstance(key, str) for key in made):
            raise yaml.YAMLError(f"line {node.start_mark.line + 1}: a key is no text")
        return made
