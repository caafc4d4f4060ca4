"""Numbers that prove themselves: cards by Luhn's test, IBANs by their check digits."""

IBAN_LENGTHS = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FO GL NL SD FK",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        33: "RU",
    }.items()
    for country in countries.split()
}
"""ISO 13616: how many characters an IBAN of a country has."""

_CARD_DIGITS = range(13, 20)


def iban_at(text: str) -> int:
    """Return how long the IBAN is with which the text begins, blanks included; 0 for none.

    Its length must be the country's, and its check digits right (ISO 7064, MOD 97-10).
    """
    wanted = IBAN_LENGTHS.get(text[:2].upper(), 0)
    characters = ""
    for place, character in enumerate(text, 1):
        if character.isalnum() and character.isascii():
            characters += character.upper()
        elif character != " ":
            break
        if len(characters) == wanted:
            turned = characters[4:] + characters[:4]
            number = int("".join(str(int(each, 36)) for each in turned))
            return place if number % 97 == 1 else 0
    return 0


def card_at(text: str) -> int:
    """Return how long the card-like number is with which the text begins; 0 for none.

    It begins with 2 to 6, as cards of persons do, has 13 to 19 digits, ends where a group of
    digits ends, and passes Luhn's test.
    """
    if text[:1] not in set("23456"):
        return 0
    digits: list[int] = []
    longest = 0
    for place, character in enumerate(text, 1):
        if not character.isdigit():
            continue
        digits.append(int(character))
        at_end = not text[place : place + 1].isdigit()
        if at_end and len(digits) in _CARD_DIGITS and _passes_luhn(digits):
            longest = place
    return longest


def _passes_luhn(digits: list[int]) -> bool:
    doubled = [2 * digit - (9 if digit > 4 else 0) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
