"""What the generic tests try of workstreams, products, milestones, ratings, narrative and caveats."""

from accounts.roles import Permission
from programmes.models import Lineage

KEYS = {
    "rating": ("{w}/schedule", "{w}/resources"),
    "product": ("P-{w}", "{w}/new"),
    "milestone": ("M-{w}", "workstream/{w}/new"),
    "narrative": ("{w}/ask/1", "{w}/ask/new"),
    "note": ("products", "ratings"),
    "workstream": ("{w}", "{w}/new"),
}
TAKES = {"note": {Permission.RUN_MONTHS}, "workstream": {Permission.SHAPE}}
OF_ALL = {"note"}
EXAMPLES = ("milestone", "note", "workstream")
SAVES = {
    "rating": ("FIN/overall", {"reason": "Changed"}, "FIN/schedule", {"level": "R", "reason": "Late"}, "lead"),
    "product": ("P-0001", {"title": "Changed"}, "FIN/new", {"title": "Added"}, "lead"),
    "milestone": ("M-0001", {"title": "Changed"}, "workstream/FIN/new", {"title": "Added"}, "lead"),
    "narrative": ("FIN/ask/1", {"text": "Changed"}, "FIN/ask/new", {"text": "Added"}, "lead"),
    "note": ("products", {"caveat": "Changed"}, "ratings", {"caveat": "Added"}, "pmo"),
    "workstream": ("FIN", {"name": "Changed"}, "FIN/new", {"name": "Added"}, "pmo"),
}
UNSEEN = "\u200b\u00ad\u2060 \u00a0\u0301" * 4
REQUIRED = {
    "rating": ("FIN/schedule", {"level": "R", "reason": UNSEEN}, "Say why it is red."),
    "narrative": ("FIN/ask/new", {"text": UNSEEN}, "Write something here."),
    "product": ("FIN/new", {"title": UNSEEN}, "Write something here."),
    "milestone": ("workstream/FIN/new", {"title": UNSEEN}, "Write something here."),
    "workstream": ("FIN/new", {"name": UNSEEN}, "Write something here."),
}
ADDITIONS = [
    ("product", "ROOT/P-0001", {"title": "Once"}),
    ("milestone", "workstream/ROOT/M-0001", {"title": "Once"}),
    ("narrative", "ROOT/ask/1", {"text": "Once"}),
    ("rating", "ROOT/overall", {"level": "R", "reason": "Once"}),
    ("workstream", "ROOT/W-01", {"name": "Once", "sort": "1", "parent": "ROOT"}),
]
COSTS = {
    "rating": [8, 18, 8, 20],
    "product": [10, 20, 10, 26],  # with the products it may be a part of
    "milestone": [9, 21, 9, 26],
    "narrative": [9, 20, 9, 22],
    "note": [7, 17, 7, 18],
    "workstream": [10, 23, 9, 25],
}
NO_CODES = {("Lineage", "kind"), ("Lineage", "ref"), ("Lineage", "other"), ("SectionNote", "section")}
COLUMNS = {
    "periods": "label",
    "workstreams": "from ref parent order name lead tier withdrawn",
    "products": "from ref workstream parent title tranche owner critical due_baseline due_forecast status "
    "decision_body decision_on legal_advice withdrawn",
    "milestones": "from ref product workstream title baseline forecast delivered_on status status_text withdrawn",
    "ratings": "period workstream dimension level reason direction",
    "narrative": "period workstream kind seq heading text second",
    "sections": "period section as_at caveat",
    "people": "email name workstream role",
}


def one_of_each(book):
    book.milestone(book.product(book.root))
    book.rating(book.root, "overall", "A", reason="Late")
    book.narrative(book.root, "awareness", "Something to know")
    book.note("products", "Using available data")
    Lineage.objects.create(period=book.period, kind="product", ref="P-0001", seq=1, step="added")


def stand(book, workstream, ref, text):
    book.rating(workstream, "schedule", "R", reason=text)
    book.product(workstream, f"P-{ref}", title=text)
    book.milestone(workstream, f"M-{ref}", title=text)
    book.narrative(workstream, "ask", text)


def filled(book, workstream, ref):
    book.milestone(book.product(workstream, f"P-{ref}"), f"M-{ref}")
    book.narrative(workstream, "ask", "Agree", seq=int(ref))
