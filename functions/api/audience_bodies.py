"""The bodies that the API takes for lists and segments."""

from typing import Annotated

from pydantic import Field, StringConstraints

from functions.api.bodies import Body, LineId, SegmentText


class ListBody(Body):
    """POST /v1/lists. `size`: the bytes of the file; `country`: whose national numbers are."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    size: Annotated[int, Field(strict=True, ge=1)]
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None


class SegmentBody(Body):
    """POST /v1/segments. The name is what stands behind the @ in an audience."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
    segment: SegmentText


class PreviewBody(Body):
    """POST /v1/segments/preview: a condition in words, or the @name of one."""

    segment: SegmentText
    line: LineId | None = None
