"""Who may come in: invitations for owners, API keys for clients."""

import argparse
from typing import Any
from urllib.parse import urlencode

from tandem.lines.invitation import invite, sealed
from tandem.lines.waiting import TooSoon, waiting
from tandem.runtime import clients
from tandem.runtime.clock import now
from tandem.runtime.commands.offering import DAY, Answer, Stack, minute, offer
from tandem.store import keys
from tandem.store.api_keys import ApiKeys
from tandem.store.lines import Lines


def offered(commands: Any) -> None:
    made = offer(commands, "invite", _invite, "Make the link with which an owner connects.")
    made.add_argument("--tenant", required=True)
    made.add_argument("--days", type=_days, default=7.0, help="how long it is good for (7)")

    key = commands.add_parser("key", help="Create or revoke an API key.")
    of_keys = key.add_subparsers(required=True, metavar="create|revoke")
    for name, run, says in (
        ("create", _key_create, "Create an API key; it is shown once."),
        ("revoke", _key_revoke, "Revoke every key of this name or id."),
    ):
        made = offer(of_keys, name, run, says)
        made.add_argument("--tenant", required=True)
        made.add_argument("--name", required=True, help="what the key is for")


def _invite(stack: Stack, asked: argparse.Namespace) -> Answer:
    tenant = keys.tenant_name(asked.tenant)
    key = clients.secret(stack["InvitationKeySecretName"])
    expires_at = now() + round(asked.days * DAY)
    invitation = sealed(invite(tenant, expires_at=expires_at), key)
    url = f"{stack['ConnectUrl']}?{urlencode({'invite': invitation})}"
    said = (
        f"{url}\n\nFor {tenant}, until {minute(expires_at)} UTC. Whoever has this link can connect "
        "a number to that tenant."
    )
    held = waiting(Lines(stack.table).all(tenant), now=now())
    early = TooSoon(held, now=now()) if held else None
    if early:
        said += f" {early} Any other it takes now."
    return Answer(
        said,
        {
            "invitation": invitation,
            "url": url,
            "tenant": tenant,
            "expires_at": expires_at,
            "good_from": early.until if early else None,
        },
    )


def _key_create(stack: Stack, asked: argparse.Namespace) -> Answer:
    key = ApiKeys(stack.table).create(asked.tenant, asked.name, at=now())
    return Answer(
        f"{key}\n\nIt is shown this once. It opens everything of {asked.tenant}.",
        {"key": key, "tenant": asked.tenant, "name": asked.name},
    )


def _key_revoke(stack: Stack, asked: argparse.Namespace) -> Answer:
    revoked = ApiKeys(stack.table).revoke(asked.tenant, asked.name, at=now())
    return Answer(
        f"{revoked} key(s) named {asked.name} no longer open anything of {asked.tenant}.",
        {"revoked": revoked, "tenant": asked.tenant, "name": asked.name},
    )


def _days(text: str) -> float:
    days = float(text)
    if not 0 < days <= 90:
        raise argparse.ArgumentTypeError("an invitation is good for at most 90 days")
    return days
