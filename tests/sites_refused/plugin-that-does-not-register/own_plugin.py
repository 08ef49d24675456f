"""A plugin that cannot start."""


def register():
    raise RuntimeError("the calendar is not reachable")
