"""Takes out of a PDF who wrote it, when and with what; refuses one that runs, carries other files or hides text.

A PDF is written anew from what its pages need: earlier versions of it, which many programs leave in the file, are
gone as well. The same file always gives the same bytes.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from communique.documents.image_particulars import NotCleaned, clean_jpeg

#: Notes of programs and people about the file, a page or a picture in it.
_PARTICULARS = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/SpiderInfo", "/Perms", "/Legal", "/DSS", "/OPI")
_OF_AN_ANNOTATION = ("/M", "/NM", "/T", "/CreationDate", "/RC", "/Popup", "/IRT")
_RUNS = ("/JS", "/JavaScript", "/AA", "/XFA", "/RichMediaContent", "/RichMediaSettings")
_CARRIES = ("/EmbeddedFiles", "/EmbeddedFile", "/EF", "/AF", "/Collection")
_ACTIONS = frozenset({"/GoTo", "/URI", "/Named"})
#: Every action there is; elsewhere /S names other things too.
_OTHER_ACTIONS = frozenset(
    [
        "/GoToR",
        "/GoToE",
        "/GoToDp",
        "/Launch",
        "/Thread",
        "/Sound",
        "/Movie",
        "/Hide",
        "/SubmitForm",
        "/ResetForm",
        "/ImportData",
        "/JavaScript",
        "/SetOCGState",
        "/Rendition",
        "/Trans",
        "/GoTo3DView",
        "/RichMediaExecute",
    ]
)
_SCHEMES = (b"https://", b"http://", b"mailto:", b"tel:")
_BOXES_OF_PARTICULARS = (b"xml ", b"uuid", b"Exif")
_PRINT_IT = "print it to a new PDF, and look at that"


def clean_pdf(data: bytes) -> bytes:
    """The PDF without its particulars.

    Raises:
        NotCleaned: it is damaged or locked, runs something, carries files, or holds more than its pages show.
    """
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise NotCleaned("it is locked", "save it without a password and without restrictions")
            first = _saved(pdf)
            if pdf.get_warnings():
                raise NotCleaned("it is damaged", _PRINT_IT)
        with pikepdf.open(io.BytesIO(first), suppress_warnings=True) as pdf:
            if len(pdf.pages) == 0:
                raise NotCleaned("it has no pages", _PRINT_IT)
            _clean(pdf)
            cleaned = _saved(pdf)
        with pikepdf.open(io.BytesIO(cleaned), suppress_warnings=True) as pdf:
            # What was taken out may have led to more: a second look must find nothing.
            _clean(pdf)
            if _saved(pdf) != cleaned:
                raise NotCleaned("its particulars cannot be told from its pages", _PRINT_IT)
    except (pikepdf.PdfError, pikepdf.PasswordError, pikepdf.DataDecodingError, ValueError, RuntimeError, zlib.error):
        raise NotCleaned("it is damaged, or locked", _PRINT_IT) from None
    return cleaned


def _saved(pdf: Pdf) -> bytes:
    for key in (Name.Info, Name.ID):
        # The identifier is often made of the time and the file's place on somebody's disk.
        if key in pdf.trailer:
            del pdf.trailer[key]
    out = io.BytesIO()
    pdf.save(
        out,
        deterministic_id=True,
        fix_metadata_version=False,
        compress_streams=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
    )
    return out.getvalue()


def _clean(pdf: Pdf) -> None:
    _look_at_the_whole(pdf)
    for page in pdf.pages:
        annotations = page.obj.get(Name.Annots)
        for annotation in annotations if isinstance(annotations, Array) else ():
            _clean_annotation(annotation)
    for whole in pdf.objects:
        for part in _within(whole):
            _clean_part(part)


def _look_at_the_whole(pdf: Pdf) -> None:
    root = pdf.Root
    if Name.OCProperties in root:
        raise NotCleaned("it has layers, which may hide text", _PRINT_IT)
    if Name.AcroForm in root:
        form = root.AcroForm
        if len(form.get(Name.Fields, Array())) or Name.XFA in form:
            raise NotCleaned("it has a form to fill in, or a signature", _PRINT_IT)
        del root.AcroForm


def _within(whole: Object, depth: int = 0) -> Iterator[Object]:
    """An object and those that stand directly in it; what it refers to comes by itself."""
    if depth > 60:
        raise NotCleaned("it is nested too deeply", _PRINT_IT)
    if isinstance(whole, (Dictionary, Stream)):
        yield whole
        for key in list(whole.keys()):
            inner = whole.get(key)
            if isinstance(inner, Object) and not inner.is_indirect:
                yield from _within(inner, depth + 1)
    elif isinstance(whole, Array):
        for inner in whole:
            if isinstance(inner, Object) and not inner.is_indirect:
                yield from _within(inner, depth + 1)


def _clean_part(part: Object) -> None:
    for key in _RUNS:
        if key in part:
            raise NotCleaned("it holds a program or a form that runs", _PRINT_IT)
    if any(key in part for key in _CARRIES) or _is(part, "/Type", "/Filespec"):
        raise NotCleaned("it carries other files", "save it without attachments")
    _refuse_action(part)
    for key in _PARTICULARS:
        if key in part:
            del part[key]
    if isinstance(part, Stream):
        _clean_picture(part)


def _refuse_action(part: Object) -> None:
    action = part.get(Name.S)
    if not isinstance(action, Name) or (str(action) not in _OTHER_ACTIONS and str(action) not in _ACTIONS):
        return
    if str(action) in _OTHER_ACTIONS and not _is(part, "/Type", "/StructElem"):
        raise NotCleaned("a link in it starts something", _PRINT_IT)
    if str(action) == "/URI" and not bytes(part.get(Name.URI, pikepdf.String(""))).lower().startswith(_SCHEMES):
        raise NotCleaned("a link in it leads to a file, or to a place that is not accepted", "correct the link")


def _clean_annotation(annotation: Object) -> None:
    if not _is(annotation, "/Subtype", "/Link"):
        raise NotCleaned("a comment, a form field or another note stands on its pages", _PRINT_IT)
    for key in _OF_AN_ANNOTATION:
        if key in annotation:
            del annotation[key]


def _clean_picture(stream: Stream) -> None:
    told = stream.get(Name.Filter)
    filters = [str(name) for name in told] if isinstance(told, Array) else [str(told)]
    data = stream.read_raw_bytes()
    if "/JPXDecode" in filters and any(box in data for box in _BOXES_OF_PARTICULARS):
        raise NotCleaned("a picture in it holds particulars that cannot be taken out", _PRINT_IT)
    if "/DCTDecode" not in filters:
        return
    if filters == ["/FlateDecode", "/DCTDecode"]:
        data = zlib.decompress(data)
    elif filters != ["/DCTDecode"]:
        raise NotCleaned("a picture in it is wrapped in a way that is not understood", _PRINT_IT)
    cleaned = clean_jpeg(data, printed=True)
    if cleaned != data or len(filters) > 1:
        stream.write(cleaned, filter=Name.DCTDecode)


def _is(part: Object, key: str, value: str) -> bool:
    found = part.get(key) if isinstance(part, (Dictionary, Stream)) else None
    return isinstance(found, Name) and str(found) == value
