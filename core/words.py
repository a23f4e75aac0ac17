"""Small matters of words."""


def how_many(n: int, thing: str) -> str:
    """Say how many: "1 product", "1,234 products"."""
    return f"{n:,} {thing if n == 1 else thing + 's'}"


def one(thing: str) -> str:
    """Say that it is one of them: "a product", "an action"."""
    return f"{'an' if thing[0] in 'aeiou' else 'a'} {thing}"


def holds(text: str, words: str) -> bool:
    """Whether these words are in the text, whatever the case of either; "" is in any.

    Lists are narrowed by it and not by a query, because SQLite folds the letters A to Z alone, and PostgreSQL no ß.
    """
    return words.casefold() in text.casefold()
