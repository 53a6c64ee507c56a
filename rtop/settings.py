"""Settings of the site, read from the environment; a fresh clone runs without any.

Every variable is listed in docs/settings.md.
"""

import contextlib
import os
import secrets
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()


def _flag(name: str, default: bool) -> bool:
    """A boolean of the environment; a word that is none stops the start."""
    value = env.str(name, default="true" if default else "false").strip().lower()
    if value not in {"true", "false", "1", "0", "yes", "no", "on", "off"}:
        raise ImproperlyConfigured(f"{name} is {value!r}; it takes true or false.")
    return value in {"true", "1", "yes", "on"}


def _seconds(name: str, default: int) -> int:
    """A whole number of seconds; anything else stops the start."""
    value = env.str(name, default=str(default)).strip()
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise ImproperlyConfigured(f"{name} is {value!r}; it takes a number of seconds, 0 or more.")
    return int(value)


def _one_of(name: str, allowed: list[str], default: str) -> str:
    value = env.str(name, default=default).strip()
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}; it takes {', '.join(allowed)}.")
    return value


def _local_secret() -> str:
    """The secret of an archive on one's own machine: made once, kept out of the repository."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        VAR_DIR.mkdir(exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        # Whole or not at all: of two first starts one secret stays.
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text().strip()


DEBUG = _flag("DEBUG", default=False)
# A public host is named in ALLOWED_HOSTS, and then it must bring its own secret.
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
PUBLIC = "ALLOWED_HOSTS" in env
SECRET_KEY = env.str("SECRET_KEY", default="") or ("" if PUBLIC else _local_secret())
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY must be set where ALLOWED_HOSTS names a public host.")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "dialogues",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "dialogues.api.problems.RequestMiddleware",
    "dialogues.admin.accounts.middleware.SecondFactorMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "rtop.urls"
WSGI_APPLICATION = "rtop.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


def _database() -> dict:
    """The archive that DATABASE_URL names, the embedded one when it names none."""
    url = env.str("DATABASE_URL", default="")
    if not url:
        VAR_DIR.mkdir(exist_ok=True)
        url = f"sqlite:///{VAR_DIR / 'archive.sqlite3'}"
    try:
        database = env.db_url_config(url)
        engine = database["ENGINE"]
    except (KeyError, ValueError):
        engine = ""
    if engine == "django.db.backends.sqlite3":
        database["OPTIONS"] = {
            # Readers go on while one writes; a writer takes its lock at BEGIN, so that
            # it waits for its turn instead of failing half way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            ),
        }
    elif engine == "django.db.backends.postgresql":
        database["CONN_MAX_AGE"] = _seconds("CONN_MAX_AGE", 60)
        database["CONN_HEALTH_CHECKS"] = True
        # Compiling a query costs more than any of ours takes; counts are made in memory.
        options = database.setdefault("OPTIONS", {})
        options.setdefault("options", "-c jit=off -c work_mem=16MB")
    else:
        raise ImproperlyConfigured("DATABASE_URL takes sqlite:///… or postgres://…")
    return database


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# What was hashed another way is hashed anew when its owner signs in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

# Signing in: allauth's pages, below the admin's address. Accounts are made by invitation.
# `manage.py demo` alone turns this off.
REQUIRE_SECOND_FACTOR = _flag("REQUIRE_SECOND_FACTOR", default=True)
if PUBLIC and not REQUIRE_SECOND_FACTOR:
    raise ImproperlyConfigured("REQUIRE_SECOND_FACTOR cannot be off where hosts are public.")
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
# How long an invitation or a link to a new password may wait.
PASSWORD_RESET_TIMEOUT = 3 * 24 * 60 * 60
ACCOUNT_ADAPTER = "dialogues.admin.accounts.login.AccountAdapter"
ACCOUNT_FORMS = {"login": "dialogues.admin.accounts.login.LoginForm"}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
# Django's: a link is good for one password and one address. An account has no other addresses.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 (a class)
# A stranger's address gets a letter too, so that the answer takes as long; so few are sent.
ACCOUNT_RATE_LIMITS = {"reset_password": "10/h/ip,3/h/key"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
# The addresses that proxies of one's own put before the client's; with none, nothing is believed.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
# Attempts to sign in are counted where all processes see them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "attempts",
        # So many that no flood of names pushes out what is counted of one.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Lists of choices and counts that follow from the published data, for each process.
    "published": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "published",
        # Entries are named for a version of the data, and never read under another.
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 3000},
    },
}

# Without a mail server nothing is sent, and administrators hand links on themselves.
MAIL_URL = env.str("EMAIL_URL", default="")
SENDS_MAIL = bool(MAIL_URL)
vars().update(env.email_url_config(MAIL_URL or "dummymail://"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="")
if SENDS_MAIL and not DEFAULT_FROM_EMAIL:
    raise ImproperlyConfigured("EMAIL_FROM must be set where EMAIL_URL names a mail server.")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "dialogues" / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Hashed names need `collectstatic` first; a machine of one's own serves the plain files.
HASHED_STATIC = _flag("HASHED_STATIC", default=PUBLIC)
STATIC_ROOT = env.str("STATIC_ROOT", default=str(VAR_DIR / "static")) if HASHED_STATIC else None
WHITENOISE_USE_FINDERS = not HASHED_STATIC
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if HASHED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Behind a proxy that ends TLS; on one's own machine plain HTTP is all there is.
SECURE_TLS = _flag("SECURE_TLS", default=PUBLIC)
SECURE_SSL_REDIRECT = SECURE_TLS
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_TLS else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_TLS
SESSION_COOKIE_HTTPONLY = True
# Readers’ pages never see a curator’s cookie.
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/admin/"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["dialogues.api.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": [],
    # Readers need no account, so no cookie is read and answers are the same for all.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "dialogues.api.openapi.ArchiveAutoSchema",
    "EXCEPTION_HANDLER": "dialogues.api.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "RtoP Dialogue Archive",
    "DESCRIPTION": (
        "Records of the UN General Assembly’s dialogues on the Responsibility to Protect, read "
        "only and without a login. The same parameter twice means or; different ones mean and."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SORT_OPERATION_PARAMETERS": False,
    # `kind` and `part` mean another list of words in each kind of record.
    "ENUM_NAME_OVERRIDES": {
        name: f"dialogues.choices.{name}"
        for name in (
            "ActorKind",
            "Check",
            "Coding",
            "DialogueFormat",
            "InstrumentKind",
            "NameKind",
            "NoteKind",
            "PanelKind",
            "ParticipationRole",
            "PassageKind",
            "ProposalPart",
            "QuotationKind",
            "Silence",
            "Stance",
            "StatementForm",
        )
    },
}

LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": _one_of("LOG_LEVEL", LEVELS, "WARNING")},
}
