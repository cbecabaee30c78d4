"""Mails as mail programs write them, and where each ends: posted with exactly these words, or refused with a reason.

TOKEN in a file stands for the token of whoever wrote it, OTHER for that of somebody else.
"""

import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.core import mail

from community.feedback.models import Item
from community.members.models import Member
from community.notifications.inbound import addresses
from community.notifications.inbound.inbox import take
from community.notifications.inbound.written import written
from community.notifications.received import InboundMail
from tests import make, tasks

pytestmark = pytest.mark.django_db
FOLDER = Path(__file__).parent / "mails"
WRITERS = {
    "ann": ("en", "Ann Okafor"), "dao": ("th", "ดาว สุขใจ"), "ola": ("pl", "Ola Wiśniewska"), "amal": ("ar", "أمل حداد"),
    "minsu": ("ko", "김민수"),
}  # fmt: skip

# file → the Markdown that is posted, exactly; /files/N/ for the number of any file.
POSTED: dict[str, str] = {
    "apple_iphone_ar": "يعمل الآن، شكرًا.",
    "apple_iphone_ko": "이제 됩니다.",
    "apple_iphone_pl": "Już działa.",
    "apple_iphone_th": "ได้แล้วค่ะ",
    "apple_mac_en": "I will try that tomorrow.\n\nAnn",
    "apple_text_around_picture": "Above.\n\nBelow.\n\n![](/files/N/middle.webp)",
    "attachment_only": "![](/files/N/screen.webp)",
    "attachment_pdf": "The invoice is attached.\n\n[Invoice-12.pdf](/files/N/Invoice-12.pdf)",
    "attachment_refused": "See both.\n\n[notes.txt](/files/N/notes.txt)",
    "away_said_by_a_person": "Back on Monday, then I try it.",
    "broken_base64": "Words that are cut",
    "broken_headers": "X-Odd: =?utf-8?b?//?=\n: nothing\n\nStill readable.",
    "broken_no_boundary": "Just words, though it says that it has parts.",
    "broken_no_end_boundary": "Cut off on the way.",
    "broken_nul_and_surrogates": "Words with what í\xa0€ no database holds",
    "dmarc_fail_below_ours": "Mine passes.",
    "gmail_android": "Found it, thanks!",
    "gmail_ar": "شكرًا، وجدت الفاتورة.",
    "gmail_en": "I looked there, and the tab shows only the invoices of this year. The one of last December is missing. Can you send it to me?\n\nAlso, *thank you* for the quick answer.",
    "gmail_html_only": "Two things:\n\n- the **tab** is empty\n- 1 < 2 and a_b_c",
    "gmail_interleaved": "> In the billing tab.\n\nWhich one of the two?\n\n> Tell me if it is not there.\n\nIt is not.",
    "gmail_ko": "찾았습니다. 빠른 답변 고맙습니다.",
    "gmail_pl": "Dziękuję, znalazłam fakturę. Żółty przycisk „Pobierz” jednak nie działa.",
    "gmail_th": "ขอบคุณค่ะ เจอใบแจ้งหนี้แล้ว",
    "inline_picture_gmail": "It looks like this:\n\n![](/files/N/screen.webp)\n\nStrange, no?",
    "inline_picture_outlook_html": "Before ![](/files/N/image001.webp) after",
    "leak_reply_address": "I wrote to <[…]> and heard nothing.",
    "leak_unquoted": "Thanks.",
    "list_and_dashes": "Steps:\n\n- open the tab\n- press the button\n\nOn Monday I wrote to support: no answer.\n\nThanks, that is all.",
    "mislabelled_cp1250_as_utf8": "Zażółć gęślą jaźń",
    "mislabelled_utf8_as_latin1": "Zażółć gęślą jaźń",
    "naver_ko": "네, 확인했습니다.",
    "outlook_android_signature": "Will do.",
    "outlook_desktop_ar": "علامة التبويب فارغة عندي.",
    "outlook_desktop_en": "The billing tab is empty for me.",
    "outlook_desktop_html_pl": "Zakładka jest pusta.",
    "outlook_mobile_ko": "탭이 비어 있어요.",
    "outlook_web_en": "It works now, thank you!",
    "outlook_web_text_th": "แท็บนั้นว่างเปล่าค่ะ",
    "samsung_ar": "تم، شكرًا لك.",
    "samsung_ko": "확인했어요",
    "signature_logo_and_dot": "No picture of mine.",
    "signed_pgp": "Signed words.",
    "thunderbird_en_bottom": "The tab is there, the invoice is not.",
    "thunderbird_flowed_pl": "To jest jeden długi akapit, który program pocztowy łamie po kilkudziesięciu znakach, a my składamy go z powrotem.\n\nDrugi akapit.",
    "thunderbird_html": "Here is what I typed:\n\nls -l",
    "tis620_th": "ใช้ได้แล้วค่ะ",
    "two_tokens": "To both.",
    "unknown_charset_th": "สวัสดีค่ะ",
    "winmail_dat": "Formatted by Outlook.",
    "yahoo_en": "Yes, that was it.",
    "yahoo_text_pl": "Tak, o to chodziło.",
}
# file → why it is not.
REFUSED: dict[str, str] = {
    "auto_submitted": "automatic",
    "bounce_dsn": "bounce",
    "bounce_empty_return_path": "bounce",
    "display_name_is_no_address": "sender",
    "empty": "empty",
    "forged_dmarc": "forged",
    "forged_from_two": "forged",
    "forged_token": "token",
    "loop_from_us": "loop",
    "loop_hops": "loop",
    "loop_our_list": "loop",
    "only_quoted": "empty",
    "other_address": "sender",
    "precedence_bulk": "automatic",
    "vacation_ar": "automatic",
    "vacation_ko": "automatic",
    "vacation_pl": "automatic",
    "vacation_th": "automatic",
}


