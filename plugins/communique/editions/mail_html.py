"""The HTML of a message: the edition once more, in what programs that show mail understand.

Many of them know no style sheet, no picture that is not asked for, no place within the message that a link could lead
to; some turn the colours round. So the styles stand in the elements, everything said is words, links lead to the
portal, and a program that understands more gets dark colours and a narrow layout from one short sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape

import css_inline

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
    words_of,
)
from communique.languages.typography import direction


@dataclass(frozen=True)
class HtmlWords:
    """What a message says of itself, in the language in which the edition is told of. `edition_for` and `only` hold
    `%(audience)s`, `numbers_only` also `%(numbers)s`, `sealed_item` `%(number)s`, `image` `%(words)s`, `fact`
    `%(label)s` and `%(value)s`.
    """

    edition_for: str
    read_all: str
    contents: str
    sealed_item: str
    sealed_section: str
    sealed_row: str
    sealed_words: str
    only: str
    numbers_only: str
    read_this: str
    image: str
    fact: str
    unsubscribe: str


@dataclass(frozen=True)
class Foot:
    """What stands below the text: from whom it comes, and where a reader writes to be sent no more."""

    sent_by: str
    unsubscribe: str


#: Fewer items than these need no list of them.
_CONTENTS_FROM = 4
#: More columns than these do not fit beside each other on a telephone.
_COLUMNS_SIDE_BY_SIDE = 3
#: Short, since they stand in many elements.
_SERIF, _SANS = "Charter,Georgia,serif", "Helvetica,Arial,sans-serif"
#: TLP 2.0: the label's colour on black. The words carry the meaning; the colour repeats it.
_TLP_CLASSES = {
    "TLP:CLEAR": "clear",
    "TLP:GREEN": "green",
    "TLP:AMBER": "amber",
    "TLP:AMBER+STRICT": "amber",
    "TLP:RED": "red",
}
_STYLES = f"""
.page {{ margin: 0; padding: 0; background-color: #fbfaf6; color: #1c2127 }}
.sheet {{ max-width: 600px; margin: 0 auto; background-color: #ffffff; color: #1c2127; font: 17px/1.5 {_SERIF};
 text-align: START; word-wrap: break-word }}
.in {{ padding: 20px 24px }}
.bar {{ padding: 6px 24px; background-color: #000000; text-align: END }}
.tlp {{ background-color: #000000; padding: 1px 5px; font: bold 12px/1.5 {_SANS} }}
.bar .tlp {{ padding: 0; font-size: 16px }}
.clear {{ color: #ffffff }}
.green {{ color: #33ff00 }}
.amber {{ color: #ffc000 }}
.red {{ color: #ff2b2b }}
h1 {{ margin: 4px 0 8px; font: bold 27px/1.2 {_SERIF}; color: #16325c }}
h2 {{ margin: 30px 0 10px; padding-top: 14px; border-top: 1px solid #d9d5c9; font: bold 21px/1.25 {_SERIF};
 color: #16325c }}
.open h2 {{ margin: 4px 0 10px; padding: 0; border: 0 }}
h3, h4, h5, h6 {{ margin: 18px 0 8px; font: bold 17px/1.3 {_SERIF}; color: #16325c }}
p {{ margin: 0 0 12px }}
p.q {{ margin: 0 0 4px; font: 14px/1.5 {_SANS}; color: #545c66 }}
p.k {{ margin: 8px 0 2px; font: bold 14px/1.5 {_SANS}; color: #75560f }}
p.lede {{ font-style: italic; color: #545c66 }}
p.r {{ font: 14px/1.5 {_SANS}; color: #75560f }}
ul, ol {{ margin: 0 0 12px; padding-START: 24px }}
ul.c {{ padding: 0; list-style: none }}
li {{ margin: 0 0 4px }}
blockquote {{ margin: 0 0 12px; padding-START: 16px; border-START: 2px solid #d9d5c9 }}
table.t {{ width: 100%; margin: 0 0 14px; border-collapse: collapse; font: 15px/1.4 {_SANS} }}
table.t th, table.t td {{ padding: 6px 8px 6px 0; text-align: START; vertical-align: top;
 border-bottom: 1px solid #d9d5c9 }}
table.t th {{ color: #16325c; border-bottom: 2px solid #16325c }}
table.w {{ width: 100% }}
table.b {{ width: 100%; margin: 0 0 14px; border-collapse: collapse }}
td.box {{ padding: 10px 14px 2px; border: 1px solid #d9d5c9; border-START: 4px solid #75560f; font: 15px/1.5 {_SANS} }}
td.shut {{ padding: 10px 14px; border: 1px solid #8b8778; background-color: #f2efe6; font: 15px/1.5 {_SANS};
 color: #1c2127 }}
.open {{ margin: 0 0 12px; padding-START: 14px; border-START: 2px solid #8b8778 }}
dl {{ margin: 0 0 8px }}
dt {{ margin: 6px 0 0; font-weight: bold; color: #545c66 }}
dd {{ margin: 0 }}
dd p {{ margin: 0 }}
td.box>p:first-child {{ margin: 0 0 4px; font-size: 14px; font-weight: bold; color: #75560f }}
pre {{ margin: 0 0 12px; white-space: pre-wrap; font: 14px/1.5 monospace }}
hr {{ margin: 20px 0; border: 0; border-top: 1px solid #d9d5c9 }}
b.n {{ font-size: 13px; color: #545c66 }}
sup {{ font-size: 12px; line-height: 1 }}
.foot {{ padding: 14px 24px 20px; border-top: 3px double #8b8778 }}
"""
#: What takes much room in each element, and little is lost without.
_SCREEN = """
a { color: #174a86 }
.n { font-family: Helvetica, Arial, sans-serif }
"""
_DARK = """
.page { background-color: #14171b !important; color: #e7e4dc !important }
.sheet { background-color: #1b1f24 !important; color: #e7e4dc !important }
h1, h2, h3, h4, h5, h6, .t th { color: #e7e4dc !important }
h2, hr, blockquote, .t td, .box { border-color: #343a42 !important }
.box { border-START-color: #d9bb6c !important }
.t th, .shut, .open, .foot { border-color: #7b828b !important }
.q, .lede, dt, .n { color: #aab0b8 !important }
.k, .r, .box>p:first-child { color: #d9bb6c !important }
.shut { background-color: #20252b !important; color: #e7e4dc !important }
a { color: #9cc3f2 !important }
"""
_NARROW = """
.in, .bar, .foot { padding-left: 14px !important; padding-right: 14px !important }
h1 { font-size: 23px !important }
.many, .many tbody, .many tr, .many td { display: block !important }
.many thead { display: none !important }
.many td { padding: 2px 0 !important; border: 0 !important; text-align: START !important }
.many td[data-l]:before { content: attr(data-l); font-weight: bold }
.many tr { padding: 6px 0 !important; border-bottom: 1px solid #8b8778 !important }
"""
#: What shows mail with Word's engine knows no greatest width: it gets a table of 600 points' worth instead.
_WORD_BEGIN = '<!--[if mso]><table role="presentation" width="600" align="center"><tr><td><![endif]-->'
_WORD_END = "<!--[if mso]></td></tr></table><![endif]-->"
_CHARSET = '<meta charset="utf-8">'
_INLINER = css_inline.CSSInliner(
    keep_style_tags=False, keep_at_rules=True, minify_css=True, load_remote_stylesheets=False
)
_ELEMENTS = {
    "emphasis": "em",
    "strong": "strong",
    "code": "code",
    "title": "em",
    "raised": "sup",
    "deleted": "del",
    "inserted": "ins",
    "aside": "span",
}


def mail_html(edition: Edition, words: HtmlWords, foot: Foot) -> str:
    """The whole HTML of a message. It asks for nothing from elsewhere."""
    writer = _Writer(edition, words)
    around = direction(edition.told_in)
    lang = f'lang="{escape(edition.told_in)}" dir="{around}"'
    html = (
        f"<!DOCTYPE html><html {lang}><head>{_CHARSET}"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'
        f"<title>{_text(edition.title)}</title>"
        f"<style>:root{{color-scheme:light dark}}{_styles(around)}</style></head>"
        # Some programs drop the body element and all that stands in it: what holds for the text is said again inside.
        f'<body class="page"><div class="page" {lang} role="main">{_WORD_BEGIN}<div class="sheet">'
        f"{writer.head()}{writer.text()}</div>{writer.foot(foot)}</div>{_WORD_END}</div></body></html>"
    )
    inlined = _INLINER.inline(html)
    # What stays of the sheet comes first in the head; how to read the bytes must stand before it.
    return inlined.replace(_CHARSET, "", 1).replace("<head>", f"<head>{_CHARSET}", 1)


def _styles(way: str) -> str:
    start, end = ("right", "left") if way == "rtl" else ("left", "right")
    plain = _STYLES
    if way == "rtl":
        # Arabic and Hebrew have no italics.
        plain = plain.replace("6px 8px 6px 0", "6px 0 6px 8px").replace("font-style: italic; ", "")
    plain, screen, dark, narrow = (
        "".join(sheet.splitlines()).replace("START", start).replace("END", end)
        for sheet in (plain, _SCREEN, _DARK, _NARROW)
    )
    asked = (("screen", screen), ("(prefers-color-scheme:dark)", dark), ("(max-width:480px)", narrow))
    return plain + "".join(f"@media {where}{{{sheet}}}" for where, sheet in asked)


def _text(text: str) -> str:
    return escape(text, quote=False)


class _Writer:
    def __init__(self, edition: Edition, words: HtmlWords) -> None:
        self._edition, self._words = edition, words
        self._level = 1
        #: The language of the text, where it is another than that of all around it.
        self._own = edition.lang if edition.around else ""
        self._block_writers: dict[type, Callable[..., str]] = {
            Heading: self._heading,
            Paragraph: self._paragraph,
            Items: self._items,
            Table: self._table,
            Quotation: lambda block: f"<blockquote{_lang(block.lang)}>{self.blocks(block.blocks)}</blockquote>",
            Code: lambda block: f'<pre dir="ltr">{_text(block.text)}</pre>',
            Rule: lambda _: "<hr>",
            Figure: self._figure,
            Definitions: self._definitions,
            Box: lambda block: _boxed("box", self.blocks(block.blocks), block.lang),
            Remark: lambda block: f'<p class="r">{self.inline(block.content)}</p>',
            Notes: self._notes,
            Section: self._section,
            Locked: lambda block: _boxed("shut", self._locked(block, apart=True)),
        }

    def head(self) -> str:
        """The marking, which comes before anything else, and what the paper is."""
        edition, words = self._edition, self._words
        kicker = " · ".join(_text(one) for one in (edition.kind_label, edition.symbol) if one)
        facts = " · ".join([_text(edition.date_text), *(_text(self._fact(*fact)) for fact in edition.facts)])
        title = f"<h1{_lang(edition.title_lang or self._own)}>{_text(edition.title)}</h1>"
        said = [
            f'{_bar(edition.marking)}<div class="in"><p class="q">{_text(edition.site)}</p>',
            f'<p class="k">{kicker}</p>' if kicker else "",
            title,
            f'<p class="q">{facts}</p>',
            f'<p class="q">{_text(words.edition_for % {"audience": edition.audience_label})}</p>',
            f'<p class="lede"{_lang(self._own)}>{_text(edition.summary)}</p>' if edition.summary else "",
            f'<p class="q"><a href="{escape(edition.address)}">{_text(words.read_all)}</a></p>'
            if edition.address
            else "",
            self._contents(),
        ]
        return "".join(said)

    def _fact(self, label: str, value: str) -> str:
        return self._words.fact % {"label": label, "value": value}

    def _contents(self) -> str:
        entries = [entry for block in self._edition.blocks if (entry := self._entry(block))]
        if len(entries) < _CONTENTS_FROM:
            return ""
        listed = "".join(f"<li>{entry}</li>" for entry in entries)
        return f'<p class="k">{_text(self._words.contents)}</p><ul class="c">{listed}</ul>'

    def text(self) -> str:
        inside = self.blocks(self._edition.blocks)
        if not self._own:
            return inside
        side = "right" if self._edition.direction == "rtl" else "left"
        return f'<div{_lang(self._own)} style="text-align:{side}">{inside}</div>'

    def _told(self, html: str) -> str:
        """What the message says of itself, within its text."""
        return f"<span{_lang(self._edition.around)}>{html}</span>" if self._own and html else html

    def _entry(self, block: Block) -> str:
        """An item of the issue, in its list of items."""
        match block:
            case Heading(level=2):
                return f"<span{_lang(block.lang or self._own)}>{self.inline(_without_marks(block.content))}</span>"
            case Section(blocks=(Heading(level=2) as heading, *_)):
                return f"{_tlp(block.marking)} {self._entry(heading)}"
            case Locked(item=number) if number:
                return f"{_tlp(block.marking)} {_text(self._words.sealed_item % {'number': number})}"
        return ""

    def foot(self, foot: Foot) -> str:
        leave = f'<a href="{escape(foot.unsubscribe)}">{_text(self._words.unsubscribe)}</a>'
        said = f'<p class="q">{_text(foot.sent_by)} {leave}</p>'
        return f'<div class="foot">{said}</div>{_bar(self._edition.marking)}'

    def blocks(self, blocks: Iterable[Block]) -> str:
        return "".join(self._block_writers[type(block)](block) for block in blocks)

    def inline(self, content: Iterable[Inline]) -> str:
        return "".join(map(self._one, content))

    def _one(self, one: Inline) -> str:
        match one:
            case Words(text):
                return _text(text)
            case Styled("symbol", content):
                return f'<span dir="ltr">{self.inline(content)}</span>'
            case Styled(style, content):
                element = _ELEMENTS[style]
                return f"<{element}>{self.inline(content)}</{element}>"
            case LinkTo(address, content):
                return self._link(address, self.inline(content))
            case Spoken(lang, way, content):
                return f'<span lang="{escape(lang)}" dir="{way}">{self.inline(content)}</span>'
            case Abbreviated(text, means):
                return f'<abbr title="{escape(means)}">{_text(text)}</abbr>'
            case LineBreak():
                return "<br>"
            case Note(number):
                return f"<sup>{_text(number)}</sup>"
            case Sealed(marking, content):
                return f"{_tlp(marking)} {self.inline(content)}"
            case LockedWords(marking, address):
                return f"{_tlp(marking)} [{self._link(address, self._told(_text(self._words.sealed_words)))}]"

    def _link(self, address: str, inside: str) -> str:
        if address.startswith("#"):
            # What shows mail on telephones opens a place within a message as a page of its own, or not at all.
            address = f"{self._edition.address}{address}" if self._edition.address else ""
        return f'<a href="{escape(address)}">{inside}</a>' if address else inside

    def _heading(self, block: Heading) -> str:
        # Who reads by headings must not look for one that is left out.
        self._level = level = min(block.level, self._level + 1)
        return f"<h{level}{_lang(block.lang)}>{self.inline(block.content)}</h{level}>"

    def _paragraph(self, block: Paragraph) -> str:
        return f"<p{_lang(block.lang)}>{self._numbered(block)}</p>"

    def _numbered(self, block: Paragraph) -> str:
        number = f'<b class="n">{_text(block.number)}</b>&nbsp; ' if block.number else ""
        return f"{number}{self.inline(block.content)}"

    def _items(self, block: Items) -> str:
        inside = "".join(map(self._item, block.items))
        first = f' start="{block.first}"' if block.ordered and block.first != 1 else ""
        element = "ol" if block.ordered else "ul"
        return f"<{element}{first}{_lang(block.lang)}>{inside}</{element}>"

    def _item(self, item: Item) -> str:
        mark = f"{_tlp(item.marking)} " if item.marking else ""
        inside = ""
        for index, block in enumerate(item.blocks):
            if isinstance(block, Locked):
                inside += self._locked(block)
            elif isinstance(block, Paragraph) and not index:
                said = self._numbered(block)
                inside += f"<span{_lang(block.lang)}>{said}</span>" if block.lang else said
            else:
                inside += self.blocks((block,))
        return f"<li>{mark}{inside}</li>"

    def _table(self, block: Table) -> str:
        many = len(block.head) > _COLUMNS_SIDE_BY_SIDE
        names = [words_of(cell.content) for cell in block.head] if many else []
        columns = len(block.head) or max((len(row.cells) for row in block.rows), default=1)
        head = "".join(f'<th scope="col"{_align(cell)}>{self.inline(cell.content)}</th>' for cell in block.head)
        rows = "".join(self._row(row, columns, names) for row in block.rows)
        top = f"<thead><tr>{head}</tr></thead>" if head else ""
        called = "t many" if many else "t"
        return f'<table class="{called}"{_lang(block.lang)}>{top}<tbody>{rows}</tbody></table>'

    def _row(self, row: Row, columns: int, names: list[str]) -> str:
        if not row.cells:
            told = self._closed(row.marking, self._words.sealed_row, row.address)
            return f'<tr><td colspan="{columns}">{told}</td></tr>'
        cells = ""
        for index, cell in enumerate(row.cells):
            mark = f"{_tlp(row.marking)} " if row.marking and not index else ""
            named = index < len(names) and names[index] and words_of(cell.content).strip()
            name = f' data-l="{escape(self._fact(names[index], ""))}"' if named else ""
            cells += f"<td{_align(cell)}{name}>{mark}{self.inline(cell.content)}</td>"
        return f"<tr>{cells}</tr>"

    def _figure(self, block: Figure) -> str:
        words = f"<span{_lang(self._own)}>{_text(block.words)}</span>" if self._own else _text(block.words)
        told = self._told(_text(self._words.image) % {"words": words})
        caption = f" {_text(block.caption)}" if block.caption else ""
        return f'<p class="q">[{self._link(block.address, told)}]{caption}</p>'

    def _definitions(self, block: Definitions) -> str:
        inside = ""
        for name, blocks in block.pairs:
            said = (
                self._numbered(blocks[0])
                if len(blocks) == 1 and isinstance(blocks[0], Paragraph)
                else self.blocks(blocks)
            )
            inside += f"<dt>{self.inline(name)}</dt><dd>{said}</dd>"
        return f"<dl>{inside}</dl>"

    def _notes(self, block: Notes) -> str:
        inside = ""
        for number, _, blocks in block.notes:
            first, *others = blocks or (Paragraph(()),)
            mark = f"<sup>{_text(number)}</sup> "
            said = f"{mark}{self.inline(first.content)}" if isinstance(first, Paragraph) else mark
            rest = others if isinstance(first, Paragraph) else blocks
            inside += f'<p class="q">{said}</p>{self.blocks(rest)}'
        return f"<hr>{inside}"

    def _section(self, block: Section) -> str:
        head = f'<p class="q">{_tlp(block.marking)} {self._told(_text(block.audience))}</p>'
        return f'<div class="open">{head}{self.blocks(block.blocks)}</div>'

    def _locked(self, block: Locked, *, apart: bool = False) -> str:
        words = self._words
        what = words.sealed_item % {"number": block.item} if block.item else words.sealed_section
        numbers = {"audience": block.audience, "numbers": f"¶\u00a0{block.numbers}"}
        only = words.numbers_only % numbers if block.numbers else words.only % {"audience": block.audience}
        return self._closed(block.marking, what if apart or block.item else "", block.address, only)

    def _closed(self, marking: str, what: str, address: str, only: str = "") -> str:
        """What stands where these readers cannot read on."""
        said = ". ".join(_text(one) for one in (what, only) if one)
        link = self._link(address, _text(self._words.read_this)) if address else ""
        return f"{_tlp(marking)} {self._told(f'{said}. {link}'.rstrip())}"


def _lang(lang: str) -> str:
    return f' lang="{escape(lang)}" dir="{direction(lang)}"' if lang else ""


def _align(cell: Cell) -> str:
    return f' style="text-align:{cell.align}"' if cell.align else ""


def _tlp(marking: str) -> str:
    colour = _TLP_CLASSES.get(marking, "clear")
    return f'<span class="tlp {colour}" lang="en" dir="ltr" translate="no">{_text(marking)}</span>'


def _bar(marking: str) -> str:
    return f'<table class="w" role="presentation" cellspacing="0"><tr><td class="bar">{_tlp(marking)}</td></tr></table>'


def _boxed(called: str, inside: str, lang: str = "") -> str:
    cell = f'<td class="{called}"{_lang(lang)}>{inside}</td>'
    return f'<table class="b" role="presentation"><tr>{cell}</tr></table>'


def _without_marks(content: tuple[Inline, ...]) -> tuple[Inline, ...]:
    return tuple(one for one in content if not isinstance(one, Note))
