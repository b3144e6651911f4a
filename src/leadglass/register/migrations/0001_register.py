# SPDX-License-Identifier: Apache-2.0
"""The first tables: accounts, sites, devices, words, answers, decisions, jobs, changes, history."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("username", models.CharField(max_length=150, unique=True)),
                ("name", models.TextField(blank=True, default="")),
                ("email", models.EmailField(blank=True, default="", max_length=254)),
                ("is_active", models.BooleanField(default=True)),
                ("joined", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("question_id", models.TextField(db_index=True)),
                ("device_id", models.TextField(default="")),
                ("kind", models.TextField()),
                ("subject", models.TextField()),
                ("value", models.TextField()),
                ("by", models.TextField()),
                ("why", models.TextField()),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                ("origin", models.TextField()),
                ("why", models.TextField()),
                ("digest", models.TextField()),
                ("previous", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("target", models.TextField(db_index=True)),
                ("findings", models.TextField()),
                ("owner", models.TextField()),
                ("reason", models.TextField()),
                ("until", models.DateField(null=True)),
                ("by", models.TextField()),
                ("at", models.DateTimeField()),
                ("proof", models.TextField(default="")),
                ("vulnerability", models.TextField(default="")),
                ("product", models.TextField(default="")),
                ("lo", models.TextField(default="")),
                ("hi", models.TextField(default="")),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.TextField(unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("device_id", models.TextField(db_index=True)),
                ("field", models.TextField()),
                ("value", models.TextField()),
                ("by", models.TextField()),
                ("why", models.TextField()),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="History",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("table", models.TextField()),
                ("key", models.TextField(db_index=True)),
                ("before", models.TextField()),
                ("after", models.TextField()),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="register.change"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.TextField()),
                ("key", models.TextField()),
                ("due", models.DateTimeField(db_index=True)),
                ("every_seconds", models.BigIntegerField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("leased_by", models.TextField(default="")),
                ("attempts", models.BigIntegerField(default=0)),
                ("last_error", models.TextField(default="")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "key"), name="register_job_kind_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.TextField(primary_key=True, serialize=False)),
                ("asset_tag", models.TextField()),
                ("serial_number", models.TextField()),
                ("first_seen", models.DateTimeField()),
                (
                    "site",
                    models.ForeignKey(
                        db_column="site",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="register.site",
                        to_field="name",
                    ),
                ),
            ],
        ),
    ]
