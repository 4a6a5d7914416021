"""The language of segments: who belongs, in a line that a person can read and write.

    tag = vip and not tag = blocked
    country in (CO, MX) and wrote within 30 days
    attribute.orders is unknown or attribute.orders < 1
    (language = es or language = pt) and name contains "maria"

    condition  := either ("or" either)*
    either     := part ("and" part)*
    part       := "not" part | "(" condition ")" | fact
    fact       := field ("=" | "!=" | "<" | "<=" | ">" | ">=" | "contains" | "begins with") value
                | field ["not"] "in" "(" value ("," value)* ")"
                | field "is" ("known" | "unknown")
                | ("wrote" | "marketed") ("within" | "before") number ("days" | "hours")
                | ("wrote" | "marketed") "never"
    field      := tag | country | language | consent | name | username | phone | attribute.<name>
    value      := a word, or anything in "double quotes"

Capitals do not matter, in words of the language and in values. Numbers compare as numbers.
"""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from tandem.model.errors import Invalid
from tandem.model.segment import Known, Need, Segment, Test

LONGEST = 4_000
"""Characters of a segment."""

DEEPEST = 40
"""How many brackets and nots may stand in one another."""

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<quoted>"(?:[^"\\]|\\.)*")
      | (?P<sign><=|>=|!=|=|<|>|\(|\)|,)
      | (?P<word>[^\s"(),=<>!]+)
    )""",
    re.VERBOSE,
)
_SECONDS = {"day": 86_400, "days": 86_400, "hour": 3_600, "hours": 3_600}
_ESCAPED = re.compile(r"\\(.)")

Values = Callable[[Known], Iterable[str]]
"""The values that a contact has in a field: none, one, or of tags several."""

Holds = Callable[[str, str], bool]
"""Whether what somebody has (first) stands to what is asked for (second) as it should."""

_FIELDS: dict[str, Values] = {
    "tag": lambda known: known.tags,
    "country": lambda known: _one(known.country),
    "language": lambda known: _one(known.language),
    "consent": lambda known: _one(known.consent),
    "name": lambda known: _one(known.name),
    "username": lambda known: _one(known.username),
    "phone": lambda known: _one(known.phone),
}
_TIMES: dict[str, tuple[Callable[[Known], int | None], frozenset[Need]]] = {
    "wrote": (lambda known: known.wrote_at, frozenset({Need.TALKS})),
    "marketed": (lambda known: known.marketed_at, frozenset()),
}
_ATTRIBUTE = "attribute."


class _Token(NamedTuple):
    text: str
    at: int
    quoted: bool = False

    @property
    def word(self) -> str:
        """The token as a word of the language; a quoted one never is."""
        return "" if self.quoted else self.text.casefold()


def segment(text: str) -> Segment:
    """Understand a condition. Raises Invalid, with the place and what is expected there."""
    if len(text) > LONGEST:
        raise Invalid(f"a segment has at most {LONGEST} characters")
    reader = _Reader(tuple(_tokens(text)))
    test = reader.condition()
    reader.end()
    return Segment(text, frozenset(reader.needs), test)


def _tokens(text: str) -> Iterable[_Token]:
    at = 0
    while text[at:].strip():
        found = _TOKEN.match(text, at)
        if found is None:
            raise Invalid(f"character {at + 1} of the segment cannot be read: {text[at : at + 20]}")
        if (quoted := found["quoted"]) is not None:
            yield _Token(_ESCAPED.sub(r"\1", quoted[1:-1]), found.start("quoted"), quoted=True)
        else:
            kind = "sign" if found["sign"] else "word"
            yield _Token(found[kind], found.start(kind))
        at = found.end()


class _Reader:
    """Reads tokens from left to right, by the grammar above."""

    def __init__(self, tokens: tuple[_Token, ...]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0
        self.needs: set[Need] = set()

    # ---- the grammar

    def condition(self) -> Test:
        return _any(self._chain(self._either, "or"))

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise self._expected("and, or, or the end")

    def _either(self) -> Test:
        return _all(self._chain(self._part, "and"))

    def _chain[Read](self, read: Callable[[], Read], separator: str) -> list[Read]:
        """One or more of something, with the same word or sign between each two."""
        found = [read()]
        while self._takes(separator):
            found.append(read())
        return found

    def _part(self) -> Test:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Invalid(f"a segment nests at most {DEEPEST} deep")
        try:
            if self._takes("not"):
                return _not(self._part())
            if self._takes("("):
                inner = self.condition()
                self._must_take(")")
                return inner
            return self._fact()
        finally:
            self._depth -= 1

    def _fact(self) -> Test:
        name = self._next("a field such as tag, country or attribute.city")
        if name.word in _TIMES:
            return self._time(name.word)
        values = self._field(name)
        if self._takes("is"):
            known = self._one_of("known", "unknown") == "known"
            return lambda who, _now: any(values(who)) is known
        if self._takes("not"):
            self._must_take("in")
            return _not(self._list(values))
        if self._takes("in"):
            return self._list(values)
        return self._comparison(values)

    def _comparison(self, values: Values) -> Test:
        sign = self._one_of(*_COMPARISONS)
        if sign == "begins":
            self._must_take("with")
        wanted = self._value()
        if sign == "!=":
            return _not(_some(values, _COMPARISONS["="], wanted))
        if sign in _NUMERIC and _number(wanted) is None:
            raise Invalid(f"{sign} compares numbers, and {wanted!r} is none")
        return _some(values, _COMPARISONS[sign], wanted)

    def _list(self, values: Values) -> Test:
        self._must_take("(")
        wanted = self._chain(self._value, ",")
        self._must_take(")")
        return _any([_some(values, _COMPARISONS["="], one) for one in wanted])

    def _time(self, name: str) -> Test:
        when, needs = _TIMES[name]
        self.needs |= needs
        how = self._one_of("within", "before", "never")
        if how == "never":
            return lambda who, _now: when(who) is None
        number = _number(self._value())
        if number is None or not 0 < number <= 100_000:
            raise self._expected("a number of days or hours", back=1)
        seconds = int(number * _SECONDS[self._one_of(*_SECONDS)])
        if how == "within":
            return lambda who, now: (at := when(who)) is not None and at >= now - seconds
        return lambda who, now: (at := when(who)) is not None and at < now - seconds

    # ---- tokens

    def _field(self, name: _Token) -> Values:
        if name.word in _FIELDS:
            return _FIELDS[name.word]
        if name.word.startswith(_ATTRIBUTE) and len(name.text) > len(_ATTRIBUTE):
            key = name.text[len(_ATTRIBUTE) :]
            return lambda known: _one(known.attributes.get(key))
        known_fields = ", ".join([*_FIELDS, *_TIMES, "attribute.<name>"])
        raise Invalid(f"there is no field {name.text!r} (character {name.at + 1}): {known_fields}")

    def _value(self) -> str:
        return self._next("a value").text

    def _next(self, expected: str) -> _Token:
        if self._at == len(self._tokens):
            raise self._expected(expected)
        self._at += 1
        return self._tokens[self._at - 1]

    def _takes(self, word: str) -> bool:
        there = self._at < len(self._tokens) and self._tokens[self._at].word == word
        self._at += there
        return there

    def _must_take(self, word: str) -> None:
        if not self._takes(word):
            raise self._expected(word)

    def _one_of(self, *words: str) -> str:
        for word in words:
            if self._takes(word):
                return word
        raise self._expected(" or ".join(words))

    def _expected(self, what: str, *, back: int = 0) -> Invalid:
        place = self._at - back
        if place >= len(self._tokens):
            return Invalid(f"the segment ends where {what} is expected")
        token = self._tokens[place]
        return Invalid(
            f"character {token.at + 1} of the segment: {what} is expected, not {token.text!r}"
        )


# ---- tests


def _any(tests: list[Test]) -> Test:
    return tests[0] if len(tests) == 1 else lambda who, now: any(test(who, now) for test in tests)


def _all(tests: list[Test]) -> Test:
    return tests[0] if len(tests) == 1 else lambda who, now: all(test(who, now) for test in tests)


def _not(test: Test) -> Test:
    return lambda who, now: not test(who, now)


def _some(values: Values, holds: Holds, wanted: str) -> Test:
    folded = wanted.casefold()
    return lambda who, _now: any(holds(value.casefold(), folded) for value in values(who))


def _one(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _compared(holds: Callable[[Decimal, Decimal], bool]) -> Holds:
    def both_numbers(has: str, wanted: str) -> bool:
        one, other = _number(has), _number(wanted)
        return one is not None and other is not None and holds(one, other)

    return both_numbers


_NUMERIC: dict[str, Holds] = {
    "<=": _compared(lambda has, wanted: has <= wanted),
    ">=": _compared(lambda has, wanted: has >= wanted),
    "<": _compared(lambda has, wanted: has < wanted),
    ">": _compared(lambda has, wanted: has > wanted),
}
_COMPARISONS: dict[str, Holds] = {
    "=": lambda has, wanted: has == wanted,
    "!=": lambda has, wanted: has != wanted,
    "contains": lambda has, wanted: wanted in has,
    "begins": lambda has, wanted: has.startswith(wanted),
    **_NUMERIC,
}
