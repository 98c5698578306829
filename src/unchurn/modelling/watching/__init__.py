"""What a month looks like beside training: distances, what chance makes of them, levels."""
