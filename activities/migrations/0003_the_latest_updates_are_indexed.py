"""The latest updates of a plan, now and by a moment, are found by an index, however many there are."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("activities", "0002_reporting_rounds"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="statusupdate",
            index=models.Index(fields=["at", "id"], name="activities_update_latest"),
        ),
    ]
