"""How what arrives differs from what was trained on."""
