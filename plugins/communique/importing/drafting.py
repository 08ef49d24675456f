"""From a paper to language files: front matter, sections with a proposed audience, numbers, actions.

What the paper does not say is not made up: it is proposed for the fewest readers, left open, or doubted.
"""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from communique.documents.fields import KIND_FIELDS, SYMBOL
from communique.documents.numbers import FIRST, Number, of_text
from communique.importing.audiences import address_like, distribution, for_names, is_address, meant, narrowest
from communique.importing.deadlines import days_in, deadlines_in
from communique.importing.escaping import as_title, cell, escaped, heading_words
from communique.importing.paper import Doubt, Draft, Paper, Piece
from communique.importing.paragraphs import ADDRESS
from communique.importing.portions import Letters, is_narrow, loose_marks_in, portions_in, says_more
from communique.importing.spoken import language_doubts
from communique.policy import Audience, Policy
from communique.problems import Place

_KINDS = (
    (r"non-?papers?|documento oficioso|document officieux", "non-paper"),
    (r"newsletters?|boletín|lettre d’information", "newsletter"),
    (r"debrief\w*|after-action", "debriefing"),
    (r"statements?|declarations?|declaración|déclaration", "statement"),
    (r"summary|report of|read-?out|minutes|resumen|compte rendu", "meeting-summary"),
    (r"guidance|guidelines|orientaciones|orientations", "guidance"),
    (r"notices?|circulars?|notification|aviso|avis", "notice"),
)
_ACTION = re.compile(
    r"(?:action requests?|action requested|requests? for action|action|acción solicitada|demande d[’']action)\b"
    r"\s*[:.–-]?",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(?:pocs?|points? of contacts?|contacts?|puntos? de contacto|contactos?|points? de contact)\b\s*[:.–-]?(?=\s|\Z)"
    r"|(?:drafted|cleared|approved|signed|redactado|aprobado|firmado|rédigé|approuvé|signé)(?: (?:by|por|par))?\s?:",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(?:(?:kind|best|warm)(?:est)? )?regards\b|(?:yours )?(?:sincerely|faithfully)\b|(?:un )?(?:cordial )?saludos?\b"
    r"|(?:muy )?(?:atentamente|cordialmente)\b|(?:bien )?cordialement\b|bien à vous\b",
    re.IGNORECASE,
)
_LONGEST_NAME, _MOST_NAMES = 70, 8
_REQUEST = re.compile(
    r"\b(?:please|asked|requested|kindly|should|must|to (?:reply|respond|report)|reply|se (?:ruega|solicita|pide)"
    r"|sírvanse?|ruego|rogamos|deberán?|respond(?:a|an|er)|contest(?:e|en|ar)|prière|prié(?:e?s)?|veuillez|merci de"
    r"|répondre|devr(?:a|ont)|demand(?:e|ons|ée?s?))\b",
    re.IGNORECASE,
)
_CITED = re.compile(
    r"(?P<words>\b(?:paragraphs?|paras?|párrafos?|paragraphes?)\.?\s+|¶\s?)(?P<first>\d{1,3})"
    r"(?P<more>(?:\s?(?:-|–|,|to|and|y|et|a|à)\s?\d{1,3})*)"
    r"(?P<elsewhere>\s+(?:of|de|du|des|in|from)\s+(?!this\b|the present\b))?",
    re.IGNORECASE,
)
_LINKED = re.compile(r"\b(paragraph|para|párrafo|paragraphe) (\d{1,3})\b(?!\.\d|[\d-])", re.IGNORECASE)
_ELSEWHERE = re.compile(r"\b(?:ref|reftel|ibid)\b", re.IGNORECASE)
_SUMMARY = {
    "en": "⟦Imported and not yet edited: write one or two plain sentences⟧",
    "es": "⟦Importado y aún sin revisar: escriba una o dos frases sencillas⟧",
    "fr": "⟦Importé et pas encore relu\u00a0: écrivez une ou deux phrases simples⟧",
}
_PART = {"en": "part {} of {}", "es": "parte {} de {}", "fr": "partie {} sur {}"}
_UNTITLED = {"en": "Imported paper", "es": "Documento importado", "fr": "Document importé"}
#: An action's line stands in lists and calendars.
_LONGEST_LINE = 110


