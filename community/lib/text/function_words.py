"""Words that hold a sentence together and say nothing of what it is about.

In a large site their frequency shows that. In a small one "how" is as rare as what somebody asks about, and a question
would find whatever else begins with it.
"""

from community.lib.text.fold import fold

_WRITTEN = {
    "en": """
        a about all also am an and any are as at be been being but by can could did do does doing done for from get got
        had has have having he her here him his how i if in into is it its just may me might mine must my no not of on
        or our shall she should so some than that the their them then there these they this those to too us very was
        we were what when where which who whom whose why will with would you your
    """,
    "pl": """
        a aby albo ale ani bo być by był była było byli ci co czemu czy dla dlaczego do gdy gdzie go i ich ile im ja jak
        jaka jaką jaki jakie jakiej jako je jego jej jest jestem jeśli już kiedy kto która którą które której który
        którego których ma mam mi mną mnie mogę moich moim moja moją moje mojego mojej mój można my na nad nam nas nasz
        nie niego nim o od on ona one oni oraz po pod przed przez przy są się skąd ta tak tam te tego tej ten to tu
        tutaj twój ty tym u w wam was wasz we więc z za ze że żeby
    """,
    "ar": """
        في من إلى على عن مع هل ما ماذا متى أين كيف لماذا لم لن هذا هذه ذلك أنا نحن أنت أو و ثم قد لي لك يمكنني
        أستطيع
    """,
    "ko": """
        어떻게 왜 언제 어디 어디서 어디에서 어디에 무엇 무엇을 무엇이 무슨 뭐 어떤 나는 저는 제가 내가 내 제 우리 수
        있나요 있을까요 있습니까 있어요 하나요 합니까 해야 할 하는 되나요 됩니까 그리고 하지만 또는 이 그 저
    """,
}  # fmt: skip
FUNCTION_WORDS = {language: frozenset(map(fold, words.split())) for language, words in _WRITTEN.items()}
