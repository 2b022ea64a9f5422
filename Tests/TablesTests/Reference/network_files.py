"""A network of PyTorch in safetensors, and back.

    python network_files.py            writes torch.safetensors and torch.json, which the tests read
    python network_files.py --check NAME    loads NAME.safetensors, saved by the test `saveAndLoad`, into PyTorch and
                                       compares its outputs with those in NAME.outputs.json

Made with torch 2.15.0 and safetensors 0.8.0.
"""
import json
import pathlib
import sys

import torch
from safetensors.torch import load_file, save_file

torch.manual_seed(1)
folder = pathlib.Path(__file__).parent
X = torch.tensor([[0.5, -1.0, 0.25], [1.5, 0.75, -0.5], [-0.25, 2.0, 1.0], [0.0, -0.5, -1.5]])


def network():
    return torch.nn.Sequential(
        torch.nn.Linear(3, 5), torch.nn.BatchNorm1d(5), torch.nn.Tanh(), torch.nn.Linear(5, 4), torch.nn.Softmax(1))


if len(sys.argv) > 1:
    model = network()
    model.load_state_dict(load_file(sys.argv[2] + ".safetensors"), strict=False)
    expected = torch.tensor(json.load(open(sys.argv[2] + ".outputs.json")))
    with torch.no_grad():
        difference = (model.eval()(X) - expected).abs().max().item()
    print(f"largest difference {difference:.3g}")
    sys.exit(difference > 1e-6)
model = network()
model.train()
for _ in range(3):
    model(torch.randn(16, 3))
model.eval()
save_file(model.state_dict(), folder / "torch.safetensors")
with torch.no_grad():
    (folder / "torch.json").write_text(json.dumps(model(X).tolist()) + "\n")
