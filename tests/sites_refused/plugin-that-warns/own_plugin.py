"""A plugin that grumbles."""

import logging


def register():
    logging.getLogger(__name__).warning("the calendar is empty")
