"""The audit at the end of a build: what the build knows, told to the checks that look at the finished tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from communique.audit import Known, PublicText, SealedText, Tree, audit, read_confirmations
from communique.documents.source import PUBLIC_PART, without_tokens
from communique.problems import Place, Refused
from communique.sealing.envelope import open_sealed
from communique.sealing.errors import SealingError
from communique.sealing.sections import SealedSource
from communique.strict_yaml import load_yaml
from communique_pelican.console import Watch
from communique_pelican.finishing import data_script, word_lists
from communique_pelican.run import Plan
from communique_pelican.workers import spread


def check_finished(
    plan: Plan,
    tree: Path,
    sealed: Mapping[tuple[str, str], SealedSource],
    objects: Mapping[str, int],
    files: Mapping[str, str],
    watch: Watch,
    jobs: int,
) -> None:
    """The audit of the finished tree.

    Raises:
        Refused: any finding.
    """
    known, found = what_is_known(plan, sealed, objects, files), Tree.read(tree)
    with watch.phase("audit", len(found.files)) as done:
        problems = audit(
            found, known, lambda look, paths: spread(lambda batch: [look(path) for path in batch], paths, jobs, done)
        )
    if problems:
        raise Refused(problems)


def what_is_known(
    plan: Plan,
    sealed: Mapping[tuple[str, str], SealedSource],
    objects: Mapping[str, int],
    files: Mapping[str, str],
) -> Known:
    """What the build knows and the finished tree must agree with. `files`: those that are no pages, by name."""
    catalogue, site = plan.catalogue, plan.catalogue.site
    hidden: list[SealedText] = []
    public: list[PublicText] = []
    for document in catalogue.documents.values():
        for text in document.texts.values():
            of = sealed[document.id, text.lang]
            for part in text.source.parts:
                if part.name == PUBLIC_PART:
                    body, html = without_tokens(part.text), without_tokens(of.public)
                    public.append(PublicText(body, "body", part.place, document.id, text.lang, html))
                    continue
                words, html = without_tokens(part.text), of.plain[part.name]
                hidden.append(
                    SealedText(document.id, text.lang, part.name, part.audience.names, part.place, words, html)
                )
            # Not the summary: a sealed sentence copied into it is the likeliest accident, and excuses nothing.
            front = " ".join([text.source.title, document.front.symbol, str(document.front.date)])
            public.append(PublicText(front, "front", text.front.place, document.id, text.lang))
    public += [
        PublicText(content, "data", Place(f"{plan.content.name}/data/{name}"))
        for name, content in catalogue.data_texts.items()
        if name != "confirmed.yaml"
    ]
    interface = [*(plan.project / "translations").rglob("*.po"), *(plan.project / "theme").rglob("*.*")]
    public += [
        PublicText(path.read_text("utf-8"), "interface", Place(path.name))
        for path in sorted(interface)
        if path.suffix in (".po", ".html", ".css", ".js", ".svg")
    ]
    confirmed = catalogue.data_texts.get("confirmed.yaml")
    release_files = {"release.js", ".nojekyll", "licences.txt", "index.html", "404.html", *files.values()}
    pages = {f"{lang}/index.html" for lang in site.languages}
    pages |= {f"{lang}/{name}/index.html" for lang in site.languages for name in site.collections}
    pages |= {document.path(lang) for document in catalogue.documents.values() for lang in site.languages}
    return Known(
        sealed=tuple(hidden),
        public=tuple(public),
        expected=frozenset(pages | release_files),
        objects=objects,
        confirmed=read_confirmations(load_yaml(confirmed, "content/data/confirmed.yaml")) if confirmed else (),
        audiences=frozenset(catalogue.policy.audience_names),
        site=site.id,
        fixed={files["words"]: data_script("words", word_lists()).encode("ascii")} if "words" in files else {},
        opens=opening(plan, sealed),
    )


def opening(plan: Plan, sealed: Mapping[tuple[str, str], SealedSource]) -> Callable[[str, str, str], bool]:
    """Whether the object of a part on a page is genuine, opens for its audience, and holds that part's text."""
    documents = {
        document.path(lang): document
        for document in plan.catalogue.documents.values()
        for lang in plan.catalogue.site.languages
    }

    def opens(path: str, part: str, text: str) -> bool:
        document = documents[path]
        lang = document.text_for(path.split("/")[0]).lang
        names = document.texts[lang].source.part(part).audience.names
        expected = plan.sealer.context("section", document.id, lang, part, names)
        try:
            opened = open_sealed(text, plan.sealer.keys(names), plan.sealer.signers, expected)
        except SealingError:
            return False
        return opened.body == sealed[document.id, lang].plain[part].encode()

    return opens
