"""The door for whoever has a stack: a cloud kept open, a template deployed, a machine started."""
