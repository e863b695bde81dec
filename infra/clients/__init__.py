"""The API's clients for Python and TypeScript: generated from `openapi.json`, with a thin layer of ours around them."""
