# SPDX-License-Identifier: Apache-2.0
"""Decisions that ask for an approval, and uses of the break-glass account."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0004_accounts")]

    operations = [
        migrations.AddField("decision", "asks", models.TextField(default="")),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("username", models.TextField()),
                ("origin", models.TextField()),
                ("at", models.DateTimeField()),
                ("settled_by", models.TextField(default="")),
                ("settled_why", models.TextField(default="")),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
