"""SQLite as Django has it, in a private file and with a line for its writers: the ENGINE of the settings."""
