"""Files beside a text: how a text refers to them, whose they are, and what is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from communique.documents.attachments import FoundFile, audience_of_file, read_attachments
from communique.documents.file_types import FILE_NAME, TYPES, fault_of, without_language
from communique.documents.rendering import ShownFile
from communique.problems import Place
from tests.documents.making_files import TOLD, jpeg, pdf, png, written
from tests.documents.reading import PHRASES, RENDERER, cut, found

SHOWN = {name: ShownFile(f"at/{name}", "PDF, 3\u00a0kB", 40, 20) for name in ("a.pdf", "m.png", "n.jpg")}


def shown(body: str) -> dict[str, str]:
    html = RENDERER.render(
        cut(body), lambda target: target, show_numbers=False, phrases=PHRASES, files=lambda _: SHOWN
    ).html
    return dict(html)


def referred(body: str) -> list[tuple[str, str, str]]:
    return [(one.name, one.form, one.part) for one in cut(body).files]


def test_a_link_to_a_file_says_what_it_brings() -> None:
    assert shown("See [the annex](file:a.pdf).")[""] == (
        '<p class="para" id="p1">See <a class="file" href="at/a.pdf">the annex</a>\u00a0'
        '<span class="file__facts">(PDF, 3\u00a0kB)</span>.</p>'
    )


def test_an_image_alone_in_its_paragraph_is_a_figure_without_a_number() -> None:
    source = cut('A.\n\n![What it\nshows](file:m.png "Seen (twice)")\n\nB.')

    assert [(block.kind, str(block.number or "")) for block in source.blocks] == [
        ("paragraph", "1"),
        ("figure", ""),
        ("paragraph", "2"),
    ]
    html = shown('![What it\nshows & "more"](file:m.png "Seen (twice)")')[""]
    assert html == (
        '<figure class="figure"><img alt="What it shows &amp; &quot;more&quot;" height="20" src="at/m.png" width="40">'
        "<figcaption>Seen (twice)</figcaption></figure>"
    )


def test_files_and_images_stand_wherever_text_may_stand_and_belong_to_their_part() -> None:
    body = """\
A [link](file:a.pdf), [sealed ![w](file:m.png) words]{oeg} and ![w](file:n.jpg).

- an item with [a file](file:a.pdf) {oeg}
- an item with ![w](file:m.png)

| a | b |
| --- | --- |
| ![w](file:m.png) | [x](file:a.pdf) | {partner}

> Quoted ![w](file:m.png)

Noted.[^1]

[^1]: With [a file](file:a.pdf).

::: partner
![w](file:m.png)