@dataclass(frozen=True)
class Wishes:
    """What the editor has decided beforehand. `day` is the document's date if the paper has none."""

    document: str
    lang: str
    day: datetime.date
    kind: str = ""
    audience: Audience | None = None
    #: Symbols that other documents of the site have.
    symbols: frozenset[str] = frozenset()


@dataclass
class _Work:
    paper: Paper
    policy: Policy
    wishes: Wishes
    doubts: list[Doubt] = field(default_factory=list)

    def doubt(self, line: int, code: str, what: str, fix: str) -> None:
        self.doubts.append(Doubt(Place(self.paper.file, line), code, what, fix))


def kind_of(paper: Paper) -> str:
    """The kind that the paper's title or first words name; nothing if none does."""
    title = _title_said(paper)
    for words, kind in _KINDS:
        if re.search(rf"\b(?:{words})\b", title, re.IGNORECASE):
            return kind
    return ""


def slug_of(paper: Paper) -> str:
    """A folder's name made of the title's words."""
    words = re.findall(r"[a-z0-9]+", _ascii(_title_of(paper)).lower())
    slug = ""
    for word in words:
        if len(slug) + len(word) > 40:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug or "imported-paper"


def _ascii(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if char.isascii())


def _title_of(paper: Paper) -> str:
    """The paper's title, if all readers of the draft may see it."""
    title = _title_said(paper)
    return "" if is_narrow(title) else title


def _title_said(paper: Paper) -> str:
    subject = paper.field_of("SUBJECT")
    if paper.title or subject is None:
        signed = _signature(paper)
        first = (piece.text for piece in paper.pieces if piece.kind == "heading" and piece is not signed)
        return paper.title or next(first, "")
    return subject.value


def write_drafts(paper: Paper, policy: Policy, wishes: Wishes) -> tuple[tuple[Draft, ...], tuple[Doubt, ...]]:
    """A draft for each part that is here, and every doubt, the paper's own included."""
    work = _Work(paper, policy, wishes)
    audience = _document_audience(work)
    _cross_references(work)
    if is_narrow(_title_said(paper)):
        what = "the title has a mark of classification: the draft has none of its words"
        work.doubt(paper.first_line, "classification", what, "write a title that all readers of the draft may see")
    # An address and a mark may reach from one part into the next.
    readers = _Readers(work, audience)
    drafts = [_draft(work, readers, audience, part, index) for index, part in enumerate(paper.parts_here)]
    # In another language nothing of the draft is as it should be: that comes first.
    return tuple(drafts), (*language_doubts(paper, wishes.lang), *sorted({*paper.doubts, *work.doubts}))


def _document_audience(work: _Work) -> Audience:
    paper, few = work.paper, narrowest(work.policy)
    if work.wishes.audience is not None:
        return work.wishes.audience
    line = next((one for one in paper.header if one.label == "DISTRIBUTION"), None)
    if line is not None:
        audience, why = distribution(line.value, work.policy)
        if audience is not None:
            what = f"“{line.value[:60]}” was taken for {audience}, for the whole document"
            work.doubt(line.line, "audience", what, "correct “audience:” in the draft if it means others")
            return audience
        what = f"“{line.value[:60]}” was not followed: {why}; the draft is for {few}"
        work.doubt(line.line, "audience", what, "write into “audience:” whom the paper is for")
        return few
    first = paper.header[0].line if paper.header else 1
    what = f"nothing says who may read this paper: the draft is for {few}, the fewest"
    work.doubt(first, "audience", what, "write into “audience:” whom it is for; what fewer may read, into sections")
    return few


# -- front matter


