"""What a picture or paper tells beside what it shows is taken out, the same way each time; the rest stays as it was."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from communique.documents.image_particulars import NotCleaned, clean_jpeg, clean_picture, clean_png
from communique.documents.pdf_particulars import clean_pdf
from tests.documents.making_files import TOLD, WHO, jpeg, pdf, picture, png, written


def tells(data: bytes) -> list[str]:
    return [word for word in TOLD if word.encode() in data or word.encode("utf-16-le") in data]


def pixels(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB")


def test_what_the_tests_make_tells_everything() -> None:
    for data in (jpeg(), png()):
        assert len(tells(data)) >= 3
    assert len(tells(written(pdf(), compress_streams=False))) >= 3


@pytest.mark.parametrize(("kind", "made"), [("jpeg", jpeg), ("png", png)])
def test_a_picture_keeps_every_pixel_and_tells_nothing_else(kind: str, made: Callable[..., bytes]) -> None:
    data = made(tail=b"what a camera hides behind the end: " + WHO.encode())

    cleaned = clean_picture(data, kind)

    assert tells(cleaned.data) == []
    assert b"hides behind" not in cleaned.data
    assert (cleaned.width, cleaned.height) == (40, 20)
    assert pixels(cleaned.data).tobytes() == pixels(data).tobytes()
    with Image.open(io.BytesIO(cleaned.data)) as image:
        assert not {key for key in image.info if key not in ("jfif", "jfif_version", "jfif_unit", "jfif_density")}
        assert dict(image.getexif()) == {}


@pytest.mark.parametrize(("kind", "made"), [("jpeg", jpeg), ("png", png)])
def test_cleaning_gives_the_same_bytes_each_time_and_a_clean_picture_stays_as_it_is(
    kind: str, made: Callable[..., bytes]
) -> None:
    once = clean_picture(made(), kind)

    assert clean_picture(made(), kind) == once
    assert clean_picture(once.data, kind) == once


@pytest.mark.parametrize(("kind", "made"), [("jpeg", jpeg), ("png", png)])
@pytest.mark.parametrize("orientation", [2, 3, 4, 5, 6, 7, 8])
def test_a_picture_that_says_it_must_be_turned_is_turned(
    orientation: int, kind: str, made: Callable[..., bytes]
) -> None:
    cleaned = clean_picture(made(orientation), kind)

    turned = orientation >= 5
    assert (cleaned.width, cleaned.height) == ((20, 40) if turned else (40, 20))
    assert tells(cleaned.data) == []
    shown = pixels(cleaned.data)
    assert shown.size == (cleaned.width, cleaned.height)
    red_first = orientation in (1, 4, 5, 6)
    corner, other = shown.getpixel((4, 4)), shown.getpixel((shown.width - 5, shown.height - 5))
    assert isinstance(corner, tuple)
    assert isinstance(other, tuple)
    assert (corner[0] > corner[2]) == red_first
    assert (other[0] > other[2]) != red_first


def test_a_progressive_picture_in_grey_keeps_its_pixels() -> None:
    out = io.BytesIO()
    picture(300, 200).convert("L").save(out, "JPEG", progressive=True, exif=jpeg_exif())

    cleaned = clean_jpeg(out.getvalue())

    assert pixels(cleaned).tobytes() == pixels(out.getvalue()).tobytes()
    assert tells(cleaned) == []


def jpeg_exif() -> bytes:
    with Image.open(io.BytesIO(jpeg())) as image:
        return bytes(image.info["exif"])


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("jpeg", jpeg()[:-200]),
        ("jpeg", jpeg()[:60]),
        ("jpeg", b"\xff\xd8\xff\xe0"),
        ("jpeg", jpeg(mode="CMYK")),
        ("png", png()[:-20]),
        ("png", png(moves=True)),
        ("png", png().replace(b"IDAT", b"IDAX")),
        ("png", b"\x89PNG\r\n\x1a\n"),
        ("png", png()[:40] + b"\x00" + png()[41:]),
    ],
)
def test_a_picture_that_is_damaged_moves_or_is_meant_for_printing_is_refused(kind: str, data: bytes) -> None:
    with pytest.raises(NotCleaned):
        clean_picture(data, kind)


@pytest.mark.parametrize("clean", [clean_jpeg, clean_png])
def test_no_cut_picture_makes_cleaning_fail_otherwise_than_by_refusing(clean: Callable[[bytes], bytes]) -> None:
    whole = jpeg() if clean is clean_jpeg else png()
    for end in range(8, len(whole), 7):
        try:
            assert tells(clean(whole[:end])) == []
        except NotCleaned:
            continue


def test_a_paper_keeps_its_pages_and_tells_nothing_else() -> None:
    data = written(pdf())

    cleaned = clean_pdf(data)

    assert tells(cleaned) == []
    assert b"Exif" not in cleaned
    with pikepdf.open(io.BytesIO(cleaned)) as opened:
        assert len(opened.pages) == 1
        assert b"Shown on the page" in opened.pages[0].Contents.read_bytes()
        assert Name.Info not in opened.trailer
        assert Name.Metadata not in opened.Root
        photograph = opened.pages[0].Resources.XObject.P
        assert pixels(photograph.read_raw_bytes()).tobytes() == pixels(jpeg()).tobytes()


def test_a_cleaned_paper_has_the_same_bytes_each_time() -> None:
    data = written(pdf())

    assert clean_pdf(data) == clean_pdf(data)
    assert clean_pdf(clean_pdf(data)) == clean_pdf(data)


def test_what_a_paper_once_said_is_not_in_it_any_more() -> None:
    """Programs add the new version behind the old one, which stays readable."""
    old = written(
        pdf("Said before the correction"), compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable
    )
    with pikepdf.open(io.BytesIO(old)) as opened:
        number = opened.pages[0].Contents.objgen[0]
        size = int(opened.trailer.Size)
    start = int(old.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    update = f"{number} 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n".encode()
    table = f"xref\n{number} 1\n{len(old):010} 00000 n \n".encode()
    root = old.rsplit(b"/Root ", 1)[1].split(b"R", 1)[0]
    trailer = b"trailer\n<< /Size %d /Root %sR /Prev %d >>\n" % (size, root, start)
    both = old + update + table + trailer + b"startxref\n%d\n%%%%EOF\n" % (len(old) + len(update))
    assert b"Said before the correction" in both

    assert b"Said before the correction" not in clean_pdf(both)


def javascript(made: pikepdf.Pdf) -> None:
    made.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def named_javascript(made: pikepdf.Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    made.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), made.make_indirect(script)])))


def attachment(made: pikepdf.Pdf) -> None:
    made.attachments["draft.txt"] = b"not for you"


def annotation(made: pikepdf.Pdf, **more: pikepdf.Object) -> None:
    note = Dictionary({"/Type": Name.Annot, "/Rect": Array([0, 0, 9, 9]), **{f"/{key}": more[key] for key in more}})
    made.pages[0].Annots = Array([made.make_indirect(note)])


def comment(made: pikepdf.Pdf) -> None:
    annotation(made, Subtype=Name.Text, Contents=String("delete before publishing"))


def launches(made: pikepdf.Pdf) -> None:
    annotation(made, Subtype=Name.Link, A=Dictionary(S=Name.Launch, F=String("a.exe")))


def leads_to_a_disk(made: pikepdf.Pdf) -> None:
    annotation(made, Subtype=Name.Link, A=Dictionary(S=Name.URI, URI=String("file:///home/anne/draft.doc")))


def layers(made: pikepdf.Pdf) -> None:
    layer = made.make_indirect(Dictionary(Type=Name.OCG, Name=String("hidden")))
    made.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))


def form(made: pikepdf.Pdf) -> None:
    field = made.make_indirect(Dictionary(FT=Name.Tx, T=String("name"), V=String(WHO)))
    made.Root.AcroForm = Dictionary(Fields=Array([field]))


@pytest.mark.parametrize(
    "mistake",
    [javascript, named_javascript, attachment, comment, launches, leads_to_a_disk, layers, form],
)
def test_a_paper_that_runs_carries_or_hides_something_is_refused(mistake: Callable[[pikepdf.Pdf], None]) -> None:
    made = pdf()
    mistake(made)

    with pytest.raises(NotCleaned):
        clean_pdf(written(made))


def test_a_paper_may_link_to_the_web_and_within_itself() -> None:
    made = pdf()
    annotation(
        made,
        Subtype=Name.Link,
        T=String(WHO),
        M=String("D:2008"),
        A=Dictionary(S=Name.URI, URI=String("https://a.example")),
    )

    cleaned = clean_pdf(written(made))

    assert b"https://a.example" in cleaned
    assert tells(cleaned) == []


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7 rubbish",
        written(pdf())[: len(written(pdf())) // 2],
        written(pdf(), encryption=pikepdf.Encryption(owner="a", user="")),
        written(pdf(), encryption=pikepdf.Encryption(owner="a", user="b")),
    ],
)
def test_a_paper_that_is_damaged_or_locked_is_refused(data: bytes) -> None:
    with pytest.raises(NotCleaned):
        clean_pdf(data)