::: oeg
Inside [[x](file:a.pdf)]{core}
:::
:::
"""
    assert referred(body) == [
        ("a.pdf", "link", ""),
        ("m.png", "image", "s1"),
        ("n.jpg", "image", ""),
        ("a.pdf", "link", "s2"),
        ("m.png", "image", ""),
        ("m.png", "image", "s3"),
        ("a.pdf", "link", "s3"),
        ("m.png", "image", ""),
        ("a.pdf", "link", ""),
        ("m.png", "image", "s4"),
        ("a.pdf", "link", "s6"),
    ]
    html = shown(body)
    assert html[""].count("<img") == 3
    assert all("at/" in html[part] for part in ("s1", "s2", "s3", "s4", "s6"))
    assert "at/" not in html["s5"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("![](file:m.png)", ("image-words", 3, 1)),
        ("![ ](file:m.png)", ("image-words", 3, 1)),
        ("![a *b*](file:m.png)", ("image-words", 3, 1)),
        ("![a [b]{oeg}](file:m.png)", ("image-words", 3, 1)),
        ('![a](file:m.png "b_c_")', ("image-words", 3, 1)),
        ("![a](file:a.pdf)", ("image", 3, 1)),
        ("![a](file:a.svg)", ("image", 3, 1)),
        ("![a](doc:a/b)", ("image", 3, 1)),
        ("![a](data:image/png;base64,AAAA)", ("image", 3, 1)),
        ("![a](m.png)", ("image", 3, 1)),
        ("![a][b]", ("image", 3, 1)),
        ("![a", ("image", 3, 1)),
        ("B ![a]", ("image", 3, 3)),
        ("[![a](file:m.png)](https://a.example)", ("image-place", 3, 1)),
        ("## B ![a](file:m.png)", ("image-place", 3, 6)),
        ('B ![a](file:m.png "c")', ("image-place", 3, 3)),
        ("[a](file:../a.pdf)", ("bad-link", 3, 5)),
        ("[a](file:A.pdf)", ("bad-link", 3, 5)),
        ("[a](file:en.md/a.pdf)", ("bad-link", 3, 5)),
        ("[a](file:)", ("bad-link", 3, 5)),
        ("[a](file:///etc/passwd)", ("bad-link", 3, 5)),
        ("[a](a.pdf)", ("bad-link", 3, 5)),
        ("[x]: file:a.pdf\n\n[a][x]", ("bad-link", 3, 1)),
        ("![a](file:m.png){oeg}", ("seals-nothing", 3, 17)),
        ("![a]{oeg}(file:m.png)", ("image", 3, 1)),
    ],
)
def test_what_is_nearly_a_file_or_an_image_is_refused(body: str, expected: tuple[str, int, int]) -> None:
    assert expected in found(body)


def test_a_file_that_the_page_cannot_show_is_refused_by_the_renderer() -> None:
    assert found("[a](file:b.pdf)") == [("bad-link", 1, 1)]


# What lies beside the text.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def lying(folder: Path, **files: bytes) -> list[FoundFile]:
    made = []
    for key, data in files.items():
        name = key.replace("__", "-").replace("_", ".")
        (folder / name).write_bytes(data)
        made.append(FoundFile("a/b", name, folder / name, Place(f"content/a/b/{name}")))
    return made


def codes(folder: Path, body: str, *others: str, **files: bytes) -> list[str]:
    _, problems = read_attachments(lying(folder, **files), [cut(text) for text in (body, *others)])
    return sorted(problem.code for problem in problems)


def test_each_file_is_read_and_cleaned_once_and_knows_its_readers(folder: Path) -> None:
    body = "[a](file:a.pdf) ![m](file:m.png)\n\n::: oeg\n[b](file:b.csv)\n:::\n\n[n]{core}"
    files = lying(folder, a_pdf=written(pdf()), m_png=png(6), b_csv="näme;1\n".encode())
    source = cut(body)

    read, problems = read_attachments(files, [source])

    assert problems == []
    assert {name: (file.type.media, file.width, file.height) for name, file in read.items()} == {
        "a.pdf": ("application/pdf", 0, 0),
        "m.png": ("image/png", 20, 40),
        "b.csv": ("text/csv; charset=utf-8", 0, 0),
    }
    assert not [word for word in TOLD for file in read.values() if word.encode() in file.data]
    assert read["b.csv"].data == "näme;1\n".encode()
    assert [str(audience_of_file([source], name)) for name in ("a.pdf", "m.png", "b.csv", "c.txt")] == [
        "public",
        "public",
        "oeg",
        "None",
    ]


def test_what_a_file_holds_is_not_shown_by_its_repr(folder: Path) -> None:
    read, _ = read_attachments(lying(folder, b_txt=b"nobody prints this"), [cut("[b](file:b.txt)")])

    assert "nobody prints" not in repr(read)


def test_a_file_that_is_missing_unused_or_for_two_audiences_is_refused(folder: Path) -> None:
    assert codes(folder, "[a](file:anex.pdf)", annex_pdf=written(pdf())) == ["file-missing"]
    assert codes(folder, "Nothing.", annex_pdf=written(pdf())) == ["file-unused"]
    assert codes(folder, "[a](file:b.txt)\n\n::: oeg\n[a](file:b.txt)\n:::", b_txt=b"b\n") == ["file-two-audiences"]
    assert codes(folder, "::: oeg\n[a](file:b.txt)\n:::", "::: core\n[a](file:b.txt)\n:::", b_txt=b"b\n") == [
        "file-two-audiences"
    ]
    assert codes(folder, "::: oeg\n[a](file:b.txt)\n:::", "::: oeg\n[a](file:b.txt)\n:::", b_txt=b"b\n") == []


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, data in members.items():
            made.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


DOCX = archive(word__document_xml=b"<w/>")


def test_what_cannot_be_cleaned_may_be_sealed_and_not_published(folder: Path) -> None:
    assert codes(folder, "[a](file:b.docx)", b_docx=DOCX) == ["file-kind"]
    assert codes(folder, "::: oeg\n[a](file:b.docx)\n:::", b_docx=DOCX) == []
    assert {suffix for suffix, kind in TYPES.items() if kind.may_be_public} == {
        "pdf",
        "png",
        "jpg",
        "jpeg",
        "txt",
        "csv",
    }
    assert not {"svg", "html", "htm", "js", "exe", "docm", "xlsm", "md"} & set(TYPES)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("b_txt", b""),
        ("b_txt", b"\xff\xfea\x00"),
        ("b_csv", "a\u202eb".encode()),
        ("b_csv", b"a\x00b"),
        ("b_pdf", png()),
        ("b_pdf", b"<html>"),
        ("b_png", jpeg()),
        ("b_jpg", png()),
        ("b_docx", archive(xl__workbook_xml=b"")),
        ("b_docx", archive(word__document_xml=b"", word__vbaProject_bin=b"")),
        ("b_docx", DOCX[:-30]),
        ("b_odt", archive(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", content_xml=b"")),
        ("b_zip", b"Rar!"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(name: str, data: bytes, folder: Path) -> None:
    link = name.replace("_", ".")

    assert codes(folder, f"::: oeg\n[a](file:{link})\n:::", **{name: data}) == ["file-content"]


def test_an_open_document_is_known_by_its_kind() -> None:
    odt = archive(mimetype=TYPES["odt"].media.encode(), content_xml=b"<x/>")

    assert fault_of("a.odt", odt) == ""
    assert fault_of("a.ods", odt) != ""


def test_names_are_those_that_every_disk_keeps() -> None:
    good = ("a.pdf", "annex-1.pdf", "annex.es.pdf", "2008.tab.csv")
    bad = ("A.pdf", "a b.pdf", "a_b.pdf", "é.pdf", ".pdf", "a", "a.pdf~", "-a.pdf", "a..pdf", "a/b.pdf", "a.pdf\n")

    assert [name for name in good if not FILE_NAME.match(name)] == []
    assert [name for name in bad if FILE_NAME.match(name)] == []
    assert {without_language(name) for name in ("annex.pdf", "annex.es.pdf", "annex.fr.pdf")} == {"annex.pdf"}
