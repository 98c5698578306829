"""The Spark job that makes Clean, on Glue or wherever a Spark runs."""
