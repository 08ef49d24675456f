"""A plugin that forgot how it is started."""
