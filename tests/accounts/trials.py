"""What the generic tests try of people and the audit."""

import datetime as dt

from accounts.models import AuditEntry, AuditHead, User
from tests.constraints import Rule, once, the


def for_rules(book, world):
    AuditHead.objects.all().delete()  # of which there is one: else there would be no room to try


NOON = dt.datetime(2022, 8, 5, 12, tzinfo=dt.UTC)
ROW = {
    User: {"email": "new@council.example", "name": "New"},
    AuditEntry: {"seq": 1000, "at": NOON, "actor": "Somebody", "what": "period.open", "subject": "May", "hash": "0"},
    AuditHead: {"id": 1},
}
RULES = [
    once("user_email_once", User, {"email": the("lead.email")}, elsewhere=[{"email": "newer@council.example"}]),
    Rule("user_email_in_lower_case", User, [{"email": "New@council.example"}], [{"email": "new.er@council.example"}]),
    Rule("audit_from_one", AuditEntry, [{"seq": 0}], [{"seq": 1001}]),
    Rule("one_audit_head", AuditHead, [{"id": 2}], [{"id": 1, "seq": 7}]),
]
