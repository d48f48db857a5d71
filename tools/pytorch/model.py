"""The model family in PyTorch, written from this project's documentation: a second implementation
to compare numbers and speed with. Parameters carry the published names.

Sizes: B batch, S cells, P puzzle positions, L = P + S, D hidden size, V vocabulary.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass
class Config:
    arch: str  # "hrm", "trm" or "transformer"
    vocab_size: int
    seq_len: int
    num_puzzle_identifiers: int
    hidden_size: int = 512
    num_heads: int = 8
    expansion: float = 4.0
    h_layers: int = 4
    l_layers: int = 4
    h_cycles: int = 2
    l_cycles: int = 2
    pos_encodings: str = "rope"
    mixer: str = "attention"
    puzzle_emb_ndim: int = 512
    puzzle_emb_len: int = 0
    loss: str = "stablemax"
    segments: int = 16
    continue_loss: bool = True

    @property
    def puzzle_positions(self):
        return self.puzzle_emb_len or -(-self.puzzle_emb_ndim // self.hidden_size)


def trunc_normal(*shape, std):
    """Normal cut at two of its own deviations, rescaled so that the result has deviation `std`."""
    a, b = math.erf(-math.sqrt(2)), math.erf(math.sqrt(2))
    z = (b - a) / 2
    pdf = math.exp(-2) / math.sqrt(2 * math.pi)
    scale = std / math.sqrt(1 - 4 * pdf / z)
    u = torch.empty(shape).uniform_(a, b)
    return (torch.erfinv(u) * math.sqrt(2) * scale).clamp_(-2 * scale, 2 * scale)


class Linear(nn.Module):
    def __init__(self, inputs, outputs, bias=False):
        super().__init__()
        self.weight = nn.Parameter(trunc_normal(outputs, inputs, std=inputs ** -0.5))
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None

    def forward(self, x):
        bias = None if self.bias is None else self.bias.to(x.dtype)
        return F.linear(x, self.weight.to(x.dtype), bias)


class Embedding(nn.Module):
    def __init__(self, rows, width):
        super().__init__()
        self.embedding_weight = nn.Parameter(trunc_normal(rows, width, std=width ** -0.5))


def rms_norm(x):
    wide = x.float()
    return (wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + 1e-5)).to(x.dtype)


class SwiGlu(nn.Module):
    def __init__(self, width, expansion):
        super().__init__()
        inner = -(-round(expansion * width * 2 / 3) // 256) * 256
        self.gate_up_proj = Linear(width, 2 * inner)
        self.down_proj = Linear(inner, width)

    def forward(self, x):
        gate, up = self.gate_up_proj(x).chunk(2, dim=-1)
        return self.down_proj(F.silu(gate) * up)


def rotate(x, cos, sin):
    """x [B, heads, L, d]; in float32 whatever the format of x."""
    wide = x.float()
    first, second = wide.chunk(2, dim=-1)
    return (wide * cos + torch.cat([-second, first], -1) * sin).to(x.dtype)


class Attention(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.heads, self.size = config.num_heads, config.hidden_size // config.num_heads
        self.qkv_proj = Linear(config.hidden_size, 3 * self.heads * self.size)
        self.o_proj = Linear(self.heads * self.size, config.hidden_size)

    def forward(self, x, rotary):
        batch, length, _ = x.shape
        qkv = self.qkv_proj(x).view(batch, length, 3, self.heads, self.size).permute(2, 0, 3, 1, 4)
        query, key, value = qkv.unbind(0)
        if rotary is not None:
            query, key = rotate(query, *rotary), rotate(key, *rotary)
        mixed = F.scaled_dot_product_attention(query, key, value)
        return self.o_proj(mixed.transpose(1, 2).reshape(batch, length, -1))


class Block(nn.Module):
    def __init__(self, config):
        super().__init__()
        if config.mixer == "mlp":
            self.mlp_t = SwiGlu(config.puzzle_positions + config.seq_len, config.expansion)
        else:
            self.self_attn = Attention(config)
        self.mlp = SwiGlu(config.hidden_size, config.expansion)

    def forward(self, x, rotary):
        if hasattr(self, "mlp_t"):
            across = x.transpose(1, 2)
            x = rms_norm(across + self.mlp_t(across)).transpose(1, 2)
        else:
            x = rms_norm(x + self.self_attn(x, rotary))
        return rms_norm(x + self.mlp(x))


class Level(nn.Module):
    def __init__(self, config, layers):
        super().__init__()
        self.layers = nn.ModuleList(Block(config) for _ in range(layers))

    def forward(self, z, injection, rotary):
        z = z + injection
        for block in self.layers:
            z = block(z, rotary)
        return z


class PuzzleTable(nn.Module):
    def __init__(self, rows, width):
        super().__init__()
        self.register_buffer("weights", torch.zeros(rows, width))


class Model(nn.Module):
    """One supervision segment: `forward(states, tokens, puzzle_vectors)`."""

    def __init__(self, config, dtype=torch.float32):
        super().__init__()
        self.config, self.dtype = config, dtype
        hidden, length = config.hidden_size, config.puzzle_positions + config.seq_len
        self.embed_tokens = Embedding(config.vocab_size, hidden)
        if config.pos_encodings == "learned":
            self.embed_pos = Embedding(length, hidden)
        if config.arch != "trm":
            self.H_level = Level(config, config.h_layers)
        if config.arch != "transformer":
            self.L_level = Level(config, config.l_layers)
            self.register_buffer("L_init", trunc_normal(hidden, std=1))
        self.register_buffer("H_init", trunc_normal(hidden, std=1))
        self.lm_head = Linear(hidden, config.vocab_size)
        self.q_head = Linear(hidden, 2, bias=True)
        nn.init.zeros_(self.q_head.weight)
        nn.init.constant_(self.q_head.bias, -5)
        if config.puzzle_emb_ndim:
            self.puzzle_emb = PuzzleTable(config.num_puzzle_identifiers, config.puzzle_emb_ndim)
        if config.pos_encodings == "rope":
            size = hidden // config.num_heads
            rates = 10000.0 ** (-torch.arange(0, size, 2).float() / size)
            angles = torch.outer(torch.arange(length).float(), rates).repeat(1, 2)
            self.register_buffer("cos", angles.cos(), persistent=False)
            self.register_buffer("sin", angles.sin(), persistent=False)

    @property
    def rotary(self):
        return (self.cos, self.sin) if self.config.pos_encodings == "rope" else None

    def initial(self, batch):
        length = self.config.puzzle_positions + self.config.seq_len
        spread = lambda init: init.to(self.dtype).expand(batch, length, -1)
        low = spread(self.L_init) if self.config.arch != "transformer" else None
        return spread(self.H_init), low

    def encode(self, tokens, puzzles):
        config = self.config
        x = F.embedding(tokens, self.embed_tokens.embedding_weight.to(self.dtype))
        if puzzles is not None:
            pad = config.puzzle_positions * config.hidden_size - puzzles.shape[-1]
            puzzles = F.pad(puzzles.to(self.dtype), (0, pad))
            x = torch.cat([puzzles.view(len(x), -1, config.hidden_size), x], dim=1)
        if config.pos_encodings == "learned":
            x = (x + self.embed_pos.embedding_weight.to(self.dtype)) * 0.707106781
        return x * math.sqrt(config.hidden_size)

    def updates(self):
        """The segment's updates, and how many come before the gradient."""
        if self.config.arch == "transformer":
            return ["direct"], 0
        cycle = ["low"] * self.config.l_cycles + ["high"]
        updates = cycle * self.config.h_cycles
        return updates, len(updates) - (2 if self.config.arch == "hrm" else len(cycle))

    def advance(self, z_h, z_l, encoded, updates):
        high = self.H_level if self.config.arch != "trm" else self.L_level
        for update in updates:
            if update == "low":
                z_l = self.L_level(z_l, z_h + encoded, self.rotary)
            else:
                z_h = high(z_h, encoded if update == "direct" else z_l, self.rotary)
        return z_h, z_l

    def forward(self, states, tokens, puzzles):
        encoded = self.encode(tokens, puzzles)
        updates, before = self.updates()
        with torch.no_grad():
            states = self.advance(*states, encoded, updates[:before])
        z_h, z_l = self.advance(*states, encoded, updates[before:])
        logits = self.lm_head(z_h)[:, self.config.puzzle_positions:]
        q = self.q_head(z_h[:, 0]).float()
        carry = z_h.detach(), None if z_l is None else z_l.detach()
        return carry, logits, q[:, 0], q[:, 1]


