import django.db.models.deletion
from django.db import migrations, models


def narrow(apps, schema_editor):
    """What is said of features that not everybody sees was said to those who see them now."""
    Promise = apps.get_model("roadmap", "Promise")
    Feature = apps.get_model("roadmap", "Feature")
    width = ["staff", "group", "members", "public"]
    of_place = models.Q(item__place=None) | models.Q(item__place__audience="public")
    rows = Feature.objects.using(schema_editor.connection.alias).exclude(of_place & models.Q(item__visibility="public"))
    for feature in rows.select_related("item__place"):
        item, place = feature.item, feature.item.place
        found = [(item.visibility, item.group_id), (place.audience, place.group_id) if place else ("public", None)]
        (audience, group), wide = sorted(found, key=lambda one: width.index(one[0]) if one[0] in width else 0)
        if audience not in width or (audience == wide[0] == "group" and group != wide[1]):
            audience, group = "staff", None
        promises = Promise.objects.using(schema_editor.connection.alias).filter(feature=feature)
        promises.update(audience=audience, group=group if audience == "group" else None)


class Migration(migrations.Migration):

    dependencies = [
        ("community", "0016_once_a_day"),
        ("roadmap", "0014_openness"),
    ]

    operations = [
        migrations.AddField(
            model_name="promise",
            name="audience",
            field=models.CharField(choices=[("public", "Everyone"), ("members", "Members"), ("group", "One group"), ("staff", "Staff")], default="public", max_length=10),
        ),
        migrations.AddField(
            model_name="promise",
            name="group",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="community.group"),
        ),
        migrations.AddConstraint(
            model_name="promise",
            constraint=models.CheckConstraint(condition=models.Q(("audience__in", ["public", "members", "group", "staff"])), name="promise_audience_known"),
        ),
        migrations.RunPython(narrow, migrations.RunPython.noop, elidable=True),
    ]
