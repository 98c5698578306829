#!/usr/bin/env bash
# checkov 3.3.30: CKV_AWS_45 (no hard-coded secrets in a Lambda's environment) on one CloudFormation template.
#
# Expected: the verdict is on the template, wherever it lies.
# Seen: checkov adds the file's own path to the variables of the environment as `__file__` and looks for secrets
# there too. Where the path up to the suffix is forty letters, digits and slashes, it has the shape of a secret key
# of AWS, and the check fails on a template that passes one folder higher. The report names
# Properties/Environment/Variables/__file__, which the template does not have. Scanned from inside its
# folder (--directory .), the path is short and the verdict stays.
set -euo pipefail
room=$(mktemp -d /tmp/findingXXXXXXXX)
trap 'rm -rf "$room"' EXIT
python3 -m venv "$room/env"
"$room/env/bin/pip" install --quiet checkov==3.3.30
name=template
padding=$((40 - ${#room} - ${#name} - 2))
deep="$room/$(printf 'a%.0s' $(seq "$padding"))"
mkdir "$deep"
cat > "$deep/$name.yaml" <<'YAML'
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.12
      Handler: index.handler
      Role: arn:aws:iam::123456789012:role/acme
      Code: {S3Bucket: acme, S3Key: code.zip}
      Environment: {Variables: {STAGE: test}}
YAML
verdict() {
    "$room/env/bin/checkov" --directory "$1" --framework cloudformation --check CKV_AWS_45 \
        --skip-download --output json |
        python3 -c 'import json, sys
found = json.load(sys.stdin)
keys = [key for each in found["results"]["failed_checks"] for key in each["check_result"]["evaluated_keys"]]
print("failed" if keys else "passed", *keys)'
}
path="$deep/$name"
echo "a path of ${#path} letters: $(verdict "$deep")"
echo "from inside: $(cd "$deep" && verdict .)"
[ "$(verdict "$deep")" = "failed Properties/Environment/Variables/__file__" ]
[ "$(cd "$deep" && verdict .)" = "passed" ]
