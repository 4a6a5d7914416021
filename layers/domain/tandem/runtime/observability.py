"""Logs with ids and counts, never payloads, numbers or tokens."""

from functools import cache

from aws_lambda_powertools import Logger


@cache
def logger() -> Logger:
    """The structured logger of this process; service and level come from the environment."""
    return Logger(use_rfc3339=True, utc=True)
