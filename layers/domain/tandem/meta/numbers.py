"""A number as Graph shows it. wire: Meta, "Phone number"."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tandem.meta.notices import limit
from tandem.meta.wire import mapping, object_id, phone, words

NUMBER_FIELDS = ",".join(
    (
        "id",
        "display_phone_number",
        "verified_name",
        "status",
        "quality_rating",
        "platform_type",
        "is_on_biz_app",
        "throughput",
    )
)
NEWER_FIELDS = "name_status,whatsapp_business_manager_messaging_limit"
"""Fields that not every version of Graph knows; one that is not known fails the whole call."""


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number as Graph shows it; `display_number` is digits only."""

    id: str
    display_number: str
    verified_name: str | None = None
    status: str | None = None
    quality: str | None = None
    platform_type: str | None = None
    is_on_biz_app: bool = False
    throughput: str | None = None
    messaging_limit: int | None = None
    """People a day whom the portfolio may write to first, -1 without a limit."""
    name_status: str | None = None


def read_number(said: Mapping[str, Any]) -> PhoneNumber | None:
    """A number of an answer; None for what has no id."""
    line = object_id(said.get("id"))
    if line is None:
        return None
    return PhoneNumber(
        id=line,
        display_number=phone(said.get("display_phone_number")) or "",
        verified_name=words(said.get("verified_name")),
        status=words(said.get("status")),
        quality=words(said.get("quality_rating")),
        platform_type=words(said.get("platform_type")),
        is_on_biz_app=said.get("is_on_biz_app") is True,
        throughput=words(mapping(said.get("throughput")).get("level")),
        messaging_limit=limit(said.get("whatsapp_business_manager_messaging_limit")),
        name_status=words(said.get("name_status")),
    )
