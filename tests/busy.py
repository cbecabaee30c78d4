"""A site with something of everything, to count what its pages cost."""

from community.discussions import decide
from community.discussions.models import Thread
from tests import make


def site() -> Thread:
    """A site with a private category, labels, pins, a solution, and a thread of three pages."""
    ann, bo = make.member("ann", name="Ann Okafor"), make.member("bo", name="Bo Lind")
    sam = make.member("sam", name="Sam Rivera", role="agent")
    make.category("beta", audience="group", group=make.group("beta", bo))
    thread = make.thread(by=ann, title="A long one", labels=(make.label("sync"), make.label("ios")))
    replies = make.replies(thread, 45)
    decide.solve(thread, replies[3], by=ann)
    decide.pin(thread, by=sam, everywhere=True)
    for number in range(25):
        make.thread(by=sam, title=f"Thread {number}", labels=(make.label("sync"),))
    return thread