def cell_losses(kind, logits, labels):
    """Cross-entropy of every cell [B, S]; 0 where the label is negative."""
    counted = labels >= 0
    if kind == "softmax":
        losses = F.cross_entropy(logits.float().transpose(1, 2), labels.clamp(min=0), reduction="none")
    else:
        x = logits.double()
        s = torch.where(x < 0, 1 / (1 - x.clamp(max=0)), x + 1)
        chosen = s.gather(-1, labels.clamp(min=0).unsqueeze(-1)).squeeze(-1)
        losses = -torch.log(chosen / s.sum(-1))
    return torch.where(counted, losses, 0)


def total_loss(config, logits, q_halt, q_continue, labels, target_continue):
    """Sum over the batch of the loss that is divided by the batch size and differentiated."""
    counted = labels >= 0
    divisor = counted.sum(-1).clamp(min=1)
    exact = ((logits.argmax(-1) == labels) | ~counted).all(-1)
    loss = (cell_losses(config.loss, logits, labels).sum(-1) / divisor).sum()
    heads = F.binary_cross_entropy_with_logits(q_halt, exact.float(), reduction="sum")
    if target_continue is not None:
        heads = heads + F.binary_cross_entropy_with_logits(q_continue, target_continue, reduction="sum")
    return loss + 0.5 * heads
