"""What somebody wrote in a mail, without what the mail quotes and what signs it.

Answers between quotes are kept with them, as Markdown quotes; a quote that nothing follows is the mail they answer.
"""

import re
from collections.abc import Collection
from itertools import pairwise

from community.notifications.inbound import addresses, phrases

LONGEST = 300_000  # characters that are looked at: six times what a post may have
MOST_LINES = 10_000
LONGEST_LINE = 2_000  # of what may mark anything
TELLING = 12  # characters of a landmark that nobody writes by chance
MOST_TRIED = 60  # lines that may be attributions; each costs as much as reading a page
_QUOTE = re.compile(r"[ \t]{0,3}>")
# A link in a mail of ours that acts for its reader without a log-in.
_ACTS = re.compile(r"/(?:unsubscribe|appeals/by)/[\w:=.\\-]{8,}")
_RULE = re.compile(r"[_\-=]{10,}")


def written(text: str, *, names: Collection[str] = (), landmarks: Collection[str] = ()) -> str:
    """Markdown of what was written. `names` are words of the writer's name, to know their signature;
    `landmarks` is how the mail that they answer begins, to know it where nothing marks it as quoted.
    """
    lines = [line.rstrip() if line != "-- " else line for line in text[:LONGEST].split("\n")[:MOST_LINES]]
    lines = _without_original(lines)
    for _turn in range(3):  # a quote below a signature below a quote
        lines = _without_signature(_without_last_quote(lines), {name.lower() for name in names})
    lines = _without_signed(lines, {phrases.plain(one) for one in landmarks if one})
    return addresses.without(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n"))


def is_empty(markdown: str) -> bool:
    """Whether nothing but quotes is there."""
    return not any(line.strip() and not is_quote(line) for line in markdown.split("\n"))


def is_quote(line: str) -> bool:
    return _QUOTE.match(line) is not None


def has_signed(words: str) -> bool:
    """Whether the words hold what lets whoever reads them act for somebody: a reply address, a link to stop mail."""
    return _ACTS.search(words.replace("%2F", "/")) is not None or addresses.named_in(words)


def _without_original(lines: list[str]) -> list[str]:
    """Up to where the mail that is answered stands without quote signs; lines that only lead to quotes go too."""
    plain = [phrases.plain(line) if len(line) <= LONGEST_LINE else "" for line in lines]
    kept: list[str] = []
    at, tried = 0, 0
    while at < len(lines):
        if is_quote(lines[at]):
            kept.append(lines[at])
            at += 1
            continue
        if _begins_original(plain, at):
            break
        length = 0
        if tried < MOST_TRIED and plain[at]:
            length, cost = _attribution(lines, plain, at)
            tried += cost
        if not length:
            kept.append(lines[at])
            at += 1
            continue
        following = next((line for line in lines[at + length :] if line.strip()), "")
        if not is_quote(following):
            if phrases.is_sure(" ".join(plain[at : at + length])):
                break
            kept += lines[at : at + length]  # "On the 3rd I wrote:" may be their own
        at += length
    return kept


def _begins_original(plain: list[str], at: int) -> bool:
    if phrases.is_separator(plain[at]):
        return True
    if _RULE.fullmatch(plain[at]):
        below = [line for line in plain[at + 1 : at + 12] if line]
        return phrases.is_header_block(below)
    return ":" in plain[at][:40].replace("：", ":") and phrases.is_header_block(
        [line for line in plain[at : at + 12] if line]
    )


def _attribution(lines: list[str], plain: list[str], at: int) -> tuple[int, int]:
    """(how many lines from here are one, how many were tried): mail programs wrap it wherever they like."""
    joined, tried = "", 0
    for length in range(1, 5):
        if at + length > len(lines) or not plain[at + length - 1] or is_quote(lines[at + length - 1]):
            break
        joined = f"{joined} {plain[at + length - 1]}".strip()
        if joined.endswith((":", "：")):
            tried += 1
            if phrases.is_attribution(joined):
                return length, tried
    return 0, tried


def _without_last_quote(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and (not lines[end - 1].strip() or is_quote(lines[end - 1])):
        end -= 1
    return lines[:end]


def _without_signature(lines: list[str], names: Collection[str]) -> list[str]:
    for at, line in enumerate(lines):
        if line == "-- " or (phrases.plain(line) == "--" and not (at and lines[at - 1].strip())):
            return lines[:at]
    filled = [at for at, line in enumerate(lines) if line.strip()]
    if filled and phrases.is_sent_from(phrases.plain(lines[filled[-1]])):
        return lines[: filled[-1]]
    return lines[: _sign_off(lines, filled[-7:], names)]


def _sign_off(lines: list[str], last: list[int], names: Collection[str]) -> int:
    """Where `Best regards` stands with the writer's own name below it; else the end."""
    for at, below in pairwise(last):
        if phrases.is_sign_off(phrases.plain(lines[at])) and at:
            said = {word.strip(".,").lower() for word in phrases.plain(lines[below]).split()}
            if said & set(names) and len(said) <= 5:
                return at
    return len(lines)


def _without_signed(lines: list[str], landmarks: Collection[str]) -> list[str]:
    """Without quotes that hold a signed address of ours, and up to the mail of ours that holds one unquoted."""
    kept: list[str] = []
    for block in _blocks(lines):
        words = "\n".join(block)
        if is_quote(block[0]):
            kept += [] if has_signed(words) else _framed(block)
        elif _ACTS.search(words):
            return kept + block[: _beginning(block, landmarks)]
        else:
            kept += block
    return kept


def _blocks(lines: list[str]) -> list[list[str]]:
    """Runs of quoted lines, and of lines between them."""
    blocks: list[list[str]] = []
    for line in lines:
        if blocks and is_quote(blocks[-1][0]) == is_quote(line):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _framed(quote: list[str]) -> list[str]:
    """A quote without empty lines at its edges."""
    filled = [at for at, line in enumerate(quote) if line.strip(" \t>")]
    return quote[filled[0] : filled[-1] + 1] if filled else []


def _beginning(block: list[str], landmarks: Collection[str]) -> int:
    """Where the mail of ours begins whose signed address stands in these lines: a landmark, else its paragraph."""
    signed = next((at for at, line in enumerate(block) if _ACTS.search(line)), 0)
    for at, line in enumerate(block[: signed + 1]):
        plain = phrases.plain(line)
        if plain and any(plain == one or (len(one) >= TELLING and one in plain) for one in landmarks):
            return at
    while signed and block[signed - 1].strip():
        signed -= 1
    return signed


def unwrapped(markdown: str) -> str:
    """Paragraphs whose lines a mail program broke at its width, as they were typed.

    For mails that were written as HTML, whose text part only their program broke: a line is broken by it where
    the next word would not have fitted.
    """
    lines = markdown.split("\n")
    width = max((len(line) for line in lines), default=0)
    if not 60 <= width <= 80:
        return markdown
    out: list[str] = []
    for at, line in enumerate(lines):
        before = lines[at - 1] if at else ""
        word = line.split(" ", 1)[0]
        goes_on = before and line[:1].strip() and before[:1].strip() and not _LIST.match(line) and not is_quote(before)
        if out and goes_on and len(before) + 1 + len(word) > width:
            out[-1] += f" {line}"
        else:
            out.append(line)
    return "\n".join(out)


_LIST = re.compile(r"(?:[-*+>#|]|\d{1,3}[.)])(?:\s|$)|>|```")
