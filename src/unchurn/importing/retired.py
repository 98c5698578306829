"""What AWS and others keep no more, as far as it stands in such projects. As of November 2026."""

from __future__ import annotations

import re

_PYTHON = re.compile(r"python(\d+)\.(\d+)", re.I)
_NODE = re.compile(r"nodejs(\d+)")
BUILD_IMAGE = re.compile(r"aws/codebuild/(standard:[1-5]\.0|amazonlinux2-x86_64-standard:[1-3]\.0)")
"""Images of CodeBuild that are no longer kept."""

RETIRED_TYPES = {
    "AWS::CodeStar::GitHubRepository": "the service ended in 2024",
    "AWS::DataPipeline::Pipeline": "it takes no new customers",
    "AWS::Cloud9::EnvironmentEC2": "it takes no new customers",
    "AWS::Glue::DevEndpoint": "development endpoints know Glue 0.9 and 1.0 alone",
    "AWS::Forecast::Dataset": "it takes no new customers",
    "AWS::Forecast::DatasetGroup": "it takes no new customers",
}
RETIRED_POLICIES = {
    "AWSLambdaFullAccess": "AWS has replaced it by AWSLambda_FullAccess",
    "AWSCodePipelineFullAccess": "AWS has replaced it by AWSCodePipeline_FullAccess",
}
OLD_IMAGES = (
    (re.compile(r"sagemaker-scikit-learn:0\.\d+"), "scikit-learn 0.20 to 0.23 on Python 3.7"),
    (re.compile(r"sagemaker-xgboost:(0\.\d+|1\.[0-2])"), "an XGBoost that pickles its models"),
    (re.compile(r"sagemaker-xgboost:1\.[3-5]"), "XGBoost before 1.7"),
    (re.compile(r"/xgboost:(1|latest)\b"), "XGBoost 0.72, of 2018"),
)
RETIRED_MODULES = {
    "stepfunctions": "the Data Science SDK, whose last version is 2.3.0",
    "smdebug": "the client of SageMaker Debugger, developed no further",
    "sagemaker.amazon.amazon_estimator.get_image_uri": "image_uris.retrieve from sagemaker 2 on",
    "sagemaker.session.s3_input": "sagemaker.inputs.TrainingInput from sagemaker 2 on",
    "sklearn.externals.joblib": "gone from scikit-learn 0.23 on",
}
RETIRED_ARGUMENTS = {
    "train_instance_count": "instance_count from sagemaker 2 on",
    "train_instance_type": "instance_type from sagemaker 2 on",
    "train_volume_size": "volume_size from sagemaker 2 on",
}


def runtime_is_retired(runtime: str) -> bool:
    """Tell whether Lambda makes no new functions on a runtime."""
    if found := _PYTHON.fullmatch(runtime):
        return (int(found[1]), int(found[2])) < (3, 8)
    if found := _NODE.match(runtime):
        return int(found[1]) < 16
    return runtime in ("go1.x", "java8", "ruby2.5", "ruby2.7", "dotnetcore3.1", "provided")


def glue_is_retired(version: str) -> bool:
    """Tell whether a version of Glue is no longer kept; "" is what a job has that states none."""
    return version in ("", "0.9", "1.0", "2.0")


def python_is_retired(version: str) -> bool:
    """Tell whether CodeBuild's images have dropped a version of Python."""
    major, _, minor = version.partition(".")
    return (int(major), int(minor)) < (3, 9)
