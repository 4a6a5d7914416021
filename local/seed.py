"""What an operator gives a fresh deployment, by the command line that an operator uses."""

import json
import os
import subprocess
import sys
from typing import Any

from local.deploy import STACK
from local.engine import CREDENTIALS, Engine

_COMMAND_LINE = "tandem.runtime.command_line"


class SeedFailed(RuntimeError):
    """The command line refused; the message is what it said."""


def verify_token(engine: Engine, outputs: dict[str, str]) -> str:
    """The token that Meta is told to repeat in the handshake."""
    secret = engine.client("secretsmanager").get_secret_value(
        SecretId=outputs["VerifyTokenSecretName"]
    )
    return str(secret["SecretString"])


def api_key(engine: Engine, tenant: str) -> str:
    """A new API key of the tenant. Only its hash is stored: who loses it makes another."""
    return str(tandem(engine, "key", "create", "--tenant", tenant, "--name", "local")["key"])


def invitation(engine: Engine, tenant: str) -> dict[str, str]:
    """A new invitation for one owner: the token, and the page's address with it."""
    made = tandem(engine, "invite", "--tenant", tenant, "--days", "7")
    return {
        "invitation": str(made["invitation"]),
        "invitation_url": engine.reachable(str(made["url"])),
    }


def tandem(engine: Engine, *arguments: str) -> dict[str, Any]:
    """One command of the operator's command line on this stack; what it answers for machines."""
    done = subprocess.run(
        [sys.executable, "-m", _COMMAND_LINE, *arguments, "--stack", STACK, "--json"],
        env={**os.environ, **CREDENTIALS, "AWS_ENDPOINT_URL": engine.url},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SeedFailed(f"tandem {' '.join(arguments)}: {done.stderr.strip()}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
