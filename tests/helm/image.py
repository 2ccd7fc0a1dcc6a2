#!/usr/bin/env python3
"""Writes an image in the format of docker save, from a root folder and the published program at /app.

The result equals that of deploy/Dockerfile, but needs no container engine.

usage: image.py ROOT PUBLISH OUT.tar NAME
"""
import hashlib, io, json, sys, tarfile

root, publish, out, name = sys.argv[1:]


def layer(add):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        add(archive)
    return data.getvalue()


def plain(entry):
    # Leaves out sockets, devices and pipes.
    return entry if entry.isfile() or entry.isdir() or entry.issym() or entry.islnk() else None


layers = [
    layer(lambda archive: archive.add(root, arcname=".", filter=plain)),
    layer(lambda archive: archive.add(publish, arcname="app", filter=plain)),
]
config = json.dumps({
    "architecture": "amd64", "os": "linux",
    "config": {"Env": ["PATH=/usr/bin:/bin", "Data__Directory=/data/metakube", "HOME=/tmp"], "Entrypoint": ["/app/metakube"], "Cmd": ["serve", "--urls", "http://0.0.0.0:5080"], "User": "1654:1654", "WorkingDir": "/data"},
    "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(one).hexdigest() for one in layers]},
}).encode()
config_name = hashlib.sha256(config).hexdigest() + ".json"
manifest = json.dumps([{"Config": config_name, "RepoTags": [name], "Layers": [f"layer{n}.tar" for n in range(len(layers))]}]).encode()
with tarfile.open(out, "w") as archive:
    for file, data in [(config_name, config), ("manifest.json", manifest)] + [(f"layer{n}.tar", one) for n, one in enumerate(layers)]:
        entry = tarfile.TarInfo(file)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
