"""Settings, addresses and the entry points of the web process."""