def _front_matter(work: _Work, audience: Audience, part: int, follows: str) -> list[str]:
    paper, wishes = work.paper, work.wishes
    kind = wishes.kind or kind_of(paper)
    if not kind:
        kind = "page"
        what = "the title names no kind of paper: the draft is a “page”"
        work.doubt(1, "kind", what, "write the kind into “kind:”, or import again with --kind")
    lines = [f"kind: {kind}"]
    symbol = _symbol(work)
    if symbol:
        lines.append(f"symbol: {json.dumps(symbol if part == paper.parts_here[0] else f'{symbol}-{part}')}")
    lines += [f"date: {_date(work).isoformat()}", f"audience: {audience}", f"original: {wishes.lang}"]
    lines.append(f"summary: {json.dumps(_SUMMARY.get(wishes.lang, _SUMMARY['en']), ensure_ascii=False)}")
    if any(piece.number is not None for piece in paper.pieces):
        lines.append("numbering: paragraphs")
    if paper.parts > 1 and (part == 1 or follows):
        lines += [f"part: {part}", f"parts: {paper.parts}"]
    if follows:
        lines.append(f"follows: {follows}")
    lines.append("draft: true")
    for one in KIND_FIELDS.get(kind, ()):
        if one.required:
            lines.append(f'{one.name}: "⟦such as {one.example}⟧"')
            what = f"a document of the kind {kind} says “{one.name}”, and no reader of papers knows it"
            work.doubt(1, "front-matter", what, f"write it into the draft, such as “{one.name}: {one.example}”")
    return lines


def _symbol(work: _Work) -> str:
    line = work.paper.field_of("SYMBOL")
    symbol = " ".join(line.value.split()) if line else ""
    if line is None or not symbol:
        return ""
    if not SYMBOL.match(symbol) or symbol in work.wishes.symbols:
        why = "another document has it" if symbol in work.wishes.symbols else "it is not written like one"
        work.doubt(line.line, "symbol", f"the symbol “{symbol[:60]}” was left out: {why}", "give the draft its symbol")
        return ""
    return symbol


def _date(work: _Work) -> datetime.date:
    line = work.paper.field_of("DATE")
    days = days_in(line.value) if line else []
    if len(days) == 1:
        return days[0][1]
    day = work.wishes.day
    why = f"“{line.value[:40]}” is not one day" if line else "the paper has no date"
    fix = "write the paper's own date into “date:”"
    work.doubt(line.line if line else 1, "date", f"{why}: {day} was written", fix)
    return day


# -- text


@dataclass(frozen=True)
class _Block:
    """A block of Markdown and for whom it is. `joins`: it goes on with the list before it."""

    audience: Audience
    text: str
    joins: bool = False


def _draft(work: _Work, readers: _Readers, audience: Audience, part: int, index: int) -> Draft:
    paper, lang = work.paper, work.wishes.lang
    several = len(paper.parts_here) > 1
    before = f"{work.wishes.document}-{paper.parts_here[index - 1]}" if index else ""
    follows = before if index and paper.parts_here[index - 1] == part - 1 else ""
    title = as_title(_title_of(paper)) or _UNTITLED.get(lang, _UNTITLED["en"])
    if paper.parts > 1 and not re.search(r"\b(?:part|parte|partie)\b", title, re.IGNORECASE):
        title += f" ({_PART.get(lang, _PART['en']).format(part, paper.parts)})"
    elif several and index:
        title = re.sub(r"(?i)\b(part|parte|partie)\s+\d+", rf"\g<1> {part}", title)
    pieces = [piece for piece in paper.pieces if piece.part == part]
    earlier = [piece for piece in paper.pieces if piece.part < part]
    blocks = [
        *(_header_blocks(work, audience) if index == 0 else []),
        *_blocks(work, readers, audience, pieces, earlier),
    ]
    front = _front_matter(work, audience, part, follows)
    if not blocks:
        work.doubt(1, "empty-paper", "this paper has no text below its header", "write it, or import the right file")
    body = "\n\n".join([f"# {title}", *_sections(blocks, audience)])
    text = "\n".join(["---", *front, "---", body]) + "\n"
    return Draft(part if several else 1, paper.parts, title, text)


def _sections(blocks: Iterable[_Block], audience: Audience) -> Iterator[str]:
    """Blocks for others than the document's readers, put between fences."""
    current, held = audience, list[str]()

    def ended() -> Iterator[str]:
        if held:
            text = "\n\n".join(held)
            yield text if current == audience else f"::: {current}\n{text}\n:::"

    for block in blocks:
        if block.audience != current:
            yield from ended()
            current, held = block.audience, []
        if block.joins and held:
            held[-1] += "\n" + block.text
        else:
            held.append(block.text)
    yield from ended()


