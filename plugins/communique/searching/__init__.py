"""Searching: what can be found in the site's texts, for each language and each audience by itself."""
