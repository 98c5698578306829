"""What a table's columns are: labels, identities, leaks, columns that move together."""
