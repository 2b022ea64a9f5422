"""Prints a table of the results of Benchmarks --json and of any number of runs of peers.py --json.

    python3 Benchmarks/Peers/table.py --contested benchmarks.json peers.json ...

A figure in bold says that something is faster than the library. With --contested, as in the README, only the rows with peers or a
loop that is faster, without allocations and memory.
"""
import argparse
import json
import sys

parser = argparse.ArgumentParser()
parser.add_argument("--contested", action="store_true")
parser.add_argument("benchmarks")
parser.add_argument("peers", nargs="*")
arguments = parser.parse_args()


def text(t):
    value, unit = next((t / size, unit) for size, unit in ((1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1, "ns"))
                       if t >= size or size == 1)
    return f"{value:.3g} {unit}" if value < 1000 else f"{value:.0f} {unit}"


def memory(count):
    return f"{count / 2**20:.1f} MiB" if count >= 2**20 else f"{count / 2**10:.0f} KiB" if count >= 2**10 else f"{count} B"


def ratio(value, loses):
    return f"**{value:.2f}×**" if loses else f"{value:.2f}×"


with open(arguments.benchmarks) as file:
    report = json.load(file)
peers = {}
for path in arguments.peers:
    with open(path) as file:
        results = json.load(file)
    if results["threads"] != report["machine"]["threads"]:
        sys.exit(f"{path} is of {results['threads']} threads, {arguments.benchmarks} of {report['machine']['threads']}")
    peers.update(results["rows"])

heads = ["job", "size", "ours", "Swift loop", "over the limit", "peers", "allocations", "memory"]
count = 6 if arguments.contested else 8
rules = ["---", "---", "--:", "--:", "--:", "---", "--:", "--:"]
print("| " + " | ".join(heads[:count]) + " |")
print("|" + "|".join(rules[:count]) + "|")
for row in report["rows"]:
    name = f"{row['job']} {row['size']}"
    found = peers.get(name, {})
    others = sorted((t / found["ours"], peer) for peer, t in found.items() if peer != "ours")
    loop, raw, used = row.get("speedup"), row.get("overhead"), row.get("allocations")
    loses = bool(loop) and loop["median"] < 1
    if arguments.contested and not others and not loses:
        continue
    print("| " + " | ".join([
        row["job"], row["size"], text(row["ours"]["median"]), ratio(loop["median"], loses) if loop else "",
        f"{raw['median']:.2f}×" if raw else "",
        ", ".join(f"{peer} {ratio(value, value < 1)}" for value, peer in others),
        str(used["count"]) if used else "", memory(used["peakBytes"]) if used else ""][:count]) + " |")
