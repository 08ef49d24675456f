"""Address cards, read by two programs that are not ours: whatever an entry says arrives as it was written."""

from __future__ import annotations

import datetime
import random

from communique.vcards import Card, write_cards
from tests.reading_files import lines_of, understood

CARD = Card(
    "contact-nz",
    "New Zealand – Ministry, desk",
    ("New Zealand", "Ministry, desk; night"),
    "National point of contact",
    ("+64 4 555 0131",),
    ("psi-nz@example.org",),
    ("en", "mi"),
    "Pacific/Auckland",
    ("TLP:GREEN", "Monday to Friday 09:00–17:00"),
    datetime.date(2008, 10, 29),
)


def told(card: list[dict[str, object]]) -> dict[str, list[tuple[object, object]]]:
    found: dict[str, list[tuple[object, object]]] = {}
    for one in card:
        found.setdefault(str(one["property"]), []).append((one["value"], one["parameters"]))
    return found


def test_a_card_says_all_that_the_entry_says() -> None:
    data = write_cards([CARD], "portal.example", "en")

    assert lines_of(data)[:2] == [b"BEGIN:VCARD", b"VERSION:4.0"]
    (read,) = understood(vcf=[data])["vcf"]
    card = told(read["cards"][0])
    assert card["FN"] == [("New Zealand – Ministry, desk", {"LANGUAGE": "en"})]
    assert card["KIND"][0][0] == "org"
    assert card["TEL"][0][0] == "tel:+64-4-555-0131"
    assert card["EMAIL"][0][0] == "psi-nz@example.org"
    assert [value for value, _ in card["LANG"]] == ["en", "mi"]
    assert card["TZ"][0][0] == "Pacific/Auckland"
    assert card["REV"][0][0] == "20081029T000000Z"
    jcard = {one[0]: one for one in read["jcards"][0][1]}
    assert jcard["org"][3] == ["New Zealand", "Ministry, desk; night"]
    assert jcard["note"][3] == "TLP:GREEN\nMonday to Friday 09:00–17:00"
    assert jcard["tel"][1]["type"] == ["voice", "work"]


def test_a_card_is_the_same_office_in_every_language_and_another_site_s_is_another() -> None:
    files = [
        write_cards([CARD], site, lang)
        for site, lang in (("a.example", "en"), ("a.example", "fr"), ("b.example", "en"))
    ]

    uids = [told(read["cards"][0])["UID"][0][0] for read in understood(vcf=files)["vcf"]]
    assert uids[0] == uids[1]
    assert uids[0] != uids[2]


def test_any_words_arrive_as_they_were_and_no_line_is_too_long() -> None:
    chance = random.Random(11)
    alphabet = [*"aé,;:\\\"'\n \u202f«»—ñ", "\U0001f6a2", "ل", "日", "\\n", "\\;", "END:VCARD", "=", "^"]
    texts = ["".join(chance.choices(alphabet, k=chance.randint(1, 90))).strip() or "x" for _ in range(300)]
    cards = [
        Card(f"c-{number}", text, (text, text), text, languages=("en",), notes=(text,))
        for number, text in enumerate(texts)
    ]

    data = write_cards(cards, "portal.example", "en")

    lines_of(data)
    (read,) = understood(vcf=[data])["vcf"]
    # vcard4 takes it for cards; which of their semicolons part a value, it sees otherwise than RFC 6350 (TEXT-CHAR).
    assert len(read["cards"]) == len(read["jcards"]) == len(texts)
    for card, text in zip(read["jcards"], texts, strict=True):
        jcard = {one[0]: one[3] for one in card[1]}
        assert (jcard["fn"], jcard["role"], jcard["note"]) == (text, text, text)
        # ical.js takes a semicolon after an escaped backslash for an escaped one.
        if not text.endswith("\\"):
            assert jcard["org"] == [text, text]
