"""The query language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.search.model import BY_NAME, Field
from videre.orchestrator.search.syntax import (
    MAX_TERMS,
    All,
    Either,
    Match,
    Node,
    Not,
    QuerySyntaxError,
    matches,
    parse,
)


def word(text: str, field: Field | None = None, value: str = "") -> Match:
    return Match(((text, 0),), field, value)


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("cat", word("cat")),
        ("cat dog", All((word("cat"), word("dog")))),
        ("cat AND dog", All((word("cat"), word("dog")))),
        ("cat OR dog fish", Either((word("cat"), All((word("dog"), word("fish")))))),
        ("cat -dog", All((word("cat"), Not(word("dog"))))),
        ("NOT dog cat", All((Not(word("dog")), word("cat")))),
        ('"red car"', Match((("red", 0), ("car", 1)))),
        ("said:cat", word("cat", Field.SAID)),
        ("Said:cat", word("cat", Field.SAID)),
        ("tag:cat", word("cat", Field.TAG, "cat")),
        ("tag:animal.cat", Match((("anim", 0), ("cat", 1)), Field.TAG, "animal.cat")),
        ('shown:"red car"', Match((("red", 0), ("car", 1)), Field.SHOWN)),
        ("said:(a OR b)", Either((word("a", Field.SAID), word("b", Field.SAID)))),
        ("（火山 OR 熔岩） said：火", All((Either((word("火山"), word("熔岩"))),
                                      word("火", Field.SAID)))),
        ("Tom & Jerry - show", All((word("tom"), word("jerri"), word("show")))),
        ("e-mail", All((word("e"), word("mail")))),
        ("or and not", All((word("or"), word("and"), word("not")))),
    ],
)  # fmt: skip
def test_what_is_asked(query: str, tree: Node) -> None:
    assert parse(query) == tree


@pytest.mark.parametrize(
    ("query", "position", "problem"),
    [
        ("cat (dog", 4, "a bracket is not closed"),
        ("cat) dog", 3, "a bracket closes nothing"),
        ('cat "dog', 4, "a quote is not closed"),
        ('cat ""', 5, "has no letter or digit"),
        ("cat OR", 6, "something is missing"),
        ("cat OR OR dog", 7, "something is missing"),
        ("cat AND", 7, "something is missing"),
        ("()", 1, "something is missing"),
        ("cat NOT", 7, "something is missing"),
        ("cat colour:red", 4, "colour: is no field"),
        ("said: cat", 5, "said: has no value"),
        ("said:(tag:cat)", 6, "a field stands within a field"),
        ("-cat", 0, "there is nothing to look for"),
        ("cat OR -dog", 0, "there is nothing to look for"),
        ("!?", 0, "there is nothing to look for"),
        ("(" * 20 + "a" + ")" * 20, 18, "is nested too deep"),
        ("a " * (MAX_TERMS + 1), 0, f"has {MAX_TERMS + 1} terms"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(
    query: str, position: int, problem: str
) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse(query)
    assert (caught.value.position, caught.value.problem) == (position, problem)
    assert caught.value.expected


_PIECES = st.sampled_from(
    ["cat", "火山", "AND", "OR", "NOT", "-", "(", ")", '"', "said:", "tag:", "x:", " ", "：", "'",
     "%", ";--", "*"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=40), st.lists(_PIECES, max_size=25).map("".join)))
def test_any_text_is_read_or_refused_at_a_place_in_it(text: str) -> None:
    place, tree = 0, None
    try:
        tree = parse(text)
    except QuerySyntaxError as error:
        place = error.position
    assert 0 <= place <= len(text)
    if tree is None:
        return
    found = list(matches(tree, negated=True))
    assert set(matches(tree)) <= set(found)
    assert list(matches(tree))
    assert 0 < sum(len(match.terms) for match in found) <= MAX_TERMS
    assert all(match.terms[0][1] == 0 for match in found)


def _written(node: Node) -> str:
    if isinstance(node, Match):
        phrase = " ".join(term for term, _ in node.terms)
        return (f"{node.field.name.lower()}:" if node.field else "") + f'"{phrase}"'
    if isinstance(node, Not):
        return f"NOT ({_written(node.of)})"
    return f" {'AND' if isinstance(node, All) else 'OR'} ".join(
        f"({_written(one)})" for one in node.of
    )


_MATCHES = st.builds(
    lambda words, field: Match(tuple((w, i) for i, w in enumerate(words)), field),
    st.lists(st.sampled_from(["cat", "dog", "fox", "火"]), min_size=1, max_size=3),
    st.sampled_from([None, *(f for f in BY_NAME.values() if f.name in ("SAID", "SHOWN"))]),
)
_TREES = st.recursive(
    _MATCHES,
    lambda inner: st.one_of(
        st.builds(lambda a, b: All((a, Not(b))), _MATCHES, inner),
        st.builds(lambda a, b: Either((a, b)), inner, inner),
    ),
    max_leaves=6,
)


@given(_TREES)
def test_a_written_query_is_read_as_it_was_meant(tree: Node) -> None:
    assert _flat(parse(_written(tree))) == _flat(tree)


def _flat(node: Node) -> object:
    """Return a tree whose shape does not tell brackets."""
    if isinstance(node, Match):
        return node
    if isinstance(node, Not):
        return ("not", _flat(node.of))
    kind = "all" if isinstance(node, All) else "either"
    inner = [_flat(one) for one in node.of]
    return (kind, *(x for one in inner for x in (one[1:] if _is(one, kind) else (one,))))


def _is(one: object, kind: str) -> bool:
    return isinstance(one, tuple) and one[:1] == (kind,)
