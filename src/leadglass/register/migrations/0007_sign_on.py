# SPDX-License-Identifier: Apache-2.0
"""Who an account is to those that vouch for people."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0006_jobs")]

    operations = [
        migrations.CreateModel(
            name="SignOn",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("issuer", models.TextField()),
                ("subject", models.TextField()),
                ("username", models.TextField(db_index=True)),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("issuer", "subject"),
                        condition=models.Q(withdrawn_at=None),
                        name="sign_on_once",
                    )
                ]
            },
        ),
    ]
