"""Other ways to open the models of ONNX, beside the way in which they are opened."""

import os

# As in services: ONNX Runtime reads it when it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
