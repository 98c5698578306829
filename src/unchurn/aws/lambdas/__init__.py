"""The functions of AWS Lambda. They are zipped flat, so they import one another by bare name."""
