"""Settings of this site: those of the project, with a plugin."""

import runpy

from communique_pelican.run import the_run

_project = runpy.run_path(str(the_run().project / "pelicanconf.py"))
globals().update({name: value for name, value in _project.items() if name.isupper()})

import calender

PLUGINS = [*_project["PLUGINS"], calender]
