"""What programs look for at a site's root: the sitemap, `robots.txt` and `security.txt`."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

from communique.documents.document import SEALED_FOLDER
from communique.site import PAGES
from communique_pelican.run import Plan

SITEMAP, ROBOTS, SECURITY = "sitemap.xml", "robots.txt", ".well-known/security.txt"
_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"
#: How long the contact holds without another build; RFC 9116 advises less than a year.
_VALID = datetime.timedelta(days=364)


def discovery_files(plan: Plan) -> dict[str, bytes]:
    """These files by their path below the root. A sitemap needs the site's own address; without it there is none."""
    files = {ROBOTS: robots(plan), SECURITY: security(plan)}
    return {SITEMAP: sitemap(plan), **files} if plan.catalogue.site.home else files


def write_discovery(plan: Plan, tree: Path) -> None:
    for name, content in discovery_files(plan).items():
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_bytes(content)


def sitemap(plan: Plan) -> bytes:
    """Every public page with its languages (sitemaps.org 0.9). Documents that are sealed as a whole are left out, and
    so are pages that show the original of a missing translation: the original stands for them.
    """
    root = ElementTree.Element(f"{{{_SITEMAPS}}}urlset")
    for versions, day in _pages(plan):
        for path in versions.values():
            one = ElementTree.SubElement(root, f"{{{_SITEMAPS}}}url")
            ElementTree.SubElement(one, f"{{{_SITEMAPS}}}loc").text = plan.catalogue.site.home + path
            if day is not None:
                ElementTree.SubElement(one, f"{{{_SITEMAPS}}}lastmod").text = day.isoformat()
            for lang, other in versions.items():
                attributes = {"rel": "alternate", "hreflang": lang, "href": plan.catalogue.site.home + other}
                ElementTree.SubElement(one, f"{{{_XHTML}}}link", attributes)
    ElementTree.register_namespace("", _SITEMAPS)
    ElementTree.register_namespace("xhtml", _XHTML)
    ElementTree.indent(root)
    told: bytes = ElementTree.tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + told + b"\n"


def _pages(plan: Plan) -> Iterator[tuple[dict[str, str], datetime.date | None]]:
    """Each public page: its path in every language that has it, and the day it bears."""
    site = plan.catalogue.site
    for name in ("", *(f"{page}/" for page in (*site.collections, *PAGES))):
        yield {lang: f"{lang}/{name}index.html" for lang in site.languages}, None
    for document in plan.catalogue.documents.values():
        if not document.is_sealed and not document.is_withdrawn:
            yield {lang: document.path(lang) for lang in site.languages if lang in document.texts}, document.front.date


def robots(plan: Plan) -> bytes:
    """RFC 9309. What is sealed is of no use to a search engine; asking it to stay away protects nothing."""
    home = plan.catalogue.site.home
    folder = urlsplit(home).path if home else "/"
    lines = ["User-agent: *", f"Disallow: {folder}sealed/"]
    lines += [f"Disallow: {folder}{lang}/{SEALED_FOLDER}/" for lang in plan.catalogue.site.languages]
    lines += ["", f"Sitemap: {home}{SITEMAP}"] if home else []
    return ("\n".join(lines) + "\n").encode("ascii")


def security(plan: Plan) -> bytes:
    """RFC 9116: whom to tell of a weakness, and until when this holds."""
    site = plan.catalogue.site
    expires = plan.moment.astimezone(datetime.UTC) + _VALID
    lines = [
        f"Contact: mailto:{site.enquiries}",
        f"Expires: {expires.strftime('%Y-%m-%dT%H:%M:%SZ')}",
        f"Preferred-Languages: {', '.join(site.languages)}",
    ]
    lines += [f"Canonical: {site.home}{SECURITY}"] if site.home else []
    return ("\n".join(lines) + "\n").encode("ascii")
