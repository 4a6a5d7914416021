"""A world that ends at the n-th call: for proving that a worker may die anywhere."""

from collections.abc import Callable
from typing import Any

from tests.fakes.memory_table import MemoryTable


class Died(BaseException):
    """The worker was killed. Not an Exception, so that no handler in our code can soften it."""


class Fuse:
    """Burns a step a call and ends it at step `at`, before or after its effect: by death, unless
    another `end` is given.
    """

    def __init__(self, at: int, *, after_effect: bool, end: BaseException | None = None) -> None:
        self.at = at
        self.after_effect = after_effect
        self.end = end or Died()
        self.steps = 0

    def burn(self, call: Callable[[], Any]) -> Any:
        self.steps += 1
        fatal = self.steps == self.at
        if fatal and not self.after_effect:
            raise self.end
        try:
            return call()
        finally:
            if fatal:
                raise self.end


class CrashingTable(MemoryTable):
    """The table in memory on a fuse. Without a fuse it is the plain one."""

    fuse: Fuse | None = None

    def __getattribute__(self, name: str) -> Any:
        found = object.__getattribute__(self, name)
        fuse = object.__getattribute__(self, "fuse")
        if fuse is None or name not in _CALLS:
            return found
        return lambda *args, **kwargs: fuse.burn(lambda: found(*args, **kwargs))


_CALLS = frozenset({"get", "insert", "merge", "update", "delete", "insert_many", "get_many"})
