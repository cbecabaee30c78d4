"""Every setting of Hearback, read from the environment; docs/configuration.md tells what each is for."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import env, logs

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("DATA_DIR", str(BASE_DIR / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

# -- Where the site stands -----------------------------------------------------------------------

PORT = env.number("PORT", 8000, least=1)
SITE_URL = env.address("SITE_URL", env.text("SITE_URL", f"http://localhost:{PORT}"))
SITE_HOST = urlsplit(SITE_URL).hostname or "localhost"
# Production is where the address is https, and nowhere else: nobody runs a public site without it,
# and nobody has to remember a second switch.
IS_PRODUCTION = SITE_URL.startswith("https://")
DEBUG = env.flag("DEBUG")
ALLOWED_HOSTS = [SITE_HOST, *env.names("ALLOWED_HOSTS")]
if not IS_PRODUCTION:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]


def generated_key() -> str:
    """The key of this machine, made once and readable only by its owner."""
    file = DATA_DIR / "secret.key"
    if not file.exists():
        try:
            with open(file, "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as key:
                key.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass  # the other process that starts now was faster
    return file.read_text()


SECRET_KEY = env.text("SECRET_KEY")
if not SECRET_KEY:
    if IS_PRODUCTION:
        raise ImproperlyConfigured(
            "SITE_URL starts with https://, so this is production: set SECRET_KEY, or SECRET_KEY_FILE to a file "
            "with a long random text. One is made by: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    SECRET_KEY = generated_key()
SECRET_KEY_FALLBACKS = env.names("SECRET_KEY_FALLBACKS")

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_PRODUCTION
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
SECURE_SSL_REDIRECT = IS_PRODUCTION and env.flag("SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = env.number("HSTS_SECONDS", 31_536_000) if IS_PRODUCTION else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
# How many proxies of ours stand in front; 0 means that X-Forwarded-For is never believed.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        # Chromium holds a form's redirects to this too, and the log-in by OIDC is one.
        "form-action": [SELF, env.origin(env.text("OIDC_ISSUER"))] if env.text("OIDC_ISSUER") else [SELF],
        "frame-ancestors": [NONE],
    }
}

# -- Parts ---------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "community",
    "roadmap",
    "surveys",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "config.apps.AdminConfig",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "django_filters",
    "django_q",
    "anymail",
    "csp",
    *env.names("EXTRA_APPS"),
]
MIDDLEWARE = [
    "config.health.Health",
    # Every open page asks it every few seconds.
    "community.conversations.live.Live",
    "config.watch.Watch",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Guests get a page made before, if nothing changed since: ahead of everything that costs.
    "community.feedback.guestpages.GuestPages",
    "community.lib.compress.Compress",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "community.members.middleware.Preferences",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "community.members.middleware.FirstRun",
    "config.api.Api",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "community.members.context.shell",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]

# -- Data ----------------------------------------------------------------------------------------

DATABASES = {"default": env.database(env.text("DATABASE_URL", f"sqlite://{DATA_DIR.resolve() / 'hearback.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHE_URL = env.text("CACHE_URL")
# Limits are counted here, by us and by allauth, so that all web workers share one count.
CACHES = {
    "default": {
        "BACKEND": "community.lib.caching.ForgivingRedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "hearback",
    }
    if CACHE_URL
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Of Django's 300 it throws away a third when they are full, and with them the counts of those
        # who guess passwords: filling it would be the way around every limit.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}
WEB_WORKERS = env.number("WEB_WORKERS", 2, least=1)
# Pages made for guests that each web worker keeps for itself.
GUEST_PAGES = env.number("GUEST_PAGES", 500)
TASK_TIMEOUT = env.number("TASK_TIMEOUT", 60, least=1)
TASK_RETRY = TASK_TIMEOUT * 2  # seconds after which a task whose worker was killed is begun again
TASK_WORKERS = env.number("TASK_WORKERS", 2, least=1)
# For tasks with much to do: still less than `retry`, after which a task counts as lost and is begun a second time.
LONG_TASK_TIMEOUT = TASK_TIMEOUT * 9 // 5
Q_CLUSTER = {
    "name": "hearback",
    "orm": "default",
    "workers": TASK_WORKERS,
    "queue_limit": 4,
    "bulk": 1,
    "timeout": TASK_TIMEOUT,
    "retry": TASK_RETRY,
    "max_attempts": 5,
    "ack_failures": False,
    "catch_up": False,
    "save_limit": 500,
    # The supervisor takes an ended worker for a killed one, and starts the cluster anew.
    "recycle": 1_000_000,
    "label": _("Tasks"),
}
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(DATA_DIR / "static")))
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(DATA_DIR / "media")))
MEDIA_URL = "/media/"
# An S3 bucket instead of the disk; its keys may also come from where the provider's own tools look for them.
MEDIA_BUCKET = env.text("MEDIA_BUCKET")
MEDIA_ENDPOINT = env.text("MEDIA_ENDPOINT")
BUCKET = {
    "bucket_name": MEDIA_BUCKET,
    "endpoint_url": MEDIA_ENDPOINT or None,
    "region_name": env.text("MEDIA_REGION") or None,
    "access_key": env.text("MEDIA_KEY") or None,
    "secret_key": env.text("MEDIA_SECRET") or None,
}
LEFT_FILE = DATA_DIR / "left.jsonl"  # who left, for restores of backups from before
EXPORT_ROOT = DATA_DIR / "exports"  # the zips that members ask for: in no folder that is served
IMPORT_ROOT = DATA_DIR / "imports"  # what managers upload to be brought in: no more than a day
STORAGES = {
    "default": {"BACKEND": "config.bucket.Bucket", "OPTIONS": BUCKET}
    if MEDIA_BUCKET
    else {"BACKEND": "community.lib.uploads.WholeFiles"},
    "staticfiles": {"BACKEND": "config.static.JoinedStorage"},
}
STATICFILES_FINDERS = [
    "config.static.SourceFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
WHITENOISE_MAX_AGE = 60 * 60
FILE_UPLOAD_HANDLERS = [
    "community.lib.uploads.Quota",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
]
# A file and the fields around it. It is all that the quota lets in, and nothing of it is written before it was
# looked at, so that a full disk stops nobody who uploads nothing.
FILE_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# -- Languages and time --------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("th", "ไทย"), ("pl", "Polski"), ("ar", "العربية"), ("ko", "한국어")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
TIME_ZONE = "UTC"
USE_TZ = True

# -- Search --------------------------------------------------------------------------------------

# Whether what is solved and fresh stands a little above what says the same.
SEARCH_BOOSTS = env.flag("SEARCH_BOOSTS", True)

# -- API -----------------------------------------------------------------------------------------

# How often one caller may ask: (how many, in how many seconds), None for any number.
API_RATE = env.rate("API_RATE", env.text("API_RATE", "120/m" if IS_PRODUCTION else "off"))

# -- People --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "community.Member"
AUTHENTICATION_BACKENDS = ["community.members.backend.MemberBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "community.members.passwords.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "community.members.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = "handle"
ACCOUNT_USER_DISPLAY = "community.members.handles.no_address"
# A password is optional: who has none logs in by a code.
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1"]
ACCOUNT_FORMS = {
    "login": "community.members.account_forms.LoginForm",
    "signup": "community.members.account_forms.SignupForm",
    "request_login_code": "community.members.account_forms.RequestLoginCodeForm",
    "confirm_login_code": "community.members.account_forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "community.members.account_forms.ConfirmEmailVerificationCodeForm",
    "reset_password": "community.members.account_forms.ResetPasswordForm",
    "reauthenticate": "community.members.account_forms.ReauthenticateForm",
}
MFA_FORMS = {"reauthenticate": "community.members.account_forms.SecondStepForm"}
ACCOUNT_SIGNUP_FORM_CLASS = "community.members.forms.SignUpExtra"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_USERNAME_VALIDATORS = "community.members.handles.validators"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SIGNUP_FORM_HONEYPOT_FIELD = "website"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION
SOCIALACCOUNT_ADAPTER = "community.members.adapter.SocialAccountAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "oidc",
                "name": env.text("OIDC_NAME", "OpenID Connect"),
                "client_id": env.text("OIDC_CLIENT_ID"),
                "secret": env.text("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": env.text("OIDC_ISSUER")},
            }
        ]
        if env.text("OIDC_ISSUER")
        else [],
    }
}

# -- Mail and logs -------------------------------------------------------------------------------

ANYMAIL: dict[str, Any] = {}
MAIL_PROVIDER = ""
# The address itself is no setting: debug pages would show the password in it.
vars().update(env.mail(env.text("EMAIL_URL", "console:")))
# What providers report: nobody is listened to who does not know the secret, and no provider that is not named.
MAIL_HOOK_SECRET = env.text("MAIL_HOOK_SECRET")
if MAIL_HOOK_SECRET:
    ANYMAIL["WEBHOOK_SECRET"] = f"hearback:{MAIL_HOOK_SECRET}"
MAIL_HOOKS = env.names("MAIL_HOOKS", MAIL_PROVIDER)
MAIL_HOOK_SIGNING_KEY = env.text("MAIL_HOOK_SIGNING_KEY")
MAIL_HOOK_INBOUND_KEY = env.text("MAIL_HOOK_INBOUND_KEY", MAIL_HOOK_SIGNING_KEY)
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", f"Hearback <hearback@{SITE_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
REPLY_ADDRESS = env.reply_address(env.text("REPLY_ADDRESS"))
INBOX = env.inbox(env.text("INBOX_URL"))
LOG_LEVEL = env.text("LOG_LEVEL", "INFO").upper()
if LOG_LEVEL not in ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"):
    raise ImproperlyConfigured(f"LOG_LEVEL is {LOG_LEVEL!r}; use DEBUG, INFO, WARNING, ERROR or CRITICAL.")
LOGGING = logs.described(LOG_LEVEL, as_json=IS_PRODUCTION)
METRICS_TOKEN = env.text("METRICS_TOKEN")
METRICS_DIR = DATA_DIR / "metrics"
if METRICS_TOKEN:
    if len(METRICS_TOKEN) < 16:
        raise ImproperlyConfigured(
            "METRICS_TOKEN is short: whoever guesses it reads /metrics. Use 16 characters or more."
        )
    METRICS_DIR.mkdir(exist_ok=True)
    # prometheus_client reads it when it is imported: then each worker counts in a file of its own.
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(METRICS_DIR))
