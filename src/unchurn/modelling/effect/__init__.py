"""What a campaign changed: differences between who was contacted and who was left alone."""
