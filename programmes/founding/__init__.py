"""How a programme begins."""
