"""A text in the style of diplomatic telegrams: header, pages, numbered paragraphs, sections."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace

from communique.importing.decoding import Decoded
from communique.importing.page_furniture import Marked, find_furniture
from communique.importing.paper import Doubt, HeaderField, Paper
from communique.importing.paragraphs import Body
from communique.problems import Place

#: Labels of a header, by their spellings.
LABELS = {
    "FM": "FROM", "FROM": "FROM", "DE": "FROM", "TO": "TO", "PARA": "TO", "INFO": "INFO", "CC": "INFO",
    "SUBJECT": "SUBJECT", "SUBJ": "SUBJECT", "ASUNTO": "SUBJECT", "OBJET": "SUBJECT", "RE": "SUBJECT",
    "REF": "REF", "REFS": "REF", "REFERENCE": "REF", "REFERENCES": "REF", "REFERENCIA": "REF", "REFERENCIAS": "REF",
    "RÉF": "REF", "RÉFÉRENCES": "REF", "TAGS": "TAGS", "KEYWORDS": "TAGS", "DATE": "DATE", "FECHA": "DATE",
    "SYMBOL": "SYMBOL", "DISTRIBUTION": "DISTRIBUTION", "DISTRIBUCIÓN": "DISTRIBUTION", "DIFFUSION": "DISTRIBUTION",
    "CLASSIFICATION": "CLASSIFICATION", "PRECEDENCE": "PRECEDENCE", "ORIGINAL": "ORIGINAL", "BCC": "INFO",
    "SENT": "DATE", "ACTION": "ACTION", "CAPTION": "CAPTION", "E.O.": "RULE", "SENDER": "FROM", "REPLY-TO": "REPLY-TO",
}  # fmt: skip
_LABELLED = re.compile(r"(?P<label>[^\W\d_][\w./-]{1,15})\s?:(?=\s|\Z)\s*(?P<value>.*)\Z")
_SPACED = re.compile(r"(?P<label>FM|TO|INFO)\s+(?P<value>\S.*)\Z")
_DATE_TIME = re.compile(r"[ZOPR] ?\d{6}Z [A-Z]{3} \d{2,4}\Z|\d{6}Z [A-Z]{3} \d{2,4}\Z")
_ADDRESSEE = re.compile(r"[A-Z][A-Z0-9 .,'/-]{2,60}\Z")
_LETTERED = re.compile(r"\(?[A-Z]\)?[.)]?\s|\d{2} [A-Z]{3,}")
_BODY = re.compile(r"\(?¶?\s?\d{1,3}[.)]\s|¶\s?\d|BEGIN |SUMMARY|RESUMEN|RÉSUMÉ|ACTION REQUEST|(?:FOR|POUR) .*:")
#: How far down a header may begin, in lines with words.
_DEEPEST = 10
_TITLES = 3
_PART_OF = re.compile(
    r"\b(?:PART|PARTE|PARTIE|SECTION)\s+(?P<part>\d{1,2})\s+(?:OF|DE|SUR)\s+(?P<parts>\d{1,2})\b", re.I
)


@dataclass(frozen=True)
class Letter:
    """What an e-mail knows of its lines: fields above its text, lines that it quotes, and where it is signed."""

    header: tuple[HeaderField, ...] = ()
    quoted: frozenset[int] = frozenset()
    signed: int = 0


def read_cable(decoded: Decoded, file: str, *, first_line: int = 1, letter: Letter | None = None) -> Paper:
    """The paper that these lines are."""
    lines, around = decoded.lines, letter or Letter()
    marked = find_furniture(file, lines, first_line)
    header, body_from = read_header(lines, first_line, marked)
    found = [part for number, part in sorted(marked.parts.items())]
    in_order = all(before < after for before, after in itertools.pairwise(found))
    if not in_order:
        # Nobody but an editor puts a paper's parts in order.
        marked = replace(marked, parts={}, parts_of=1)
    said = next((one for field in header for line in field.lines if (one := _PART_OF.search(line))), None)
    if said is not None and not marked.parts and 0 < int(said.group("part")) <= int(said.group("parts")):
        found, marked = [int(said.group("part"))], replace(marked, parts_of=int(said.group("parts")))
    part = found[0] if found and in_order else 1
    body = Body(file, lines[body_from - first_line :], part=part)
    doubts = [*decoded.doubts, *marked.doubts]
    if not in_order:
        what = f"the sections come in the order {', '.join(map(str, found))}: they were left as they are, in one draft"
        doubts.append(Doubt(Place(file, first_line), "part-order", what, "put them in order, and import again"))
        found = []
    taken = list(marked.taken_out)
    header_lines = {" ".join(line.split()) for one in header for line in one.lines}
    last_part, at_head = part, False
    blank, page = True, 0
    for number in range(first_line, first_line + len(lines)):
        line, kind = lines[number - first_line], marked.kinds.get(number, "")
        if kind == "part" and not in_order:
            blank = True
        if number in marked.parts and number >= body_from:
            here = marked.parts[number]
            if here != last_part:
                doubts += _part_doubts(file, number, here, last_part)
                last_part = here
                if body.goes_on:
                    what = "a section ends inside a sentence; the paragraph was kept whole in the section before"
                    doubts.append(Doubt(Place(file, number), "section-in-sentence", what, "read it across the mark"))
                    page = -number
                else:
                    body.close()
                    blank = True
                body.part = here
                at_head = True
            continue
        if number < body_from:
            if kind == "rule":
                body.take(number, 0, line, "a line of signs")
            continue
        if kind == "rule":
            body.underline(number, line)
            blank = True
        elif kind in ("page", "part", "banner", "copy", "repeated", "trailer"):
            page = number if kind == "page" and body.pieces_begun else page
        elif not line.strip():
            blank = True
        elif number in around.quoted:
            said_there = line.lstrip("> \t")
            body.take(number, 0, line[: len(line) - len(said_there)].rstrip(), "a mark of quotation")
            if said_there:
                body.quote(number, said_there.strip(), goes_on=number - 1 in around.quoted and not blank)
            blank = not said_there
        elif number == around.signed:
            body.take(number, 0, line, "a mark of a signature")
            blank = True
        elif at_head and " ".join(line.split()) in header_lines:
            body.take(number, 0, line, "the header again")
        else:
            at_head = at_head and not line.strip()
            body.feed(number, line, blank_before=blank, page_before=page)
            blank, page = False, 0
    body.close()
    narrow = frozenset(
        piece.line
        for piece in body.pieces
        if piece.line in around.quoted or (around.signed and piece.line > around.signed)
    )
    parts_here = tuple(sorted(set(found))) or (1,)
    missing = [one for one in range(1, marked.parts_of + 1) if one not in parts_here]
    if missing:
        what = f"of {marked.parts_of} parts, {_listed(missing)} is not here"
        fix = "import it too; the draft of a later part then needs part:, parts: and follows:"
        doubts.append(Doubt(Place(file, first_line), "missing-part", what, fix))
    return Paper(
        file,
        (*around.header, *header),
        tuple(body.pieces),
        lines,
        tuple(sorted([*taken, *body.taken_out], key=lambda one: (one.line, one.start))),
        (*doubts, *body.doubts),
        first_line=first_line,
        narrow=narrow,
        parts=marked.parts_of,
        parts_here=parts_here,
    )


def _listed(parts: list[int]) -> str:
    return ", ".join(f"part {part}" for part in parts)


def _part_doubts(file: str, line: int, here: int, last: int) -> list[Doubt]:
    if here == last + 1:
        return []
    what = f"part {here} follows part {last}"
    return [Doubt(Place(file, line), "missing-part", what, "find the part between, or put them in order")]


def read_header(
    lines: tuple[str, ...], first_line: int, marked: Marked | None = None
) -> tuple[tuple[HeaderField, ...], int]:
    """The header's fields, and the line on which the text begins."""
    fields: list[list[str | int | list[str]]] = []
    end, seen, blank = first_line, 0, False
    known = 0
    for number, raw in enumerate(lines, first_line):
        line, kind = raw.strip(), marked.kinds.get(number, "") if marked else ""
        if kind and kind != "rule":
            continue
        if not line:
            blank = True
            continue
        seen += 1
        label, value, is_known = _labelled(line)
        if _BODY.match(line) or (not fields and seen > _DEEPEST):
            break
        if kind == "rule":
            if fields:
                break
            continue
        if label and (is_known or (fields and not blank)):
            fields.append([label, value, number, [line]])
            known += is_known
        elif not fields and not blank and _ADDRESSEE.match(line):
            fields.append(["", line, number, [line]])
        elif fields and (not blank or (_goes_on(str(fields[-1][0]), line) and not _is_subject(fields))):
            entry = fields[-1]
            entry[1] = f"{entry[1]} {line}".strip()
            held = entry[3]
            if isinstance(held, list):
                held.append(line)
        elif not fields or (not known and seen <= _TITLES):
            # A running head or a title may stand above the first label.
            fields.append(["", line, number, [line]])
        else:
            break
        blank = False
        end = number + 1
    if known < 2:
        return (), first_line
    result = tuple(
        HeaderField(str(label), str(value), int(str(number)), tuple(held) if isinstance(held, list) else ())
        for label, value, number, held in fields
    )
    return result, end


def _is_subject(fields: list[list[str | int | list[str]]]) -> bool:
    return str(fields[-1][0]) == "SUBJECT"


def _labelled(line: str) -> tuple[str, str, bool]:
    """A header's line: label, value, and whether the label is one that headers have."""
    if _DATE_TIME.match(line):
        return "DATE", line, True
    found = _SPACED.match(line) or _LABELLED.match(line)
    if not found:
        return "", "", False
    written = found.group("label")
    known = LABELS.get(written.upper())
    if known and (written.isupper() or written.istitle()):
        return known, found.group("value"), True
    return (written, found.group("value"), False) if written.isupper() else ("", "", False)


def _goes_on(label: str, line: str) -> bool:
    """Whether a line behind a gap still belongs to the field before it."""
    if label == "REF":
        return bool(_LETTERED.match(line))
    return label in ("TO", "INFO", "FROM") and bool(_ADDRESSEE.match(line))
