
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0014_staged_items'),
        ('roadmap', '0003_features'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Release',
            fields=[
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='%(class)s', serialize=False, to='community.item')),
                ('slug', models.SlugField(allow_unicode=True, max_length=80, unique=True, verbose_name='address')),
                ('version', models.CharField(blank=True, max_length=40, verbose_name='version')),
                ('publish_at', models.DateTimeField(blank=True, null=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('new', 'New'), ('improved', 'Improved'), ('fixed', 'Fixed')], default='new', max_length=8, verbose_name='kind')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('body', models.TextField(blank=True, verbose_name='text')),
                ('html', models.TextField(blank=True)),
                ('order', models.PositiveIntegerField(default=0)),
                ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='community.place')),
                ('features', models.ManyToManyField(blank=True, related_name='entries', to='roadmap.feature')),
                ('ideas', models.ManyToManyField(blank=True, related_name='entries', to='roadmap.idea')),
                ('labels', models.ManyToManyField(blank=True, related_name='+', to='community.label')),
                ('release', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='roadmap.release')),
            ],
            options={
                'ordering': ['order', 'pk'],
            },
        ),
        migrations.AddIndex(
            model_name='release',
            index=models.Index(models.F('published_at'), models.F('item'), name='release_latest'),
        ),
        migrations.AddIndex(
            model_name='release',
            index=models.Index(models.F('publish_at'), condition=models.Q(('publish_at__isnull', False)), name='release_scheduled'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(models.F('release'), models.F('order'), models.F('id'), name='entry_release'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['new', 'improved', 'fixed'])), name='entry_kind_known'),
        ),
    ]
