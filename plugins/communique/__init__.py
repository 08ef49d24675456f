"""The core of Communiqué: what a document is, who may read it, how it is sealed, and what may be published.

Nothing here imports Pelican, Jinja2 or invoke, and nothing reads a clock or the environment: what varies comes in
as an argument, and what is wrong comes out as data (`communique.problems`).
"""
