# SPDX-License-Identifier: Apache-2.0
"""Keys whose bundles are let in: who trusted which, when, why, and until when."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0001_register")]

    operations = [
        migrations.CreateModel(
            name="TrustedKey",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("keyid", models.TextField(db_index=True)),
                ("public", models.TextField()),
                ("name", models.TextField()),
                ("by", models.TextField()),
                ("why", models.TextField()),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
