# SPDX-License-Identifier: Apache-2.0
"""Whether the mail of an invitation has yet to go out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("register", "0007_sign_on")]

    operations = [migrations.AddField("invitation", "unsent", models.BooleanField(default=False))]
