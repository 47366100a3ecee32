# The site: `docker build .`; with what measures it and what it is measured against: `docker build --target bench .`
# Both are built from this tree, the page included; neither holds a compiler, Node or a secret. See docs/deployment.md.
ARG PYTHON_IMAGE=python:3.13-slim

# The wheel, with the built page in it.
FROM $PYTHON_IMAGE AS wheel
WORKDIR /source
COPY constraints.txt ./
COPY tools tools
RUN python3 -m venv /build \
    && /build/bin/pip install --no-cache-dir --constraint constraints.txt \
        build hatchling $(/build/bin/python -m tools.frontend requirements)
COPY direct_upload/frontend direct_upload/frontend
RUN /build/bin/python -m tools.frontend build
COPY pyproject.toml README.md LICENSE hatch_build.py ./
COPY direct_upload direct_upload
COPY proxy_upload proxy_upload
COPY swift_store swift_store
RUN /build/bin/python -m build --wheel --no-isolation --outdir /wheels

# An environment with what the site depends on, and what it may be set to use.
FROM $PYTHON_IMAGE AS site-dependencies
ARG EXTRAS=oidc,openstack,redis
WORKDIR /source
COPY constraints.txt pyproject.toml deploy/compose/requirements.py ./
RUN python3 -m venv /opt/direct-upload \
    && python3 requirements.py pyproject.toml "$EXTRAS" > requirements.txt \
    && /opt/direct-upload/bin/pip install --no-cache-dir --constraint constraints.txt --requirement requirements.txt

FROM site-dependencies AS site-environment
COPY --from=wheel /wheels /wheels
RUN /opt/direct-upload/bin/pip install --no-cache-dir --no-deps /wheels/*.whl

FROM $PYTHON_IMAGE AS runtime
# What all our images run as: files in volumes that several of them share need one owner.
ARG UID=10001
RUN groupadd --gid $UID site \
    && useradd --uid $UID --gid $UID --no-create-home --home-dir /tmp site \
    && mkdir /data \
    && chown site:site /data
COPY deploy/compose/with-secrets /usr/local/bin/with-secrets
ENV PATH=/opt/direct-upload/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
ENV DIRECT_UPLOAD_HOST=0.0.0.0 DIRECT_UPLOAD_PORT=8765
# Nothing is written here by the site; with an embedded Swift, and by the proxy ways, what is stored.
WORKDIR /data
USER $UID:$UID
EXPOSE 8765
ENTRYPOINT ["with-secrets"]

FROM runtime AS site
COPY --from=site-environment /opt/direct-upload /opt/direct-upload
CMD ["direct-upload", "serve"]

# The same with gunicorn, gevent, Locust and an embedded Swift.
FROM site-dependencies AS bench-environment
ARG BENCH_EXTRAS=bench,embedded,proxy
RUN python3 requirements.py pyproject.toml "$BENCH_EXTRAS" > requirements.txt \
    && /opt/direct-upload/bin/pip install --no-cache-dir --constraint constraints.txt --requirement requirements.txt
COPY --from=wheel /wheels /wheels
RUN /opt/direct-upload/bin/pip install --no-cache-dir --no-deps /wheels/*.whl

FROM runtime AS bench
COPY --from=bench-environment /opt/direct-upload /opt/direct-upload
COPY bench /opt/bench-source/bench
ENV PYTHONPATH=/opt/bench-source
CMD ["python", "-m", "bench", "--help"]

# What is built when no target is named.
FROM site
