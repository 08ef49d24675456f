"""One HTML file on which a translator works, plain or sealed for a login, and the reply that it saves."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from gettext import NullTranslations
from pathlib import Path

from markupsafe import Markup

from communique.languages.handoff import Package, Unit
from communique.languages.side_by_side import REPLY_FORMAT, Returned, read_reply, told
from communique.languages.typography import direction, endonym
from communique.policy import Policy
from communique.problems import Place, Problem, Refused
from communique.sealing.envelope import REPLY_TYPE
from communique.sealing.errors import DoesNotOpen, Malformed
from communique.sealing.packages import open_reply, seal_package
from communique.sealing.primitives import cj, from_b64u
from communique.sealing.sealer import Sealer
from communique.site import Site
from communique_pelican.keys import Keys
from communique_pelican.root_pages import theme_environment

#: The page's scripts, each as it is written: whoever opens the file can read what it does.
_PLAIN = ("side-by-side/reply-file.js", "side-by-side/working.js")
_SEALED = ("static/js/sealed-object.js", "side-by-side/reply-object.js", *_PLAIN)
_STYLE = "side-by-side/page.css"


@dataclass(frozen=True)
class FromTranslator:
    """A reply, and the login whose package it was sealed under; `login` is empty where anybody may have written it."""

    returned: Returned
    login: str = field(repr=False)


def side_by_side(
    package: Package, site: Site, policy: Policy, messages: NullTranslations, project: Path, sealer: Sealer | None
) -> bytes:
    """The package as one file. With a login all of it is sealed; the same package always gives the same bytes.

    Raises:
        ValueError: there is sealed text in it, and no login to seal it for.
    """
    if not package.login and not package.is_public:
        raise ValueError("a package with sealed text is for one login")
    lang = package.language
    theme = project / "theme"
    shown = told(package, policy, lambda unit: place_of(unit, messages))
    sealed = None
    if package.login:
        if sealer is None:
            raise ValueError("a package for a login is sealed, and that takes keys")
        sealed = seal_package(sealer, package.login, package.id, lang, shown)
    scripts = [_inline(theme / name) for name in (_SEALED if sealed else _PLAIN)]
    style = _inline(theme / _STYLE)
    environment = theme_environment(project)
    environment.install_gettext_translations(messages, newstyle=True)  # type: ignore[attr-defined]
    html = environment.get_template("side-by-side.html").render(
        lang=lang,
        dir=direction(lang),
        site_id=site.id,
        site_name=site.names[lang],
        language=endonym(lang),
        package=package.id,
        csp=_policy(scripts, style),
        style=style,
        scripts=scripts,
        sealed=sealed,
        told=shown,
        expect=_data(cj(sealed.expect)) if sealed else "",
        data="" if sealed else _data(json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":"))),
    )
    return html.encode("utf-8")


def package_name(package: Package) -> str:
    """What the file is called: neither the documents nor whom it is for."""
    return f"translate-{package.language}-{package.id}.html"


def is_reply(raw: bytes) -> bool:
    """Whether this looks like a reply that the page saved, plain or sealed."""
    text = raw[:65536].lstrip(b"\xef\xbb\xbf \r\n\t")
    return text.startswith(b"{") and (REPLY_FORMAT.encode() in text or is_sealed_reply(raw))


def is_sealed_reply(raw: bytes) -> bool:
    """Whether this looks like a sealed reply: its header, which anybody may read, says so."""
    try:
        value = json.loads(raw)
        return REPLY_TYPE.encode() in from_b64u(value["protected"])
    except (ValueError, KeyError, TypeError, RecursionError, Malformed):
        return False


def read_back(raw: bytes, shown: str, keys: Callable[[], Keys]) -> FromTranslator:
    """The reply in a file. `keys` is asked for only where it is sealed; `shown` is what problems call the file.

    Raises:
        Refused: it is no reply, or a sealed one that does not open.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        fix = "give the file that the translator's page saved, as it came"
        what = "this is not a translator's reply: it is not text"
        raise Refused([Problem(Place(shown), "not-a-reply", what, fix)]) from None
    if not is_sealed_reply(raw):
        return FromTranslator(read_reply(text, shown), "")
    held = keys()
    try:
        opened = open_reply(text.removeprefix("\ufeff").strip(" \t\r\n"), Sealer(held.keystore, held.register))
        inner = opened.body.decode("utf-8")
    except (Malformed, DoesNotOpen, UnicodeDecodeError):
        what = "this reply does not open: it was altered, or is of another site or of nobody who translates here now"
        fix = "ask the translator for the file again; whose passphrase was renewed needs a new package"
        raise Refused([Problem(Place(shown), "reply-does-not-open", what, fix)]) from None
    returned = read_reply(inner, shown)
    if (returned.reply.package, returned.reply.language.lower()) != (opened.package, opened.lang):
        what = "what this reply says inside is not what it was sealed for"
        raise Refused([Problem(Place(shown), "reply-does-not-open", what, "ask the translator how it was made")])
    return FromTranslator(returned, opened.login)


def place_of(unit: Unit, messages: NullTranslations) -> str:
    """Which text of its document a unit is, for the translator and for whoever is asked about it."""
    pgettext = messages.pgettext
    names = {
        # translators: these say which text of a document is to be translated
        "title": pgettext("to translate", "Title"),
        "summary": pgettext("to translate", "Summary"),
        "heading": pgettext("to translate", "Heading"),
        "figure": pgettext("to translate", "Figure"),
        "list": pgettext("to translate", "List"),
        "table": pgettext("to translate", "Table"),
        "quote": pgettext("to translate", "Quotation"),
        "code": pgettext("to translate", "Verbatim text"),
        "footnote": pgettext("to translate", "Footnote"),
        # translators: keep {name}: the key of a value, such as "outcome"
        "field": pgettext("to translate", "Value “{name}”"),
    }
    number = f"¶\u00a0{unit.number}" if unit.number and unit.form not in ("title", "summary", "heading") else ""
    name = names.get(unit.form, "").replace("{name}", unit.name)
    return " · ".join(filter(None, (number, name))) or pgettext("to translate", "Text")


def _inline(path: Path) -> Markup:
    text = path.read_text(encoding="utf-8")
    # Either would end the element early, or begin one that does not end.
    if any(sign in text.lower() for sign in ("</script", "</style", "<!--")):
        what = "this cannot stand inside a page: it has the signs that end an element or begin a comment"
        place = Place(f"theme/{path.relative_to(path.parents[1]).as_posix()}")
        raise Refused([Problem(place, "client-script", what, "write these signs in two pieces")])
    # Our own file, held to what a page may hold just above.
    return Markup(text)  # noqa: S704


def _policy(scripts: list[Markup], style: Markup) -> str:
    """Nothing but these very texts may run or dress the page; it may load nothing, and text never becomes HTML."""
    allowed = " ".join(map(_hash, scripts))
    return (
        f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


def _data(text: str) -> str:
    """JSON as it may stand in a script element: no text in it can end that element."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
