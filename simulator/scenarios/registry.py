"""All scenarios by name, and what each says of itself."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

type Script = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Scenario:
    """`waits_for`: what the server under test has to do, when more than webhooks is played."""

    name: str
    script: Script
    shows: str
    stands_for: str
    waits_for: str = ""

    @property
    def summary(self) -> str:
        """What happens, in one sentence."""
        return self.explanation.partition("\n")[0]

    @property
    def explanation(self) -> str:
        return inspect.getdoc(self.script) or ""

    @property
    def parameters(self) -> dict[str, Any]:
        """What can be set, and what it is otherwise."""
        signature = inspect.signature(self.script)
        return {name: each.default for name, each in list(signature.parameters.items())[1:]}

    def checked(self, given: dict[str, Any]) -> dict[str, Any]:
        """Raises ValueError for a parameter that this scenario does not have."""
        unknown = sorted(set(given) - set(self.parameters))
        if unknown:
            raise ValueError(
                f"{self.name} has no {', '.join(unknown)}; it has {sorted(self.parameters)}"
            )
        return given


SCENARIOS: dict[str, Scenario] = {}


def scenario(
    name: str, *, shows: str, stands_for: str, waits_for: str = ""
) -> Callable[[Script], Script]:
    """Register a script: its docstring says what happens, `shows` what a right system shows.

    `stands_for` names the behaviour of Meta, documented (a page) or seen in real traffic.
    """

    def register(script: Script) -> Script:
        if name in SCENARIOS:
            raise ValueError(f"there are two scenarios {name}")
        SCENARIOS[name] = Scenario(name, script, shows, stands_for, waits_for)
        return script

    return register


def find(name: str) -> Scenario:
    """Raises KeyError with a sentence when there is none."""
    try:
        return SCENARIOS[name]
    except KeyError:
        raise KeyError(f"no scenario {name}; play --list names all") from None
