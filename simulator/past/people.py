"""Customers with fictional numbers (555-01xx), some of whom hide them behind a username."""

from collections.abc import Iterator

from simulator import ids
from simulator.world import Person

GIVEN = (
    *("Amara", "Beatriz", "Chidi", "Dolores", "Emil", "Fatima", "Goran", "Hana", "Ivo", "Jun"),
    *("Katya", "Luís", "Mónica", "Noor", "Oskar", "Priya", "Quentin", "Rosa", "Søren", "Tomás"),
    *("Uma", "Vera", "Wen", "Ximena", "Yusuf", "Zoë", "André", "Björn", "Chloé", "İpek"),
)
FAMILY = (
    *("Abreu", "Bianchi", "Costa", "Dietrich", "Eze", "Fischer", "García", "Haddad", "Ito"),
    *("Jensen", "Kowalski", "López", "Müller", "Nguyễn", "Okafor", "Pereira", "Quiroga", "Rossi"),
    *("Sato", "Torres", "Ueda", "Vargas", "Weiß", "Yılmaz", "Zhang", "O'Neill", "D'Souza"),
)
AREA_CODES = range(201, 1_000)
LINES_PER_AREA = 100


def fictional_phone(number: int) -> str:
    """A different reserved number for each `number` below 79,900, digits only as on the wire."""
    area, line = divmod(number, LINES_PER_AREA)
    return f"1{AREA_CODES[area]}55501{line:02d}"


def crowd(count: int, *, seed: int, line: object, hiding: float) -> Iterator[Person]:
    """`count` different people; the share `hiding` shows businesses a username and no number."""
    available = len(AREA_CODES) * LINES_PER_AREA
    if count > available:
        raise ValueError(f"there are only {available} fictional numbers")
    start = int(ids.chance(seed, line, "crowd") * available)
    for n in range(count):
        phone = fictional_phone((start + n * 7_919) % available)
        yield _somebody(phone, seed=seed, hides=ids.chance(seed, phone, "hides") < hiding)


def _somebody(phone: str, *, seed: int, hides: bool) -> Person:
    given = GIVEN[int(ids.chance(seed, phone, "given") * len(GIVEN))]
    family = FAMILY[int(ids.chance(seed, phone, "family") * len(FAMILY))]
    username = None
    if hides or ids.chance(seed, phone, "username") < 0.2:
        latin = "".join(letter for letter in given.lower() if letter.isascii() and letter.isalpha())
        username = f"{latin}.{ids.digits(5, seed, phone, 'username')}"
    return Person(phone=phone, name=f"{given} {family}", username=username, hides_phone=hides)
