

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('community', '0013_corpora'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='item',
            index=models.Index(models.F('kind'), models.F('stage'), models.F('vote_count'), models.F('id'), condition=models.Q(('state', 'visible'), ('title__gt', ''), ('stage__gt', '')), name='item_stage_top'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(models.F('kind'), models.F('stage'), models.F('created_at'), models.F('id'), condition=models.Q(('state', 'visible'), ('title__gt', ''), ('stage__gt', '')), name='item_stage_new'),
        ),
    ]
