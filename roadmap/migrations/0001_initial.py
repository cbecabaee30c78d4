
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('community', '0014_staged_items'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Reason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40, unique=True, verbose_name='address')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('translations', models.JSONField(blank=True, default=dict, help_text='Name by language: {"pl": "…"}', verbose_name='translations')),
                ('order', models.PositiveIntegerField(default=0, verbose_name='order')),
            ],
            options={
                'verbose_name': 'reason',
                'verbose_name_plural': 'reasons',
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Area',
            fields=[
            ],
            options={
                'verbose_name': 'product area',
                'verbose_name_plural': 'product areas',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('community.place',),
        ),
        migrations.CreateModel(
            name='Importance',
            fields=[
                ('vote', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='importance', serialize=False, to='community.vote')),
                ('level', models.CharField(choices=[('nice', 'Nice to have'), ('important', 'Important'), ('blocking', 'I cannot work without it')], max_length=10)),
                ('why', models.CharField(blank=True, max_length=500, verbose_name='why')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('level__in', ['nice', 'important', 'blocking'])), name='importance_level_known')],
            },
        ),
        migrations.CreateModel(
            name='Stage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('new', 'New'), ('considering', 'Under consideration'), ('planned', 'Planned'), ('building', 'Being built'), ('shipped', 'Shipped'), ('declined', 'Not planned'), ('merged', 'Merged')], max_length=12, verbose_name='kind')),
                ('slug', models.SlugField(max_length=20, unique=True, verbose_name='address')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('translations', models.JSONField(blank=True, default=dict, help_text='Name by language: {"pl": "…"}', verbose_name='translations')),
                ('order', models.PositiveIntegerField(default=0, verbose_name='order')),
            ],
            options={
                'verbose_name': 'stage',
                'verbose_name_plural': 'stages',
                'ordering': ['order', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['new', 'considering', 'planned', 'building', 'shipped', 'declined', 'merged'])), name='stage_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Move',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_told', models.BooleanField(default=False)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('answer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='community.reply')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='community.item')),
                ('reason', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='roadmap.reason')),
                ('before', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roadmap.stage')),
                ('stage', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='roadmap.stage')),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(models.F('item'), models.F('id'), name='move_item')],
                'constraints': [models.CheckConstraint(condition=models.Q(('before', models.F('stage')), _negated=True), name='move_elsewhere')],
            },
        ),
        migrations.CreateModel(
            name='Idea',
            fields=[
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='%(class)s', serialize=False, to='community.item')),
                ('heat', models.FloatField(default=0.0)),
                ('moved_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('stage', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='ideas', to='roadmap.stage')),
            ],
            options={
                'indexes': [models.Index(models.F('heat'), models.F('item'), name='idea_hot'), models.Index(models.F('stage'), models.F('heat'), models.F('item'), name='idea_stage_hot'), models.Index(models.F('moved_at'), models.F('item'), name='idea_moved'), models.Index(models.F('stage'), models.F('moved_at'), models.F('item'), name='idea_stage_moved'), models.Index(models.F('heat'), models.F('item'), condition=models.Q(('answered_at', None)), name='idea_unanswered')],
            },
        ),
    ]
