"""Settings of this site: those of the project, with a plugin."""

import runpy
import sys
from pathlib import Path

from communique_pelican.run import the_run

_project = runpy.run_path(str(the_run().project / "pelicanconf.py"))
globals().update({name: value for name, value in _project.items() if name.isupper()})

sys.path.insert(0, str(Path(__file__).parent))

import own_plugin

PLUGINS = [*_project["PLUGINS"], own_plugin]