def _header_blocks(work: _Work, audience: Audience) -> list[_Block]:
    few = _inside(work, narrowest(work.policy), audience)
    items: list[str] = []
    for one in work.paper.header:
        joined: list[str] = []
        for own in one.lines:
            if joined and (one.label in ("TO", "INFO") or re.match(r"\(?[A-Z]\)?[.)]\s", own)):
                items.append(" ".join(joined))
                joined = []
            joined.append(own)
        items.append(" ".join(joined))
    text = "\n".join("- " + escaped(_spaced(item), work.policy) for item in items)
    if items:
        line = work.paper.header[0].line
        what = f"the header stands at the draft's beginning, for {few}"
        work.doubt(line, "header", what, "take from it what readers need, and delete the rest")
    return [_Block(few, text)] if items else []


def _spaced(text: str) -> str:
    return re.sub(r"[ \t]+", " ", text).strip(" ")


def _inside(work: _Work, wanted: Audience, document: Audience) -> Audience:
    """`wanted`, where it may stand in a document for `document`; else the document's own audience."""
    if wanted == document or work.policy.may_stand_inside(wanted, document):
        return wanted
    return document


def _blocks(
    work: _Work, readers: _Readers, document: Audience, pieces: Sequence[Piece], earlier: Sequence[Piece]
) -> list[_Block]:
    policy = work.policy
    counted = any(piece.number is not None for piece in work.paper.pieces)
    numbers = {str(piece.number) for piece in pieces if piece.number is not None}
    last = next((piece.number for piece in reversed(earlier) if piece.number is not None), None)
    blocks: list[_Block] = []
    action = False
    in_list, level = False, 0
    for piece in pieces:
        if piece.kind == "heading":
            action = bool(_ACTION.match(piece.text))
        elif _address_of(piece):
            action = False
        audience = readers.of(piece)
        # A section's fence ends a list.
        in_list = in_list and blocks[-1].audience == audience
        if piece.kind == "paragraph" and piece.number is not None:
            blocks += (_Block(document, one) for one in _missing(last, piece.number, piece.part, bool(earlier)))
            shown = "" if piece.number.is_next_to(last) else f"¶{piece.number} "
            text = shown + _linked(escaped(piece.text, policy), numbers)
            text = text if piece.text else f"¶{piece.number} withdrawn"
            last = piece.number
        elif piece.kind == "paragraph" and not counted:
            text = escaped(piece.text, policy)
        else:
            level = min(piece.level, level + 1) if in_list else 0
            text = _unnumbered(work, piece, policy, level=level, numbers=numbers)
        is_item = piece.kind == "item"
        blocks.append(_Block(audience, text, joins=is_item and in_list))
        in_list = is_item and not piece.notes
        blocks += (_Block(audience, f"[^{label}]: {escaped(note, policy)}") for label, note in piece.notes)
        if piece.kind == "paragraph" and (action or _ACTION.match(piece.text)):
            action = True
        if action and piece.kind in ("paragraph", "quote", "item"):
            blocks += _actions(work, piece, audience, blocks)
        elif piece.line not in work.paper.narrow and _REQUEST.search(piece.text) and deadlines_in(piece.text):
            what = "something is asked for here, with a day by which it is due"
            work.doubt(piece.line, "action", what, "write an ```action block below it if it is a request to readers")
    return blocks


def _address_of(piece: Piece) -> tuple[str, ...]:
    return piece.addressed if piece.addressed and is_address(piece.addressed) else ()


