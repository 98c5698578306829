"""The whole deployment offline: the templates and machines we ship, really executed on loopback."""
