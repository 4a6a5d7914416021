"""A fresh process for the functions under test: whatever the wiring made once is made again."""

from types import ModuleType

import boto3

from tandem.runtime import (
    api,
    api_keys,
    aws_over_http,
    broadcasts,
    clients,
    connect,
    graph,
    intake,
    media,
    metrics,
    onboarding,
    stores,
    webhook,
)

WIRING = (
    api,
    api_keys,
    aws_over_http,
    broadcasts,
    clients,
    connect,
    graph,
    intake,
    media,
    metrics,
    onboarding,
    stores,
    webhook,
)


def forget(*modules: ModuleType) -> None:
    """Drop everything that the wiring, and these modules besides, keep for a process."""
    for module in (*WIRING, *modules):
        for made in vars(module).values():
            if hasattr(made, "cache_clear"):
                made.cache_clear()
    # It remembers the credentials that it found first.
    boto3.DEFAULT_SESSION = None
