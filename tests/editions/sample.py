"""Editions written by hand, for tests of the forms: every block and every kind of words, open, sealed and locked.

They hold what the real ones seldom put side by side, so that a form that leaves something out is found here.
`ENGLISH` is what the experts get, `ENGLISH_PUBLIC` the same paper for everybody, `FRENCH` and `ARABIC` another one
each; `EVERY` holds them all. `WIDE` has letters beyond those of Europe and Arabia; `without_home` makes an edition of a
site that has no home address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from communique.editions.edition import (
    Abbreviated,
    Block,
    Box,
    Cell,
    Code,
    Definitions,
    Edition,
    Figure,
    Heading,
    Inline,
    Item,
    Items,
    LineBreak,
    LinkTo,
    Locked,
    LockedWords,
    Note,
    Notes,
    Paragraph,
    Quotation,
    Remark,
    Row,
    Rule,
    Sealed,
    Section,
    Spoken,
    Styled,
    Table,
    Words,
)

HOME = "https://psi-portal.example/"
AMBER, GREEN, STRICT, CLEAR = "TLP:AMBER", "TLP:GREEN", "TLP:AMBER+STRICT", "TLP:CLEAR"

_EN = f"{HOME}en/newsletters/2009-1/"
_FR = f"{HOME}fr/newsletters/2009-1/"
_AR = f"{HOME}ar/newsletters/2009-1/"


def _said(*content: str | Inline) -> tuple[Inline, ...]:
    return tuple(Words(one) if isinstance(one, str) else one for one in content)


def _p(*content: str | Inline, number: str = "", anchor: str = "", lang: str = "") -> Paragraph:
    return Paragraph(_said(*content), number, anchor, lang)


def _link(address: str, *content: str | Inline) -> LinkTo:
    return LinkTo(address, _said(*content))


def _cells(*content: str | tuple[Inline, ...], last: str = "") -> tuple[Cell, ...]:
    said = [_said(one) if isinstance(one, str) else one for one in content]
    return (*(Cell(one) for one in said[:-1]), Cell(said[-1], "right" if last == "right" else ""))


_SEALED_PASSAGE = Section(
    AMBER,
    "Operational Experts Group",
    (
        _p(
            "For the group, the passages to read first are those on ",
            _link(f"{HOME}en/statements/paris-2008-chair-1/#p15", "verification"),
            " and on observers; Ambassador Vasquez-Qxheron",
            Note("s1.1", "s1-fn1"),
            " leads the drafting.",
            number="3",
            anchor="p3",
        ),
        Items(
            (Item((_p("A laboratory that lends its help."),)), Item((_p("An expert prepared to appear in court."),)))
        ),
        Box(
            "action",
            (
                Definitions(
                    (
                        (
                            _said("Asked of"),
                            (_p("Operational Experts Group"),),
                        ),
                        (
                            _said("What"),
                            (_p("Offer the help of a laboratory, or name an expert."),),
                        ),
                        (_said("Until"), (_p("12 May 2009, 09:00 (UTC−4)"),)),
                    )
                ),
            ),
        ),
        Figure("A sealed sketch of the inspection berth.", "The berth of the day", f"{_EN}#s1"),
        Notes((("s1.1", "s1-fn1", (_p("Reachable through the points of contact."),)),)),
    ),
)

_LOCKED_CORE = Locked(STRICT, "Core group", "12–13", f"{_EN}#s2", item=4)

_BODY: tuple[Block, ...] = (
    Heading(2, "h1", _said("From the editors")),
    _p(
        "This newsletter was offered by New Zealand at the Paris meeting, to keep the partners of the Proliferation "
        "Security Initiative (",
        Abbreviated("PSI", "Proliferation Security Initiative"),
        ") in touch. ",
        Styled("strong", _said("It states no policy")),
        "; it ",
        Styled("emphasis", _said("reports, ", Styled("strong", _said("announces")), " and asks")),
        ".",
        Note("1", "fn1"),
        number="1",
        anchor="p1",
    ),
    _p(
        "See the ",
        Styled("title", _said("Statement of Interdiction Principles")),
        " (",
        Styled("symbol", _said("PSI/ST/2003/1")),
        "), ",
        _link(f"{HOME}en/statements/interdiction-principles/", "its text on the portal"),
        Styled("aside", _said(" (in force since 4 September 2003)")),
        ", the Spanish ",
        Spoken("es", "ltr", _said("Declaración de los principios de interdicción")),
        ", the Arabic ",
        Spoken("ar", "rtl", _said("بيان مبادئ الاعتراض")),
        ", and the 17",
        Styled("raised", _said("th")),
        " meeting’s ",
        Styled("deleted", _said("draft")),
        Styled("inserted", _said("text")),
        ". Type ",
        Styled("code", _said("invoke build --site sample")),
        ".",
        LineBreak(),
        "Write to ",
        _link("mailto:newsletter@psi-portal.example", "newsletter@psi-portal.example"),
        " or to the ",
        _link("mailto:portal@psi-portal.example?subject=Number%201", "portal"),
        "; paragraph ",
        _link("#p5", "5"),
        " says more, and ",
        _link(f"{HOME}en/statements/interdiction-principles/", "the principles"),
        " are there too.",
        number="2",
        anchor="p2",
    ),
    Heading(2, "h2", _said("Paris: the experts take stock")),
    _SEALED_PASSAGE,
    Heading(3, "h3", _said("What was said in ", Spoken("fr", "ltr", _said("séance plénière")))),
    _p(
        "A vessel was named only to those who may know: ",
        Sealed(AMBER, _said("the ", Styled("emphasis", _said("Qxplover Star")), ", of two flags")),
        ". Another stays with fewer readers: ",
        LockedWords(STRICT, f"{_EN}#s9"),
        ". The word "
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsvorsitzende is longer than "
        "a line, and so is https://psi-portal.example/en/a-path-that-is-longer-than-any-line-of-the-text-edition/#p1.",
        number="4 bis",
        anchor="p4-bis",
    ),
    Quotation(
        (
            _p("Seen from the sea, every port looks alike."),
            _p("No partner is asked for more than its law allows."),
            Items((Item((_p("Neither more"),)), Item((_p("nor less."),)))),
        )
    ),
    _LOCKED_CORE,
    Heading(2, "h4", _said("What partners are asked")),
    _p("Four things, in this order:", number="5", anchor="p5"),
    Items(
        (
            Item((_p("Say who decides."),)),
            Item(
                (
                    _p("Name the office that answers:"),
                    Items(
                        (
                            Item((_p("by day,"),)),
                            Item(
                                (
                                    _p("and at night:"),
                                    Items((Item((_p("by telephone, or"),)), Item((_p("by mail."),)))),
                                )
                            ),
                        )
                    ),
                    _p("Both in one message."),
                )
            ),
            Item((_p("Say which law is applied, and whether the customs act covers goods in transit."),), AMBER),
            Item((Locked(STRICT, "Core group", "", f"{_EN}#s4"),)),
            Item((_p("Send it before 1 December 2008."),)),
        ),
        ordered=True,
        first=9,
    ),
    Table(
        _cells("When", "What", "Where", "Places", last="right"),
        (
            Row(
                _cells(
                    "12–14 May 2009", "OEG meeting with Western Hemisphere participation", "Miami", "80", last="right"
                )
            ),
            Row(
                _cells(
                    "12–14 May 2009",
                    "One case from each delegation, prepared for training, to be announced beforehand",
                    "Miami",
                    "21",
                    last="right",
                ),
                AMBER,
            ),
            Row((), STRICT, f"{_EN}#s5"),
            Row(
                _cells(
                    "June 2009 (proposed)",
                    _said("Regional meeting, ", _link(f"{HOME}en/exercises/calendar/", "see the calendar")),
                    _said("Poland", LineBreak(), "or elsewhere"),
                    "",
                    last="right",
                )
            ),
        ),
    ),
    Code(
        "kind: newsletter\nnumber: 1\n"
        "  indented: as written, and a line that is far longer than seventy-two columns are\n"
    ),
    Rule(),
    Figure("A map of the harbour of Auckland with the three berths marked.", "The berths of Maru", f"{_EN}#berths"),
    Box(
        "lesson",
        (
            Heading(4, "l1", _said("Lesson")),
            _p("Call the flag state first.", number="6", anchor="p6"),
        ),
    ),
    Heading(2, "h5", _said("Nachrichten aus einer anderen Sprache"), "de"),
    _p("Dieser Absatz steht noch im Original.", number="7", anchor="p7", lang="de"),
    Remark(_said("This paragraph has not been translated yet.")),
    Items((Item((_p("Erstens."),)), Item((_p("Zweitens."),))), lang="de"),
    Locked(AMBER, "Restricted readers", "9", f"{_EN}#s6"),
    Heading(2, "h7", _said("Colophon")),
    _p("Newsletter of the partners, edited by New Zealand.", number="10", anchor="p10"),
    Notes(
        (
            (
                "1",
                "fn1",
                (
                    _p(
                        "Offered on 26 September 2008; see the ",
                        _link(f"{HOME}en/meetings/paris-2008-summary/", "summary"),
                        ".",
                    ),
                    _p("It appears when there is enough to say."),
                ),
            ),
        )
    ),
)

ENGLISH = Edition(
    document="newsletters/2009-1",
    lang="en",
    direction="ltr",
    audience="oeg",
    audience_label="Operational Experts Group",
    marking=AMBER,
    title="Newsletter no. 1, volume 2: Paris, and what follows from it",
    symbol="PSI/NL/2009/1",
    date="2009-02-02",
    date_text="2 February 2009",
    summary="The Paris meeting and what follows from it, three exercises, and a deadline on 12 May 2009.",
    facts=(("Volume", "2"), ("Number", "1"), ("Edited by", "New Zealand")),
    kind="newsletter",
    kind_label="Newsletter",
    site="PSI Portal",
    address=_EN,
    blocks=_BODY,
)


def _locked_for_all(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """What anybody gets of `_BODY`: each sealed thing closed."""
    shut: list[Block] = []
    for block in blocks:
        match block:
            case Section():
                shut.append(Locked(AMBER, "Operational Experts Group", "3", f"{_EN}#s1"))
            case Paragraph(content=content):
                shut.append(replace(block, content=tuple(_shut_words(one) for one in content)))
            case Items(items=items):
                shut.append(replace(block, items=tuple(_shut_item(one) for one in items)))
            case Table(rows=rows):
                shut.append(
                    replace(
                        block, rows=tuple(Row((), one.marking, f"{_EN}#s5") if one.marking else one for one in rows)
                    )
                )
            case _:
                shut.append(block)
    return tuple(shut)


def _shut_words(one: Inline) -> Inline:
    return LockedWords(one.marking, f"{_EN}#s8") if isinstance(one, Sealed) else one


def _shut_item(item: Item) -> Item:
    if item.marking:
        return Item((Locked(item.marking, "Operational Experts Group", "", f"{_EN}#s3"),))
    return Item(_locked_for_all(item.blocks))


ENGLISH_PUBLIC = replace(
    ENGLISH,
    audience="public",
    audience_label="Public",
    marking=CLEAR,
    blocks=_locked_for_all(_BODY),
)

FRENCH = Edition(
    document="newsletters/2009-1",
    lang="fr",
    direction="ltr",
    audience="partner",
    audience_label="États participants",
    marking=GREEN,
    title="Lettre d’information n°\u00a01, volume\u00a02\u00a0: Paris et la suite",
    symbol="PSI/NL/2009/1",
    date="2009-02-02",
    date_text="2 février 2009",
    summary="La réunion de Paris et ses suites\u202f; trois exercices\u202f; une échéance fixée au 12 mai 2009.",
    facts=(("Volume", "2"), ("Numéro", "1"), ("Rédaction", "Nouvelle-Zélande")),
    kind="newsletter",
    kind_label="Lettre d’information",
    site="Portail de la PSI",
    address=_FR,
    blocks=(
        Heading(2, "h1", _said("De la rédaction")),
        _p(
            "La Nouvelle-Zélande a proposé cette lettre à la réunion de Paris\u202f; elle rend compte de ce qui a été "
            "fait, annonce ce qui est prévu et demande ce qui manque. «\u00a0Elle paraîtra quand il y aura assez à "
            "dire.\u00a0»",
            Note("1", "fn1"),
            number="1",
            anchor="p1",
        ),
        Section(
            GREEN,
            "États participants",
            (
                Heading(2, "h2", _said("Trois exercices en cinq mois")),
                _p(
                    "Les partenaires qui préparent un exercice sont priés de nous en faire part tant que la date peut "
                    "encore être déplacée, comme ",
                    Styled("emphasis", _said("Qxheron")),
                    " l’a fait. Voir le ",
                    _link(f"{HOME}fr/exercises/calendar/", "calendrier"),
                    ".",
                    number="2",
                    anchor="p2",
                ),
                Table(
                    _cells("Date", "Manifestation"),
                    (
                        Row(_cells("Du 12 au 14 mai 2009", "Réunion du GEO à Miami")),
                        Row((), AMBER, f"{_FR}#s2"),
                    ),
                ),
            ),
        ),
        Locked(AMBER, "Groupe d’experts opérationnels", "3\u20135", f"{_FR}#s3", item=3),
        _p(
            "Une partie seulement\u00a0: ",
            Sealed(GREEN, _said("le navire Qxplover")),
            ", et ",
            LockedWords(AMBER, f"{_FR}#s5"),
            ".",
            number="6",
            anchor="p6",
        ),
        Notes((("1", "fn1", (_p("Le 26 septembre 2008."),)),)),
    ),
)

ARABIC = Edition(
    document="newsletters/2009-1",
    lang="ar",
    direction="rtl",
    audience="oeg",
    audience_label="فريق الخبراء",
    marking=AMBER,
    title="النشرة رقم 1: باريس وما يليها",
    symbol="PSI/NL/2009/1",
    date="2009-02-02",
    date_text="2 فبراير 2009",
    summary="اجتماع باريس وما يتبعه، وثلاثة تمارين، وموعد في 12 مايو 2009.",
    facts=(("المجلد", "2"), ("الرقم", "1"), ("التحرير", "نيوزيلندا")),
    kind="newsletter",
    kind_label="نشرة",
    site="بوابة المبادرة",
    address=_AR,
    blocks=(
        Heading(2, "h1", _said("من المحررين")),
        _p(
            "عرضت نيوزيلندا هذه النشرة في اجتماع باريس، ورمزها ",
            Styled("symbol", _said("PSI/NL/2009/1")),
            "، وتُقرأ من اليمين إلى اليسار. انظر ",
            _link(f"{HOME}ar/statements/interdiction-principles/", "بيان المبادئ"),
            " و",
            Spoken("en", "ltr", _said("Statement of Interdiction Principles")),
            ".",
            number="1",
            anchor="p1",
        ),
        Items((Item((_p("أولها"),)), Item((_p("ثانيها"),), AMBER)), ordered=True),
        Section(
            AMBER,
            "فريق الخبراء",
            (_p("يقرأ الخبراء أيضًا عن مركب qxsnipear.", number="2", anchor="p2"),),
        ),
        Locked(STRICT, "الفريق المصغر", "3", f"{_AR}#s2", item=2),
        Table(
            _cells("الموعد", "الحدث"),
            (Row(_cells("12–14 مايو 2009", "اجتماع الخبراء في ميامي")), Row((), STRICT, f"{_AR}#s3")),
        ),
        Heading(2, "h2", _said("Noch nicht übersetzt"), "de"),
        _p("Dieser Absatz steht noch im Original.", number="4", anchor="p4", lang="de"),
        Remark(_said("لم تُترجم هذه الفقرة بعد.")),
    ),
)

EVERY = (ENGLISH, ENGLISH_PUBLIC, FRENCH, ARABIC)

#: The experts' edition with letters that are two columns wide, and such that stand on others. No font on paper has all.
WIDE = replace(
    ENGLISH,
    blocks=(
        *_BODY,
        Heading(2, "h6", _said("Partners in the Pacific: 日本 and 한국")),
        _p(
            "Wide letters are two columns: 拡散に対する安全保障構想は、大量破壊兵器等の拡散を阻止するための取組です。"
            "参加国は、国内法及び国際法の範囲内で、関連物資の移転及び輸送の阻止のために協力します。 "
            "Combined ones are one: Ti\u0302\u0301n, \u0939\u093f\u0928\u094d\u0926\u0940.",
            number="8",
            anchor="p8",
        ),
    ),
)


def without_home(edition: Edition) -> Edition:
    """The same of a site that has no home address: what leads elsewhere within the portal is words alone."""

    def bare(address: str) -> str:
        return "" if address.startswith(HOME) else address

    return replace(edition, address="", blocks=_changed(edition.blocks, bare))


def long_edition(pages: int = 40, edition: Edition = ENGLISH) -> Edition:
    """One of about so many printed pages: the same text over and over, each time with anchors of its own."""
    blocks = [block for turn in range(pages // 2) for block in _changed(edition.blocks, lambda one: one, f"-t{turn}")]
    return replace(edition, blocks=tuple(blocks))


def _changed(one: Any, address: Callable[[str], str], suffix: str = "") -> Any:
    """The same with other addresses and anchors, all the way down."""
    if isinstance(one, tuple):
        return tuple(_changed(inner, address, suffix) for inner in one)
    if not is_dataclass(one) or isinstance(one, type):
        return one
    changed: dict[str, Any] = {}
    for name in (field.name for field in fields(one)):
        value = getattr(one, name)
        if name == "address":
            changed[name] = address(value) + (suffix if value.startswith("#") else "")
        elif name == "anchor":
            changed[name] = value + suffix if value else value
        elif name == "notes":
            changed[name] = tuple(
                (number, anchor + suffix, _changed(inner, address, suffix)) for number, anchor, inner in value
            )
        else:
            changed[name] = _changed(value, address, suffix)
    return replace(one, **changed)
