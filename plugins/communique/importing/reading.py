"""A file that arrived, whatever it is: recognised, read, drafted, and compared with its drafts word by word."""

from __future__ import annotations

from dataclasses import dataclass

from communique.importing.cable import read_cable
from communique.importing.decoding import decode
from communique.importing.drafting import Wishes, write_drafts
from communique.importing.e_mail import read_e_mail
from communique.importing.paper import Doubt, Draft, Paper, TakenOut
from communique.importing.word_file import read_word_file
from communique.importing.words import compare, draft_words, paper_words
from communique.policy import Policy
from communique.problems import Place, Problem, Refused

#: Larger than any paper: nothing of a file beyond it is looked at.
LARGEST_FILE = 16 * 1024 * 1024
_ZIP, _OLD_WORD, _PDF, _RTF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"{\\rtf"


@dataclass(frozen=True)
class Imported:
    """The drafts of a paper's parts, what is doubtful in it, and what was left out as furniture of its pages."""

    drafts: tuple[Draft, ...]
    doubts: tuple[Doubt, ...]
    taken_out: tuple[TakenOut, ...]


def read_paper(data: bytes, file: str) -> Paper:
    """The paper in `data`, recognised by its first bytes and by the name it came under.

    Raises:
        Refused: it is no cable, Word file or e-mail, or not one that is safe to read.
    """
    if len(data) > LARGEST_FILE:
        what = f"this file has {len(data)} bytes, and a paper has at most {LARGEST_FILE}"
        raise Refused([Problem(Place(file), "import-too-large", what, "import the paper without its annexes")])
    if not data.strip():
        raise Refused([Problem(Place(file), "import-not-text", "this file is empty", "look for the paper itself")])
    suffix = file.rpartition(".")[2].lower() if "." in file else ""
    if data.startswith(_ZIP) or suffix in ("docx", "docm"):
        return read_word_file(data, file)
    if data.startswith((_OLD_WORD, _PDF, _RTF)):
        kind = {_OLD_WORD: "an old Word file or a message of Outlook", _PDF: "a PDF", _RTF: "an RTF file"}
        what = f"this is {next(name for begin, name in kind.items() if data.startswith(begin))}, which is not read here"
        raise Refused([Problem(Place(file), "import-kind", what, "save it as .docx, as .eml or as plain text")])
    if suffix == "eml":
        return read_e_mail(data, file)
    return read_cable(decode(data, file), file)


def draft_paper(paper: Paper, policy: Policy, wishes: Wishes) -> Imported:
    """The paper as drafts. A word of it that no draft shows, or the reverse, is the first of the doubts."""
    drafts, doubts = write_drafts(paper, policy, wishes)
    before = paper_words(paper.lines, paper.taken_out, first_line=paper.first_line)
    after = [word for draft in drafts for word in draft_words(draft.text, title=bool(paper.title))]
    difference = compare(before, after)
    if difference:
        what = f"the draft has not the words of the paper: {difference}"
        lost = Doubt(Place(paper.file), "words-differ", what, "compare the draft with the paper, and mend it")
        doubts = (lost, *doubts)
    return Imported(drafts, doubts, paper.taken_out)
