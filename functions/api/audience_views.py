"""What the API shows of lists and segments. Times are unix seconds; what is not known is null."""

from dataclasses import asdict

from functions.api.views import Shown
from tandem.broadcasts.audience.named_segments import Preview
from tandem.model.contact import contact_id
from tandem.model.segment import NamedSegment
from tandem.model.uploaded import ADDRESS_SECONDS, UploadedList


def list_in_short(told: UploadedList) -> Shown:
    return {
        "id": told.id,
        "name": told.name,
        "state": told.state,
        "created_at": told.created_at,
        "by": told.by,
        "size": told.size,
        "country": told.country,
        "people": told.people,
        "repeated": told.repeated,
        "bad_rows": told.bad_rows,
        "trouble": told.trouble,
    }


def uploaded_list(told: UploadedList) -> Shown:
    """A list with what was found in its file: how it is written, its first and its bad rows."""
    return list_in_short(told) | {
        "encoding": told.encoding,
        "separator": told.separator,
        "columns": list(told.columns),
        "preview": [dict(row) for row in told.preview],
        "bad": [asdict(row) for row in told.bad],
    }


def upload(new: UploadedList, address: str) -> Shown:
    """Where the file goes. The address is as good as a key to this one place."""
    expires_at = new.created_at + ADDRESS_SECONDS
    return {"method": "PUT", "url": address, "expires_at": expires_at}


def segment(named: NamedSegment) -> Shown:
    return {
        "name": named.name,
        "segment": named.text,
        "created_at": named.created_at,
        "by": named.by,
    }


def preview(found: Preview) -> Shown:
    return {
        "looked_at": found.looked_at,
        "matching": found.matching,
        "estimate": not found.whole,
        "some": [
            {
                "contact": contact_id(contact.id),
                "name": contact.name,
                "phone": person.phone,
                "bsuid": person.bsuid,
            }
            for contact, person in found.some
        ],
    }
