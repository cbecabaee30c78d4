"""The stages and reasons that a site begins with, in its five languages; administrators change them."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

STAGES = {
    "new": ("New", {"th": "ใหม่", "pl": "Nowy", "ar": "جديدة", "ko": "새 아이디어"}),
    "considering": (
        "Under consideration",
        {"th": "กำลังพิจารณา", "pl": "Rozważamy", "ar": "قيد الدراسة", "ko": "검토 중"},
    ),
    "planned": ("Planned", {"th": "อยู่ในแผน", "pl": "W planach", "ar": "ضمن الخطة", "ko": "계획됨"}),
    "building": ("Being built", {"th": "กำลังพัฒนา", "pl": "W budowie", "ar": "قيد التنفيذ", "ko": "개발 중"}),
    "shipped": ("Shipped", {"th": "เปิดให้ใช้แล้ว", "pl": "Wdrożone", "ar": "متاحة الآن", "ko": "출시됨"}),
    "declined": ("Not planned", {"th": "ไม่อยู่ในแผน", "pl": "Nie planujemy", "ar": "غير مخطط لها", "ko": "계획 없음"}),
    "merged": ("Merged", {"th": "รวมแล้ว", "pl": "Połączone", "ar": "مدمجة", "ko": "병합됨"}),
}
REASONS = {
    "not_our_focus": (
        "It is not what we focus on",
        {
            "th": "ไม่ใช่สิ่งที่เรามุ่งเน้น",
            "pl": "Nie na tym się skupiamy",
            "ar": "ليست ضمن ما نركّز عليه",
            "ko": "저희가 집중하는 방향이 아닙니다",
        },
    ),
    "too_costly": (
        "It costs more than it helps",
        {
            "th": "ต้นทุนสูงกว่าประโยชน์ที่ได้",
            "pl": "Koszt jest większy niż korzyść",
            "ar": "كلفتها أكبر من فائدتها",
            "ko": "효과에 비해 비용이 큽니다",
        },
    ),
    "already_possible": (
        "It can be done already",
        {
            "th": "ทำได้อยู่แล้ว",
            "pl": "To już jest możliwe",
            "ar": "يمكن فعل ذلك بالفعل",
            "ko": "이미 가능합니다",
        },
    ),
    "too_few_need_it": (
        "Too few need it",
        {
            "th": "มีผู้ต้องการน้อยเกินไป",
            "pl": "Potrzebuje tego zbyt mało osób",
            "ar": "لا يحتاج إليها عدد كافٍ",
            "ko": "필요로 하는 분이 너무 적습니다",
        },
    ),
    "against_our_principles": (
        "It goes against our principles",
        {
            "th": "ขัดกับหลักการของเรา",
            "pl": "Jest sprzeczne z naszymi zasadami",
            "ar": "تتعارض مع مبادئنا",
            "ko": "저희 원칙에 맞지 않습니다",
        },
    ),
}


def make(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    using = editor.connection.alias
    for order, (kind, (name, translations)) in enumerate(STAGES.items()):
        apps.get_model("roadmap", "Stage").objects.using(using).create(
            kind=kind, slug=kind, name=name, translations=translations, order=order
        )
    for order, (slug, (name, translations)) in enumerate(REASONS.items()):
        apps.get_model("roadmap", "Reason").objects.using(using).create(
            slug=slug, name=name, translations=translations, order=order
        )


class Migration(migrations.Migration):
    dependencies = [("roadmap", "0001_initial")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
