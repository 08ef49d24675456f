"""Calendars and address cards, from an editor's data to a finished site: each reader gets their own, and no more."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from communique.access.comparison import compare
from communique.access.record import record_of
from communique.access.units import units_of
from communique.documents.catalogue import read_catalogue
from communique.sealing.keystore import Keystore
from communique_pelican.keys import find_keys
from tests.reading_files import lines_of, sealed_files_of, understood
from tests.site_building import PROJECT, SITES, Ran, built_minimal, copy_site, published, run

pytestmark = pytest.mark.site

EVENTS = """\
# The dry-run desk is called Quorrel among us.
events:
  - id: open-day
    kind: meeting
    from: 2009-05-12
    to: 2009-05-14
    status: confirmed
    audience: public
    label: {en: "Open day", es: "Jornada abierta", fr: "Journée ouverte"}
    document: notes/plain
  - id: qx-somewhere
    kind: exercise
    from: 2009-06
    status: proposed
    audience: oeg
    label: {en: "Exercise Vantriel", es: "Ejercicio Vantriel", fr: "Exercice Vantriel"}
  - id: later
    kind: other
    from: 2010
    status: intended
    audience: public
    label: {en: "Something later", es: "Algo más tarde", fr: "Autre chose plus tard"}
"""
CONTACTS = """\
stale-after: 120
contacts:
  - id: enquiries
    enquiry-point: true
    office: {en: "Editors", es: "Editores", fr: "Rédacteurs"}
    role: {en: "Enquiries", es: "Consultas", fr: "Demandes"}
    languages: [en, es]
    email: portal@psi-portal.example
    audience: public
    confirmed: {on: 2008-10-27, by: "An editor"}
  - id: qx-night
    state: fr
    office: {en: "Quorrel desk", es: "Oficina Quorrel", fr: "Bureau Quorrel"}
    role:
      en: "Whoever rings here must say where the ship lies"
      es: "Quien llama aquí debe decir dónde está el buque"
      fr: "Qui appelle ici doit dire où se trouve le navire"
    languages: [fr]
    phone: "+33 1 555 0199"
    hours: always
    audience: partner
    confirmed: {on: 2008-06-01, by: "An editor"}
  - id: qx-own
    state: nz
    office: {en: "Tarrish desk", es: "Oficina Tarrish", fr: "Bureau Tarrish"}
    role: {en: "Own matters", es: "Asuntos propios", fr: "Affaires propres"}
    languages: [en]
    email: qx-own@example.org
    audience: state:nz
    confirmed: null
