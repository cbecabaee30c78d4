"""The questions as people who speak a language ask them. A wording that changes gets a new VERSION."""

from dataclasses import dataclass

from django.utils.translation import get_language

from surveys.wording.particles import with_by, with_object

VERSION = 1
FORMAL, INFORMAL = "formal", "informal"
LANGUAGES = ("en", "th", "pl", "ar", "ko")


@dataclass(frozen=True)
class Words:
    """A question, and what the two ends of its scale are called."""

    question: str
    low: str
    high: str


def shipped(kind: str, language: str, name: str, manner: str = FORMAL) -> Words:
    """The question of a kind in a language, English where we have none, about whatever is called `name`.

    `manner` matters where a language has two ways to address somebody and both are usual (Polish).
    """
    said = _QUESTIONS[kind]
    words = said.get((language[:2], manner)) or said.get((language[:2], FORMAL)) or said["en", FORMAL]
    places = {"name": name, "object": with_object(name), "by": with_by(name)}
    return Words(words.question.format(**places), words.low, words.high)


def ask_why(band: str, language: str = "") -> str:
    """The first question after the score, of a band or a CSAT answer. In the language that is on if none is given."""
    said = _REASONS[band]
    return said.get((language or get_language() or "en")[:2], said["en"])


_QUESTIONS: dict[str, dict[tuple[str, str], Words]] = {
    "nps": {
        ("en", FORMAL): Words(
            "How likely are you to recommend {name} to a friend or colleague?",
            "Not at all likely",
            "Extremely likely",
        ),
        ("th", FORMAL): Words(
            "คุณมีแนวโน้มที่จะแนะนำ {name} ให้เพื่อนหรือเพื่อนร่วมงานมากน้อยแค่ไหน",
            "ไม่แนะนำแน่นอน",
            "แนะนำแน่นอน",
        ),
        ("pl", FORMAL): Words(
            "Na ile prawdopodobne jest, że poleci Pan/Pani {name} znajomym lub współpracownikom?",
            "Zupełnie nieprawdopodobne",
            "Niezwykle prawdopodobne",
        ),
        ("pl", INFORMAL): Words(
            "Na ile prawdopodobne jest, że polecisz {name} znajomym lub współpracownikom?",
            "Zupełnie nieprawdopodobne",
            "Niezwykle prawdopodobne",
        ),
        ("ar", FORMAL): Words(
            "ما مدى احتمال أن توصي أحد أصدقائك أو زملائك {by}؟",
            "غير محتمل إطلاقًا",
            "محتمل جدًا",
        ),
        ("ko", FORMAL): Words(
            "{object} 친구나 동료에게 추천하실 의향이 얼마나 있으신가요?",
            "전혀 추천하지 않음",
            "적극 추천함",
        ),
    },
    "csat": {
        ("en", FORMAL): Words("How satisfied are you with {name}?", "Very dissatisfied", "Very satisfied"),
        ("th", FORMAL): Words("คุณพึงพอใจกับ {name} มากน้อยแค่ไหน", "ไม่พอใจมาก", "พอใจมาก"),
        ("pl", FORMAL): Words("Jak ocenia Pan/Pani {name}?", "Bardzo źle", "Bardzo dobrze"),
        ("pl", INFORMAL): Words("Jak oceniasz {name}?", "Bardzo źle", "Bardzo dobrze"),
        ("ar", FORMAL): Words("ما مدى رضاك عن {name}؟", "غير راضٍ إطلاقًا", "راضٍ جدًا"),
        ("ko", FORMAL): Words("{name}에 얼마나 만족하시나요?", "매우 불만족", "매우 만족"),
    },
    "ces": {
        ("en", FORMAL): Words(
            "{name} made it easy for me to do what I wanted to do.",
            "Strongly disagree",
            "Strongly agree",
        ),
        ("th", FORMAL): Words("{name} ช่วยให้ฉันทำสิ่งที่ต้องการได้ง่าย", "ไม่เห็นด้วยอย่างยิ่ง", "เห็นด้วยอย่างยิ่ง"),
        ("pl", FORMAL): Words(
            "{name} ułatwia mi zrobienie tego, co chcę zrobić.",
            "Zdecydowanie się nie zgadzam",
            "Zdecydowanie się zgadzam",
        ),
        ("ar", FORMAL): Words("كان من السهل عليّ إنجاز ما أردت مع {name}.", "لا أوافق بشدة", "أوافق بشدة"),
        ("ko", FORMAL): Words("{name} 덕분에 하려던 일을 쉽게 끝낼 수 있었습니다.", "전혀 그렇지 않다", "매우 그렇다"),
    },
}

_REASONS: dict[str, dict[str, str]] = {
    "detractor": {
        "en": "What went wrong, or what is the main reason for your score?",
        "th": "มีอะไรที่ไม่ดี หรืออะไรคือเหตุผลหลักของคะแนนนี้",
        "pl": "Co poszło nie tak albo jaki jest główny powód tej oceny?",
        "ar": "ما الذي لم يكن جيدًا، أو ما السبب الرئيسي لتقييمك؟",
        "ko": "어떤 점이 아쉬우셨나요? 점수를 주신 가장 큰 이유를 알려 주세요.",
    },
    "passive": {
        "en": "What would make it a 10?",
        "th": "อะไรจะทำให้คุณให้ 10 คะแนน",
        "pl": "Co sprawiłoby, że byłaby to dziesiątka?",
        "ar": "ما الذي يجعل تقييمك 10؟",
        "ko": "무엇이 더 있으면 10점을 주시겠어요?",
    },
    "promoter": {
        "en": "What do you like most?",
        "th": "คุณชอบอะไรมากที่สุด",
        "pl": "Co podoba się najbardziej?",
        "ar": "ما أكثر ما يعجبك؟",
        "ko": "가장 마음에 드는 점은 무엇인가요?",
    },
    "any": {
        "en": "What is the main reason for your answer?",
        "th": "อะไรคือเหตุผลหลักของคำตอบนี้",
        "pl": "Jaki jest główny powód tej odpowiedzi?",
        "ar": "ما السبب الرئيسي لإجابتك؟",
        "ko": "그렇게 답하신 가장 큰 이유는 무엇인가요?",
    },
}