class _Readers:
    """For whom each piece of a paper is, asked in the paper's order.

    A paper does not say where an address ends. What may be for some alone, or for all, is for the fewest.
    """

    def __init__(self, work: _Work, document: Audience) -> None:
        self._work, self._document = work, document
        self._few = _inside(work, narrowest(work.policy), document)
        paper = work.paper
        self._marks = {one.line: one.text.strip() for one in paper.taken_out if one.why == "a mark of classification"}
        #: The audience of paragraphs that follow, until a heading; and of what belongs to the paragraph before.
        self._lasting, self._own = document, document
        #: The most that the heading above allows.
        self._widest = document
        #: The address whose end is not known, and for whom the one piece below it is.
        self._reach = ""
        self._offered: Audience | None = None
        #: Whether paragraphs with a number may belong to that address too.
        self._reaches_on = False
        #: Whether what follows without a number and a mark belongs to a portion with a mark.
        self._in_portion = False
        self._letters = Letters()
        self._signed = _signature(paper)

    def of(self, piece: Piece) -> Audience:
        work, few = self._work, self._few
        addressed = _address_of(piece)
        is_quoted = piece.line in work.paper.narrow
        mark, is_narrow = ("", False) if is_quoted else self._mark(piece)
        if piece.kind == "heading":
            self._lasting = self._own = self._widest = self._document
            self._reach, self._offered, self._reaches_on, self._in_portion = "", None, False, False
        if addressed:
            self._open_address(piece, _addressed(work, piece, addressed, self._document))
        elif piece.kind == "paragraph":
            self._paragraph(piece, mark)
        elif piece.kind != "heading":
            self._below(piece, mark)
        if piece is self._signed or (piece.kind in ("heading", "paragraph") and _CONTACT.match(piece.text)):
            self._lasting = self._own = self._widest = few
            if piece is self._signed and not _CONTACT.match(piece.text):
                what = f"the last short line may name who wrote or signed the paper; it is for {few}"
                work.doubt(piece.line, "contacts", what, "name offices, no persons; delete it if it is a name")
            else:
                _contact_doubt(work, piece, few)
        if is_narrow:
            self._own, self._in_portion = few, True
            if piece.kind == "heading":
                self._lasting = self._widest = few
        self._look_for_addresses(piece)
        # What a message quotes lies between its own words and is no beginning of anything.
        return few if is_quoted else self._own

    def _mark(self, piece: Piece) -> tuple[str, bool]:
        """A mark of classification in this piece, and whether one of them says more than “unclassified”."""
        taken = self._marks.get(piece.line, "")
        inside = [one for text in _texts_of(piece) for one in portions_in(text)]
        narrow = [f"({one.group('mark')}{one.group('more')})" for one in inside if says_more(one)]
        if piece.kind == "heading" or piece.number is not None:
            self._letters.begin()
        narrow += [one for text in _texts_of(piece) for one in loose_marks_in(text, self._letters)]
        for mark in [one[:60] for one in narrow[:1]]:
            what = f"“{mark}” stands in this text"
            fix = "who may read it is for its authority to say; until then it is for the fewest"
            self._work.doubt(piece.line, "classification", what, fix)
        is_narrow = bool(narrow) or any(says_more(one) for one in portions_in(taken))
        return taken or "".join(one.group(0) for one in inside[:1]), is_narrow

    def _open_address(self, piece: Piece, audience: Audience) -> None:
        self._offered, self._in_portion = None, False
        if self._widest != self._document:
            # A heading says that all below it is for the fewest.
            self._own = self._few
            return
        self._own = audience
        if audience == self._document:
            self._lasting, self._reach, self._reaches_on = audience, "", False
            return
        # A number says where the paragraph ends that an address begins.
        begun = ADDRESS.match(piece.text)
        self._reach = begun.group(0).strip() if begun else piece.text
        if piece.kind == "address":
            self._offered = audience
            what = f"“{piece.text[:40]}” was taken for what stands directly below it; it may reach further"
            fix = "look where it ends in the paper, and move what else is for them into its section"
            self._work.doubt(piece.line, "address-reach", what, fix)
        if piece.kind == "address" or piece.number is None:
            self._lasting, self._reaches_on = self._few, True

    def _paragraph(self, piece: Piece, mark: str) -> None:
        if self._offered is not None:
            self._own, self._offered = self._offered, None
            return
        if piece.number is None and not mark and self._in_portion:
            return
        self._in_portion = False
        if not self._reach or not (self._reaches_on or piece.number is None):
            self._own, self._reach = self._lasting, ""
            return
        self._own = self._few
        self._reached(piece)

    def _below(self, piece: Piece, mark: str) -> None:
        """What belongs to the paragraph before it: items, tables, quotations."""
        self._offered, is_first = None, self._offered is not None
        if self._reach and not is_first and self._own != self._few and (piece.kind != "item" or mark):
            self._own = self._few
            self._reached(piece)

    def _reached(self, piece: Piece) -> None:
        if piece.line in self._work.paper.narrow:
            return
        what = f"“{self._reach[:40]}” may reach to this text too: it is for {self._few}, the fewest"
        fix = "move it into the section before it, or to where the draft's readers may read it"
        self._work.doubt(piece.line, "address-reach", what, fix)

    def _look_for_addresses(self, piece: Piece) -> None:
        texts = _texts_of(piece)
        if _address_of(piece):
            begun = ADDRESS.match(piece.text)
            texts[0] = piece.text[begun.end() :] if begun else piece.text
        like = next((one for text in texts if (one := address_like(text, self._work.policy))), "")
        if not like or piece.line in self._work.paper.narrow:
            return
        what = f"“{like[:60]}” may be an address and was not followed: what it stands in is for {self._few}, the fewest"
        self._work.doubt(piece.line, "address-in-sentence", what, "put it into a section of its own if it is one")
        self._own, self._reach, self._offered = self._few, like, None
        begins_more = piece.kind == "paragraph" and piece.number is None
        if piece.kind == "heading" or begins_more or piece.text.rstrip().endswith(like):
            self._lasting, self._reaches_on = self._few, True


