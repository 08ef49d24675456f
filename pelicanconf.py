"""Pelican's settings for one language's run, which `invoke build` starts; anyone else is refused."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "plugins"))

from communique_pelican import documents, pages, sealed_sections
from communique_pelican.run import the_run

_run = the_run()

PLUGINS = [documents, sealed_sections, pages]

PATH = str(_run.content)
OUTPUT_PATH = str(_run.output / _run.lang)
THEME = str(_run.project / "theme")
DEFAULT_LANG = _run.lang
SITENAME = _run.catalogue.site.names[_run.lang]
SITEURL = ""
TIMEZONE = "UTC"
# Pages are written the same on every machine; one whose own locale is not installed builds too.
LOCALE = ["C.UTF-8", "C"]

# Exactly the documents of the catalogue; nothing is found by looking around.
ARTICLE_PATHS = _run.files()
PAGE_PATHS: list[str] = []
STATIC_PATHS: list[str] = []
STATIC_CREATE_LINKS = False
THEME_STATIC_PATHS: list[str] = []
ARTICLE_TRANSLATION_ID = None
ARTICLE_ORDER_BY = "slug"
WITH_FUTURE_DATES = True
DEFAULT_CATEGORY = "documents"
CACHE_CONTENT = False
LOAD_CONTENT_CACHE = False
DELETE_OUTPUT_DIRECTORY = False
TYPOGRIFY = False
PLUGIN_PATHS: list[str] = []
FORMATTED_FIELDS: list[str] = []
SUMMARY_MAX_LENGTH = 0

# Pages that are no documents come from our own adapter.
DIRECT_TEMPLATES: list[str] = []
TEMPLATE_PAGES: dict[str, str] = {}
ARCHIVES_SAVE_AS = YEAR_ARCHIVE_SAVE_AS = MONTH_ARCHIVE_SAVE_AS = DAY_ARCHIVE_SAVE_AS = ""
CATEGORY_SAVE_AS = TAG_SAVE_AS = AUTHOR_SAVE_AS = ""
DRAFT_SAVE_AS = ARTICLE_LANG_SAVE_AS = DRAFT_LANG_SAVE_AS = PAGE_SAVE_AS = DRAFT_PAGE_SAVE_AS = ""
FEED_ATOM = FEED_RSS = FEED_ALL_ATOM = FEED_ALL_RSS = None
CATEGORY_FEED_ATOM = CATEGORY_FEED_RSS = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
TAG_FEED_ATOM = TAG_FEED_RSS = TRANSLATION_FEED_ATOM = TRANSLATION_FEED_RSS = None

JINJA_ENVIRONMENT = {
    "autoescape": True,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "auto_reload": False,
    "extensions": ["jinja2.ext.i18n"],
}
