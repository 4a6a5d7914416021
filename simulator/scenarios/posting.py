"""Scenarios of the POST itself: signatures, batches, repetitions."""

from simulator.envelope import Update, envelope
from simulator.scenarios.delivery import JSON, Delivery
from simulator.scenarios.registry import scenario
from simulator.scenarios.stage import Stage
from simulator.signing import encode, signature

WEBHOOKS_PAGE = 'Meta, "Create a webhook endpoint"'


@scenario(
    "bad-signatures",
    shows="the two genuine messages and nothing of the forged; each refusal counted",
    stands_for=f"{WEBHOOKS_PAGE}: X-Hub-Signature-256 over the raw body with the app's secret",
)
def bad_signatures(stage: Stage, *, retired_secret: str = "the one before") -> None:  # noqa: S107
    """Between two genuine messages come forged ones.

    They have no signature, an empty one, one with another secret, one with a retired secret, one of
    other bytes, one in SHA-1 style, and one that is no hexadecimal.
    """
    anna = stage.somebody("Amara")
    stage.tell(stage.customer(anna, "This is me"))
    forged = stage.customer(anna, "This is somebody else")
    body = encode(envelope(forged.updates))
    right = signature(stage.secret, body)
    for claim in (
        None,
        "",
        signature(f"not {stage.secret}", body),
        signature(retired_secret, body),
        signature(stage.secret, body + b" "),
        right.replace("sha256=", "sha1="),
        "sha256=not-hexadecimal",
    ):
        header = {} if claim is None else {"X-Hub-Signature-256": claim}
        stage.post_raw(Delivery(body, {**JSON, **header}, genuine=False))
    stage.tell(stage.customer(anna, "This is me again"))
    stage.expect(refused=7)


@scenario(
    "one-post-many",
    shows="five messages, each status on its message once that has come, nothing dropped",
    stands_for=f"{WEBHOOKS_PAGE}: up to 1,000 updates in one POST",
)
def one_post_many(stage: Stage) -> None:
    """One POST with two entries, three changes, five messages, and four statuses of unknown ids.

    The messages of the statuses were sent by somebody else with this number and come as echoes
    only afterwards.
    """
    anna, emil = stage.somebody("Amara"), stage.somebody("Emil")
    wrote = [stage.customer(anna, f"Line {n}") for n in range(1, 4)]
    wrote += [stage.customer(emil, f"Question {n}") for n in range(1, 3)]
    typed = [stage.owner(anna, f"Answer {n}") for n in range(1, 3)]
    told = [
        update for echo in typed for update in stage.statuses(echo.message, "sent", "delivered")
    ]
    first = together(stage, [one.updates[0] for one in wrote[:3]])
    second = together(stage, [one.updates[0] for one in wrote[3:]])
    statuses = together(stage, told)
    changes = [[first, statuses], [second]]
    entries = [
        {"id": stage.line.waba_id, "changes": [{"field": u.field, "value": u.value} for u in some]}
        for some in changes
    ]
    body = {"object": "whatsapp_business_account", "entry": entries}
    stage.post_body(body, [first, second, statuses])
    stage.tell(*typed)


@scenario(
    "everything-again",
    shows="each message once, though all came three times, as after a worker that died",
    stands_for='Meta, "Webhooks": what is not answered with 200 is sent again, for seven days',
)
def everything_again(stage: Stage, *, messages: int = 40) -> None:
    """A day of messages, echoes and an import, each POST three times in a row."""
    chunks = stage.past(messages=messages, threads=4, chunk_messages=10)
    anna = stage.somebody("Amara")
    wrote = stage.customer(anna, "Good morning")
    answer = stage.owner(anna, "Good morning!", reply_to=wrote.wamid)
    thanks = stage.act("react", "customer", answer.wamid, "\U0001f64f")
    for update in [*wrote.updates, *chunks, *answer.updates, *thanks.updates]:
        stage.post(update, times=3)


@scenario(
    "escaped-text",
    shows="the texts as they were written, emoji, accents, slashes and all",
    stands_for=f"{WEBHOOKS_PAGE}: the signature is over the escaped bytes as they are sent",
)
def escaped_text(stage: Stage) -> None:
    """Texts with accents, emoji, slashes, at signs, quotes, line breaks and right-to-left writing.

    The bytes have all above U+007F escaped, and `/` and `@` too: to sign what a JSON library makes
    of them is wrong.
    """
    anna = stage.somebody("Zoë")
    for text in (
        "¿Mañana a las 9½? Très bien — Größe 42",
        "\U0001f469\u200d\U0001f373 \U0001f1ea\U0001f1f8 \u2764\ufe0f",
        "https://example.com/a/b?c=d@e",
        'She said "no"\nand left\ttwice \\ thrice',
        "\u05e9\u05dc\u05d5\u05dd \u200f\u0645\u0631\u062d\u0628\u0627",
    ):
        stage.tell(stage.customer(anna, text))


def together(stage: Stage, updates: list[Update]) -> Update:
    """One change with the items of several."""
    parts: dict[str, list[object]] = {}
    for update in updates:
        for part in ("contacts", "messages", "statuses"):
            for item in update.value.get(part, []):
                if item not in parts.setdefault(part, []):
                    parts[part].append(item)
    return stage.update("messages", **{part: items for part, items in parts.items() if items})
