#!/usr/bin/env python3
"""Writes os-lifecycle.json anew from endoflife.date: run it, look at the difference, commit it.

--from DIR reads PRODUCT.json files that were fetched from https://endoflife.date/api/v1/products/PRODUCT/ elsewhere, without a network.
A product that cannot be read, or a release that is gone, stops it: what is known is never lost in silence.
"""
import argparse, datetime, json, pathlib, sys, urllib.request

FILE = pathlib.Path(__file__).with_name("os-lifecycle.json")


def fetch(product, folder):
    if folder:
        return json.loads((folder / f"{product}.json").read_text(encoding="utf-8"))
    with urllib.request.urlopen(f"https://endoflife.date/api/v1/products/{product}/", timeout=30) as answer:
        return json.load(answer)


def releases(answer, today):
    for one in answer["result"]["releases"]:
        # Over, without anybody having said since when: it was over yesterday.
        ended = one.get("eolFrom") or (today if one.get("isEol") else None)
        latest = one.get("latest") or {}
        entry = {"release": one["name"], "endOfLife": ended, "extended": one.get("eoesFrom"), "latest": latest.get("name")}
        yield {key: value for key, value in entry.items() if value}


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--from", dest="folder", type=pathlib.Path, metavar="DIR")
    folder = options.parse_args().folder
    today = datetime.date.today().isoformat()
    before = json.loads(FILE.read_text(encoding="utf-8"))["products"]
    lines = []
    for product, known in before.items():
        try:
            found = list(releases(fetch(product, folder), today))
        except (OSError, ValueError, KeyError, TypeError) as problem:
            sys.exit(f"{product} cannot be read: {problem}")
        gone = {one["release"] for one in known} - {one["release"] for one in found}
        if gone:
            sys.exit(f"{product} has no {', '.join(sorted(gone))} any more: look at it, then remove them from {FILE.name} by hand")
        body = ",\n".join(f"      {json.dumps(one)}" for one in found)
        lines.append(f"    {json.dumps(product)}: [\n{body}\n    ]")
    products = ",\n".join(lines)
    FILE.write_text(
        f'{{\n  "source": "https://endoflife.date, snapshot of {today}",\n  "licence": "MIT, see os-lifecycle.LICENSE",\n  "products": {{\n{products}\n  }}\n}}\n',
        encoding="utf-8")
    print(f"{sum(len(known) for known in before.values())} releases before; see git diff {FILE.name}")


if __name__ == "__main__":
    main()
