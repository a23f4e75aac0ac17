"""People and what they may do: the user, the names of roles, the permission table."""
