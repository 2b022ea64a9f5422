"""Prints scikit-learn's digits, one image a line: its 64 pixels 0...16 as letters a...q, then its label.

    pip install scikit-learn
    python3 digits.py
"""
from sklearn.datasets import load_digits

data = load_digits()
for pixels, label in zip(data.data, data.target):
    print("".join(chr(ord("a") + int(v)) for v in pixels) + str(label))
