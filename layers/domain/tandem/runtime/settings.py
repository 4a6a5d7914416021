"""The environment of a function, read when asked for. template.yaml sets every name."""

import os


class MissingSetting(RuntimeError):
    """The function was deployed without an environment variable it needs."""

    def __init__(self, name: str) -> None:
        super().__init__(f"environment variable {name} is not set: template.yaml gives it")


def setting(name: str, default: str | None = None) -> str:
    """The value of an environment variable; MissingSetting when it is absent and has no default."""
    value = os.environ.get(name, default)
    if value is None:
        raise MissingSetting(name)
    return value
