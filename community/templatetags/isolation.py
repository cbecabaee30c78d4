"""`{{ title|isolated }}`: what somebody wrote, inside a sentence that we wrote."""

from django import template

from community.lib.isolate import isolated

register = template.Library()
register.filter("isolated", isolated)
