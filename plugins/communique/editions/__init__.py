"""One paper as one reader gets it elsewhere than on the page: by mail, as plain text, as PDF."""
