#!/usr/bin/env python3
"""Speed of training and evaluation in PyTorch, for comparison with `hrm bench train` and `eval`.

    python tools/pytorch/bench.py train hrm-sudoku --batch 8 --device cpu --threads 2
    python tools/pytorch/bench.py eval quickstart --batch 256 --device cpu

The work is the published training step: slots that halted take the next puzzle, one segment with
the one-step gradient, the continue head's target from another segment, both optimizers, the moving
average where the recipe has one. Prints one JSON object. Needs PyTorch 2.
"""

import argparse
import json
import statistics
import time

import torch

from model import Config, Model, total_loss

PROFILES = {
    "hrm-sudoku": Config("hrm", 11, 81, 1),
    "trm-mlp-sudoku": Config("trm", 11, 81, 1, l_layers=2, h_cycles=3, l_cycles=6, mixer="mlp",
                             pos_encodings="none", puzzle_emb_len=16, continue_loss=False),
    "hrm-maze": Config("hrm", 6, 900, 1),
    "quickstart": Config("hrm", 6, 16, 1, hidden_size=64, num_heads=4, h_layers=2, l_layers=2,
                         pos_encodings="learned", puzzle_emb_ndim=64, segments=8),
}
EMA = {"trm-mlp-sudoku": 0.999}
LR, DECAY, BETA1, BETA2 = 1e-4, 1.0, 0.9, 0.95


class AdamAtan2:
    """The published update over lists of tensors."""

    def __init__(self, parameters):
        self.parameters, self.step = list(parameters), 0
        self.first = [torch.zeros_like(p) for p in self.parameters]
        self.second = [torch.zeros_like(p) for p in self.parameters]

    @torch.no_grad()
    def update(self):
        self.step += 1
        gradients = [p.grad for p in self.parameters]
        torch._foreach_lerp_(self.first, gradients, 1 - BETA1)
        torch._foreach_lerp_(self.second, torch._foreach_mul(gradients, gradients), 1 - BETA2)
        scale = torch._foreach_sqrt(self.second)
        torch._foreach_div_(scale, (1 - BETA2 ** self.step) ** 0.5)
        directions = [torch.atan2(m, s) for m, s in zip(self.first, scale)]
        torch._foreach_mul_(self.parameters, 1 - LR * DECAY)
        torch._foreach_add_(self.parameters, directions, alpha=-LR / (1 - BETA1 ** self.step))


class Trainer:
    def __init__(self, name, batch, device, dtype, compiled):
        self.config = PROFILES[name]
        self.model = Model(self.config, dtype).to(device)
        self.run = torch.compile(self.model) if compiled else self.model
        self.batch, self.device = batch, device
        self.optimizer = AdamAtan2(self.model.parameters())
        self.ema_rate = EMA.get(name)
        self.shadow = [p.detach().clone() for p in self.model.parameters()]
        self.states = self.model.initial(batch)
        self.halted = torch.ones(batch, dtype=torch.bool, device=device)
        self.steps = torch.zeros(batch, dtype=torch.long, device=device)
        self.tokens, self.labels = self.puzzles()
        self.ids = torch.zeros(batch, dtype=torch.long, device=device)

    def puzzles(self):
        shape = (self.batch, self.config.seq_len)
        draw = lambda: torch.randint(1, self.config.vocab_size, shape, device=self.device)
        return draw(), draw()

    def admit(self):
        tokens, labels = self.puzzles()
        fresh = self.halted
        self.tokens = torch.where(fresh[:, None], tokens, self.tokens)
        self.labels = torch.where(fresh[:, None], labels, self.labels)
        self.steps = torch.where(fresh, 0, self.steps)
        mix = lambda old, new: None if old is None else torch.where(fresh[:, None, None], new, old)
        self.states = tuple(map(mix, self.states, self.model.initial(self.batch)))

    def step(self):
        config = self.config
        self.admit()
        rows = self.model.puzzle_emb.weights[self.ids].detach().requires_grad_()
        self.states, logits, q_halt, q_continue = self.run(self.states, self.tokens, rows)
        self.steps = self.steps + 1
        last = self.steps >= config.segments
        wants = q_halt > q_continue if config.continue_loss else q_halt > 0
        minimum = torch.where(torch.rand(self.batch, device=self.device) < 0.1,
                              torch.randint(2, config.segments + 1, (self.batch,), device=self.device), 0)
        self.halted = (last | wants) & (self.steps >= minimum)
        target = None
        if config.continue_loss:
            with torch.no_grad():
                _, _, halt, go_on = self.run(self.states, self.tokens, rows)
                target = torch.sigmoid(torch.where(last, halt, torch.maximum(halt, go_on)))
        loss = total_loss(config, logits, q_halt, q_continue, self.labels, target) / self.batch
        loss.backward()
        self.optimizer.update()
        for p in self.model.parameters():
            p.grad = None
        table = self.model.puzzle_emb.weights
        gradient = torch.zeros_like(table).index_add_(0, self.ids, rows.grad)
        touched = torch.unique(self.ids)
        table[touched] = table[touched] * (1 - LR * DECAY) - LR * torch.sign(gradient[touched])
        if self.ema_rate:
            torch._foreach_lerp_(self.shadow, list(self.model.parameters()), 1 - self.ema_rate)

    @torch.no_grad()
    def evaluate(self):
        tokens, labels = self.puzzles()
        rows = self.model.puzzle_emb.weights[self.ids]
        states = self.model.initial(self.batch)
        for _ in range(self.config.segments):
            states, logits, _, _ = self.run(states, tokens, rows)
            (logits.argmax(-1) == labels).all(-1).sum().item()


def synchronize(device):
    if device.startswith("cuda"):
        torch.cuda.synchronize()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", choices=["train", "eval"])
    parser.add_argument("model", choices=PROFILES)
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--warmup", type=int, default=2)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--compile", action="store_true")
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    bf16 = args.device.startswith("cuda")
    dtype = torch.bfloat16 if bf16 else torch.float32
    trainer = Trainer(args.model, args.batch, args.device, dtype, args.compile)
    work = trainer.step if args.work == "train" else trainer.evaluate
    seconds = []
    for index in range(args.warmup + args.steps):
        synchronize(args.device)
        start = time.perf_counter()
        work()
        synchronize(args.device)
        if index >= args.warmup:
            seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds)
    result = {
        "program": f"PyTorch {torch.__version__}", "work": args.work, "model": args.model,
        "batch_size": args.batch, "device": args.device, "precision": "bf16" if bf16 else "f32",
        "parameters": sum(p.numel() for p in trainer.model.parameters()),
        "seconds_per_step": median, "samples_per_second": args.batch / median, "steps": args.steps,
    }
    peak = torch.cuda.max_memory_allocated() if bf16 else None
    result["device_memory_bytes"] = {"peak": peak} if bf16 else None
    print(json.dumps(result))


if __name__ == "__main__":
    main()
