"""A plugin that says on each page where its source lies."""

from pelican import signals


def register():
    signals.article_generator_finalized.connect(tell_folders)


def tell_folders(generator):
    for article in generator.articles:
        article.document["collection_label"] = article.document_id
