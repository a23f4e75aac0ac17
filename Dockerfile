# One image for the web, the worker and the migrations: docker-compose.yml says which process a container is.
# It holds no secret and no setting of a council's; both come with the container.

FROM python:3.13-slim-bookworm AS packages
COPY requirements/app.txt /requirements.txt
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps --requirement /requirements.txt

FROM python:3.13-slim-bookworm
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 plumbline \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin plumbline \
 && install --directory --owner=plumbline --group=plumbline --mode=0700 /data
COPY --from=packages /venv /venv
WORKDIR /app
# What .dockerignore lets through. It belongs to root: the process can read its code and not change it.
COPY . .
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/tmp/cache \
    DATA_DIR=/data \
    STATIC_ROOT=/static
# The key is for this one command, which needs none but reads the settings.
RUN SECRET_KEY=unused python manage.py collectstatic --no-input
USER 10001:10001
