"""Meta's Graph API for one token: what onboarding, sending and media need.

Every failure is one of `tandem.meta.errors`. A GET is tried a second time after a passing fault;
a POST never is, because Meta has no idempotency key.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self
from urllib.parse import quote

import requests

from tandem.meta.callback import Override
from tandem.meta.connection import Connection
from tandem.meta.errors import Refused, Unanswered
from tandem.meta.numbers import NEWER_FIELDS, NUMBER_FIELDS, PhoneNumber, read_number
from tandem.meta.outgoing import SendBody
from tandem.meta.templates import TEMPLATE_FIELDS, read_template
from tandem.meta.wire import (
    Json,
    identifier,
    mapping,
    moment,
    object_id,
    objects,
    whole,
    words,
)
from tandem.model.line import Account
from tandem.model.template import KnownTemplate

type SyncKind = Literal["smb_app_state_sync", "history"]

MESSAGING_SCOPES = frozenset({"whatsapp_business_management", "whatsapp_business_messaging"})

_CURRENCY = re.compile(r"[A-Z]{3}")
_ACCOUNT_FIELDS = ("currency", "timezone_id", "marketing_messages_onboarding_status")

_MAX_PAGES = 70
"""Of 100 each: an account has at most 6,000 templates. wire: Meta, "Template limits"."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A business token. `expires_in` is seconds, None for one that does not expire."""

    value: str = field(repr=False)
    expires_in: int | None = None


@dataclass(frozen=True, slots=True)
class TokenFacts:
    """What `debug_token` says. `wabas` are the accounts the token was granted for.

    Meta sometimes names none: an empty set does not prove that there is no grant.
    """

    is_valid: bool
    app_id: str | None
    expires_at: int | None
    scopes: frozenset[str]
    wabas: frozenset[str]


@dataclass(frozen=True, slots=True)
class Accepted:
    """Meta took a message. That is not delivery: failures come later as a status."""

    wamid: str
    input: str | None = None
    wa_id: str | None = None
    user_id: str | None = None
    message_status: str | None = None


@dataclass(frozen=True, slots=True)
class MediaLocation:
    """Where a file can be fetched within five minutes. `size` is bytes."""

    url: str
    mime_type: str | None = None
    sha256: str | None = None
    size: int | None = None


