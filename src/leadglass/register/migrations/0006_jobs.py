# SPDX-License-Identifier: Apache-2.0
"""Leases that are counted, notices, work orders."""

from typing import Any

from django.db import migrations, models


def _texts(*names: str) -> list[tuple[str, Any]]:
    return [(name, models.TextField()) for name in names]


def _row(*fields: tuple[str, Any]) -> list[tuple[str, Any]]:
    own: tuple[str, Any] = ("id", models.BigAutoField(primary_key=True, serialize=False))
    return [own, *fields]


_ENDS: list[tuple[str, Any]] = [
    ("at", models.DateTimeField()),
    ("withdrawn_at", models.DateTimeField(null=True)),
]


class Migration(migrations.Migration):
    dependencies = [("register", "0005_four_eyes")]

    operations = [
        migrations.AddField("job", "lease", models.BigIntegerField(default=0)),
        migrations.AddField("job", "said", models.TextField(default="")),
        migrations.AddField("job", "done_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            name="Heard",
            fields=_row(*_texts("receiver", "cadence", "snapshot"), ("made_at", models.DateTimeField())),
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["receiver", "cadence"], name="register_heard_receiver")
                ]
            },
        ),
        migrations.CreateModel(
            name="Sent",
            fields=_row(
                ("key", models.TextField(unique=True)),
                ("receiver", models.TextField(db_index=True)),
                *_texts("cadence", "channel", "subject", "snapshot"),
                ("made_at", models.DateTimeField()),
                *_ENDS,
            ),
        ),
        migrations.CreateModel(
            name="OrderWord",
            fields=_row(
                ("key", models.TextField(db_index=True)),
                ("action_id", models.TextField(db_index=True)),
                ("device_id", models.TextField(db_index=True)),
                *_texts("system", "number", "state", "version", "proof", "said_at", "by"),
                *_ENDS,
            ),
        ),
    ]
