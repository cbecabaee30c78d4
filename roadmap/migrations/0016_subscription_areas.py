"""Whether a subscription is about areas is told apart from the areas, which may be deleted."""

from typing import Any

from django.db import migrations, models


def tell(apps: Any, _editor: Any) -> None:
    Subscription = apps.get_model("roadmap", "Subscription")
    Subscription.objects.filter(pk__in=Subscription.areas.through.objects.values("subscription")).update(
        is_of_areas=True
    )


class Migration(migrations.Migration):
    dependencies = [("roadmap", "0015_promise_audience")]

    operations = [
        migrations.AddField("subscription", "changed_by", models.BigIntegerField(null=True)),
        migrations.AddField(
            "subscription",
            "is_of_areas",
            models.BooleanField(db_default=False, default=False, verbose_name="only about its product areas"),
        ),
        migrations.RunPython(tell, migrations.RunPython.noop),
    ]
