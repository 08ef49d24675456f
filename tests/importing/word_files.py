"""Makes the Word files among the papers: `python tests/importing/word_files.py` writes them anew, the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

PAPERS = Path(__file__).parent / "papers"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
_RELATIONS = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="{R}/officeDocument" Target="word/document.xml"/></Relationships>"""
_OWN_RELATIONS = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="s" Type="{R}/styles" Target="styles.xml"/>
<Relationship Id="n" Type="{R}/numbering" Target="numbering.xml"/>
<Relationship Id="f" Type="{R}/footnotes" Target="footnotes.xml"/>
<Relationship Id="c" Type="{R}/comments" Target="comments.xml"/>
<Relationship Id="h" Type="{R}/hyperlink" Target="https://ports.example/list" TargetMode="External"/>
</Relationships>"""
_STYLES = f"""<?xml version="1.0" encoding="UTF-8"?><w:styles xmlns:w="{W}">
<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Quote"><w:name w:val="Quote"/></w:style></w:styles>"""
_NUMBERING = f"""<?xml version="1.0" encoding="UTF-8"?><w:numbering xmlns:w="{W}">
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl>
<w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>"""


def run(text: str, properties: str = "") -> str:
    about = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{about}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, style: str = "", numbered: tuple[int, int] | None = None) -> str:
    """`numbered` is the list and the level in it."""
    about = f'<w:pStyle w:val="{style}"/>' if style else ""
    if numbered:
        about += f'<w:numPr><w:ilvl w:val="{numbered[1]}"/><w:numId w:val="{numbered[0]}"/></w:numPr>'
    inner = "".join(one if one.startswith("<") else run(one) for one in runs)
    return f"<w:p><w:pPr>{about}</w:pPr>{inner}</w:p>"


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def inserted(text: str) -> str:
    return f'<w:ins w:id="1" w:author="Drafting office">{run(text)}</w:ins>'


def deleted(text: str) -> str:
    gone = f'<w:r><w:delText xml:space="preserve">{text}</w:delText></w:r>'
    return f'<w:del w:id="2" w:author="Drafting office">{gone}</w:del>'


def cited(note: int) -> str:
    return f'<w:r><w:footnoteReference w:id="{note}"/></w:r>'


def linked(text: str) -> str:
    return f'<w:hyperlink r:id="h">{run(text)}</w:hyperlink>'


def document(*body: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="{W}" xmlns:r="{R}">'
        f"<w:body>{''.join(body)}</w:body></w:document>"
    )


def footnotes(*texts: str) -> str:
    notes = "".join(
        f'<w:footnote w:id="{number}">{paragraph(text)}</w:footnote>' for number, text in enumerate(texts, 1)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes xmlns:w="{W}">{notes}</w:footnotes>'


def comments(*texts: str) -> str:
    said = "".join(
        f'<w:comment w:id="{number}" w:author="Legal office">{paragraph(text)}</w:comment>'
        for number, text in enumerate(texts, 1)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><w:comments xmlns:w="{W}">{said}</w:comments>'


def header(text: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:hdr xmlns:w="{W}">{paragraph(text)}</w:hdr>'


def packed(body: str, more: Mapping[str, str | bytes] | None = None) -> bytes:
    """A Word file with these parts; `more` replaces the usual ones, or stands beside them."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": body,
        "word/_rels/document.xml.rels": _OWN_RELATIONS,
        "word/styles.xml": _STYLES,
        "word/numbering.xml": _NUMBERING,
        "word/footnotes.xml": footnotes(),
        "word/comments.xml": comments(),
        **(more or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2008, 11, 3, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def guidance() -> bytes:
    """Counted by Word: a title, numbered paragraphs with lettered items, a table, footnotes, a link."""
    return packed(
        document(
            paragraph("Guidance on the berth of the day", style="Title"),
            paragraph("Purpose", style="Heading1"),
            paragraph("This guidance says which berth is kept free, for whom, and by which office.", numbered=(1, 0)),
            paragraph(
                "It is for ports with fewer than ten berths", cited(1), "; others have their own.", numbered=(1, 0)
            ),
            paragraph("Who keeps it", style="Heading1"),
            paragraph("The harbour office names the berth each morning, and tells these services:", numbered=(1, 0)),
            paragraph("customs;", numbered=(1, 1)),
            paragraph("the coast guard.", numbered=(1, 1)),
            table(("Hour", "Office", "List"), ("06:00", "Harbour | office", "A*"), ("18:00", "Customs", "B_1")),
            paragraph(
                "The list of berths is kept ", linked("on the page of ports"), " and printed weekly.", numbered=(1, 0)
            ),
            paragraph(
                "FOR WELLINGTON: please say whether two lists are needed, as paragraph 9 assumes.", numbered=(1, 0)
            ),
            paragraph("bring the list;", numbered=(2, 0)),
            paragraph("bring the seal &lt;b&gt;.", numbered=(2, 0)),
        ),
        {"word/footnotes.xml": footnotes("Counted on the first day of the year, see paragraph 2.")},
    )


def changed() -> bytes:
    """Typed numbers, and what a page does not tell from text: changes, comments, hidden words, a running head."""
    return packed(
        document(
            paragraph("SUBJECT: STATEMENT ON LOAN OF EVIDENCE"),
            paragraph("DATE: 12 September 2008"),
            paragraph("REF: A. EXAMPLE/07/4"),
            paragraph(
                "1. The office lends ", inserted("sealed "), "samples", deleted(" of any kind"), " to other offices."
            ),
            paragraph(
                "2. A sample is lent for ",
                run("ten", "<w:strike/>"),
                " fourteen days",
                run(" to office nine", "<w:vanish/>"),
                ".",
            ),
            paragraph("“We lend what we can spare.”", style="Quote"),
            paragraph("ACTION REQUEST"),
            paragraph("4. Offices that hold a sample return it by 1 December 2008, 09:30 GMT."),
        ),
        {
            "word/comments.xml": comments("Ask the laboratory before this is sent."),
            "word/header1.xml": header("Draft of the example office"),
        },
    )


PAPERS_MADE = {"5-berth-of-the-day.docx": guidance, "6-evidence.docx": changed}

if __name__ == "__main__":
    for name, make in PAPERS_MADE.items():
        (PAPERS / name).write_bytes(make())
