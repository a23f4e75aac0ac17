"""All settings. What differs between a laptop, a test and a council's servers comes from the environment."""

import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / ".data")

DEMO = env.flag("DEMO", default=False)  # example people on the sign-in page; `make run` sets it
HTTPS = env.flag("HTTPS", default=not DEMO)
DEBUG = env.flag("DEBUG", default=False)


def _secret_key() -> str:
    """Return SECRET_KEY, or the key this data folder keeps, made on first use and readable by its owner alone."""
    if key := env.secret("SECRET_KEY"):
        return key
    path = DATA_DIR / "secret-key"
    try:
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(secrets.token_urlsafe(50), encoding="utf-8")
    except FileExistsError:
        pass
    except OSError as error:
        raise ImproperlyConfigured(
            f"{DATA_DIR} cannot be written ({error.strerror}): set DATA_DIR to a folder of yours."
        ) from error
    return path.read_text(encoding="utf-8")


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "config",
    "reports",
    "returns",
    "assurance",
    "programmes",
    "risks",
    "finance",
    "jobs",
    "accounts",
    "core",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "core.middleware.numbered_requests",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LoginRequired",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.private_pages",
    "core.refusal.Refusals",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.deployment",
                "core.refusal.context",
            ],
        },
    },
]
FORM_RENDERER = "core.forms.Renderer"

# --- Database -----------------------------------------------------------------------------------------------
# SQLite: IMMEDIATE makes every atomic block take the write lock at its start. With the default, a read that
# later writes fails at once under concurrency ("database is locked"), whatever the time-out. Who waits for it stands in
# a line (core/sqlite), as PostgreSQL has one; the time-out is for one that does not move.
if PG_HOST := env.text("PG_HOST"):
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": PG_HOST,
            "PORT": env.text("PG_PORT", "5432"),
            "NAME": env.text("PG_NAME", "plumbline"),
            "USER": env.text("PG_USER", "plumbline"),
            "PASSWORD": env.secret("PG_PASSWORD"),
            # Each thread keeps a connection and asks at each request whether it still lives. psycopg's pool waits
            # longer after each dead one that it finds: with eight, after a restart, it gave none for ten seconds.
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                "connect_timeout": 5,
                # A month that was just opened is in no statistics yet, and a plan made for it takes it to be empty:
                # queries then looped over every pair of its rows until autovacuum came by. A plan for any month is
                # made from what months are like, and kept for the connection's next query of the same text.
                "server_side_binding": True,
                "prepare_threshold": 1,  # kept from the second time on
                "options": " ".join(
                    f"-c {setting}"
                    for setting in (
                        "plan_cache_mode=force_generic_plan",
                        "jit=off",  # no page's query is worth compiling, and a wrong guess costs half a second
                        "lock_timeout=20s",
                        "statement_timeout=30s",
                        "idle_in_transaction_session_timeout=60s",
                    )
                ),
            },
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "core.sqlite",
            "NAME": DATA_DIR / "plumbline.sqlite3",
            "CONN_MAX_AGE": 600,  # to open one costs as much as ten queries
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 60,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA recursive_triggers=ON;",
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by every process, so that a throttle counts all of them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # Django's 300 let a hundred made-up names push the throttle's counts out
    }
}

# --- Long work: `manage.py worker` ---------------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
JOB_LEASE = env.number("JOB_LEASE", 60)  # seconds a worker may be silent before its job is given to another
JOB_LIMIT = env.number("JOB_LIMIT", 600)  # seconds one job may take
DISK_FREE_MB = env.number("DISK_FREE_MB", 500)  # with less in DATA_DIR, /health/ready says so

# --- People and sign-in -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portfolio"
SESSION_COOKIE_AGE = 12 * 60 * 60
PASSWORD_RESET_TIMEOUT = 24 * 60 * 60  # the mail says so too
PORT = env.text("PORT", "8000")  # of `manage.py run`, which looks at it more closely
# The address that mails give. A request names any port it likes, so where it matters the request is not asked.
PUBLIC_URL = env.text("PUBLIC_URL") or (f"https://{ALLOWED_HOSTS[0]}" if HTTPS and ALLOWED_HOSTS else "")

ACCOUNT_ADAPTER = "jobs.adapter.LetterAccountAdapter"  # accounts' own, and its mails go by the worker
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignIn",
    "change_password": "accounts.forms.ChangePassword",
    "reset_password": "accounts.forms.AskForReset",
    "reset_password_from_key": "accounts.forms.ChoosePassword",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]  # for a check of allauth's; there is no sign-up
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by invitation, never by sign-up
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# allauth's own generator notes the address in a second table, by which one could still sign in after a change of it.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",  # a whole council may sit behind one address
    "login_failed_person": "10/15m/key",  # these four: accounts/throttle.py
    "login_failed_address": "10/5m/ip",
    "login_failed_anywhere": "50/15m/key",
    "login_failed_known": "10/15m/key",
    "change_password": "5/m/user",
    "reset_password": "50/15m/ip,5/15m/key",
    "reset_password_from_key": "20/m/ip",
}
# Proxies of ours in front: so many addresses from the right of X-Forwarded-For are true. With none, it is not read.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("BEHIND_PROXY", 0)

# --- Language and time --------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

# --- Files --------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# With STATIC_ROOT (a built image) files are collected, hashed and compressed; without, served as they lie.
STATIC_ROOT = env.text("STATIC_ROOT") or None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- Security -----------------------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.NONCE],  # not 'self': an uploaded file shares our origin
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "object-src": [CSP.NONE],
}
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # asked from beside the process, behind whatever speaks HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.number("BEHIND_PROXY", 0) else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000  # a finance grid of twelve months by eighty lines is more than Django's 1,000

# --- E-mail -------------------------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", "plumbline@localhost")
if _mail_host := env.text("EMAIL_HOST"):
    _smtp = {
        "host": _mail_host,
        "port": env.number("EMAIL_PORT", 587),
        "username": env.text("EMAIL_USER"),
        "password": env.secret("EMAIL_PASSWORD"),
        "use_tls": env.flag("EMAIL_TLS", default=True),
        "timeout": 20,
    }
    MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": _smtp}}
else:
    MAILERS = {"default": {"BACKEND": "core.console.EmailBackend"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"refusals": {"()": "core.logs.Refusals"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["refusals"]}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "WARNING")},
    "loggers": {"django.tasks": {"level": env.text("LOG_LEVEL", "WARNING")}},  # else: each start and end
}
