"""A form field as our pages show it, whatever form it comes from."""

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.loader import get_template

register = template.Library()


@register.simple_tag
def form_part(field: BoundField) -> str:
    """Label, field, help and errors; a hidden field alone, a checkbox with its label behind it."""
    widget = field.field.widget
    if widget.is_hidden:
        return field.as_widget()
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return _rendered("components/form_choices.html", field)
    if isinstance(widget, forms.CheckboxInput):
        return _rendered("components/form_check.html", field)
    widget.attrs.setdefault("class", "input")
    return _rendered("components/form_field.html", field)


def _rendered(name: str, field: Any) -> str:
    return get_template(name).render({"field": field})
