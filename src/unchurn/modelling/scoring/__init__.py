"""A live model, and what it says about one customer: probability, place, decision, reasons."""
