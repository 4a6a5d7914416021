"""The Graph API under a line's own token, and the app's secrets."""

import json
from typing import Protocol

from tandem.meta.errors import GraphError, PairThrottled, Passing, Throttled, Unanswered
from tandem.meta.graph import Accepted, Graph
from tandem.meta.outgoing import SendBody
from tandem.runtime import clients
from tandem.runtime.metrics import count
from tandem.runtime.settings import setting
from tandem.runtime.stores import tokens


def graph_under(token: str) -> Graph:
    """The Graph API under a token ("" before there is one)."""
    return Graph(setting("GRAPH_URL"), setting("GRAPH_VERSION"), token)


def graph_of(tenant: str, line: str) -> Graph:
    """The Graph API under a line's own token, read and decrypted now; NotFound without one."""
    return graph_under(tokens().read(tenant, line))


def app_secrets() -> tuple[str, str]:
    """The Meta app's current and previous secret, read now."""
    both = json.loads(clients.secret(setting("META_SECRET_ARN")))
    return both["current"], both.get("previous", "")


_TRIED_AGAIN = (Throttled, PairThrottled, Passing)
"""Refusals that decide nothing: the same message is sent again."""


class Sender(Protocol):
    """Whatever sends messages."""

    def send(self, line: str, body: SendBody) -> Accepted: ...


class CountedSends:
    """A sender, counting what Meta said to each message."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def send(self, line: str, body: SendBody) -> Accepted:
        try:
            accepted = self._sender.send(line, body)
        except _TRIED_AGAIN:
            raise
        except Unanswered:
            count("SendsUnknown")
            raise
        except GraphError:
            count("SendsRefused")
            raise
        count("SendsAccepted")
        return accepted