@pytest.fixture(autouse=True)
def _world(settings: Any, tmp_path: Path) -> None:
    settings.REPLY_ADDRESS, settings.MEDIA_ROOT = "reply@example.com", tmp_path
    for handle, (language, name) in WRITERS.items():
        make.confirmed(make.member(handle, name=name, language=language))


def brought(name: str, item: Item) -> InboundMail:
    """The mail of a file, taken in and settled within a second of CPU."""
    raw = (FOLDER / f"{name}.eml").read_bytes()
    return settled(raw, item, writer_of(raw))


def settled(raw: bytes, item: Item, writer: Member) -> InboundMail:
    other = make.member("other")
    for word, member in ((b"TOKEN", writer), (b"OTHER", other)):
        token = next(addresses.tokens_in([addresses.address_for(member.pk, item.pk)]))
        raw = raw.replace(word, token.encode())
    mail.outbox.clear()
    began = time.thread_time()
    row = take(raw, via="imap")
    tasks.run_all()
    assert time.thread_time() - began < 1
    assert row, "it was lost"
    row.refresh_from_db()
    assert row.state in ("posted", "refused")
    assert row.ended_at
    assert row.content == b""
    return row


def writer_of(raw: bytes) -> Member:
    found = re.search(rb"^From: .*?(ann|dao|ola|amal|minsu)@example\.com", raw, re.MULTILINE)
    return Member.objects.get(handle=found[1].decode() if found else "ann")


@pytest.fixture
def thread() -> Item:
    return make.thread(by=make.member("ann"), title="Where is my invoice?").item


def test_the_tables_name_every_file() -> None:
    assert len(POSTED) + len(REFUSED) >= 40
    assert {path.stem for path in FOLDER.glob("*.eml")} == set(POSTED) | set(REFUSED)


@pytest.mark.parametrize("name", POSTED)
def test_what_was_written_is_posted_and_nothing_else(name: str, thread: Item) -> None:
    row = brought(name, thread)
    assert (row.state, row.reason) == ("posted", "")
    assert row.item
    assert (row.item.source, row.item.author) == ("mail", row.member)
    assert re.sub(r"/files/\d+/", "/files/N/", row.item.body) == POSTED[name]
    assert not re.search(r"unsubscribe|reply\+|cid:|Stop mail", row.item.body)


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_answer_is_refused_with_its_reason(name: str, thread: Item) -> None:
    row = brought(name, thread)
    assert (row.state, row.reason) == ("refused", REFUSED[name])
    assert not Item.objects.filter(kind="reply").exists()
    silent = REFUSED[name] in ("automatic", "loop", "bounce", "token")
    assert [one.to for one in mail.outbox] == ([] if silent else [[row.member.email]])  # type: ignore[union-attr]


