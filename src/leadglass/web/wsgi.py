# SPDX-License-Identifier: Apache-2.0
"""What a WSGI server loads: `gunicorn leadglass.web.wsgi`. Home, database and address are said by the environment."""

from leadglass.web import boot, door  # noqa: F401 - boot first: the register needs Django

application = door.application()
