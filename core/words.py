"""Small matters of English."""


def how_many(n: int, thing: str) -> str:
    """Say how many: "1 product", "1,234 products"."""
    return f"{n:,} {thing if n == 1 else thing + 's'}"
