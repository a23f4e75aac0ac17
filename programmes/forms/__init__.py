"""What people may fill in about a programme."""
