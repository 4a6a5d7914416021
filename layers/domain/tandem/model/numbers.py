"""Numbers that have two spellings: one telephone, and Meta may name it either way.

Brazil put a 9 before its mobile numbers, Mexico dropped a 1, Argentina writes a 9 from abroad.
Which spelling WhatsApp uses depends on when somebody registered, so the `wa_id` of a person may be
neither what was dialled nor what an address book says. wire: Meta, "Send messages".

The numbering plans themselves (who is mobile, how long a number is) are those of libphonenumber's
metadata, which calls Argentina's two spellings aliases. Only what can be one telephone is a pair:

    BR  55 area 9 XXXXXXXX  =  55 area XXXXXXXX   X begins with 6 to 9: the mobiles that were there
                                                  before the 9. Behind 2 to 5 stands a landline, and
                                                  it is somebody else's than the mobile with a 9.
    MX  52 1 NNNNNNNNNN     =  52 NNNNNNNNNN
    AR  54 9 NNNNNNNNNN     =  54 NNNNNNNNNN
"""

import re

_PAIRS = (
    ("55", "9", re.compile(r"(55[1-9][1-9])(9?)([6-9][0-9]{7})")),
    ("52", "1", re.compile(r"(52)(1?)([2-9][0-9]{9})")),
    ("54", "9", re.compile(r"(54)(9?)([1-3][0-9]{9})")),
)
"""The country, the digit that is there or not, and where."""


def twin(phone: str) -> str | None:
    """The other spelling of a number (digits only, with its country code); None without one."""
    for country, extra, form in _PAIRS:
        if phone.startswith(country):
            found = form.fullmatch(phone)
            return f"{found[1]}{'' if found[2] else extra}{found[3]}" if found else None
    return None


def same_number(one: str | None, other: str | None) -> bool:
    """Whether two numbers are one telephone; nothing is the same as no number."""
    return one is not None and other is not None and (one == other or twin(one) == other)
