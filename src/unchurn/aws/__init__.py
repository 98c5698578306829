"""The wing that runs the same project on AWS. Nothing outside it imports it but the command line.

Only here is boto3 imported, and only where it is used.
"""
