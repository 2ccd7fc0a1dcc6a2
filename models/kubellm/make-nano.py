#!/usr/bin/env python3
"""Writes KubeLLM-nano: a GGUF file of a few MB in the shape of Qwen3, with random weights.

The model knows nothing. With it the tests run every line between the bot and a real model against the real
llama-server: loading, chat template, grammar, streaming, cancellation, embeddings. The same seed gives the same file.

    python3 models/kubellm/make-nano.py nano.gguf        (needs python3-gguf, Debian's package; it brings numpy)
"""
import argparse
import pathlib
import re

import gguf
import numpy

WIDTH, LAYERS, HEADS, KV_HEADS, HEAD, FEED, CONTEXT = 128, 2, 4, 2, 32, 256, 32768

# Qwen3's format: turns between <|im_start|> and <|im_end|>. The nano model has no thinking mode.
TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

# Each word of the prompts and of the fault catalogue becomes a token, so that a prompt needs no token per letter.
MODELS = pathlib.Path(__file__).parent.parent
TEXTS = [*MODELS.glob("prompts/*.md"), MODELS.parent / "docs" / "faults.md"]


def words():
    """Returns each word of the texts once, in a stable order."""
    texts = (text.read_text("utf-8") for text in sorted(TEXTS) if text.exists())
    found = (word for text in texts for word in re.findall(r"[A-Za-z]{2,}", text))
    return list(dict.fromkeys(found))


def byte_letters():
    """Maps each byte to GPT-2's printable letter."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters, extra = {byte: chr(byte) for byte in printable}, 0
    for byte in range(256):
        if byte not in letters:
            letters[byte] = chr(256 + extra)
            extra += 1
    return letters


def vocabulary():
    letters = byte_letters()
    tokens, merges = [letters[byte] for byte in range(256)], []
    known = set(tokens)
    space = letters[ord(" ")]
    for word in words():
        for spelling in (word, space + word):
            left = spelling[0]
            for letter in spelling[1:]:
                if left + letter not in known:
                    merges.append(f"{left} {letter}")
                    tokens.append(left + letter)
                    known.add(left + letter)
                left += letter
    types = [gguf.TokenType.NORMAL] * len(tokens)
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    return tokens + special, types + [gguf.TokenType.CONTROL] * len(special), merges


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("file")
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    random = numpy.random.default_rng(given.seed)

    tokens, types, merges = vocabulary()
    writer = gguf.GGUFWriter(given.file, "qwen3")
    writer.add_name("KubeLLM-nano")
    writer.add_description("random weights, for tests")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(FEED)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1_000_000.0)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(merges)
    writer.add_eos_token_id(len(tokens) - 1)
    writer.add_bos_token_id(len(tokens) - 3)
    writer.add_pad_token_id(len(tokens) - 3)
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE)

    def matrix(name, rows, columns):
        writer.add_tensor(name, (random.standard_normal((rows, columns)) / numpy.sqrt(columns)).astype(numpy.float16))

    def ones(name, length):
        writer.add_tensor(name, numpy.ones(length, dtype=numpy.float32))

    matrix("token_embd.weight", len(tokens), WIDTH)
    matrix("output.weight", len(tokens), WIDTH)
    ones("output_norm.weight", WIDTH)
    for layer in range(LAYERS):
        block = f"blk.{layer}"
        ones(f"{block}.attn_norm.weight", WIDTH)
        ones(f"{block}.ffn_norm.weight", WIDTH)
        ones(f"{block}.attn_q_norm.weight", HEAD)
        ones(f"{block}.attn_k_norm.weight", HEAD)
        matrix(f"{block}.attn_q.weight", HEADS * HEAD, WIDTH)
        matrix(f"{block}.attn_k.weight", KV_HEADS * HEAD, WIDTH)
        matrix(f"{block}.attn_v.weight", KV_HEADS * HEAD, WIDTH)
        matrix(f"{block}.attn_output.weight", WIDTH, HEADS * HEAD)
        matrix(f"{block}.ffn_gate.weight", FEED, WIDTH)
        matrix(f"{block}.ffn_up.weight", FEED, WIDTH)
        matrix(f"{block}.ffn_down.weight", WIDTH, FEED)

    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
