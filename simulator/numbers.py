"""How phone numbers begin (ITU-T E.164, the list of assigned country codes)."""

_OF_ONE_DIGIT = ("1", "7")
_OF_TWO_DIGITS = frozenset(
    str(code)
    for codes in (
        (20, 27, *range(30, 35), 36, *range(39, 42), *range(43, 50)),
        (*range(51, 59), *range(60, 67), 81, 82, 84, 86, *range(90, 96), 98),
    )
    for code in codes
)


def calling_code(phone: str) -> str:
    """The country code that a number in digits begins with; all that are not shorter have three."""
    if phone.startswith(_OF_ONE_DIGIT):
        return phone[:1]
    return phone[:2] if phone[:2] in _OF_TWO_DIGITS else phone[:3]
