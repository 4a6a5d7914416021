"""What is open between a line and people: what may be sent, and what is free (wire §6.4)."""

from dataclasses import dataclass, field

SERVICE_S = 24 * 3600
ANSWER_WITHIN_S = 24 * 3600
ENTRY_POINT_S = 72 * 3600


@dataclass(slots=True)
class Windows:
    """All by the person's phone, in unix seconds. Only what a customer wrote after onboarding is
    noted; what the owner types on the phone opens nothing.
    """

    wrote: dict[str, int] = field(default_factory=dict)
    referred: dict[str, int] = field(default_factory=dict)  # by an ad, and not answered yet
    free_until: dict[str, int] = field(default_factory=dict)  # the end of the entry point

    def hear(self, person: str, at: int, *, referred: bool) -> None:
        """A customer wrote; `referred` when an ad or a post led to it."""
        self.wrote[person] = at
        if referred:
            self.referred[person] = at

    def service(self, person: str, now: float) -> bool:
        """Whether anything may be sent, and not templates alone."""
        wrote = self.wrote.get(person)
        return wrote is not None and now - wrote < SERVICE_S

    def answer(self, person: str, now: float) -> int | None:
        """Until when all is free, once they are written to: an answer within a day to what an ad
        led to opens the entry point. One in an open entry point opens no other.
        """
        referred, until = self.referred.pop(person, None), self.free_until.get(person, 0)
        if now < until:
            return until
        if referred is None or now - referred >= ANSWER_WITHIN_S:
            return None
        self.free_until[person] = int(now) + ENTRY_POINT_S
        return self.free_until[person]
