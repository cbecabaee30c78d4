"""How mail programs mark what they quote and what signs, in the languages of the site and in others."""

import re

from mailparser_reply.constants import MAIL_LANGUAGES

LONGEST = 300  # characters of an attribution; patterns of this sort cost the square of it
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_MARKUP = re.compile(r"[\\*]|^_+(?=[^\W_])|(?<=[^\W_])_+$")


def plain(line: str) -> str:
    """A line as the patterns know it: without marks of direction, of Markdown, and with plain spaces."""
    return " ".join(_MARKUP.sub("", _INVISIBLE.sub("", line)).split())


_ATTRIBUTIONS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"On\b.+\bwrote\s*[:：]$",
        # Thai: Gmail, Apple Mail, Outlook.
        r"(?:เมื่อ|ในวันที่|วันที่|On)\s?.+(?:เขียนว่า|ได้เขียนว่า|เขียน|wrote)\s*[:：]$",
        # Polish: Gmail (wt., 24 lis 2026 o 10:05 …), Thunderbird, Yahoo, Apple Mail.
        r"(?:W dniu|Dnia|(?:pon|wt|śr|czw|pt|sob|niedz|nd)\.?,?|\d{1,2}[ .])\s?.+"
        r"(?:pisze|napisał(?:\(a\)|a)?|nadesłał(?:\(a\)|a)?)\s*:$",
        r"Wiadomość napisana przez .+w dniu .+:$",
        # Arabic: Gmail, Apple Mail, Thunderbird.
        r"(?:في|بتاريخ|يوم)\s.+(?:كتب|كتبت|كَتَب|تمت كتابة ما يلي بواسطة|كتابة ما يلي بواسطة|أرسل)\b.*[:：]$",
        # Korean: Gmail, Apple Mail, Thunderbird, Yahoo.
        r"(?:\d{4}\s?[년.\-/]|\d{1,2}/\d{1,2}/).+"
        r"(?:작성|작성했습니다|작성하였습니다|쓴 글|쓰셨습니다|님의 말씀|님의 말)\s*[:：]$",
    )
]
# Those of other languages, as others collected them.
_ATTRIBUTIONS += [
    re.compile(of_language["wrote_header"], re.IGNORECASE)
    for name, of_language in sorted(MAIL_LANGUAGES.items())
    if of_language.get("wrote_header") and name not in ("en", "pl", "ko")
]

_ORIGINAL = (
    "original message", "original appointment", "forwarded message", "reply message", "original mail",
    "ข้อความต้นฉบับ", "ข้อความเดิม", "ข้อความที่ส่งต่อ", "อีเมลต้นฉบับ",
    "wiadomość oryginalna", "oryginalna wiadomość", "pierwotna wiadomość", "treść oryginalnej wiadomości",
    "wiadomość pierwotna", "wiadomość przekazana",
    "الرسالة الأصلية", "رسالة أصلية", "الرسالة الاصلية", "رسالة معاد توجيهها",
    "원본 메시지", "원본 메일", "원본메일", "원본메시지", "원본 메세지", "전달된 메시지",
    "ursprüngliche nachricht", "message d'origine", "message d’origine", "mensaje original", "messaggio originale",
    "oorspronkelijk bericht", "ursprungligt meddelande", "oprindelig meddelelse", "原始邮件", "元のメッセージ",
)  # fmt: skip
_SEPARATOR = re.compile(rf"-{{2,}}\s*(?:{'|'.join(map(re.escape, _ORIGINAL))})\s*-{{2,}}", re.IGNORECASE)

_FROM = (
    "From", "จาก", "Od", "Nadawca", "من", "المرسل", "보낸 사람", "보낸사람", "보내는 사람", "발신",
    "Von", "De", "Da", "Van", "Från", "Fra", "发件人", "差出人",
)  # fmt: skip
_DATES = (
    "Sent", "Date", "ส่ง", "ส่งเมื่อ", "วันที่", "Wysłano", "Wysłane", "Data", "تم الإرسال", "تاريخ الإرسال", "أُرسلت",
    "مرسل", "التاريخ", "보낸 날짜", "보낸날짜", "날짜", "발송", "Gesendet", "Datum", "Envoyé", "Enviado", "Fecha",
    "Inviato", "Verzonden", "Skickat", "Sendt", "发送时间", "日期", "送信日時", "日時",
)  # fmt: skip
_OTHERS = (
    "To", "Cc", "Subject", "ถึง", "เรื่อง", "หัวเรื่อง", "สำเนา", "สำเนาถึง", "Do", "DW", "Temat", "إلى", "الموضوع", "نسخة",
    "받는 사람", "받은 사람", "받는사람", "참조", "제목", "수신", "An", "Betreff", "À", "Objet", "Para", "Asunto", "A",
    "Oggetto", "Aan", "Onderwerp", "Till", "Ämne", "Til", "Emne", "收件人", "主题", "宛先", "件名",
)  # fmt: skip


