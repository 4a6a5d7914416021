"""What a small shop and its customers say to each other, as short scenes with blanks to fill."""

import random
from collections.abc import Iterator

type Line = tuple[str, str]  # who ("them" or "us"), what

THEM, US = "them", "us"

SCENES: tuple[tuple[Line, ...], ...] = (
    (
        (THEM, "Hi! Do you still have the {thing}?"),
        (US, "Hello {name} 😊 Yes, {few} left."),
        (THEM, "Great, how much is it?"),
        (US, "{price}. Shall I put one aside for you?"),
        (THEM, "Yes please, I come by {day}"),
        (US, "Perfect, see you {day}!"),
    ),
    (
        (THEM, "Buenas, ¿a qué hora abren {day_es}?"),
        (US, "¡Hola {name}! De 9:00 a 19:30."),
        (THEM, "¿Y puedo pagar con tarjeta?"),
        (US, "Claro, tarjeta o efectivo, como prefieras 👍"),
        (THEM, "Mil gracias"),
    ),
    (
        (US, "Hello {name}, your {thing} is ready for pick-up."),
        (THEM, "That was quick!"),
        (THEM, "I can be there around {hour}"),
        (US, "We are here until 19:30. Order number {number}."),
        (THEM, "👌"),
    ),
    (
        (THEM, "Olá, o pedido {number} já saiu?"),
        (US, "Oi {name}! Saiu hoje de manhã, chega {day_pt}."),
        (THEM, "Ótimo, obrigada! 🙏"),
        (US, "Qualquer coisa é só chamar."),
    ),
    (
        (THEM, "The {thing} arrived broken 😞"),
        (US, "I am so sorry, {name}. Could you send me a photo?"),
        (THEM, "Of course, one moment"),
        (THEM, "There, on the left side"),
        (US, "Thank you. I send a new one {day}, at no cost."),
        (THEM, "That is very kind, thank you!"),
        (US, "It is the least we can do."),
    ),
    (
        (THEM, "Guten Tag, liefern Sie auch außerhalb der Stadt?"),
        (US, "Hallo {name}, ja, bis 20 km für {price}."),
        (THEM, "Prima, dann nehme ich die {thing_de}."),
        (US, "Gern! An welche Adresse?"),
        (THEM, "Schicke ich Ihnen heute Abend"),
    ),
    (
        (THEM, "Can I book a table for {few} on {day}?"),
        (US, "Sure! At {hour}?"),
        (THEM, "A bit later would be better"),
        (US, "{late} works too. Under your name?"),
        (THEM, "Yes, {name}"),
        (US, "Booked ✅ See you then."),
    ),
    (
        (THEM, "What is the address again?"),
        (US, "12 Harbour Lane, the blue door: https://shop.example/find-us"),
        (THEM, "Found it, thanks"),
    ),
    (
        (US, "Good morning {name}! The new {thing} has arrived, would you like a picture?"),
        (THEM, "Yes!!"),
        (US, "Isn't it lovely? {price} this week."),
        (THEM, "Let me think about it"),
        (US, "Take your time 🙂"),
    ),
    (
        (THEM, "I was charged twice for order {number}"),
        (US, "Let me check that right away."),
        (US, "You are right, one of the two goes back to your card within 3 days."),
        (THEM, "Ok, I will keep an eye on it"),
        (THEM, "It's back, thank you"),
        (US, "Thanks for telling me, {name}."),
    ),
)

BLANKS: dict[str, tuple[str, ...]] = {
    "thing": (
        "ceramic vase",
        "birthday cake",
        "reading lamp",
        "wool blanket",
        "tea set",
        "bouquet",
    ),
    "thing_de": ("Torte", "Leselampe", "Wolldecke", "Vase"),
    "few": ("two", "three", "four", "five"),
    "price": ("$18", "$24.50", "$39", "€12", "R$ 80"),
    "day": ("today", "tomorrow", "on Friday", "on Saturday"),
    "day_es": ("el viernes", "el sábado", "mañana"),
    "day_pt": ("amanhã", "na sexta", "no sábado"),
    "hour": ("10:00", "12:30", "17:15"),
    "late": ("18:00", "19:00", "20:30"),
}
CAPTIONS = ("", "Here it is", "Así quedó 😍", "From the left side", "Receipt")


def scene(rng: random.Random, name: str) -> Iterator[Line]:
    """One short conversation with its blanks filled."""
    words = {blank: rng.choice(choices) for blank, choices in BLANKS.items()}
    words |= {"name": name.split()[0], "number": str(rng.randint(1_000, 9_999))}
    for who, what in rng.choice(SCENES):
        yield who, what.format_map(words)
