"""The server that answers with scores: one ASGI app for laptop, container and batch transform."""
