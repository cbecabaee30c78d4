import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """How common a term is, by language. What was counted over all of them goes: the index is made anew anyway."""

    dependencies = [
        ('community', '0012_article_of_original'),
    ]

    operations = [
        migrations.DeleteModel(name='Frequency'),
        migrations.CreateModel(
            name='Corpus',
            fields=[
                ('language', models.CharField(max_length=2, primary_key=True, serialize=False)),
                ('entries', models.IntegerField(default=0)),
                ('length', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Frequency',
            fields=[
                ('pk', models.CompositePrimaryKey('term', 'corpus', blank=True, editable=False, primary_key=True, serialize=False)),
                ('term', models.IntegerField()),
                ('corpus', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='community.corpus')),
                ('entries', models.IntegerField()),
            ],
        ),
        migrations.RemoveField(model_name='index', name='entries'),
        migrations.RemoveField(model_name='index', name='length'),
        migrations.AddField(
            model_name='index',
            name='departures',
            field=models.PositiveIntegerField(default=0),
        ),
    ]
