"""Small matters of English."""


def how_many(n: int, thing: str) -> str:
    """Say how many: "1 product", "1,234 products"."""
    return f"{n:,} {thing if n == 1 else thing + 's'}"


def one(thing: str) -> str:
    """Say that it is one of them: "a product", "an action"."""
    return f"{'an' if thing[0] in 'aeiou' else 'a'} {thing}"
