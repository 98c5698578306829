"""What every SageMaker job runs: /opt/ml folders in, a step, /opt/ml folders out."""
