"""Pictures and papers that tell more than they show, for tests."""

from __future__ import annotations

import io

import pikepdf
from PIL import Image, PngImagePlugin

#: What no byte of a cleaned file may hold.
WHO, WHERE, WHEN, WITH = "Moreau Annelise", "48;51;24", "2008:10:30 09:12:00", "Camera 3000"
TOLD = (WHO, WHERE, WHEN, WITH, "thumb nail", "unseen remark")
_GPS = 0x8825


def picture(width: int = 40, height: int = 20) -> Image.Image:
    """Red on the left, blue on the right, green in the first pixel: turning it shows."""
    image = Image.new("RGB", (width, height), (200, 10, 10))
    image.paste((10, 10, 200), (width // 2, 0, width, height))
    image.putpixel((0, 0), (0, 255, 0))
    return image


def particulars(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[274], exif[315], exif[306], exif[272], exif[270] = orientation, WHO, WHEN, WITH, "thumb nail"
    exif.get_ifd(_GPS)[1], exif.get_ifd(_GPS)[29] = "N", WHERE
    return exif


def jpeg(orientation: int = 1, *, tail: bytes = b"", mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    options = {"exif": particulars(orientation), "comment": b"unseen remark", "icc_profile": WITH.encode() * 9}
    picture().convert(mode).save(out, "JPEG", quality=90, **options)
    return out.getvalue() + tail


def png(orientation: int = 1, *, tail: bytes = b"", moves: bool = False) -> bytes:
    out, told = io.BytesIO(), PngImagePlugin.PngInfo()
    told.add_text("Author", WHO)
    told.add_text("Comment", "unseen remark", zip=True)
    told.add_itxt("XML:com.adobe.xmp", f"<x>{WHERE}</x>")
    more = {"save_all": True, "append_images": [picture()]} if moves else {}
    first = picture()
    if moves:
        first.putpixel((3, 3), (1, 2, 3))
    first.save(out, "PNG", pnginfo=told, exif=particulars(orientation), icc_profile=WITH.encode() * 9, **more)
    return out.getvalue() + tail


def pdf(words: str = "Shown on the page", *, with_particulars: bool = True) -> pikepdf.Pdf:
    """One page with words and a photograph; its author stands in five places."""
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(200, 200))
    photograph = pikepdf.Stream(
        made,
        jpeg(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=40,
        Height=20,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=photograph), Font=pikepdf.Dictionary(F=font))
    page.Contents = made.make_stream(f"BT /F 12 Tf 20 100 Td ({words}) Tj ET q 40 0 0 20 20 20 cm /P Do Q".encode())
    if with_particulars:
        made.docinfo["/Author"] = WHO
        made.docinfo["/CreationDate"] = "D:20081030091200"
        with made.open_metadata() as told:
            told["dc:creator"] = [WHO]
        page.PieceInfo = pikepdf.Dictionary(Editor=pikepdf.Dictionary(Private=pikepdf.String(WHO)))
        page.LastModified = pikepdf.String("D:20081030")
        page.Thumb = made.make_stream(b"thumb nail")
        photograph.Metadata = made.make_stream(WHO.encode())
    return made


def written(made: pikepdf.Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    made.save(out, **options)  # type: ignore[arg-type]
    return out.getvalue()
