"""The Graph API under a line's own token, and the app's secrets."""

import json

from tandem.meta.graph import Graph
from tandem.runtime import clients
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
    answer = clients.secrets().get_secret_value(SecretId=setting("META_SECRET_ARN"))
    both = json.loads(answer["SecretString"])
    return both["current"], both.get("previous", "")
