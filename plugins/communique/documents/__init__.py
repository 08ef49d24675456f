"""What a document is: its front matter, its sections, its paragraphs, its languages, and how its text
becomes HTML.
"""
