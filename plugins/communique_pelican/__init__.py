"""The adapters: each module that stands in `PLUGINS` is one thing the site can do; `build` runs it all."""
