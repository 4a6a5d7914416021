"""Answers: JSON that nobody caches, and what went wrong in words that say what to do."""

from typing import Any

from aws_lambda_powertools.event_handler import Response

from tandem.model.errors import Refusal, TryAgain
from tandem.runtime.observability import logger
from tandem.runtime.refusals import answered, refused

Answer = Response[str]


def json_answer(status: int, body: object) -> Answer:
    return _response(answered(status, body))


def redirect(link: str) -> Answer:
    """302. The link is as good as the file, so nobody on the way may keep the answer."""
    answer = answered(302, {"link": link})
    answer["headers"]["location"] = link
    return _response(answer)


def document(html: str, *, policy: str) -> Answer:
    """An HTML document under its own Content-Security-Policy."""
    answer = answered(200, None)
    answer["body"] = html
    answer["headers"] |= {
        "content-type": "text/html; charset=utf-8",
        "content-security-policy": policy,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }
    return _response(answer)


def table(csv: str, *, filename: str, more: str | None) -> Answer:
    """A CSV file, or a part of one; `more` is the address of the part behind it."""
    answer = answered(200, None)
    answer["body"] = csv
    answer["headers"] |= {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": f'attachment; filename="{filename}"',
        "x-content-type-options": "nosniff",
    }
    if more is not None:
        answer["headers"]["link"] = f'<{more}>; rel="next"'
    return _response(answer)


def page(items: list[Any], cursor: str | None, **besides: Any) -> Answer:
    return json_answer(200, {"items": items, "next": cursor, **besides})


def problem(error: Exception, *, request: str) -> Answer:
    """What went wrong, in words that say what to do. `request` is what to quote about a fault."""
    if isinstance(error, Refusal | TryAgain):
        return _response(refused(error))
    # Not the fault's own words: they may hold what somebody wrote.
    logger().error("fault", fault=type(error).__name__, where=_where(error), request=request)
    message = f"This is a fault of ours: quote {request} to have it looked at."
    return json_answer(500, {"error": {"code": "fault", "message": message, "id": request}})


def no_such_route(_: Exception) -> Answer:
    message = "There is no such route, or not with this method: see docs/api.md."
    return json_answer(404, {"error": {"code": "no_such_route", "message": message}})


def _response(answer: dict[str, Any]) -> Answer:
    return Response(answer["statusCode"], None, answer["body"], answer["headers"])


def _where(error: Exception) -> str:
    """The place in the code that failed: file, line and function."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "nowhere"
    code = trace.tb_frame.f_code
    return f"{code.co_filename}:{trace.tb_lineno} {code.co_name}"
