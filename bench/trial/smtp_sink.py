"""A mail server that keeps nothing but how often each subject and each name came, on a thread of its own."""

import asyncio
from collections import Counter
from email import message_from_bytes, policy
from threading import Event, Thread


class Sink:
    """`with Sink() as sink:` listens on a free port of 127.0.0.1; `sink.subjects` counts whole mails."""

    def __init__(self, pause: float = 0.0, refuses_every: int = 0) -> None:
        self.pause = pause  # seconds that it takes to accept a mail, so that kills find some under way
        self.refuses_every = refuses_every  # each so many-th delivery fails for now; 0 for none
        self.asked = 0
        self.refused = 0
        self.names: Counter[str] = Counter()  # by Message-ID and recipient
        self.port = 0
        self.subjects: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._ready = Event()
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Sink":
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *failure: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._talk, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        talks = asyncio.all_tasks(self._loop)
        for talk in talks:
            talk.cancel()
        self._loop.run_until_complete(asyncio.gather(*talks, return_exceptions=True))
        self._loop.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(writer, "220 sink")
            while line := await reader.readline():
                word = line.strip().upper()
                if word == b"DATA":
                    await self._answer(writer, "354 go on")
                    await self._answer(writer, await self._accept(reader))
                    continue
                elif word == b"QUIT":
                    await self._answer(writer, "221 bye")
                    break
                await self._answer(writer, "250 ok")
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the one who spoke was killed: a mail that did not end does not count
        finally:
            writer.close()

    async def _accept(self, reader: asyncio.StreamReader) -> str:
        content = await reader.readuntil(b"\r\n.\r\n")
        await asyncio.sleep(self.pause)
        self.asked += 1
        if self.refuses_every and self.asked % self.refuses_every == 0:
            self.refused += 1
            return "451 try again later"
        # From here on the mail is accepted, whether or not its sender lives to hear it.
        mail = message_from_bytes(content, policy=policy.default)
        self.subjects[str(mail["Subject"])] += 1
        self.names[f"{mail['Message-ID']} {mail['To']}"] += 1
        return "250 ok"

    @staticmethod
    async def _answer(writer: asyncio.StreamWriter, words: str) -> None:
        writer.write(f"{words}\r\n".encode())
        await writer.drain()
