"""A small IMAP server on a socket, that knows what imaplib says to it: enough to fetch, mark and delete."""

import re
import socketserver
import threading
from dataclasses import dataclass, field
from typing import Any

PASSWORD = "pass word"


@dataclass
class Kept:
    uid: int
    raw: bytes
    flags: set[str] = field(default_factory=set)


class Mailbox(socketserver.ThreadingTCPServer):
    """Its mails, and what was asked of it; `breaks_at` hangs up at the first command that begins so."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, *raws: bytes, password: str = PASSWORD, has_uidplus: bool = True) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.mails = [Kept(uid, raw) for uid, raw in enumerate(raws, start=11)]
        self.password, self.has_uidplus = password, has_uidplus
        self.asked: list[str] = []
        self.breaks_at = ""

    def __enter__(self) -> "Mailbox":
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_why: Any) -> None:
        self.shutdown()
        self.server_close()

    @property
    def told(self) -> dict[str, Any]:
        """What settings.INBOX holds for it."""
        return {
            "host": "127.0.0.1", "port": self.server_address[1], "user": "hearback@example.com", "password": PASSWORD,
            "folder": "INBOX", "is_tls": False, "is_begun_plain": False,
        }  # fmt: skip


class _Talk(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self._say("* OK ready")
        while line := self.rfile.readline():
            tag, _space, command = line.decode().strip().partition(" ")
            self.server.asked.append(command)
            if self.server.breaks_at and command.startswith(self.server.breaks_at):
                return
            self._say(f"{tag} {self._answer(command)}")
            if command == "LOGOUT":
                return

    def _say(self, line: str, literal: bytes = b"") -> None:
        self.wfile.write(line.encode() + b"\r\n" + literal)

    def _answer(self, command: str) -> str:
        if command == "CAPABILITY":
            is_in = any(asked.startswith("LOGIN") for asked in self.server.asked)
            self._say(f"* CAPABILITY IMAP4rev1{' UIDPLUS' if is_in and self.server.has_uidplus else ''}")
        elif command.startswith("LOGIN "):
            return (
                "OK done"
                if command.endswith(f'"{self.server.password}"')
                else "NO [AUTHENTICATIONFAILED] hearback@example.com"
            )
        elif command == "UID SEARCH UNSEEN":
            unseen = [str(mail.uid) for mail in self.server.mails if r"\Seen" not in mail.flags]
            self._say(f"* SEARCH {' '.join(unseen)}".strip())
        elif found := re.fullmatch(r"UID FETCH (\d+) \((.*)\)", command):
            self._fetch(int(found[1]), found[2])
        elif found := re.fullmatch(r"UID STORE (\d+) \+FLAGS\.SILENT \((.*)\)", command):
            self._mail(int(found[1])).flags |= set(found[2].split())
        elif command.startswith(("UID EXPUNGE", "EXPUNGE")):
            chosen = command.removeprefix("UID EXPUNGE ").split(",") if command.startswith("UID") else None
            self.server.mails = [
                mail
                for mail in self.server.mails
                if r"\Deleted" not in mail.flags or (chosen and str(mail.uid) not in chosen)
            ]
        return "OK done"

    def _fetch(self, uid: int, what: str) -> None:
        mail = self._mail(uid)
        if what == "RFC822.SIZE":
            self._say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(mail.raw)})")
            return
        content = mail.raw if what == "BODY.PEEK[]" else mail.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        named = what.replace(".PEEK", "")
        self._say(f"* 1 FETCH (UID {uid} {named} {{{len(content)}}}", content)
        self._say(")")

    def _mail(self, uid: int) -> Kept:
        return next(mail for mail in self.server.mails if mail.uid == uid)
