"""Draws the files that the sample content carries: a chart and a sketch without words, and a one-page table.

    python samples/drawings.py [content]

They are committed as it writes them. Nothing in them comes from anybody else's picture or paper: the chart shows the
dates of the calendar, the sketch and the table are made up for trying things out.
"""

from __future__ import annotations

import datetime
import io
import sys
from collections.abc import Sequence
from pathlib import Path

import pikepdf
from PIL import Image, ImageDraw, ImageFont

PROJECT = Path(__file__).resolve().parents[1]
CONTENT = PROJECT / "content"
sys.path.insert(0, str(PROJECT / "plugins"))

from communique.documents.listing import read_data  # noqa: E402
from communique.events import FILE as EVENTS_FILE  # noqa: E402
from communique.events import read_events  # noqa: E402
from communique.strict_yaml import load_yaml  # noqa: E402

INK, RULE, GROUND = (27, 39, 66), (150, 156, 168), (255, 255, 255)
HELD, AHEAD = (133, 94, 20), (27, 39, 66)


def calendar_chart() -> bytes:
    """The public events of content/data on a line of time: full where held, hollow where still to come, small where
    only a year is thought of. A test fails when the data have moved on and the committed picture has not.
    """
    width, height, left, right, axis = 1280, 340, 60, 1220, 240
    image = Image.new("RGB", (width, height), GROUND)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(30)
    site, policy, texts = read_data(CONTENT)
    events = read_events(load_yaml(texts["events.yaml"], EVENTS_FILE), site.languages, policy, site.as_of).public
    shown = sorted((event for event in events if not event.is_deadline), key=lambda event: (event.first, event.id))
    first = datetime.date(shown[0].first.year, 7, 1)
    last = datetime.date(shown[-1].first.year + 1, 1, 1)

    def x(date: datetime.date) -> float:
        return left + (right - left) * (date - first).days / (last - first).days

    draw.line((left, axis, right, axis), fill=INK, width=4)
    for year in range(first.year + 1, last.year + 1):
        at = x(datetime.date(year, 1, 1))
        draw.line((at, axis - 14, at, axis + 14), fill=INK, width=3)
        draw.text((at, axis + 54), str(year), fill=INK, font=font, anchor="mm")
    today = x(site.as_of)
    for dash in range(20, axis + 14, 16):
        draw.line((today, dash, today, dash + 8), fill=RULE, width=3)
    taken: list[tuple[float, int]] = []
    for event in shown:
        at = x(event.first + (event.last - event.first) / 2)
        # Dots that would touch stand above each other.
        step = next(
            step for step in range(len(shown)) if all(abs(at - one) > 36 or step != other for one, other in taken)
        )
        taken.append((at, step))
        small = event.status in ("intended", "considered")
        y, size, colour = axis - 36 - 44 * step, 10 if small else 17, HELD if event.is_held else AHEAD
        _dot(draw, at, y, size, colour, full=event.is_held)
    return _png(image)


def voyage_sketch() -> bytes:
    """Four stages on a line, the first and third joined by a broken line above it."""
    width, height, axis = 1280, 360, 220
    image = Image.new("RGB", (width, height), GROUND)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(40)
    places = [140, 470, 800, 1130]
    draw.line((places[0], axis, places[-1], axis), fill=INK, width=5)
    for start in range(0, 180, 12):
        draw.arc((places[0], 40, places[2], 400), 180 + start, 186 + start, fill=HELD, width=5)
    for number, at in enumerate(places, 1):
        draw.ellipse((at - 44, axis - 44, at + 44, axis + 44), fill=GROUND, outline=INK, width=5)
        draw.text((at, axis), str(number), fill=INK, font=font, anchor="mm")
    tip = places[-1] - 48
    draw.polygon([(tip, axis), (tip - 26, axis - 16), (tip - 26, axis + 16)], fill=INK)
    return _png(image)


