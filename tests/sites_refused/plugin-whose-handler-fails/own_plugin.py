"""A plugin that stumbles over its first page."""

from pelican import signals


def register():
    signals.article_generator_finalized.connect(count)


def count(generator):
    return len(generator.articles) // 0
