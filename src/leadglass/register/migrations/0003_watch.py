# SPDX-License-Identifier: Apache-2.0
"""Models that somebody keeps an eye on, and which notices of them were seen by whom."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0002_trusted_key")]

    operations = [
        migrations.CreateModel(
            name="Watch",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("watch_id", models.TextField(db_index=True)),
                ("model", models.TextField()),
                ("maker", models.TextField()),
                ("words", models.TextField()),
                ("owner", models.TextField()),
                ("because", models.TextField()),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Seen",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("watch_id", models.TextField(db_index=True)),
                ("notices", models.TextField()),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
