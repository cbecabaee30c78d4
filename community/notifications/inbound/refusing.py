"""Why a mail that came in is not posted."""

from community.notifications.received import InboundMail


class Refused(Exception):
    """Carries the sentence for its writer; `words` is what a limit did not let through."""

    def __init__(self, reason: InboundMail.Reason, sentence: str = "", words: str = "") -> None:
        super().__init__(sentence or reason)
        self.reason, self.sentence, self.words = reason, sentence, words


def lock(mail: InboundMail) -> bool:
    """Whether it still waits; another run of the same task waits here, and finds it ended."""
    waiting = InboundMail.objects.waiting().filter(pk=mail.pk)
    return waiting.select_for_update(no_key=True, of=("self",)).values_list("pk").first() is not None