def _texts_of(piece: Piece) -> list[str]:
    return [piece.text, *(note for _, note in piece.notes), *(one for row in piece.rows for one in row)]


def _signature(paper: Paper) -> Piece | None:
    """The last piece, where it is a short line in capitals without a number or a greeting, as stand above a name."""
    last = next((piece for piece in reversed(paper.pieces) if piece.line not in paper.narrow), None)
    if last is None or last.number is not None or len(last.text) >= _LONGEST_NAME:
        return None
    # An initial looks like the mark of an item.
    is_line = last.kind in ("heading", "paragraph") or bool(re.match(r"[A-Z]\. ", last.text))
    has_letters = last.text.upper() != last.text.lower()
    is_shouted = has_letters and last.text == last.text.upper() and len(last.text.split()) <= _MOST_NAMES
    return last if is_line and (is_shouted or _GREETING.match(last.text)) else None


def _missing(last: Number | None, number: Number, part: int, has_earlier: bool) -> list[str]:
    """What holds the places of numbers that the paper leaves out, so that its own are kept."""
    if last is None and (part > 1 or has_earlier):
        return []
    found: list[str] = []
    expected = last.next if last is not None else FIRST
    plain = of_text(str(number).split()[0])
    while plain is not None and expected < plain:
        found.append(f"¶{expected} withdrawn")
        expected = expected.next
    return found


def _unnumbered(work: _Work, piece: Piece, policy: Policy, *, level: int, numbers: set[str]) -> str:
    if piece.kind in ("heading", "address"):
        return f"{'##' if piece.kind == 'heading' else '###'} {heading_words(piece.text, policy)}"
    if piece.kind == "item":
        return "    " * level + "- " + _linked(escaped(piece.text, policy), numbers)
    if piece.kind == "table":
        columns = max(len(row) for row in piece.rows)
        rows = [[cell(one, policy) for one in row] + [" "] * (columns - len(row)) for row in piece.rows]
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return "\n".join([lines[0], "|" + " --- |" * columns, *lines[1:]])
    if piece.kind == "paragraph" and piece.line not in work.paper.narrow:
        what = "this paragraph has no number in a paper that has numbers"
        work.doubt(piece.line, "no-number", what, "it stands as a quotation, so that the other numbers stay")
    return "> " + escaped(piece.text, policy)


def _linked(text: str, numbers: set[str]) -> str:
    def link(found: re.Match[str]) -> str:
        around = text[max(0, found.start() - 24) : found.start()] + text[found.end() : found.end() + 12]
        elsewhere = _ELSEWHERE.search(around) or re.match(r"\s+(?:of|de|du|des|in)\b", text[found.end() :])
        if found.group(2) not in numbers or elsewhere:
            return found.group(0)
        return f"[{found.group(0)}](#p{found.group(2)})"

    return text if "`" in text else _LINKED.sub(link, text)


