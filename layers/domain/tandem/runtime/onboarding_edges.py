"""The JSON at the edges of onboarding: what the Connect page sends and gets, and jobs of steps."""

import base64
from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from tandem.lines.progress import Progress
from tandem.lines.proof import WhichNumber
from tandem.lines.signup import SignUp, claims
from tandem.lines.waiting import TooSoon
from tandem.model.errors import Invalid, Refusal, TryAgain
from tandem.model.line import Line
from tandem.model.onboarding import Onboarding


class SignUpBody(BaseModel):
    """The body of POST /onboarding, as the Connect page sends it."""

    invitation: Annotated[str, Field(min_length=1, max_length=1000)]
    code: Annotated[str, Field(min_length=1, max_length=4000)]
    session_info: JsonValue = None
    accepted: Annotated[dict[str, JsonValue], Field(min_length=1)]

    @classmethod
    def of(cls, event: Mapping[str, Any]) -> "SignUpBody":
        """The body of an HTTP API event; Invalid, naming what is wrong, for any other."""
        body = event.get("body") or ""
        try:
            return cls.model_validate_json(
                base64.b64decode(body) if event.get("isBase64Encoded") else body
            )
        except ValidationError as error:
            fields = {".".join(map(str, problem["loc"])) for problem in error.errors()}
            raise Invalid(f"the request is not complete: {', '.join(sorted(fields))}") from None

    def sign_up(self) -> SignUp:
        waba, line = claims(self.session_info)
        return SignUp(self.invitation, self.code, waba, line, self.accepted)


def invitation_in(event: Mapping[str, Any]) -> str:
    """The invitation in the query of an HTTP API event; empty where there is none."""
    text: str = (event.get("queryStringParameters") or {}).get("invitation", "")
    return text


class StepsJob(BaseModel):
    """A job of the steps queue."""

    model_config = ConfigDict(extra="forbid")

    tenant: str
    onboarding: str


def begun(onboarding: Onboarding) -> dict[str, Any]:
    """The answer to POST /onboarding. `line` is null while the steps worker goes on with it."""
    return {
        "onboarding": onboarding.onboarding,
        "line": onboarding.line,
        "display_number": onboarding.display_number,
    }


def followed(progress: Progress) -> dict[str, Any]:
    """The answer to GET /onboarding/{onboarding}. Once connected, `code` is the import's state."""
    onboarding, view = progress.onboarding, progress.view
    return {
        **begun(onboarding),
        "state": progress.state,
        "code": view.state if view else onboarding.code,
        "todo": view.todo if view else onboarding.why,
        "since": view.since if view else None,
        "seconds_left": view.seconds_left if view else None,
        "steps": [
            {"step": step.name, "state": step.state, "why": step.why} for step in onboarding.steps
        ],
        "numbers": [asdict(choice) for choice in onboarding.choices],
        "contacts_from": progress.facts.contacts_from if progress.facts else None,
        "certificate": asdict(progress.certificate) if progress.certificate else None,
        "deadline_at": onboarding.deadline_at,
    }


def what_helps(error: Refusal | TryAgain) -> dict[str, Any]:
    """What the page needs beside the words of a refusal."""
    match error:
        case WhichNumber():
            return {"numbers": [asdict(choice) for choice in error.choices]}
        case TooSoon():
            early = [_disconnected(line) for line in error.lines]
            return {"until": error.until, "seconds_left": error.seconds_left, "numbers": early}
        case _:
            return {}


def _disconnected(line: Line) -> dict[str, Any]:
    return {
        "line": line.line,
        "display_number": line.display_number,
        "again_from": line.standing.again_from,
    }
