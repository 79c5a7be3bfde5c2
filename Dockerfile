# The app and its HTTP API in one process; docs/deployment.md says how to run it and what it refuses to do.
FROM python:3.13-slim

# tini hands signals on and sees to children that have ended: the worker is one.
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1

WORKDIR /app
COPY requirements.txt pyproject.toml ./
# What the app needs and not what tests need, at the pinned versions.
RUN python3 -m venv /opt/venv \
 && python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" > /tmp/wanted.txt \
 && pip install --no-cache-dir --requirement /tmp/wanted.txt --constraint requirements.txt \
 && rm /tmp/wanted.txt

COPY . .

# The model is compiled here, so that no user waits for it; whoever runs the image cannot write it.
ENV MMM_COMPILE_CACHE=/opt/compile-cache
RUN python -m compileall -q -j 0 mmm_core ui pages app.py asgi.py \
 && MMM_ARTIFACTS=/tmp/build python -m mmm_core warm \
 && rm -rf /tmp/build \
 && useradd --system --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin studio \
 && mkdir /data && chown studio:studio /data

ENV MMM_ARTIFACTS=/data \
    MMM_LOG_JSON=1
USER studio
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
ENTRYPOINT ["tini", "--"]
CMD ["python", "-m", "streamlit", "run", "asgi.py", "--server.address", "0.0.0.0", "--server.port", "8501", "--server.headless", "true"]
