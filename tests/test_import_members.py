"""Importing people from CSV: every encoding and delimiter that spreadsheets write, and every line that is wrong."""

from decimal import Decimal
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import CommandError, call_command

from community.members.import_members import MembersReport, import_members
from community.members.models import Company, Group, Member, Product, Site
from community.members.outgoing import OutgoingMail
from tests import make

pytestmark = pytest.mark.django_db
HEADING = "E-mail,Name,Company,Plan,MRR,Products,Language,Time zone,Groups"
NOK = "Nok@Example.com,นก สายลม,Baan Café,Team,58.00,Rota|Mobile,th,Asia/Bangkok,beta"


def bring(folder: Path, text: str | bytes, **options: object) -> MembersReport:
    file = folder / "people.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return import_members(file, **options)  # type: ignore[arg-type]


def people() -> list[tuple[object, ...]]:
    return [
        *Member.objects.order_by("pk").values_list(),
        *Company.objects.order_by("pk").values_list(),
        *Company.products.through.objects.order_by("pk").values_list(),
        *Group.members.through.objects.order_by("pk").values_list(),
        *EmailAddress.objects.order_by("pk").values_list(),
        *Site.objects.values_list(),
    ]


def test_brings_people_and_companies(tmp_path: Path) -> None:
    report = bring(tmp_path, f"{HEADING}\n{NOK}\nbo@example.com,Bo,baan café,,,API,,,\n")
    nok = Member.objects.get(email="nok@example.com")
    assert (nok.name, nok.language, nok.time_zone, nok.role) == ("นก สายลม", "th", "Asia/Bangkok", "member")
    assert not nok.has_usable_password()
    assert (nok.company.name, nok.company.plan, nok.company.monthly_revenue) == ("Baan Café", "Team", Decimal("58.00"))
    assert nok.company.members.count() == 2
    assert {product.name for product in nok.company.products.all()} == {"Rota", "Mobile", "API"}
    assert [group.name for group in nok.groups.all()] == ["beta"]
    address = EmailAddress.objects.get(user=nok)
    assert (address.email, address.verified, address.primary) == ("nok@example.com", False, True)
    assert report.counts["new"] == 2
    assert not report.refused


def test_A13_nobody_comes_in_under_a_name_of_staff(tmp_path: Path, sam: Member) -> None:
    lines = f"{HEADING},Role\nx@example.com,Ѕam Rivera,,,,,,,,\ny@example.com,Sam Rivera,,,,,,,,agent\n"
    for _ in range(2):
        bring(tmp_path, f"{lines}{sam.email},Other,,,,,,,,\n", allows_roles=True)
    assert Member.objects.get(email="x@example.com").name == ""
    assert Member.objects.get(email="y@example.com").name == "Sam Rivera"
    sam.refresh_from_db()
    assert (sam.name, sam.role) == ("Sam Rivera", "agent")


def test_twice_is_once_and_nobody_is_mailed(tmp_path: Path) -> None:
    bring(tmp_path, f"{HEADING}\n{NOK}\n")
    before = people()
    report = bring(tmp_path, f"{HEADING}\n{NOK}\n")
    assert people() == before
    assert (report.counts["new"], report.counts["unchanged"]) == (0, 1)
    assert not mail.outbox
    assert not OutgoingMail.objects.exists()


def test_dry_run_writes_nothing_and_reports_the_same(tmp_path: Path) -> None:
    before = people()
    dry = bring(tmp_path, f"{HEADING}\n{NOK}\nnobody\n", is_dry=True)
    assert people() == before
    real = bring(tmp_path, f"{HEADING}\n{NOK}\nnobody\n")
    assert (dry.counts["new"], dry.refused) == (real.counts["new"], real.refused)


def test_keeps_what_people_chose_and_follows_the_file_in_the_rest(tmp_path: Path) -> None:
    nok = make.member("nok", email="nok@example.com", name="Nok", language="en")
    bring(tmp_path, f"{HEADING}\n{NOK}\n")
    nok.refresh_from_db()
    assert (nok.handle, nok.name, nok.language, nok.company.name) == ("nok", "Nok", "en", "Baan Café")
    bring(tmp_path, "email,company,plan\nNOK@example.com,Elsewhere,Free\n")
    nok.refresh_from_db()
    assert (nok.company.name, nok.company.plan) == ("Elsewhere", "Free")


def test_knows_people_by_a_further_address(tmp_path: Path) -> None:
    nok = make.member("nok")
    EmailAddress.objects.create(user=nok, email="Second@example.com", verified=True)
    report = bring(tmp_path, "email,company\nsecond@example.com,Acme\n")
    nok.refresh_from_db()
    assert (report.counts["new"], nok.company.name) == (0, "Acme")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_reads_what_spreadsheets_write(tmp_path: Path, encoding: str, delimiter: str, ending: str) -> None:
    lines = ["email,Full Name,Company", 'a@example.com,"Łuk|asz",Żabka', 'b@example.com,"B ""x""",']
    bring(tmp_path, ending.join(line.replace(",", delimiter) for line in lines).encode(encoding))
    assert list(Member.objects.order_by("pk").values_list("name", "company__name")) == [
        ("Łuk|asz", "Żabka"),
        ('B "x"', None),
    ]


