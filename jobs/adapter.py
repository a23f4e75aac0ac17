"""The mails that sign-in sends, as letters: they wait for a mail server that is away, and nobody waits for them."""

from typing import Any

import accounts.adapter
from jobs import letters


class LetterAccountAdapter(accounts.adapter.AccountAdapter):
    """The adapter in use (`ACCOUNT_ADAPTER`): that of `accounts`, with each mail written as a letter."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        mail = self.render_mail(template_prefix, email, {"email": email} | context)
        letters.post(of={}, to=email, subject=mail.subject, body=mail.body)
