"""The mail to somebody who wants to be contacted: from one person to another, in the layout of the site."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from community.lib import markdown
from community.lib.absolute import absolute
from community.members.models import Member, Site
from community.notifications import envelope
from community.notifications.inbound import addresses
from community.notifications.mail_names import name_of
from surveys.followup.models import ContactMail
from surveys.followup.reach import why_not

SORT = "k"  # of readers, in the names of mails: people whom staff contact


def letter(mail: ContactMail) -> EmailMultiAlternatives | None:
    """The mail, or None when its address takes none by now."""
    rows = ContactMail.objects.select_related("request__response__campaign__product", "request__response__item", "by")
    mail = rows.get(pk=mail.pk)
    if why_not(mail.to):
        return None
    site = Site.current()
    with translation.override(mail.request.response.item.language or site.language):
        return _message(mail, site)


def answers_to(item_id: int, writer: Member | None) -> str:
    """Where an answer goes: into the conversation, or to who wrote where no mail is taken in."""
    if addresses.is_on():
        return addresses.address_for(addresses.OUTSIDER, item_id)
    return (writer.email if writer else "") or settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip("> ")


def _message(mail: ContactMail, site: Site) -> EmailMultiAlternatives:
    brand = mail.request.response.campaign.called(site)
    name = _("%(name)s via %(site)s") % {"name": mail.by.display_name, "site": brand} if mail.by else brand
    context = {
        "site": site,
        "site_url": settings.SITE_URL,
        "brand": brand,
        "mail": mail,
        "html": absolute(markdown.render(mail.body).html, settings.SITE_URL),
        "language": translation.get_language(),
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
    }
    message = EmailMultiAlternatives(
        mail.title,
        render_to_string("surveys/contact_mail.txt", context),
        envelope.sender(name),
        [mail.to],
        reply_to=[answers_to(mail.request_id, mail.by)],
        headers=envelope.by_hand(name_of(mail.pk, mail.pk, SORT), f"contact.{mail.request.key}", _answered(mail)),
    )
    message.attach_alternative(render_to_string("surveys/contact_mail.html", context), "text/html")
    return message


def _answered(mail: ContactMail) -> str:
    """The name of the mail that stood last when this one was written."""
    before = mail.request.answers.exclude(name="").filter(at__lt=mail.created_at).order_by("-pk")
    return before.values_list("name", flat=True).first() or ""