def test_another_encoding_is_refused_with_advice_and_read_when_named(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes("email,name\na@example.com,Zażółć\n".encode("cp1250"))
    with pytest.raises(CommandError, match=r"line 2 has the byte 0xBF.*--encoding cp1250"):
        call_command("import_members", file)
    assert not Member.objects.exists()
    call_command("import_members", file, encoding="cp1250")
    assert Member.objects.get().name == "Zażółć"
    with pytest.raises(CommandError, match="no encoding 'klingon'"):
        call_command("import_members", file, encoding="klingon")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("nobody,,,", "'nobody' is no e-mail address"),
        (",Bo,,", "there is no e-mail address"),
        ("a@example.com,A\x00,,", "cannot be stored"),
        ("a@example.com,A,,twelve", "no amount of money"),
        ("a@example.com,A,,-5", "from 0"),
        ("a@example.com,A,,99999999999999", "from 0"),
        (f"a@example.com,{'x' * 81},,", "81 characters; the limit is 80"),
        ("a@example.com,A,,,x,y", "6 cells where the first line has 4"),
        ("good@example.com,A,,", "the same e-mail address as line 2"),
        ('a@example.com,"A"x,,', "quotation marks are wrong"),
    ],
)
def test_a_wrong_line_is_named_and_the_others_come(tmp_path: Path, line: str, why: str) -> None:
    text = f"email,name,company,monthly_revenue\ngood@example.com,G,,\n{line}\nlast@example.com,L,,\n"
    report = bring(tmp_path, text)
    assert list(Member.objects.order_by("pk").values_list("email", flat=True)) == [
        "good@example.com",
        "last@example.com",
    ]
    assert [number for number, _why in report.refused] == [3]
    assert why in report.refused[0][1]


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("language", "xx", "'xx' is no language known here; use one of en, th, pl, ar, ko"),
        ("time_zone", "Mars/Olympus", "no time zone"),
        ("role", "king", "no role"),
        ("role", "admin", "--allow-roles"),
        ("handle", "admin", "cannot be used"),
        ("handle", "a b", "cannot be used"),
        ("groups", "x" * 81, "more than 80"),
    ],
)
def test_a_wrong_value_is_named(tmp_path: Path, column: str, value: str, why: str) -> None:
    report = bring(tmp_path, f"email,{column}\na@example.com,{value}\n")
    assert why in report.refused[0][1]
    assert not Member.objects.exists()


def test_roles_come_only_when_allowed(tmp_path: Path, root: Member) -> None:
    text = "email,role\nsam@example.com,agent\nroot@example.com,\n"
    bring(tmp_path, text, allows_roles=True)
    assert Member.objects.get(email="sam@example.com").role == "agent"
    root.refresh_from_db()
    assert root.role == "admin"


def test_C50_a_cell_of_ten_megabytes(tmp_path: Path) -> None:
    text = f'email,name\na@example.com,"{"x" * 10_000_000}"\nb@example.com,B\n'
    report = bring(tmp_path, text)
    assert report.refused == [(2, "a cell has more than 10,000 characters; is a quotation mark missing?")]
    assert Member.objects.get().email == "b@example.com"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no column for e-mail addresses"),
        ("name,company\nBo,Acme\n", "no column for e-mail addresses. Its first line says: name, company"),
        ("x," * 300, "columns; at most"),
        ("x" * 20_000, "no list of columns"),
    ],
)
def test_a_file_that_is_no_list_of_people(tmp_path: Path, text: str, why: str) -> None:
    (tmp_path / "people.csv").write_text(text)
    with pytest.raises(CommandError, match=why):
        call_command("import_members", tmp_path / "people.csv")


def test_columns_may_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p.csv").write_text("Correo;Quien;email\na@example.com;Ana;not this\n")
    call_command("import_members", tmp_path / "p.csv", columns="email=correo, name=Quien", progress=True)
    assert Member.objects.get().name == "Ana"
    shown = capsys.readouterr()
    assert "1  new" in shown.out
    assert "1/1" in shown.err
    with pytest.raises(CommandError, match="no column Wer"):
        call_command("import_members", tmp_path / "p.csv", columns="name=Wer")
    with pytest.raises(CommandError, match="--columns knows"):
        call_command("import_members", tmp_path / "p.csv", columns="shoe=Wer")
    with pytest.raises(CommandError, match="no file"):
        call_command("import_members", tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1234.5", "1234.50"),
        ('"1,234.50"', "1234.50"),
        ("1 234", "1234.00"),
        ('"€1.234,50"', "1234.50"),
        ('"49,9"', "49.90"),
        ('"1,234"', "1234.00"),
        ("0", "0.00"),
    ],
)
def test_amounts(tmp_path: Path, said: str, meant: str) -> None:
    bring(tmp_path, f"email,company,revenue\na@example.com,Acme,{said}\n")
    assert Company.objects.get().monthly_revenue == Decimal(meant)


def test_handles_are_found_for_everybody(tmp_path: Path) -> None:
    make.member("ann")
    lines = "email,name,handle\na@x.io,Ann,\nb@x.io,Ann,\nc@x.io,อร,\nd@x.io,,\ne@x.io,E,ann\nf@x.io,F,@Fee\n"
    bring(tmp_path, lines)
    handles = list(Member.objects.exclude(handle="ann").order_by("pk").values_list("handle", flat=True))
    assert handles == ["ann-2", "ann-3", "member", "member-2", "ann-4", "fee"]


def test_many(tmp_path: Path) -> None:
    lines = "".join(f"p{n}@example.com,Same Name,Company {n % 7}\n" for n in range(1_201))
    report = bring(tmp_path, f"email,name,company\n{lines}")
    assert report.counts["new"] == Member.objects.count() == 1_201
    assert (Company.objects.count(), Product.objects.count()) == (7, 0)
