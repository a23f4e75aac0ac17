"""A mail server for the tests, on a port of its own: it takes letters, refuses them, or goes away in the middle."""

import socketserver
import threading


def through(port, **more):
    """The mailers that hand over to a server on this port."""
    options = {"host": "127.0.0.1", "port": port, "timeout": 5} | more
    return {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}}


class MailServer(socketserver.ThreadingTCPServer):
    """`answers` gives a reply of its own to a command ("RCPT", "." for the end of a letter); to "" it hangs up."""

    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Session)
        self.answers = {}
        self.taken = []
        self.answering = threading.Event()  # cleared, a letter that was taken gets no answer yet
        self.answering.set()
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    @property
    def port(self):
        return self.server_address[1]

    def stop(self):
        self.answering.set()
        self.shutdown()
        self.thread.join()
        self.server_close()

    def handle_error(self, request, client_address):
        """A worker that was killed has not closed its connection."""


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        going_on = self.reply("hello", "220 ready")
        while going_on and (line := self.rfile.readline().decode().strip()):
            command = line.split()[0].upper()
            going_on = self.reply(command, "354 go on" if command == "DATA" else "250 well")
            if going_on.startswith("354"):
                going_on = self.letter()

    def letter(self):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        if not self.server.answers.get(".", "").startswith(("4", "5")):
            self.server.taken.append(b"".join(lines).decode())
        self.server.answering.wait(timeout=30)
        return self.reply(".", "250 taken")

    def reply(self, command, usual):
        answer = self.server.answers.get(command, usual)
        if answer:
            self.wfile.write(f"{answer}\r\n".encode())
        return answer
