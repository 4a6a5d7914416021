"""Codes and tokens: the exchange after Embedded Signup, and what a token may reach (wire §1.6)."""

import hashlib
import hmac
from typing import Any

from simulator.errors import MetaError
from simulator.graph.call import Call
from simulator.platform import Platform
from simulator.world import Account, Line, Media, Token, World

CODE_LIVES_S = 30
SCOPES = ("whatsapp_business_management", "whatsapp_business_messaging")
EXPIRED, USED, GONE = 36007, 36009, 33

type Node = Account | Line | Media


def exchange(platform: Platform, call: Call) -> dict[str, Any]:
    """`GET oauth/access_token`: a code for a business token, once, within 30 seconds."""
    world = platform.world
    app = world.records.app
    if call.text("client_id") != app.app_id:
        raise MetaError(101)
    if call.text("client_secret") != app.app_secret:
        raise MetaError(1, "the client secret is wrong")
    code = world.records.codes.get(call.text("code"))
    if code is None:
        raise MetaError(100, "there is no such code")
    if code.used:
        raise MetaError(100, "the code was used already", subcode=USED)
    if world.clock.now() - code.at > CODE_LIVES_S:
        raise MetaError(100, "the code has expired", subcode=EXPIRED)
    code.used = True
    lives_s = app.token_lives_s
    token = platform.lifecycle.issue_token([code.waba_id], lives_s=lives_s)
    answer: dict[str, Any] = {"access_token": token, "token_type": "bearer"}
    return answer | {"expires_in": lives_s} if lives_s else answer


def debug(platform: Platform, call: Call) -> dict[str, Any]:
    """`GET debug_token`: whose a token is and which accounts it was granted."""
    world = platform.world
    app = world.records.app
    caller = call.text("access_token")
    if caller != f"{app.app_id}|{app.app_secret}":
        authenticated(world, caller)
    token = world.records.tokens.get(call.text("input_token"))
    if token is None:
        error = {"code": 190, "message": "Invalid OAuth access token"}
        return {"data": {"error": error, "is_valid": False, "scopes": []}}
    return {
        "data": {
            "app_id": app.app_id,
            "type": "SYSTEM_USER",
            "application": "Simulated app",
            "data_access_expires_at": 0,
            "expires_at": token.expires_at,
            "is_valid": alive(world, token),
            "issued_at": token.issued_at,
            "scopes": [*SCOPES, "public_profile"],
            "granular_scopes": [
                {"scope": scope, "target_ids": list(token.waba_ids)} for scope in SCOPES
            ],
            "user_id": token.user_id,
        }
    }


def authenticated(world: World, value: str) -> Token:
    """The token behind a bearer value. Raises MetaError 190."""
    token = world.records.tokens.get(value)
    if token is None:
        raise MetaError(190)
    if not alive(world, token):
        raise MetaError(190, "the token has expired", subcode=463)
    return token


def check_proof(world: World, token: str, proof: object) -> None:
    """`appsecret_proof`, where a caller sends one, must be the token's. Raises MetaError 100."""
    expected = hmac.new(world.records.app.app_secret.encode(), token.encode(), hashlib.sha256)
    if proof is not None and proof != expected.hexdigest():
        raise MetaError(100, "appsecret_proof does not belong to this token")


def alive(world: World, token: Token) -> bool:
    return not token.expires_at or token.expires_at > world.clock.now()


def reached(world: World, token: Token, object_id: str) -> Node:
    """The object with this id, if the token was granted it. Raises MetaError 100/33 otherwise."""
    records = world.records
    node: Node | None = (
        records.accounts.get(object_id)
        or records.lines.get(object_id)
        or records.media.get(object_id)
    )
    if node is not None and node.waba_id in token.waba_ids and not _gone(world, node):
        return node
    raise MetaError(
        100, f"object {object_id} does not exist or cannot be reached with this token", GONE
    )


def _gone(world: World, node: Node) -> bool:
    if isinstance(node, Line):
        return node.state == "disconnected"
    return isinstance(node, Media) and node.expires_at <= world.clock.now()
