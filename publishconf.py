"""Pelican's settings for a release: those of a build, and the refusal to run as anything but a release."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "plugins"))
sys.path.insert(1, str(Path(__file__).parent))

from communique_pelican.run import the_run

the_run(release=True)

from pelicanconf import *
