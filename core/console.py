"""Mails where there is no mail server: printed as they were written, so that a link can be copied."""

import sys
from email.policy import default

from django.core.mail import EmailMessage
from django.core.mail.backends import console

# For a mail server long lines are broken by an encoding, which every reader of mails undoes and no terminal does.
UNBROKEN = default.clone(max_line_length=sys.maxsize)


class EmailBackend(console.EmailBackend):
    def write_message(self, message: EmailMessage) -> None:
        printed = message.message(policy=UNBROKEN).as_bytes().decode()
        self.stream.write(f"{printed}\n{'-' * 79}\n")
