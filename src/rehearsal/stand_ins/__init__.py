"""What stands in for what AWS itself supplies: images of algorithms and frameworks, Glue's own library.

Each is a process of its own, and imports there what it needs. Each says in the journal what it
stands in for, and in what it may differ.
"""
