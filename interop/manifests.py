"""The manifests of deploy/kubernetes: built by kustomize, held against the schemas of Kubernetes, and read."""

import json
import subprocess
from pathlib import Path

import environments

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "deploy/kubernetes"
KUSTOMIZE = "sigs.k8s.io/kustomize/kustomize/v5@v5.8.2"

READ = "import json, sys, yaml; json.dump(list(yaml.safe_load_all(sys.stdin)), sys.stdout)"


def built(work: Path) -> dict[str, dict]:
    """Return every object of the folder under "kind/name"; end with an error if one does not follow its schema.

    The schemas come with the validator. They are taken strictly: an unknown
    field, which a server would drop or refuse, is an error.
    """
    python = environments.environment("kubernetes") / "python"
    text = _run(["go", "run", KUSTOMIZE, "build", FOLDER], cwd=work)
    file = work / "manifests.yaml"
    file.write_text(text)
    _run([python.parent / "kubernetes-validate", "--strict", file], cwd=work)
    objects = json.loads(_run([python, "-c", READ], cwd=work, given=text))
    return {f"{o['kind']}/{o['metadata']['name']}": o for o in objects}


def hardened(pod: dict) -> list[str]:
    """Return what a pod's spec lacks of the restricted standard of Kubernetes, and of what is asked for beyond it."""
    faults, general = [], pod["securityContext"]
    wanted = {"runAsNonRoot": True, "runAsUser": 1000, "seccompProfile": {"type": "RuntimeDefault"}}
    faults += [f"the pod's {name} is {general.get(name)}" for name, value in wanted.items() if general.get(name) != value]
    wanted = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    for container in pod["containers"]:
        own = container["securityContext"]
        faults += [f"the container's {name} is {own.get(name)}" for name, value in wanted.items() if own.get(name) != value]
        faults += [f"no {kind} of memory" for kind in ("requests", "limits") if "memory" not in container["resources"].get(kind, {})]
        # A secret belongs into a Secret.
        faults += [f"{v['name']} is written out" for v in container["env"] if v["name"].endswith(("KEY", "PASSWORD")) and "value" in v]
    return faults


def _run(command: list, cwd: Path, given: str = "") -> str:
    done = subprocess.run(command, cwd=cwd, input=given, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command[:4]))} ended with {done.returncode}\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout
