"""The two pages that belong to no language: the choice of languages at the root, and the page for dead addresses."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from communique.languages import typography
from communique_pelican.pages import page_context, speak
from communique_pelican.run import Run

#: From which a host may serve the one page for dead addresses: the root, a language, a collection, a document.
DEPTHS = ("", "../", "../../", "../../../")


def write_root_pages(runs: Sequence[Run], tree: Path) -> None:
    """`index.html` and `404.html`, each in all languages at once; the first language is the page's own."""
    for name, template in (("index.html", "root.html"), ("404.html", "404.html")):
        first = runs[0]
        environment = theme_environment(first.project)
        speak(environment, first, first.lang)
        context = page_context(first, name)
        languages = [
            {
                "code": run.lang,
                "endonym": typography.endonym(run.lang),
                "dir": typography.direction(run.lang),
                "href": f"{run.lang}/index.html",
                "name": run.catalogue.site.names[run.lang],
                "tagline": run.catalogue.site.taglines[run.lang],
                "sentence": "",
                "gettext": run.messages[run.lang].gettext,
            }
            for run in runs
        ]
        html = environment.get_template(template).render(**context, languages=languages, depths=DEPTHS)
        (tree / name).write_text(html, encoding="utf-8", newline="\n")


def theme_environment(project: Path) -> Environment:
    """Jinja as Pelican's settings have it, for pages that no Pelican run writes."""
    return Environment(
        loader=FileSystemLoader(project / "theme" / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
