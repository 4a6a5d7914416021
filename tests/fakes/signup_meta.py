"""Meta as an onboarding meets it: codes, tokens, numbers and one-shot requests, in memory."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tandem.meta.callback import Override
from tandem.meta.errors import NotSent, Reason, Unanswered, graph_error
from tandem.meta.graph import AccessToken, SyncKind, TokenFacts
from tandem.meta.numbers import PhoneNumber
from tandem.model.line import Account

APP_ID, APP_SECRET = "4001", "app-secret"
CODE_LIVES = 30

SHOP_WABA, SHOP_LINE, SHOP_NUMBER = "901", "101", "15550100001"


def shop(**changes: Any) -> PhoneNumber:
    """The number of a small shop, in the app and on the platform."""
    number = PhoneNumber(
        id=SHOP_LINE,
        display_number=SHOP_NUMBER,
        verified_name="Corner Shop",
        status="CONNECTED",
        quality="GREEN",
        platform_type="CLOUD_API",
        is_on_biz_app=True,
        throughput="STANDARD",
    )
    return replace(number, **changes)


@dataclass
class FakeMeta:
    """`numbers` are those of each WABA, `grants` what a token reaches. `faults` strike first.

    A fault is (call, exception, whether Meta acted before it struck); each strikes once.
    """

    clock: Callable[[], int]
    numbers: dict[str, list[PhoneNumber]] = field(default_factory=lambda: {SHOP_WABA: [shop()]})
    grants: frozenset[str] = frozenset({SHOP_WABA})
    named: frozenset[str] | None = None
    """The accounts that `debug_token` names, where they are not simply the grants."""
    valid: bool = True
    app_id: str = APP_ID
    expires_at: int | None = None
    faults: list[tuple[str, Exception, bool]] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    subscribed: set[str] = field(default_factory=set)
    callbacks: dict[str, str | None] = field(default_factory=dict)
    """Where webhooks of an account or a number go; None is the app's callback."""
    requests: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    calls: list[str] = field(default_factory=list)
    onboarded_at: int = 0
    account: Account = field(default_factory=lambda: Account("USD", "1"))

    def code(self, name: str = "code-1") -> str:
        """A code of Embedded Signup, finished just now."""
        self.codes[name] = self.onboarded_at = self.clock()
        return name

    def under(self, token: str) -> "GraphUnder":
        return GraphUnder(self, token)

    def fail(self, call: str, error: Exception, *, acted: bool = False, times: int = 1) -> None:
        self.faults += [(call, error, acted)] * times

    def _act[Answer](self, call: str, act: Callable[[], Answer]) -> Answer:
        self.calls.append(call)
        fault = next((fault for fault in self.faults if fault[0] == call), None)
        if fault is None:
            return act()
        self.faults.remove(fault)
        if fault[2]:
            act()
        raise fault[1]


class GraphUnder:
    """The Graph API under one token."""

    def __init__(self, meta: FakeMeta, token: str) -> None:
        self._meta = meta
        self._token = token

    def exchange(self, app_id: str, app_secret: str, code: str) -> AccessToken:
        assert (app_id, app_secret) == (APP_ID, APP_SECRET)

        def act() -> AccessToken:
            issued = self._meta.codes.pop(code, None)
            if issued is None or self._meta.clock() - issued > CODE_LIVES:
                raise refusal(100, "This authorization code has been used.")
            return AccessToken(f"token of {code}")

        return self._meta._act("exchange", act)

    def debug(self, token: str, app_id: str, app_secret: str) -> TokenFacts:
        assert token == self._token

        def act() -> TokenFacts:
            named = self._meta.named
            return TokenFacts(
                is_valid=self._meta.valid,
                app_id=self._meta.app_id,
                expires_at=self._meta.expires_at,
                scopes=frozenset({"whatsapp_business_management"}),
                wabas=self._meta.grants if named is None else named,
            )

        return self._meta._act("debug", act)

    def phone_numbers(self, waba: str) -> tuple[PhoneNumber, ...]:
        return self._meta._act("phone_numbers", lambda: tuple(self._granted(waba)))

    def phone_number(self, line: str) -> PhoneNumber:
        def act() -> PhoneNumber:
            for waba in self._meta.grants:
                for number in self._granted(waba):
                    if number.id == line:
                        return number
            raise refusal(100, "Object does not exist", subcode=33)

        return self._meta._act("phone_number", act)

    def account(self, waba: str) -> Account:
        return self._meta._act("account", lambda: self._meta.account)

    def owner_of(self, waba: str) -> str | None:
        def act() -> str | None:
            self._granted(waba)
            return f"portfolio of {waba}"

        return self._meta._act("owner_of", act)

    def subscribe(self, waba: str, override: Override | None = None) -> None:
        def act() -> None:
            self._granted(waba)
            self._meta.subscribed.add(waba)
            self._meta.callbacks[waba] = override.url if override else None

        self._meta._act("subscribe", act)

    def override(self, line: str, override: Override) -> None:
        def act() -> None:
            self._meta.callbacks[line] = override.url

        self._meta._act("override", act)

    def request_sync(self, line: str, kind: SyncKind) -> str:
        self._meta.requests[kind] += 1

        def act() -> str:
            if self._meta.clock() - self._meta.onboarded_at > 24 * 3600:
                raise refusal(2593108, "After 24 hours")
            if self._meta.accepted[kind]:
                raise refusal(2593107, "Used before")
            self._meta.accepted[kind] += 1
            return f"request-{kind}"

        return self._meta._act(kind, act)

    def _granted(self, waba: str) -> list[PhoneNumber]:
        if not self._token.startswith("token of") or waba not in self._meta.grants:
            raise refusal(100, "Object does not exist", subcode=33)
        return self._meta.numbers.get(waba, [])


def refusal(code: int, title: str, *, subcode: int | None = None, http: int = 400) -> Exception:
    """A refusal of Graph as the real client raises it."""
    return graph_error(Reason(code=code, subcode=subcode, title=title, http=http))


def lost() -> Exception:
    return Unanswered("no answer from Graph (ReadTimeout)")


def unreachable() -> Exception:
    return NotSent("no connection to Graph (ConnectTimeout)")


class FakeKms:
    """KMS in memory: what is encrypted under one context does not decrypt under another."""

    def encrypt(self, **call: Any) -> dict[str, bytes]:
        return {"CiphertextBlob": _bound(call) + b"|" + call["Plaintext"][::-1]}

    def decrypt(self, **call: Any) -> dict[str, bytes]:
        bound, _, sealed = call["CiphertextBlob"].partition(b"|")
        if bound != _bound(call):
            raise ValueError("InvalidCiphertextException")
        return {"Plaintext": sealed[::-1]}


class FakeSigner:
    """An asymmetric key of KMS, made anew; what it signs can be verified by anybody."""

    def __init__(self) -> None:
        self._private = generate_private_key(SECP256R1())

    def sign(self, **call: Any) -> dict[str, bytes]:
        assert (call["MessageType"], call["SigningAlgorithm"]) == ("DIGEST", "ECDSA_SHA_256")
        return {"Signature": self._private.sign(call["Message"], ECDSA(Prehashed(SHA256())))}

    def get_public_key(self, **_call: Any) -> dict[str, bytes]:
        public = self._private.public_key()
        return {"PublicKey": public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)}


def _bound(call: dict[str, Any]) -> bytes:
    return repr(sorted(call["EncryptionContext"].items())).encode()