def _labels(*groups: tuple[str, ...]) -> re.Pattern[str]:
    """The longest first, for some begin as others do."""
    words = sorted((word for group in groups for word in group), key=len, reverse=True)
    return re.compile(rf"({'|'.join(map(re.escape, words))})\s?[:：]", re.IGNORECASE)


_LABEL, _FROM_LABEL, _DATE_LABEL = _labels(_FROM, _DATES, _OTHERS), _labels(_FROM), _labels(_DATES)

_SENT_FROM = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:Sent from (?:my|the|Mail|Outlook|Yahoo|Samsung|Proton|Spark|Gmail|Windows)\b|Sent (?:via|with) ).{0,80}",
        r"Get Outlook for .{0,80}",
        r"(?:ส่งจาก|ส่งผ่าน|รับ Outlook|ดาวน์โหลด Outlook|ขอรับ Outlook).{0,80}",
        r"(?:Wysłan[eoya]\b.{0,30}\bz\b|(?:Pobierz|Uzyskaj) (?:aplikację |program )?Outlook).{0,80}",
        r"(?:أُ?رسلت|أُ?رسل|تم الإرسال|مُ?رسلة?|تم إرساله(?:ا)?|الحصول على Outlook|احصل على Outlook)\b.{0,80}",
        r".{1,40}에서 (?:보냄|보낸 메일|보냈습니다)\.?",
        r"(?:iOS|Android)용 Outlook.{0,40}|Outlook.{0,20}(?:받기|다운로드|가져오기)",
        *(
            rf"(?:{of_language['sent_from']}).{{0,60}}"
            for name, of_language in sorted(MAIL_LANGUAGES.items())
            if of_language.get("sent_from") and name not in ("en", "pl", "ko")
        ),
    )
]
_SIGN_OFF = re.compile(
    r"(?:(?:best|kind|warm|kindest)? ?regards|best wishes|best|cheers|(?:yours )?sincerely|(?:many )?thanks|thank you"
    r"|all the best|br"
    r"|ด้วยความเคารพ|ด้วยความนับถือ|ขอแสดงความนับถือ|ขอบคุณ(?:ครับ|ค่ะ|คะ|มาก(?:ครับ|ค่ะ)?)?"
    r"|(?:serdecznie )?pozdrawiam(?: serdecznie)?|pozdrowienia|z poważaniem|(?:z )?(?:najlepszymi )?pozdrowieniami"
    r"|dziękuję|dzięki"
    r"|مع (?:أطيب|خالص|فائق) (?:التحيات|التحية|الاحترام)|مع التحية|مع الشكر|أطيب التحيات|تحياتي|تحية طيبة|شكر[اًا]{0,2}"
    r"|감사합니다|고맙습니다|감사드립니다)\W*",
    re.IGNORECASE,
)


def is_attribution(words: str) -> bool:
    """`On Tuesday, 24 November 2026 at 10:05, Bo wrote:` in any language; there is always a number in it."""
    if len(words) > LONGEST or not any(char.isdigit() for char in words):
        return False
    return any(pattern.match(words) for pattern in _ATTRIBUTIONS)


def is_sure(attribution: str) -> bool:
    """Whether nobody writes so themselves: it gives an address, or the minute."""
    return "@" in attribution or re.search(r"\d[:.٫]\d\d", attribution) is not None


def is_separator(line: str) -> bool:
    return _SEPARATOR.fullmatch(line) is not None


def is_header_block(lines: list[str]) -> bool:
    """Whether these lines begin with the headers of a mail as Outlook quotes them: From, Sent, To, Subject."""
    if not lines or not _LABEL.match(lines[0]):
        return False
    found = {label[1].lower() for line in lines[:7] if (label := _LABEL.match(line))}
    # Who and when: somebody who tells of a mail seldom gives both, and a subject or reader besides.
    return len(found) >= 3 and all(any(one.match(line) for line in lines[:7]) for one in (_FROM_LABEL, _DATE_LABEL))


def is_sent_from(line: str) -> bool:
    return len(line) <= 120 and any(pattern.fullmatch(line) for pattern in _SENT_FROM)


def is_sign_off(line: str) -> bool:
    return len(line) <= 60 and _SIGN_OFF.fullmatch(line) is not None