"""
ACTION = {
    "en": ("Send the papers to the host", "To the host by e-mail"),
    "es": ("Enviar los documentos al anfitrión", "Al anfitrión por correo electrónico"),
    "fr": ("Envoyer les documents à l’hôte", "À l’hôte par courriel"),
}
MAY_READ = {"hr-01": {"partner"}, "nz-01": {"partner", "oeg", "state:nz"}, "mx-01": set[str]()}
SEALED = {
    **{f"calendar-oeg.{lang}.ics": "oeg" for lang in ACTION},
    **{f"contacts-partner.{lang}.vcf": "partner" for lang in ACTION},
    **{f"contacts-nat-nz.{lang}.vcf": "state:nz" for lang in ACTION},
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    site = copy_site(SITES / "minimal", tmp_path_factory.mktemp("with-made-files") / "site")
    # Only saves time: nothing in it can change what is built.
    shutil.copytree(built_minimal(tmp_path_factory) / ".communique", site / ".communique")
    data = site / "content/data"
    (data / "events.yaml").write_text(EVENTS.replace("    document: notes/plain\n", ""), encoding="utf-8")
    (data / "contacts.yaml").write_text(CONTACTS, encoding="utf-8")
    text = (data / "site.yaml").read_text("utf-8")
    (data / "site.yaml").write_text(text.replace("home: null", "home: https://psi-portal.example/p/"), encoding="utf-8")
    for lang, (what, reply) in ACTION.items():
        path = site / f"content/notes/plain/{lang}.md"
        action = "```action\nid: papers\nwho: [public]\ndue: 2008-11-15T18:00+01:00\n"
        path.write_text(path.read_text("utf-8") + f"\n{action}what: {what}\nreply: {reply}\n```\n", encoding="utf-8")
    return site, run("build", site)


@pytest.fixture(scope="module")
def tree(built: tuple[Path, Ran]) -> Mapping[str, bytes]:
    site, ran = built
    assert ran.status == 0, ran.said
    return published(site)


@pytest.fixture(scope="module")
def received(built: tuple[Path, Ran], tree: Mapping[str, bytes]) -> dict[str, dict[str, bytes]]:
    """The files that each member can open, by name."""
    got: dict[str, dict[str, bytes]] = {}
    for one in find_keys(built[0], PROJECT, {}).credentials():
        if one.login in MAY_READ:
            got[one.login] = sealed_files_of(tree, one.login, one.passphrase)
    return got


def test_the_public_files_hold_what_is_public_once_and_alike_in_every_language(tree: Mapping[str, bytes]) -> None:
    calendars = [tree[f"{lang}/calendar.ics"] for lang in ACTION]
    cards = [tree[f"{lang}/contacts.vcf"] for lang in ACTION]

    for data in (*calendars, *cards):
        lines_of(data)
    read = understood(ics=calendars, vcf=cards)
    times = [[(one["uid"], one["start"], one["end"]) for one in file["events"]] for file in read["ics"]]
    assert times[0] == times[1] == times[2]
    assert times[0] == [
        ("action-notes-plain-papers@psi-portal.example", "2008-11-15T17:00:00Z", "2008-11-15T17:00:00Z"),
        ("event-open-day@psi-portal.example", "2009-05-12", "2009-05-15"),
        ("event-later@psi-portal.example", "2010-01-01", "2011-01-01"),
    ]
    assert [file["events"][1]["summary"] for file in read["ics"]] == ["Open day", "Jornada abierta", "Journée ouverte"]
    head = {one[0]: one[3] for one in read["ics"][1]["jcal"][1]}
    assert head["source"] == "https://psi-portal.example/p/es/calendar.ics"
    assert [len(file["cards"]) for file in read["vcf"]] == [1, 1, 1]


def test_nothing_of_a_sealed_event_or_entry_stands_in_the_site(tree: Mapping[str, bytes]) -> None:
    secret = [b"vantriel", b"quorrel", b"tarrish", b"555 0199", b"555-0199", b"qx-somewhere", b"qx-night", b"qx-own"]
    for path, content in tree.items():
        small = content.lower()
        assert b"calendar-oeg." not in small, path
        assert b"contacts-" not in small, path
        assert not [word for word in secret if word in small or word.decode() in path], path
        assert b"cq:att/" not in content or path.startswith("theme/js/"), path


@pytest.mark.parametrize("login", MAY_READ)
def test_a_member_gets_exactly_the_files_of_their_audiences(
    login: str, received: Mapping[str, Mapping[str, bytes]]
) -> None:
    assert received[login].keys() == {name for name, audience in SEALED.items() if audience in MAY_READ[login]}


def test_sealed_calendars_and_cards_are_understood_and_hold_what_is_for_their_readers(
    received: Mapping[str, Mapping[str, bytes]],
) -> None:
    got = received["nz-01"]
    read = understood(
        ics=[got["calendar-oeg.fr.ics"]], vcf=[got["contacts-partner.en.vcf"], got["contacts-nat-nz.en.vcf"]]
    )

    (event,) = read["ics"][0]["jcal"][2]
    told = {one[0]: one[3] for one in event[1]}
    assert told["uid"] == "event-qx-somewhere@psi-portal.example"
    assert told["status"] == "TENTATIVE"
    assert told["class"] == "CONFIDENTIAL"
    assert "TLP:AMBER" in told["description"]
    names = [
        [next(one["value"] for one in card if one["property"] == "FN") for card in file["cards"]]
        for file in read["vcf"]
    ]
    # All that the holders of an audience may read: the public entries too, and for a state nothing but its own.
    assert names == [["Editors", "France – Quorrel desk"], ["Editors", "New Zealand – Tarrish desk"]]


def test_a_sealed_entry_that_a_public_text_quotes_is_found(built: tuple[Path, Ran], tmp_path: Path) -> None:
    site = copy_site(built[0], tmp_path / "site")
    path = site / "content/notes/plain/en.md"
    path.write_text(path.read_text("utf-8") + "\nWhoever rings here must say where, and Vantriel knows.\n", "utf-8")
    for lang, words in (("es", "Una frase."), ("fr", "Une phrase.")):
        twin = site / f"content/notes/plain/{lang}.md"
        twin.write_text(twin.read_text("utf-8") + f"\n{words}\n", "utf-8")

    ran = run("build", site)

    assert ran.status == 1
    assert re.search(r"content/data/events.yaml:\d+: a name or figure of the sealed section qx-somewhere", ran.said)
    assert published(site) == published(built[0])


def test_a_contact_that_more_people_would_know_of_is_a_widening(built: tuple[Path, Ran], tmp_path: Path) -> None:
    content = copy_site(built[0] / "content", tmp_path / "content")
    keyed = Keystore("psi-portal.example", bytes(32)).record_hash()
    before = read_catalogue(content)
    record = record_of(units_of(before), before.policy, keyed, release=1, date=before.site.as_of, content="0" * 32)
    path = content / "data/contacts.yaml"
    path.write_text(path.read_text("utf-8").replace("audience: partner", "audience: public"), "utf-8")

    changes = compare(record, units_of(read_catalogue(content)), before.policy, keyed)

    widened = {(one.document, one.kind, str(one.old), str(one.new)) for one in changes if one.way == "widened"}
    assert widened == {("data/contacts", "contact", "partner", "public")}
