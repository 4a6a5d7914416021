"""One POST of a scenario: exact bytes and headers, and how a right receiver answers it."""

from dataclasses import dataclass

from simulator.signing import signature


@dataclass(frozen=True, slots=True)
class Delivery:
    """`genuine`: answered 200 by a right receiver; the others 4xx. `field`: where it goes."""

    body: bytes
    headers: dict[str, str]
    genuine: bool = True
    field: str = "messages"

    def answered_well(self, status: int) -> bool:
        """0 stands for no answer at all."""
        return status == 200 if self.genuine else 400 <= status < 500


def signed(body: bytes, secret: str, *, field: str = "messages") -> Delivery:
    return Delivery(body, {**JSON, "X-Hub-Signature-256": signature(secret, body)}, field=field)


JSON = {"Content-Type": "application/json"}
