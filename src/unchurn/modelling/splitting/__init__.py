"""Which rows are trained on and which are held out, by customer or by time."""
