"""What audiences are called that the site does not tell: looked for whole in every public byte, and asked about."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from communique.audit import Confirmation, Known, PublicText, Tree, audit, pending_confirmations, unused_confirmations
from communique.audit.labels import labels_of, told_lines
from communique.audit.leaks import leaks
from communique.audit.names import names
from communique.policy import read_policy
from communique.problems import Place
from communique.strict_yaml import load_yaml

DATA = {
    "tiers.yaml": """\
tiers:
  public: {includes: [], tlp: CLEAR, label: {en: "Public", es: "Público"}}
  # The Kestrel Cell meets on Mondays.
  kestrel:
    includes: [public]
    tlp: AMBER
    label: {en: "Kestrel cell", es: "Célula Cernícalo"}
    who:
      en: "Officers that the ministry of trade has named for it"
      es: "Funcionarios que el ministerio de comercio ha designado"
  plan: {includes: [public], tlp: AMBER, label: {en: "Planners", es: "Planificadores"}}
areas: {tlp: AMBER}
""",
    "states.yaml": """\
states:
  ar: {label: {en: "Argentina", es: "Argentina"}, participating: true}
  tr: {label: {en: "Turkey", es: "Turquía"}, participating: true}
""",
    "groups.yaml": """\
groups:
  quay:
    label: {en: "Readers of the papers on the northern quay", es: "Lectores del muelle norte"}
    until: 2009-06-30
    tlp: AMBER
""",
}
POLICY = read_policy(
    load_yaml(DATA["tiers.yaml"], "tiers.yaml"),
    load_yaml(DATA["states.yaml"], "states.yaml"),
    ("en", "es"),
    load_yaml(DATA["groups.yaml"], "groups.yaml"),
)
HIDDEN = ("kestrel", "plan", "state:tr", "group:quay")
LABELS = tuple(labels_of(POLICY, DATA, HIDDEN))
TOLD = tuple(PublicText(told_lines(name, text, HIDDEN), "data", Place(name)) for name, text in DATA.items())


def known(*bodies: str) -> Known:
    texts = [PublicText(text, "body", Place("content/news/one/en.md", 10), "news/one", "en") for text in bodies]
    return Known(public=(*TOLD, *texts), labels=LABELS)


def codes(page: str, *bodies: str) -> set[str]:
    tree = Tree({"en/index.html": f"<!DOCTYPE html><title>Portal</title>{page}</html>".encode()})
    return {problem.code for problem in leaks(tree, known(*bodies))}


@pytest.mark.parametrize(
    "page",
    [
        "<p>For: Kestrel cell</p>",
        "<p data-x='C&eacute;lula cern&iacute;calo'>for some</p>",
        "<!-- KESTREL CELL -->",
        "<p>Turkey</p>",
        "<p class='to-nat-tr'>some</p>",
        "<p>Planners</p>",
        "<a href='#grp-quay'>some</a>",
        "<p>Readers of the papers on the northern quay</p>",
        "<p>Officers that the ministry of trade has named for it</p>",
    ],
)
def test_a_label_in_a_public_file_is_found(page: str) -> None:
    assert codes(page) == {"sealed-label"}
    assert codes("<p>Restricted readers, Argentina, some kestrel in its cell, our plan</p>") == set()


def test_what_is_found_is_told_without_the_label() -> None:
    tree = Tree({"en/index.html": b"<!DOCTYPE html><title>x</title><p>Kestrel cell</p></html>"})
    found = [one for one in audit(tree, known()) if one.code == "sealed-label"]

    assert [(str(one.place), one.next.startswith("it is the label at content/data/tiers.yaml:5")) for one in found]
    assert "estrel cell" not in str(found)


def test_a_label_in_a_public_text_waits_for_a_confirmation() -> None:
    texts = known("A text.\n\nThe **Kestrel** [cell](doc:a/b) met.", "Lectores del muelle\nnorte")
    pending = pending_confirmations(texts)

    assert [(one.doc, one.term, str(one.public_at)) for one in pending] == [
        ("data/groups", "Lectores del muelle norte", "content/news/one/en.md:10"),
        ("data/tiers", "Kestrel cell", "content/news/one/en.md:12"),
    ]
    assert {one.code for one in names(Tree({}), texts)} == {"label-in-public"}
    by = [Confirmation(one.doc, one.term, "A. Moreau", "2008-11-03", "known since May") for one in pending]
    stale = Confirmation("data/tiers", "Planners", "A. Moreau", "2008-11-03", "known since May")
    confirmed = dataclasses.replace(texts, confirmed=(*by, stale))
    assert pending_confirmations(confirmed) == ()
    assert unused_confirmations(confirmed) == (stale,)


def test_a_label_is_found_where_it_begins_and_not_inside_other_words() -> None:
    texts = known("Kestrel cells, a mykestrel cell.\n\nOf the Kestrel\n\n\nKestrel Cell.", "Kestrel cell")

    assert [(one.term, str(one.public_at)) for one in pending_confirmations(texts)] == [
        ("Kestrel cell", "content/news/one/en.md:15")
    ]


def test_a_state_and_an_ordinary_word_raise_no_alarm() -> None:
    assert pending_confirmations(known("Turkey held a meeting. Planners met; all planners did.")) == ()
    assert codes("<p>Turkey, 2008</p>", "Turkey held a meeting.") == set()


def test_once_confirmed_a_label_may_stand_anywhere() -> None:
    confirmed = Confirmation("data/tiers", "kestrel Cell", "A. Moreau", "2008-11-03", "known since May")
    tree = Tree({"en/index.html": b"<p>Kestrel cell</p>"})

    assert leaks(tree, dataclasses.replace(known(), confirmed=(confirmed,))) == []


def test_neither_a_note_nor_what_is_hidden_counts_as_public() -> None:
    told = told_lines("tiers.yaml", DATA["tiers.yaml"], HIDDEN)

    assert "estrel" not in told
    assert "Officers" not in told
    assert "Planners" not in told
    assert 'label: {en: "Public"' in told
    assert told.count("\n") == DATA["tiers.yaml"].count("\n")
    assert "Argentina" in told_lines("states.yaml", DATA["states.yaml"], HIDDEN)
    assert POLICY.groups["quay"].until == datetime.date(2009, 6, 30)
