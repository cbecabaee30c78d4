import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402 (once the settings are named)

from config.keeper import keep_open  # noqa: E402

kept = keep_open(settings.DATABASES["default"])
