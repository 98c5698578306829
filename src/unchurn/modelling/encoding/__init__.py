"""Columns of a table as the columns of a matrix, the same in training and in scoring."""
