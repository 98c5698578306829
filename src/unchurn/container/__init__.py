"""The door of every SageMaker job: /opt/ml folders in, a step, /opt/ml folders out.

``python -m unchurn.container train | serve | step NAME --run-id ID``. The folder is
``/opt/ml``, or SAGEMAKER_BASE_DIR where jobs share a machine.
"""
