"""The server that scores customers one request at a time; batch transform uses it too.

``payloads`` reads and writes bodies, ``typing_rows`` types what was sent by the model's schema,
``scoring`` turns it into scores with reasons, ``app`` answers. No engine, search or drawing
library is imported.
"""
