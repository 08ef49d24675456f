"""A whole content folder: what lies there, how documents refer to each other, and numbers that run through parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from communique.documents.catalogue import Catalogue, read_catalogue
from communique.documents.fields import KINDS
from communique.documents.listing import TRIPWIRE, TRIPWIRE_TEXT
from communique.problems import Refused
from tests.documents.reading import STATES, TIERS

SITE = (
    "id: x.example\nas_of: 2008-11-03\nhome: null\nlanguages: [en, es]\nname: {en: N, es: N}\ntagline: {en: T, es: T}\n"
    "enquiries: a@x.example\ncollections:\n  notes: {label: {en: N, es: N}, intro: {en: I, es: I}}\nkinds:\n"
) + "".join(f"  {kind}: {{en: K, es: K}}\n" for kind in KINDS)
HEAD = "---\nkind: notice\ndate: 2008-10-01\naudience: public\noriginal: en\nsummary: S.\n{more}---\n# T\n\n"
SPANISH = "---\naudience: public\noriginal: en\nsummary: S.\n---\n# T\n\n"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    both = (TIERS + STATES).replace("{en: ", "{es: X, en: ")
    write(folder / "data/site.yaml", SITE)
    write(folder / "data/tiers.yaml", both[: both.index("states:")])
    write(folder / "data/states.yaml", both[both.index("states:") :])
    write(folder / TRIPWIRE, TRIPWIRE_TEXT)
    document(folder, "one", "A.\n\n::: oeg\nB.\n:::")
    return folder


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def document(content: Path, name: str, body: str, more: str = "") -> None:
    write(content / f"notes/{name}/en.md", HEAD.format(more=more) + body + "\n")


def refused(content: Path) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as error:
        read_catalogue(content)
    return [(problem.code, str(problem.place)) for problem in error.value.problems]


def test_a_good_folder_is_read(content: Path) -> None:
    catalogue = read_catalogue(content)

    assert isinstance(catalogue, Catalogue)
    assert list(catalogue.documents) == ["notes/one"]


def test_numbers_run_on_through_the_parts_of_a_document(content: Path) -> None:
    document(content, "p1", "A.\n\n::: oeg\nB.\n:::", "part: 1\nparts: 2\n")
    document(content, "p2", "C. [See](#p3), [before](doc:notes/p1#p2).", "part: 2\nparts: 2\nfollows: notes/p1\n")

    documents = read_catalogue(content).documents

    assert [list(map(str, documents[f"notes/p{part}"].numbers)) for part in (1, 2)] == [["1", "2"], ["3"]]


@pytest.mark.parametrize(
    ("body", "more", "code", "place"),
    [
        ("[a](doc:notes/on).", "", "unknown-document", "10:5"),
        ("[a](doc:notes/one#p3).", "", "unknown-paragraph", "10:5"),
        ("[a](#p2).", "", "unknown-paragraph", "10:5"),
        ("A.", "part: 2\nparts: 2\nfollows: notes/on\n", "unknown-document", "9:1"),
        ("A.", "part: 2\nparts: 2\nfollows: notes/one\n", "bad-part", "9:1"),
        ("A.", "part: 2\nparts: 2\nfollows: notes/two\n", "part-circle", "9:1"),
        ("1. A.\n\n2. B.", "numbering: paragraphs\n", "no-paragraph", "11:1"),
        ("- A.", "numbering: paragraphs\n", "no-paragraph", "2:1"),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused_at_its_place(
    content: Path, body: str, more: str, code: str, place: str
) -> None:
    document(content, "two", body, more)

    assert (code, f"content/notes/two/en.md:{place}") in refused(content)


def test_two_documents_never_share_a_symbol_or_a_part(content: Path) -> None:
    document(content, "p1", "A.", "symbol: PSI/1\npart: 1\nparts: 2\n")
    for name in ("p2", "p3"):
        document(content, name, "B.", "symbol: PSI/2\npart: 2\nparts: 2\nfollows: notes/p1\n")

    assert {code for code, _ in refused(content)} == {"symbol-twice", "part-twice"}


SEALED = HEAD.replace("audience: public", "audience: oeg, state:nz")


def test_a_document_that_is_sealed_as_a_whole_has_no_address_before_there_are_keys(content: Path) -> None:
    write(content / "notes/night-boarding/en.md", SEALED.format(more="") + "A.\n")
    catalogue = read_catalogue(content)
    document = catalogue.documents["notes/night-boarding"]

    assert document.is_sealed
    for ask in (lambda: document.path("en"), lambda: document.doc):
        with pytest.raises(ValueError, match="only once there are keys"):
            ask()
    named = catalogue.named(lambda ident: "d" + ident[::-1].replace("/", ""))
    assert named.documents["notes/night-boarding"].path("es") == "es/x/dgnidraob-thginseton/index.html"
    assert named.documents["notes/one"].path("es") == "es/notes/one/index.html"


@pytest.mark.parametrize(
    ("fence", "code"),
    [("oeg", None), ("core", None), ("state:mx", None), ("partner", "wider-inside"), ("partner, core", "wider-inside")],
)
def test_what_stands_inside_a_sealed_document_is_never_wider_than_it(
    content: Path, fence: str, code: str | None
) -> None:
    write(content / "notes/two/en.md", SEALED.format(more="") + f"A.\n\n::: {fence}\nB.\n:::\n")

    if code is None:
        assert read_catalogue(content).documents["notes/two"].is_sealed
    else:
        assert refused(content) == [(code, "content/notes/two/en.md:12:1")]


def test_only_areas_stand_inside_a_document_for_an_area(content: Path) -> None:
    area = HEAD.replace("audience: public", "audience: state:nz").format(more="")
    write(content / "notes/two/en.md", area + "A.\n\n::: core\nB.\n:::\n")

    assert refused(content) == [("wider-inside", "content/notes/two/en.md:12:1")]


def test_parts_for_different_readers_do_not_follow_each_other(content: Path) -> None:
    document(content, "p1", "A.", "part: 1\nparts: 2\n")
    write(content / "notes/p2/en.md", SEALED.format(more="part: 2\nparts: 2\nfollows: notes/p1\n") + "B.\n")

    assert refused(content) == [("part-audience", "content/notes/p2/en.md:9:1")]


def test_no_message_quotes_the_symbol_of_a_sealed_document(content: Path) -> None:
    document(content, "a", "A.", "symbol: PSI/OEG/1\n")
    write(content / "notes/b/en.md", SEALED.format(more="symbol: PSI/OEG/1\n") + "B.\n")

    with pytest.raises(Refused) as error:
        read_catalogue(content)

    assert [problem.code for problem in error.value.problems] == ["symbol-twice"]
    assert "PSI/OEG" not in str(error.value)


def test_every_page_names_public_documents_only(content: Path) -> None:
    write(content / "notes/two/en.md", SEALED.format(more="") + "A.\n")
    write(content / "data/site.yaml", SITE + "foot: [notes/one, notes/two]\nask: notes/two\n")

    assert [code for code, _ in refused(content)] == ["sealed-reference"] * 2


def test_links_lead_to_paragraphs_of_sealed_documents_too(content: Path) -> None:
    write(content / "notes/two/en.md", SEALED.format(more="") + "A.\n")
    document(content, "three", "[a](doc:notes/two#p1).")
    assert "notes/three" in read_catalogue(content).documents

    document(content, "three", "[a](doc:notes/two#p2).")
    assert refused(content) == [("unknown-paragraph", "content/notes/three/en.md:10:5")]


def test_a_translation_without_its_original_is_refused(content: Path) -> None:
    write(content / "notes/two/es.md", SPANISH + "A.\n")

    assert refused(content) == [("no-original", "content/notes/two/es.md:2:1")]


def test_language_files_name_the_same_original(content: Path) -> None:
    write(content / "notes/one/es.md", HEAD.format(more="").replace("original: en", "original: es") + "A.\n")

    assert [code for code, _ in refused(content)] == ["two-originals"]


@pytest.mark.parametrize("path", ["notes/one/en.md~", "notes/one/de.md", "notes/x.md", "x.md", "other/a/en.md",
                                  "data/x.yaml",
                                  "notes/One/en.md", "notes/one/more/en.md", ".hidden"])  # fmt: skip
def test_a_file_that_has_no_place_is_refused(content: Path, path: str) -> None:
    write(content / path, "x")

    assert "unexpected-file" in [code for code, _ in refused(content)]


def test_links_on_the_disk_are_refused(content: Path) -> None:
    (content / "notes/one/es.md").symlink_to(content / "notes/one/en.md")

    assert refused(content) == [("symlink", "content/notes/one/es.md")]


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"---\n\xff", "not-utf-8", "2"),
        (b"---\na\x02", "control-character", "2:2"),
        ("---\na\u202eb".encode(), "control-character", "2:2"),
    ],
)
def test_a_file_that_hides_something_is_refused(content: Path, data: bytes, code: str, place: str) -> None:
    (content / "notes/one/en.md").write_bytes(data)

    assert refused(content) == [(code, f"content/notes/one/en.md:{place}")]


def test_data_that_are_missing_are_named(content: Path) -> None:
    (content / "data/tiers.yaml").unlink()

    assert refused(content) == [("missing-file", "content/data/tiers.yaml")]


def test_a_site_without_documents_is_refused(content: Path) -> None:
    (content / "notes/one/en.md").unlink()
    (content / "notes/one").rmdir()

    assert [code for code, _ in refused(content)] == ["no-documents"]


def test_the_problems_of_all_files_are_told_at_once(content: Path) -> None:
    document(content, "two", "A {oeg}")
    document(content, "three", "A\n\n::: patner\nB.\n:::")

    assert [code for code, _ in refused(content)] == ["unknown-audience", "seals-nothing"]
