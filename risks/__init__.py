"""Risks, mitigating actions and issues. Nothing is built here yet; the layer test holds its place."""
