"""A plugin that fills what seems to be missing."""

from pelican import signals

from communique_pelican.run import the_run


def register():
    signals.article_generator_finalized.connect(give_titles)


def give_titles(generator):
    run = the_run()
    for article in generator.articles:
        if "title" not in article.document:
            article.document["title"] = run.catalogue.documents[article.document_id].text_for(run.lang).source.title
