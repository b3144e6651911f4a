# SPDX-License-Identifier: Apache-2.0
"""Who may do what where, and what people attach to actions and decisions."""

from typing import Any

from django.db import migrations, models


def _row(*fields: tuple[str, Any]) -> list[tuple[str, Any]]:
    own: tuple[str, Any] = ("id", models.BigAutoField(primary_key=True, serialize=False))
    return [own, *fields, ("withdrawn_at", models.DateTimeField(null=True))]


class Migration(migrations.Migration):
    dependencies = [("register", "0003_watch")]

    operations = [
        migrations.AddField("user", "kind", models.TextField(default="person")),
        migrations.CreateModel(
            name="Grant",
            fields=_row(
                ("username", models.TextField(db_index=True)),
                ("role", models.TextField()),
                ("site", models.TextField(default="")),
                ("by", models.TextField()),
                ("why", models.TextField()),
                ("at", models.DateTimeField()),
            ),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=_row(
                ("digest", models.TextField(unique=True)),
                ("username", models.TextField()),
                ("name", models.TextField()),
                ("email", models.TextField()),
                ("role", models.TextField()),
                ("site", models.TextField(default="")),
                ("kind", models.TextField()),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ),
        ),
        migrations.CreateModel(
            name="AccessToken",
            fields=_row(
                ("mark", models.TextField(unique=True)),
                ("digest", models.TextField(unique=True)),
                ("username", models.TextField(db_index=True)),
                ("label", models.TextField()),
                ("permissions", models.TextField()),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                ("until", models.DateTimeField()),
            ),
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=_row(
                ("action_id", models.TextField(db_index=True)),
                ("assignee", models.TextField()),
                ("by", models.TextField()),
                ("why", models.TextField()),
                ("at", models.DateTimeField()),
            ),
        ),
        migrations.CreateModel(
            name="Comment",
            fields=_row(
                ("target", models.TextField(db_index=True)),
                ("text", models.TextField()),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
            ),
        ),
        migrations.CreateModel(
            name="Approval",
            fields=_row(
                ("decision_id", models.TextField(db_index=True)),
                ("by", models.TextField()),
                ("why", models.TextField()),
                ("at", models.DateTimeField()),
            ),
        ),
    ]