def test_G90_of_twenty_megabytes_its_writer_hears_without_anybody_reading_them(thread: Item) -> None:
    row = settled((FOLDER / "attachment_pdf.eml").read_bytes() + b"A" * 20_000_000, thread, make.member("ann"))
    assert (row.state, row.reason) == ("refused", "size")
    assert row.size > 20_000_000
    assert "It has more than 12 MB." in mail.outbox[0].body


def head(to: str = "reply+TOKEN@example.com") -> bytes:
    return f"From: ann@example.com\r\nTo: {to}\r\nMessage-ID: <deep@mail.example>\r\nMIME-Version: 1.0\r\n".encode()


@pytest.mark.parametrize(
    "body",
    [
        b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(1000))
        + b"Content-Type: text/plain\r\n\r\nDeep words.\r\n",
        b"Content-Type: message/rfc822\r\n\r\n" * 1000 + b"Words.",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 500_000,
        b"Content-Type: text/plain\r\n\r\n" + b"x\r\n" * 2_000_000,
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000 + b"Words.",
        b"Content-Type: text/html\r\n\r\n" + b"<!--<style>" * 100_000,
        b"Content-Type: text/html\r\n\r\n" + b"<a href='" * 100_000,
        b"Content-Type: text/plain\r\n\r\n" + b"On 1 a " * 200_000 + b"wrote:",
        b"Content-Type: text/plain\r\n\r\n" + (b"On 1" + b" a" * 120 + b":\r\n") * 5_000,
        b"Content-Type: text/plain\r\n\r\n" + b"Sent from my iPhone\r\n" * 100_000,
        b"Content-Type: text/plain; charset=zlib_codec\r\n\r\nWords.",
        b"Content-Type: text/plain; charset*0*=\xff\xfe''x; name*=%%\r\n\r\nWords.",
        b"Content-Type: image/png; name=x.png\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"iVBORw0KGgo" * 200_000,
    ],
    ids=lambda body: body[:40].decode("latin-1").split("\r")[0],
)
def test_G90_whatever_comes_ends_within_a_second(body: bytes, thread: Item) -> None:
    row = settled(head() + body, thread, make.member("ann"))
    assert row.state == "posted" or row.reason in ("broken", "empty", "words", "size")
    if row.state == "refused":
        assert [one.to for one in mail.outbox] == [["ann@example.com"]]


def test_G90_a_thousand_parts_inside_each_other_are_said_to_be_unreadable(thread: Item) -> None:
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(1000))
    assert settled(head() + nested + b"\r\nWords.", thread, make.member("ann")).reason == "broken"
    assert "We could not read it." in mail.outbox[0].body


def test_G90_a_bounce_that_cannot_be_read_ends_too(thread: Item) -> None:
    nested = b"".join(b'Content-Type: multipart/report; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(1000))
    row = settled(head().replace(b"ann@", b"mailer-daemon@") + nested, thread, make.member("ann"))
    assert (row.state, row.reason) == ("refused", "bounce")
    assert not mail.outbox


@pytest.mark.parametrize(
    "words",
    [
        "On the 3rd of May I wrote:\n\n- that it fails\n- and how",
        "It says:\n\nFrom: somebody\nTo: somebody else\nSubject: something\n\nWhy?",
        "Thanks, that was quick!\n\nThanks,\nbut one thing is left.",
        "Sent from my iPhone it works, from the other not.\nStrange.",
        "Title\n=====\n\n1. One\n2. Two\n\n```\n$ ls -- *\n```",
        "It costs 5 > 3.\n\n---\n\nAnd more.",
    ],
)
def test_what_only_looks_like_a_quote_or_a_signature_stays(words: str) -> None:
    assert written(words, names=["Ann", "Okafor"]) == words


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAnn\nAcme", "Best regards,\nAnn Okafor\nAcme Ltd, 1 Street", "Pozdrawiam\nAnn", "ขอแสดงความนับถือ\nAnn",
        "مع أطيب التحيات،\nAnn Okafor", "감사합니다.\nAnn 드림", "Sent from my Galaxy", "ส่งจาก iPad ของฉัน", "Wysłano z iPhone’a",
        "تم الإرسال من iPhone", "내 iPhone에서 보냄", "Inviato da iPhone", "Skickat från min iPhone",
    ],
)  # fmt: skip
def test_signatures_go(signature: str) -> None:
    assert written(f"Words.\n\n{signature}\n", names=["Ann", "Okafor"]) == "Words."
