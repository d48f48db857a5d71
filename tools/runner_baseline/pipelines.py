"""The pipeline of `hrm bench runner` for DVC and Snakemake: as many stages of the same shape, with a setting each.

20 datasets, two trainings on each, and an evaluation of each training, which reads the dataset, too. The
work of a stage is a shell command that writes one short line.
"""

import json
import subprocess
import sys
from pathlib import Path

DATASETS = 20
TRAININGS = 2  # on each dataset
LEAF = "e00"


def stages():
    """Name and inputs of each stage."""
    for dataset in range(DATASETS):
        yield f"d{dataset:02}", []
    for training in range(DATASETS * TRAININGS):
        dataset = f"d{training // TRAININGS:02}"
        yield f"t{training:02}", [dataset]
        yield f"e{training:02}", [f"t{training:02}", dataset]


class Pipeline:
    """A pipeline in a folder of its own."""

    program = ""
    arguments = []

    def __init__(self, folder):
        self.folder = Path(folder)
        self.settings = {name: 0 for name, _ in stages()}
        self.make()
        self.save()

    def make(self):
        raise NotImplementedError

    def save(self):
        (self.folder / "settings.json").write_text(json.dumps(self.settings))

    def call(self, *arguments):
        program = Path(sys.executable).with_name(self.program)
        output = subprocess.run([program, *arguments], cwd=self.folder, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if output.returncode != 0:
            sys.exit(f"{self.program} {' '.join(arguments)} ended with {output.returncode}:\n{output.stdout}")
        return output.stdout

    def run(self):
        """What a user types to bring the pipeline up to date."""
        self.call(*self.arguments)

    def change(self, value):
        """Changes the setting of one stage that nothing needs."""
        self.settings[LEAF] = value
        self.save()

    def outputs(self):
        """Time and text of what each stage wrote: tells which ones ran."""
        paths = {name: self.folder / f"{name}.out" for name in self.settings}
        return {name: (path.stat().st_mtime_ns, path.read_text()) for name, path in paths.items()}

    def version(self):
        return self.call("--version").strip()


class Dvc(Pipeline):
    program = "dvc"
    arguments = ["repro", "--quiet"]

    def make(self):
        self.call("init", "--no-scm", "--quiet")
        # It shall neither ask the network for a later version nor tell how it is used.
        self.call("config", "core.check_update", "false")
        self.call("config", "core.analytics", "false")
        pipeline = {name: {
            "cmd": f"echo ${{{name}}} > {name}.out",
            "deps": [f"{source}.out" for source in inputs],
            "params": [{"settings.json": [name]}],
            "outs": [f"{name}.out"],
        } for name, inputs in stages()}
        # JSON is YAML.
        (self.folder / "dvc.yaml").write_text(json.dumps({"vars": ["settings.json"], "stages": pipeline}))


class Snakemake(Pipeline):
    program = "snakemake"
    arguments = ["--cores", "1", "--quiet", "all"]

    def make(self):
        lines = ["configfile: 'settings.json'", "rule all:", f"    input: {[f'{name}.out' for name in self.settings]}"]
        for name, inputs in stages():
            lines += [
                f"rule {name}:",
                f"    input: {[f'{source}.out' for source in inputs]}",
                f"    output: '{name}.out'",
                f"    params: setting=config['{name}']",
                "    shell: 'echo {params.setting} > {output}'",
            ]
        (self.folder / "Snakefile").write_text("\n".join(lines) + "\n")
