
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0014_staged_items'),
        ('roadmap', '0002_first_stages'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Feature',
            fields=[
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='%(class)s', serialize=False, to='community.item')),
                ('precision', models.CharField(choices=[('horizon', 'Now, next or later'), ('quarter', 'A quarter'), ('date', 'A date')], default='horizon', max_length=8, verbose_name='target')),
                ('horizon', models.CharField(choices=[('now', 'Now'), ('next', 'Next'), ('later', 'Later')], default='later', max_length=6, verbose_name='when')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='day')),
                ('confidence', models.CharField(choices=[('low', 'A hope'), ('medium', 'Likely'), ('high', 'Sure')], default='medium', max_length=6, verbose_name='confidence')),
                ('why', models.CharField(blank=True, max_length=500, verbose_name='why')),
                ('progress', models.PositiveSmallIntegerField(default=0, verbose_name='progress in percent')),
                ('notes', models.TextField(blank=True, verbose_name='private notes')),
                ('rank', models.IntegerField(default=0)),
                ('moved_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stage', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='features', to='roadmap.stage')),
            ],
        ),
        migrations.CreateModel(
            name='Part',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('feature', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='roadmap.feature')),
                ('idea', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='roadmap.idea')),
            ],
        ),
        migrations.AddField(
            model_name='feature',
            name='ideas',
            field=models.ManyToManyField(related_name='features', through='roadmap.Part', to='roadmap.idea'),
        ),
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('precision', models.CharField(choices=[('horizon', 'Now, next or later'), ('quarter', 'A quarter'), ('date', 'A date')], default='horizon', max_length=8, verbose_name='target')),
                ('horizon', models.CharField(choices=[('now', 'Now'), ('next', 'Next'), ('later', 'Later')], default='later', max_length=6, verbose_name='when')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='day')),
                ('confidence', models.CharField(choices=[('low', 'A hope'), ('medium', 'Likely'), ('high', 'Sure')], default='medium', max_length=6, verbose_name='confidence')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='why it changed')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('feature', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='promises', to='roadmap.feature')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Fit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('solves', models.BooleanField()),
                ('why', models.CharField(blank=True, max_length=500, verbose_name='what is missing')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('feature', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='fits', to='roadmap.feature')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('feature', 'member'), name='fit_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='part',
            constraint=models.UniqueConstraint(fields=('feature', 'idea'), name='part_once'),
        ),
        migrations.AddIndex(
            model_name='feature',
            index=models.Index(models.F('stage'), models.F('rank'), models.F('item'), name='feature_stage'),
        ),
        migrations.AddConstraint(
            model_name='feature',
            constraint=models.CheckConstraint(condition=models.Q(('progress__lte', 100)), name='feature_progress_percent'),
        ),
        migrations.AddConstraint(
            model_name='feature',
            constraint=models.CheckConstraint(condition=models.Q(('precision', 'horizon'), ('due_on__isnull', False), _connector='OR'), name='feature_due_when'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(models.F('feature'), models.F('id'), name='promise_feature'),
        ),
    ]