def _addressed(work: _Work, piece: Piece, names: Sequence[str], document: Audience) -> Audience:
    proposal = for_names(names, work.policy)
    audience = _inside(work, proposal.audience, document)
    shown = ", ".join(names)
    if proposal.unknown:
        unknown = ", ".join(proposal.unknown)
        what = f"“{unknown}” is nobody known here: what is for “{shown}” is for {audience}, the fewest"
        work.doubt(
            piece.line, "unknown-addressee", what, f"{meant(proposal.unknown, work.policy)}: correct the section"
        )
    elif audience != proposal.audience:
        what = f"“{shown}” is {proposal.audience}, who may not read the draft as a whole; it was left for {audience}"
        work.doubt(piece.line, "wider-inside", what, "give the draft the wider audience, and the rest sections")
    else:
        work.doubt(piece.line, "addressed", f"“{shown}” was taken for {audience}", "correct the section if not")
    return audience


def _contact_doubt(work: _Work, piece: Piece, audience: Audience) -> None:
    what = f"points of contact stand here; they are for {audience}"
    fix = "name offices, no persons; contacts that are kept belong into content/data/contacts.yaml"
    work.doubt(piece.line, "contacts", what, fix)


def _actions(work: _Work, piece: Piece, audience: Audience, blocks: Sequence[_Block]) -> list[_Block]:
    """The block of data of a request that says its day, hour and zone; for any other, a doubt."""
    found = deadlines_in(piece.text)
    if not found:
        if piece.kind == "paragraph" and _ACTION.match(piece.text):
            what = "an action is requested here, and no day by which it is due was found"
            work.doubt(piece.line, "action", what, "write an ```action block below it if it has one")
        return []
    if len(found) > 1 or not found[0].moment:
        day = found[0].day
        what = f"an action is due by {day}, at an hour that the paper does not say"
        if found[0].hour:
            what = f"an action is due by {day}; its hour or time zone was not understood: “{found[0].hour}”"
        what = what if len(found) == 1 else "an action has several dates"
        fix = f"write an ```action block below it, with “due: {day}T18:00+01:00” or what is meant"
        work.doubt(piece.line, "action", what, fix)
        return []
    anchored = piece.number is not None or any(not block.text.startswith((">", "#", "- ")) for block in blocks)
    if not anchored:
        what = "an action is requested here, and no numbered paragraph stands before it"
        work.doubt(piece.line, "action", what, "write an ```action block below the paragraph that asks")
        return []
    day, due = found[0].day, found[0].moment
    line = as_title(_ACTION.sub("", piece.text, count=1))
    line = re.split(r"(?<=[.;!?])\s", line.strip(" :.–-"))[0].rstrip(".;")
    if len(line) > _LONGEST_LINE:
        line = line[:_LONGEST_LINE].rsplit(" ", 1)[0] + " …"
    fields = [
        f"id: due-{day.isoformat()}-{piece.line}",
        f"what: {json.dumps(line or '…', ensure_ascii=False)}",
        f"who: [{', '.join(json.dumps(name) for name in audience.names)}]",
        f"due: {due}",
    ]
    work.doubt(piece.line, "action", f"an action was taken to be due at {due}", "check the block below the paragraph")
    return [_Block(audience, "\n".join(["```action", *fields, "```"]))]


def _cross_references(work: _Work) -> None:
    """Numbers that the text cites and no paragraph has."""
    paper = work.paper
    numbers = {str(piece.number) for piece in paper.pieces if piece.number is not None}
    if not numbers:
        return
    for piece in paper.pieces:
        for text in _texts_of(piece):
            for found in _CITED.finditer(text):
                before = text[max(0, found.start() - 24) : found.start()]
                after = text[found.end() : found.end() + 10]
                if found.group("elsewhere") or _ELSEWHERE.search(before) or _ELSEWHERE.search(after):
                    continue
                cited = [found.group("first"), *re.findall(r"\d+", found.group("more"))]
                for number in [one for one in cited if one not in numbers]:
                    what = f"“{_spaced(found.group(0))}” is cited here, and the paper has no paragraph {number}"
                    where = _line_of(paper, piece, number)
                    fix = "correct the number, or name the paper that is meant"
                    work.doubt(where, "unknown-paragraph", what, fix)


def _line_of(paper: Paper, piece: Piece, number: str) -> int:
    following = [other.line for other in paper.pieces if other.line > piece.line]
    end = min(following, default=piece.line + 200)
    offset = paper.first_line
    for line in range(piece.line, min(end, offset + len(paper.lines))):
        if re.search(rf"\b{number}\b", paper.lines[line - offset]):
            return line
    return piece.line
