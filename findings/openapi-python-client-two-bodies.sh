#!/bin/sh
# openapi-python-client 0.29.1
#
# A request body that comes in two content types (OpenAPI 3.1, `requestBody.content` with two entries) and an operation without
# optional parameters: the generated function takes `body: A | B | Unset = UNSET`, and its module does not import `Unset`.
# The generator says nothing; the module raises NameError when it is imported.
#
# Output seen:
#   NameError: name 'Unset' is not defined. Did you mean: 'UNSET'?
set -eu
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet openapi-python-client==0.29.1
cat > "$folder/openapi.json" <<'JSON'
{
  "openapi": "3.1.0",
  "info": {"title": "Hooks", "version": "1"},
  "paths": {
    "/hooks": {
      "post": {
        "operationId": "receive",
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {"schema": {"type": "object"}},
            "application/x-www-form-urlencoded": {"schema": {"type": "object"}}
          }
        },
        "responses": {"204": {"description": "Taken"}}
      }
    }
  }
}
JSON
cd "$folder"
"$folder/venv/bin/openapi-python-client" generate --path openapi.json --output-path made --meta none > log 2>&1 || true
"$folder/venv/bin/python" -c 'import made.api.default.receive' 2>&1 | tail -n 1 | tee seen
grep -q "^NameError: name 'Unset' is not defined" seen
