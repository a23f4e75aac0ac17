"""SQLite as Django has it, in a private file and with a line for those who wait to write (the ENGINE of the settings)."""
