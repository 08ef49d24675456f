"""Pages: every page knows its own address and gets relative links, the switcher, its marking and its place.

It writes through Pelican's writer, and adds the pages that are no documents: each language's home and its listings.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from jinja2 import Environment, Template
from pelican import signals
from pelican.generators import Generator
from pelican.writers import Writer

from communique.languages import typography
from communique.languages.messages import by_count
from communique.sealing.sections import ENTRY
from communique.site import PAGES
from communique_pelican.documents import entry, guest, standing
from communique_pelican.enquiries import mailto
from communique_pelican.feeds import feeds_in_head
from communique_pelican.generated import write_generated
from communique_pelican.metadata import page_metadata
from communique_pelican.run import Run, the_run

NAME = "pages"
LATEST = 6
#: What a page's own breadcrumb takes from its view.
_TITLE = {"label": "title", "lang": "lang", "dir": "dir"}
#: The marking of a page on which nothing is sealed.
PUBLIC_MARKING = "TLP:CLEAR"


def register() -> None:
    signals.generator_init.connect(use_messages)
    signals.get_generators.connect(listings)
    signals.get_writer.connect(page_writer)


def use_messages(generator: Generator) -> None:
    run = the_run()
    speak(generator.env, run, run.lang)


def speak(env: Environment, run: Run, lang: str) -> None:
    """Give the templates `lang`: its messages, dates, and what stays the same on all its pages."""
    env.install_gettext_translations(run.messages[lang], newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(site_context(run, lang), by_count=partial(by_count, run.messages[lang], lang))


def listings(_pelican: object) -> type[Generator]:
    return ListingsGenerator


def page_writer(_pelican: object) -> type[Writer]:
    return PageWriter


class ListingsGenerator(Generator):  # type: ignore[misc]
    """The home page of a language and one page for each collection."""

    def generate_context(self) -> None:
        """Nothing is read: listings come from the catalogue."""

    def generate_output(self, writer: Writer) -> None:
        run = the_run()
        catalogue, lang = run.catalogue, run.lang
        entries = [entry(run, document) for document in catalogue.documents.values()]
        # Of what is sealed as a whole a list shows that it is there; the order of slugs tells nothing.
        locked = (one for one in catalogue.documents.values() if one.is_sealed and not one.is_withdrawn)
        sealed = sorted(locked, key=lambda one: one.doc)
        for name, collection in catalogue.site.collections.items():
            here = [document for document in sealed if document.collection == name]
            guests = [guest(run, document, ENTRY) for document in here]
            listing = {
                "title": collection.labels[lang],
                "intro": collection.intros[lang],
                "entries": [item for item in entries if item["collection"] == name and not item["is_sealed"]],
                "sealed": guests,
            }
            run.objects[f"{lang}/{name}/index.html"] = tuple(standing(run, document, ENTRY) for document in here)
            writer.write_file(
                f"{name}/index.html",
                self.get_template("listing"),
                self.context,
                listing=listing,
                collection=name,
                marking=highest(run, [item["marking"] for item in guests]),
            )
        latest = [item for item in entries if not item["is_sealed"] and not item["withdrawn"]]
        home = {
            "title": catalogue.site.names[lang],
            "intro": catalogue.site.taglines[lang],
            "latest": sorted(latest, key=lambda item: (item["date"], item["id"]), reverse=True)[:LATEST],
            "collections": [
                {
                    "label": collection.labels[lang],
                    "intro": collection.intros[lang],
                    "path": f"{lang}/{name}/index.html",
                    "count": sum(
                        item["collection"] == name and not (item["is_sealed"] and item["withdrawn"]) for item in entries
                    ),
                }
                for name, collection in catalogue.site.collections.items()
            ],
        }
        writer.write_file("index.html", self.get_template("index"), self.context, home=home)

        def write(name: str, template: str, shown: dict[str, Any], markings: list[str]) -> None:
            page = {"gathered": shown, "marking": highest(run, markings)}
            writer.write_file(name, self.get_template(template), self.context, **page)

        write_generated(run, write)
        for whole in run.wholes:
            write(whole["name"], "whole", whole, whole["markings"])
        run.handshakes[NAME] = len(entries)


class PageWriter(Writer):  # type: ignore[misc]
    """Adds to each page what depends on where it lies. `name` is below the language's folder."""

    def write_file(self, name: str, template: Template, context: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        run = the_run()
        article = kwargs.get("article")
        document = article.document if article is not None else None
        given = kwargs.get("collection"), kwargs.get("marking", "")
        kwargs.update(page_context(run, f"{run.lang}/{name}", document, *given))
        link = kwargs["href"]
        for key in ("document", "listing", "home", "gathered"):
            if key in kwargs:
                kwargs[key] = with_links(kwargs[key], link)
        if "gathered" in kwargs:
            kwargs["breadcrumbs"] = [
                {"label": run.catalogue.site.names[run.lang], "href": link(f"{run.lang}/index.html")},
                # Of these pages only a paper's whole text may be in another language.
                {"href": None} | {key: kwargs["gathered"].get(of, "") for key, of in _TITLE.items()},
            ]
            if "canonical_path" in kwargs["gathered"]:
                # What stands elsewhere too is found there.
                home = run.catalogue.site.home
                kwargs["canonical"] = home + kwargs["gathered"]["canonical_path"] if home else ""
                kwargs["alternates"] = []
                kwargs["breadcrumbs"][1:1] = [
                    {"label": kwargs["gathered"]["collection_label"], "href": kwargs["gathered"]["collection_href"]}
                ]
        kwargs["metadata"] = _metadata(run, kwargs)
        super().write_file(name, template, context, *args, **kwargs)


def _metadata(run: Run, shown: dict[str, Any]) -> dict[str, Any] | None:
    """What the page that shows this tells machines; the whole of it is public."""
    document = shown.get("document")
    if document is not None:
        found = run.catalogue.documents.get(document.get("id", ""))
        if found is None or found.is_sealed or found.is_withdrawn:
            return None
        return page_metadata(run, document["title"], document["summary"], shown["canonical"], document=found)
    name, kind = next(
        ((key, kind) for key, kind in (("home", "WebSite"), ("listing", "CollectionPage")) if key in shown),
        ("gathered", "WebPage"),
    )
    page = shown.get(name)
    if page is None or page.get("is_sealed"):
        return None
    return page_metadata(run, page["title"], page.get("intro", ""), shown["canonical"], kind)


def with_links(value: Any, link: Callable[[str], str]) -> Any:
    """Views name paths below the site's root; a page shows them as relative addresses: `path` gives `href`."""
    if isinstance(value, list):
        return [with_links(item, link) for item in value]
    if not isinstance(value, dict):
        return value
    linked = {key: with_links(item, link) for key, item in value.items()}
    for key in [key for key in value if key == "path" or key.endswith("_path")]:
        linked[key.removesuffix("path") + "href"] = link(value[key])
    return linked


def site_context(run: Run, lang: str) -> dict[str, Any]:
    """What all pages of one language share."""
    site = run.catalogue.site

    def format_date(date: datetime.date) -> str:
        return typography.format_date(date, lang)

    return {
        "lang": lang,
        "dir": typography.direction(lang),
        "format_date": format_date,
        "comma": typography.comma(lang),
        "mailto": mailto,
        "site": {
            "id": site.id,
            "name": site.names[lang],
            "tagline": site.taglines[lang],
            "enquiries": site.enquiries,
            "demo": run.demo,
            "release": run.release,
            "home": site.home or "",
            "as_of": run.as_of.isoformat(),
            "as_of_text": format_date(run.as_of),
            "languages": site.languages,
        },
    }


def highest(run: Run, marked: Iterable[str]) -> str:
    """The strictest of these markings; that of public text where there is none."""
    return max(marked, key=lambda label: run.catalogue.policy.rank(label.removeprefix("TLP:")), default=PUBLIC_MARKING)


def page_context(
    run: Run,
    path: str,
    document: dict[str, Any] | None = None,
    collection: str | None = None,
    marking: str = "",
) -> dict[str, Any]:
    """What one page knows of itself. `path` is its own, below the site's root; `marking` that of what stands on it."""
    site, lang = run.catalogue.site, run.lang
    root = "../" * path.count("/")

    def href(target: str) -> str:
        return root + target

    def asset(name: str) -> str:
        return root + run.assets.paths[name]

    states = {item["code"]: item["state"] for item in document["languages"]} if document else {}
    within = document["collection"] if document else collection
    crumbs: list[dict[str, str | None]] = []
    if within:
        crumbs.append({"label": site.names[lang], "href": href(f"{lang}/index.html")})
        label = site.collections[within].labels[lang]
        crumbs.append({"label": label, "href": href(f"{lang}/{within}/index.html") if document else None})
        if document:
            # Without a title it is sealed as a whole: the template says so.
            title = document.get("title", "")
            crumbs.append({"label": title, "href": None, **document.get("title_in", {})})
    tail = path.removeprefix(lang + "/")
    shown_in = document["lang"] if document and document["state"] == "missing" else lang
    return {
        "path": path,
        "root": root,
        "href": href,
        "asset": asset,
        "scripts": [root + script for script in run.assets.scripts],
        "document": document,
        "marking": marking or (document["markings"][-1] if document else PUBLIC_MARKING),
        "nav": [
            {
                "label": entry.labels[lang],
                "href": href(f"{lang}/{name}/index.html"),
                "current": name == within,
            }
            for name, entry in site.collections.items()
        ],
        "overview": _overview(run, path, root),
        "switcher": [
            {
                "code": code,
                "endonym": typography.endonym(code),
                "dir": typography.direction(code),
                "href": href(f"{code}/{tail}" if tail != path else f"{code}/index.html"),
                "current": code == lang,
                "state": states.get(code, "current"),
            }
            for code in site.languages
        ],
        "breadcrumbs": crumbs,
        "ask_href": href(run.catalogue.documents[site.ask.id].path(lang)) if site.ask else "",
        "footer_links": [
            {
                "label": document.text_for(lang).source.title,
                "href": href(document.path(lang)),
                "lang": document.text_for(lang).lang_of("title"),
                "dir": typography.direction(document.text_for(lang).lang_of("title")),
            }
            for document in (run.catalogue.documents[reference.id] for reference in site.foot)
        ],
        "feeds": with_links(feeds_in_head(run, _kind_of(document)), href) if tail != path else [],
        "canonical": f"{site.home}{path if tail == path else f'{shown_in}/{tail}'}" if site.home else "",
        "alternates": _alternates(run, path, document, states) if site.home and shown_in == lang else [],
    }


def _kind_of(document: dict[str, Any] | None) -> str:
    """The kind of the document whose page this is; of one that is sealed as a whole or gone nobody is told it."""
    return "" if document is None or document["is_sealed"] or document["withdrawn"] else str(document["kind"])


def _overview(run: Run, path: str, root: str) -> list[dict[str, Any]]:
    """The ways to everything at once: pages that the site makes itself, as far as it makes them."""
    _ = run.messages[run.lang].gettext
    labels = {
        "archive": _("Archive"),
        "timeline": _("Timeline"),
        "calendar": _("Calendar"),
        "states": _("States"),
        "actions": _("Open actions"),
        "lessons": _("Lessons"),
        "issues": _("Newsletter issues"),
        "directory": _("Directory"),
    }
    pages = {name: f"{run.lang}/{name}/index.html" for name in labels if name in PAGES}
    return [{"label": labels[name], "href": root + page, "current": page == path} for name, page in pages.items()]


def _alternates(
    run: Run, path: str, document: dict[str, Any] | None, states: Mapping[str, str]
) -> list[dict[str, str]]:
    """The same page in each language that has it, and which to show to readers of any other (`x-default`). A page that
    shows the original of a missing translation has none: those it would name do not name it.
    """
    site, lang = run.catalogue.site, run.lang
    tail = path.removeprefix(lang + "/")
    if tail == path and path != "index.html":
        return []
    versions = [(code, f"{code}/{tail}") for code in site.languages if states.get(code) != "missing"]
    default = document["original_path"] if document else f"{site.languages[0]}/{tail}"
    # The root's page offers the languages: it is for those whose language is not among them.
    versions.append(("x-default", "index.html" if tail == "index.html" else default))
    return [{"lang": code, "href": site.home + address} for code, address in versions]
