"""From a finished tree to the one that is read: what it consists of, and how it takes the old one's place."""
