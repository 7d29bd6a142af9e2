# Model files for clusters without a network: docker build -f docker/models.Dockerfile FOLDER, where
# FOLDER is what `videre models pull` has filled. Any base with cp will do.
ARG BASE=docker.io/library/python:3.11-slim-bookworm
FROM ${BASE}
LABEL org.opencontainers.image.title="Videre's models"
COPY --chown=10001:10001 . /models
USER 10001:10001
