"""What a row should be, given what webhooks prove of it and what of it is ours."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from tandem.store.keys import Key
from tandem.store.kinds import Kind, kind_of
from tandem.store.registers import NOTHING, Row
from tandem.store.whose import as_merge, facts_in, ours, says_less

OUR_REASONS = frozenset({"error", "replay"})
"""Kept things that no rebuild makes again: what the table refused, what a replay took away."""


class Verdict(StrEnum):
    """How a row and the rebuild differ. `RESOLVED`: a kept thing that is understood now."""

    MISSING = "missing"
    DIFFERS = "differs"
    UNEXPLAINED = "unexplained"
    RESOLVED = "resolved"


class Depth(StrEnum):
    """How far a repair goes. Each depth does what those before it do.

    `ADD`: what is missing is added, and registers move as webhooks would move them.
    `CORRECT`: what webhooks say otherwise now is set to what they say.
    `TAKE_AWAY`: what no webhook says is taken away, and kept word for word.
    """

    ADD = "add"
    CORRECT = "correct"
    TAKE_AWAY = "take_away"


class Change(NamedTuple):
    """One row that is not as it should be; `wanted` is None when it should not be there."""

    key: Key
    kind: Kind
    verdict: Verdict
    standing: Row | None
    wanted: Row | None

    @property
    def attributes(self) -> Mapping[str, tuple[Any, Any]]:
        """Each attribute that differs: what stands, and what is wanted."""
        before, after = self.standing or NOTHING, self.wanted or NOTHING
        return {
            name: (before.get(name), after.get(name))
            for name in sorted({*before, *after} - {"pk", "sk"})
            if before.get(name) != after.get(name)
        }

    @property
    def loses(self) -> bool:
        """Whether the row would say less than it does, and nothing else would say it."""
        if self.standing is None or self.kind is Kind.KEPT:
            return False
        wanted = self.wanted or NOTHING
        return any(says_less(told, wanted) for told in facts_in(self.kind, self.standing))


def compared(
    key: Key, standing: Row | None, rebuilt: Row | None, *, depth: Depth, understood: bool = False
) -> Change | None:
    """How a row is to change, as far as `depth` goes; None when it is right.

    `understood`: every body that a kept thing came with was read, and none has it any more.
    """
    kind = kind_of(key)
    if kind is None or standing is None:
        missing = kind is not None and rebuilt is not None
        return Change(key, kind, Verdict.MISSING, None, rebuilt) if kind and missing else None
    if kind is Kind.KEPT and rebuilt is None:
        return _resolved(key, standing, understood=understood or depth is Depth.TAKE_AWAY)
    if rebuilt is not None and "archived" in standing:
        # One body is enough to find it again; a chunk that came twice was applied once.
        rebuilt = {**rebuilt, "archived": standing["archived"]}
    wanted = _wanted(kind, standing, rebuilt, depth)
    if wanted == standing:
        return None
    verdict = Verdict.UNEXPLAINED if rebuilt is None else Verdict.DIFFERS
    return Change(key, kind, verdict, standing, wanted)


def _wanted(kind: Kind, standing: Row, rebuilt: Row | None, depth: Depth) -> Row | None:
    if depth is Depth.ADD:
        return as_merge(rebuilt, facts_in(kind, rebuilt)).into(standing) if rebuilt else standing
    mine, stays = ours(kind, standing)
    if rebuilt is None and not stays:
        return None if depth is Depth.TAKE_AWAY else standing
    made = mine.into(rebuilt or {"pk": standing["pk"], "sk": standing["sk"]})
    if depth is Depth.TAKE_AWAY:
        return made
    unproven = [told for told in facts_in(kind, standing) if says_less(told, made)]
    return as_merge(standing, unproven).into(made)


def _resolved(key: Key, standing: Row, *, understood: bool) -> Change | None:
    """A kept thing that is understood now leaves the list; it can still be read by its id."""
    if not understood or "group" not in standing or standing.get("reason") in OUR_REASONS:
        return None
    left = {name: value for name, value in standing.items() if name not in ("group", "moment")}
    return Change(key, Kind.KEPT, Verdict.RESOLVED, standing, left)