def _dot(draw: ImageDraw.ImageDraw, x: float, y: float, size: int, colour: tuple[int, int, int], *, full: bool) -> None:
    draw.ellipse((x - size, y - size, x + size, y + size), fill=colour if full else GROUND, outline=colour, width=5)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.quantize(32, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


TIMETABLES = {
    "": (
        "en",
        "Model timetable for the first day of a request",
        "Made up for exercises. Hours count from the moment the request arrives.",
        (
            ("0", "The office on duty confirms receipt and names one person to answer."),
            ("1", "That person asks: what, where now, leaving when, on what legal ground?"),
            ("3", "Foreign ministry, customs and coast guard meet, at one table or one call."),
            ("6", "Consent of the flag state is asked for, in the form agreed beforehand."),
            ("9", "Place chosen: under way, or alongside at the next port."),
            ("12", "Ministers are offered two courses, with what each of them costs."),
            ("18", "The service in charge has its orders in writing, and an interpreter."),
            ("24", "The requesting state is told what was decided, and why."),
        ),
    ),
    ".es": (
        "es",
        "Horario modelo del primer día de una solicitud",
        "Inventado para ejercicios. Las horas se cuentan desde la llegada de la solicitud.",
        (
            ("0", "La oficina de guardia acusa recibo y designa a una sola persona que responda."),
            ("1", "Esa persona pregunta: qué, dónde está, cuándo zarpa y con qué base jurídica."),
            ("3", "Cancillería, aduanas y guardacostas se reúnen, en una mesa o en una llamada."),
            ("6", "Se pide el consentimiento del Estado del pabellón, en la forma convenida."),
            ("9", "Se elige el lugar: en navegación o atracado en el próximo puerto."),
            ("12", "Se ofrecen a los ministros dos opciones, con lo que cuesta cada una."),
            ("18", "El servicio encargado tiene sus órdenes por escrito, y un intérprete."),
            ("24", "Se comunica al Estado solicitante lo que se decidió, y por qué."),
        ),
    ),
    ".fr": (
        "fr",
        "Horaire type du premier jour d’une demande",
        "Inventé pour des exercices. Les heures se comptent à partir de l’arrivée de la demande.",
        (
            ("0", "Le bureau de permanence accuse réception et désigne une seule personne."),
            ("1", "Elle demande\u00a0: quoi, où, départ quand, sur quelle base juridique\u00a0?"),
            ("3", "Affaires étrangères, douanes et garde-côtes se réunissent, même à distance."),
            ("6", "Le consentement de l’État du pavillon est demandé, dans la forme convenue."),
            ("9", "Le lieu est choisi : en route, ou à quai au prochain port."),
            ("12", "Deux voies sont proposées aux ministres, avec ce que chacune coûte."),
            ("18", "Le service chargé a ses ordres par écrit, et un interprète."),
            ("24", "L’État demandeur apprend ce qui a été décidé, et pourquoi."),
        ),
    ),
}


def timetable(lang: str, title: str, note: str, rows: Sequence[tuple[str, str]]) -> bytes:
    """A page of plain text, marked at top and bottom as the section it belongs to."""
    lines: list[str] = []

    def write(text: str, x: int, y: int, size: int, font: str = "F1") -> None:
        shown = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        lines.append(f"BT /{font} {size} Tf {x} {y} Td ({shown.decode('latin-1')}) Tj ET")

    for y in (800, 36):
        lines.append(f"0 0 0 rg 441 {y - 5} 100 18 re f 1 0.75 0 rg")
        write("TLP:AMBER", 456, y, 12, "F2")
    lines.append("0 0 0 rg")
    write(title, 54, 730, 18, "F2")
    write(note, 54, 704, 11)
    for number, (hour, words) in enumerate(rows):
        y = 660 - 34 * number
        write(hour + " h", 54, y, 12, "F2")
        write(words, 100, y, 12)
        lines.append(f"0.6 w 54 {y - 11} m 541 {y - 11} l S")
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(595, 842))
    fonts = {
        name: pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name("/" + base),
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
        for name, base in {"/F1": "Helvetica", "/F2": "Helvetica-Bold"}.items()
    }
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(fonts))
    page.Contents = pdf.make_stream("\n".join(lines).encode("latin-1"))
    pdf.Root.Lang = pikepdf.String(lang)
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True, compress_streams=False)
    return out.getvalue()


def files() -> dict[str, bytes]:
    """Every file by its path below the content's folder."""
    drawn = {
        "exercises/calendar/events.png": calendar_chart(),
        "debriefings/machine-tools/stages.png": voyage_sketch(),
    }
    for infix, told in TIMETABLES.items():
        drawn[f"debriefings/machine-tools/first-day{infix}.pdf"] = timetable(*told)
    return drawn


def main() -> None:
    content = Path(sys.argv[1]) if len(sys.argv) > 1 else CONTENT
    for path, data in files().items():
        (content / path).write_bytes(data)


if __name__ == "__main__":
    main()
