"""Writes networks.json: parameters of small networks after some steps of PyTorch's optimisers, in double precision.

Made with torch 2.15.0: python networks.py
"""
import json
import pathlib

import torch

torch.set_default_dtype(torch.float64)
X = torch.tensor([[0.5, -1.0, 0.25], [1.5, 0.75, -0.5], [-0.25, 2.0, 1.0], [0.0, -0.5, -1.5], [1.0, 1.0, 0.5]])
Y = torch.tensor([0, 1, 2, 1, 0])
T = torch.tensor([[0.5, -1.0], [1.0, 0.25], [-0.5, 0.0], [2.0, 1.0], [0.0, -0.25]])
W1 = [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6], [-0.7, 0.8, 0.9], [0.15, -0.25, 0.35]]
B1 = [0.05, -0.1, 0.15, 0.2]
W2 = [[0.3, -0.1, 0.2, 0.5], [-0.4, 0.6, 0.1, -0.2], [0.25, 0.35, -0.45, 0.55]]
B2 = [0.01, -0.02, 0.03]
ACTIVATIONS = {
    "sigmoid": torch.nn.Sigmoid(), "tanh": torch.nn.Tanh(), "relu": torch.nn.ReLU(),
    "leakyReLU": torch.nn.LeakyReLU(0.1), "gelu": torch.nn.GELU()}
OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "adam": lambda p: torch.optim.Adam(p, lr=0.02),
    "adamW": lambda p: torch.optim.AdamW(p, lr=0.02, weight_decay=0.1),
    "rmsProp": lambda p: torch.optim.RMSprop(p, lr=0.02)}


def dense(w, b):
    layer = torch.nn.Linear(len(w[0]), len(w))
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(w))
        layer.bias.copy_(torch.tensor(b))
    return layer


def train(model, optimizer, loss, steps=6):
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        value = loss(model(X))
        value.backward()
        optimizer.step()
        losses.append(value.item())
    return losses


def entry(name, model, losses):
    parameters = []
    for layer in model:
        if isinstance(layer, torch.nn.Linear):
            parameters += layer.weight.T.flatten().tolist() + layer.bias.tolist()
        elif isinstance(layer, torch.nn.BatchNorm1d):
            parameters += layer.weight.tolist() + layer.bias.tolist()
    running = [
        v for layer in model if isinstance(layer, torch.nn.BatchNorm1d)
        for v in layer.running_mean.tolist() + layer.running_var.tolist()]
    model.eval()
    with torch.no_grad():
        outputs = model(X).flatten().tolist()
    return {"name": name, "losses": losses, "parameters": parameters, "running": running, "outputs": outputs}


entropy = lambda z: torch.nn.functional.cross_entropy(z, Y)
squares = lambda z: torch.nn.functional.mse_loss(z, T)
entries = []
for name, make in OPTIMIZERS.items():
    model = torch.nn.Sequential(dense(W1, B1), torch.nn.Tanh(), dense(W2, B2))
    entries.append(entry(name, model, train(model, make(model.parameters()), entropy)))
for name, activation in ACTIVATIONS.items():
    model = torch.nn.Sequential(dense(W1, B1), activation, dense(W2[:2], B2[:2]))
    entries.append(entry(name, model, train(model, OPTIMIZERS["momentum"](model.parameters()), squares)))
model = torch.nn.Sequential(dense(W1, B1), torch.nn.BatchNorm1d(4), torch.nn.Sigmoid(), dense(W2, B2))
entries.append(entry("batchNormalization", model, train(model, OPTIMIZERS["momentum"](model.parameters()), entropy)))
path = pathlib.Path(__file__).parent / "networks.json"
path.write_text(json.dumps(entries, indent=1) + "\n")
