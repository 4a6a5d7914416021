"""A fresh process for the functions under test: whatever the wiring made once is made again."""

from types import ModuleType

from tandem.runtime import broadcasts, clients, graph, intake, onboarding, stores

WIRING = (clients, stores, graph, broadcasts, intake, onboarding)


def forget(*modules: ModuleType) -> None:
    """Drop everything that the wiring, and these modules besides, keep for a process."""
    for module in (*WIRING, *modules):
        for made in vars(module).values():
            if hasattr(made, "cache_clear"):
                made.cache_clear()