class Graph:
    """Graph with one business token. `timeout` is (connect, read) in seconds.

    With an `app_secret` every call carries its proof, as an app may demand of its callers.
    """

    def __init__(
        self,
        url: str,
        version: str,
        token: str = "",
        *,
        session: requests.Session | None = None,
        timeout: tuple[float, float] = (3.05, 10.0),
        app_secret: str | None = None,
    ) -> None:
        self._connection = Connection(
            url,
            version,
            token,
            session=session or requests.Session(),
            timeout=timeout,
            app_secret=app_secret,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    # ── Tokens ────────────────────────────────────────────────────────────────────────────────

    def exchange(self, app_id: str, app_secret: str, code: str) -> AccessToken:
        """A business token for the code of Embedded Signup: within 30 s, once.

        Asked once only: a code whose answer was lost is used up.
        """
        answer = self._connection.ask(
            "GET",
            "oauth/access_token",
            query={"client_id": app_id, "client_secret": app_secret, "code": code},
            anonymous=True,
        )
        token = words(answer.get("access_token"))
        if token is None:
            raise Unanswered("Meta exchanged the code without a token")
        return AccessToken(token, whole(answer.get("expires_in"), most=10**9) or None)

    def debug(self, token: str, app_id: str, app_secret: str) -> TokenFacts:
        """What the token may do, and for which accounts."""
        answer = self._connection.get(
            "debug_token",
            {"input_token": token, "access_token": f"{app_id}|{app_secret}"},
            anonymous=True,
        )
        data = mapping(answer.get("data"))
        return TokenFacts(
            is_valid=data.get("is_valid") is True,
            app_id=object_id(data.get("app_id")),
            expires_at=moment(data.get("expires_at")),
            scopes=frozenset(_identifiers(data.get("scopes"))),
            wabas=frozenset(
                waba
                for grant in objects(data.get("granular_scopes"))
                if grant.get("scope") in MESSAGING_SCOPES
                for waba in _identifiers(grant.get("target_ids"))
            ),
        )

    # ── Accounts and numbers ──────────────────────────────────────────────────────────────────

    def phone_numbers(self, waba: str) -> tuple[PhoneNumber, ...]:
        """Every number of an account."""
        listed = self._listed(_path(waba, "phone_numbers"), NUMBER_FIELDS)
        return tuple(number for item in listed if (number := read_number(item)))

    def phone_number(self, line: str) -> PhoneNumber:
        """One number as it is now."""
        number = read_number(self._fields(line))
        if number is None:
            raise Unanswered("Graph answered without a number")
        return number

    def templates(self, waba: str, *, at: int) -> tuple[KnownTemplate, ...]:
        """Every template of an account, in all of its languages and states, as read `at`."""
        listed = self._listed(_path(waba, "message_templates"), TEMPLATE_FIELDS)
        read = (read_template(item, waba=waba, at=at) for item in listed)
        return tuple(template for template in read if template is not None)

    def _fields(self, line: str) -> Json:
        """The fields of a number; without the newer ones where this version has none of them."""
        try:
            return self._connection.get(_path(line), {"fields": f"{NUMBER_FIELDS},{NEWER_FIELDS}"})
        except Refused:
            return self._connection.get(_path(line), {"fields": NUMBER_FIELDS})

    def owner_of(self, waba: str) -> str | None:
        """The portfolio that owns an account; None when Meta does not show it."""
        answer = self._connection.get(_path(waba), {"fields": "owner_business_info"})
        return object_id(mapping(answer.get("owner_business_info")).get("id"))

    def account(self, waba: str) -> Account:
        """What an account is charged in, by which clock, and whether it may use the API for
        marketing messages.
        """
        answer = self._connection.get(_path(waba), {"fields": ",".join(_ACCOUNT_FIELDS)})
        currency = (words(answer.get("currency")) or "").strip().upper()
        return Account(
            currency if _CURRENCY.fullmatch(currency) else None,
            object_id(answer.get("timezone_id")),
            marketing=words(answer.get("marketing_messages_onboarding_status")),
        )

    def subscribe(self, waba: str, override: Override | None = None) -> None:
        """Have the account's webhooks sent to our app. Repeating it changes nothing.

        With an override they go there once Meta has asked there; without one, an earlier is gone.
        """
        body = override.as_json() if override else None
        answer = self._connection.post(_path(waba, "subscribed_apps"), body)
        if answer.get("success") is False:
            raise Unanswered("Meta did not say that the account is subscribed")

    def override(self, line: str, override: Override) -> None:
        """Have the number's own webhooks sent elsewhere, once Meta has asked there."""
        body = {"webhook_configuration": override.as_json()}
        answer = self._connection.post(_path(line), body)
        if answer.get("success") is False:
            raise Unanswered("Meta did not say that the number's webhooks go elsewhere")

    def request_sync(self, line: str, kind: SyncKind) -> str:
        """Ask for the contacts or the history, each once per onboarding; gives Meta's request id.

        The id is empty when Meta gave none: 200 means accepted all the same.
        """
        answer = self._connection.post(
            _path(line, "smb_app_data"), {"messaging_product": "whatsapp", "sync_type": kind}
        )
        return object_id(answer.get("request_id")) or ""

    def _listed(self, path: str, fields: str) -> Iterator[Mapping[str, Any]]:
        """Every object of a list, page by page."""
        query = {"fields": fields, "limit": "100"}
        for _ in range(_MAX_PAGES):
            answer = self._connection.get(path, query)
            yield from objects(answer.get("data"))
            paging = mapping(answer.get("paging"))
            after = words(mapping(paging.get("cursors")).get("after"))
            if not paging.get("next") or after is None or after == query.get("after"):
                return
            query["after"] = after

    # ── Messages and media ────────────────────────────────────────────────────────────────────

    def send(self, line: str, body: SendBody | Mapping[str, Any]) -> Accepted:
        """Send one message. `Unanswered` means that it may have been accepted: never repeat it."""
        said = body.as_json() if isinstance(body, SendBody) else dict(body)
        edge = body.edge if isinstance(body, SendBody) else "messages"
        answer = self._connection.post(_path(line, edge), said)
        message = next(iter(objects(answer.get("messages"))), {})
        contact = next(iter(objects(answer.get("contacts"))), {})
        wamid = identifier(message.get("id"))
        if wamid is None:
            raise Unanswered("Meta accepted a message without naming it")
        return Accepted(
            wamid=wamid,
            input=words(contact.get("input")),
            wa_id=words(contact.get("wa_id")),
            user_id=words(contact.get("user_id")),
            message_status=words(message.get("message_status")),
        )

    def media(self, media_id: str) -> MediaLocation:
        """Where a file is; the place is good for five minutes."""
        answer = self._connection.get(_path(media_id), {})
        url = words(answer.get("url"))
        if url is None:
            raise Unanswered("Graph answered without a place for the file")
        return MediaLocation(
            url=url,
            mime_type=words(answer.get("mime_type")),
            sha256=words(answer.get("sha256")),
            size=whole(answer.get("file_size"), most=10**12),
        )

    def download(self, url: str) -> Iterator[bytes]:
        """The bytes of a file, in pieces. Only Meta's own hosts are asked."""
        return self._connection.download(url)


def _path(*parts: str) -> str:
    """A path whose parts stay parts, whatever an id contains."""
    return "/".join(quote(part, safe="") for part in parts)


def _identifiers(values: object) -> list[str]:
    found = map(object_id, values if isinstance(values, list) else ())
    return [value for value in found if value is not None]
