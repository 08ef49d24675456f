"""What the tests of editions share: the site of canaries and the portal itself, read and ready to be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from communique.documents.catalogue import read_catalogue
from communique.documents.listing import read_data
from communique.languages.messages import load_messages
from communique.sealing.sealer import Sealer
from communique_pelican.build import build_moment
from communique_pelican.run import SOURCE_LANGUAGE, Plan
from communique_pelican.translations import Translations
from tests.site_building import PROJECT


def plan_of(site_dir: Path) -> Plan:
    """What the build reads of a site that it accepts; what it would refuse is not looked for."""
    content = site_dir / "content"
    site, policy, _ = read_data(content)
    moment = build_moment(site.as_of, {})
    translations = Translations(site_dir, PROJECT, {}, policy)
    keys = translations.keys
    catalogue = read_catalogue(content, moment=moment, merging=translations.merging).named(keys.keystore.document_id)
    return Plan(
        PROJECT,
        site_dir,
        content,
        False,
        moment.date(),
        catalogue,
        translations.statuses(catalogue),
        keys,
        Sealer(keys.keystore, keys.register),
        {lang: load_messages(PROJECT / "translations", lang, SOURCE_LANGUAGE) for lang in site.languages},
        moment,
        translations.pins(catalogue),
    )


@pytest.fixture(scope="session")
def portal() -> Plan:
    """The portal's own content."""
    return plan_of(PROJECT)
