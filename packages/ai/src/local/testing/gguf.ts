/** A GGUF file that a test makes: a whole llama, of one layer. Source: the GGUF specification, version 3. */
export interface TinyLlama {
  /** What it says, token by token, whatever it is asked. */
  readonly answer: readonly string[];
  /** Whether it begins again instead of ending. Default not. */
  readonly isEndless?: boolean;
  readonly seed?: number;
}

const Type = { u32: 4, i32: 5, f32: 6, text: 8, array: 9 } as const;
const Kind = { normal: 1, unknown: 2, control: 3, byte: 6 } as const;
const ALIGNMENT = 32;
const WIDTH = 128;
const HIDDEN = 32;
const HEADS = 4;
const CONTEXT = 4096;
/** The last token of what a chat begins an answer with. */
const LINE_END = 3 + 0x0a;
const END = 2;
const TEMPLATE =
  "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

/**
 * The bytes of a model with random weights, in which each token of the answer is so tied to the one
 * before it that it follows it.
 */
export function tinyLlama({ answer, isEndless = false, seed = 1 }: TinyLlama): Uint8Array {
  const { tokens, first } = vocabulary(answer);
  const normal = normals(seed);
  const random = (length: number, scale: number) =>
    Float32Array.from({ length }, () => normal() * scale);
  const embedding = random(WIDTH * tokens.length, 1);
  const output = random(WIDTH * tokens.length, 0.001);
  const chain = [LINE_END, ...answer.map((_, index) => first + index), isEndless ? first : END];
  for (const [index, next] of chain.entries()) {
    const before = chain[index - 1];
    if (before === undefined) continue;
    for (let at = 0; at < WIDTH; at++) {
      const tie = (embedding[before * WIDTH + at] ?? 0) * 0.3;
      output[next * WIDTH + at] = (output[next * WIDTH + at] ?? 0) + tie;
    }
  }
  const ones = new Float32Array(WIDTH).fill(1);
  const square = () => random(WIDTH * WIDTH, 0.002);
  const wide = () => random(WIDTH * HIDDEN, 0.002);
  return file(metadata(tokens), [
    ["token_embd.weight", [WIDTH, tokens.length], embedding],
    ["output_norm.weight", [WIDTH], ones],
    ["output.weight", [WIDTH, tokens.length], output],
    ["blk.0.attn_norm.weight", [WIDTH], ones],
    ["blk.0.attn_q.weight", [WIDTH, WIDTH], square()],
    ["blk.0.attn_k.weight", [WIDTH, WIDTH], square()],
    ["blk.0.attn_v.weight", [WIDTH, WIDTH], square()],
    ["blk.0.attn_output.weight", [WIDTH, WIDTH], square()],
    ["blk.0.ffn_norm.weight", [WIDTH], ones],
    ["blk.0.ffn_gate.weight", [WIDTH, HIDDEN], wide()],
    ["blk.0.ffn_up.weight", [WIDTH, HIDDEN], wide()],
    ["blk.0.ffn_down.weight", [HIDDEN, WIDTH], wide()],
  ]);
}

type Token = readonly [text: string, score: number, kind: number];
type Tensor = readonly [name: string, sizes: readonly number[], values: Float32Array];

/** Every byte, every printable letter, and the answer's own tokens at the end. */
function vocabulary(answer: readonly string[]): { tokens: Token[]; first: number } {
  const tokens: Token[] = [
    ["<unk>", 0, Kind.unknown],
    ["<s>", 0, Kind.control],
    ["</s>", 0, Kind.control],
  ];
  for (let byte = 0; byte < 256; byte++) {
    const digits = byte.toString(16).toUpperCase().padStart(2, "0");
    tokens.push([`<0x${digits}>`, 0, Kind.byte]);
  }
  tokens.push(["▁", -1, Kind.normal]);
  for (let code = 33; code < 127; code++) {
    tokens.push([String.fromCharCode(code), -code, Kind.normal]);
  }
  const first = tokens.length;
  for (const text of answer) tokens.push([text.replaceAll(" ", "▁"), -1000, Kind.normal]);
  return { tokens, first };
}

function metadata(tokens: readonly Token[]): Uint8Array[] {
  const list = (type: number, items: readonly Uint8Array[]) =>
    Buffer.concat([u32(type), u64(items.length), ...items]);
  const entry = (name: string, type: number, value: Uint8Array) =>
    Buffer.concat([text(name), u32(type), value]);
  const number = (name: string, value: number) => entry(name, Type.u32, u32(value));
  return [
    entry("general.architecture", Type.text, text("llama")),
    number("general.alignment", ALIGNMENT),
    number("llama.context_length", CONTEXT),
    number("llama.embedding_length", WIDTH),
    number("llama.block_count", 1),
    number("llama.feed_forward_length", HIDDEN),
    number("llama.attention.head_count", HEADS),
    number("llama.attention.head_count_kv", HEADS),
    number("llama.rope.dimension_count", WIDTH / HEADS),
    entry("llama.attention.layer_norm_rms_epsilon", Type.f32, f32(1e-5)),
    number("llama.vocab_size", tokens.length),
    entry("tokenizer.ggml.model", Type.text, text("llama")),
    entry(
      "tokenizer.ggml.tokens",
      Type.array,
      list(
        Type.text,
        tokens.map(([word]) => text(word)),
      ),
    ),
    entry(
      "tokenizer.ggml.scores",
      Type.array,
      list(
        Type.f32,
        tokens.map(([, score]) => f32(score)),
      ),
    ),
    entry(
      "tokenizer.ggml.token_type",
      Type.array,
      list(
        Type.i32,
        tokens.map(([, , kind]) => u32(kind)),
      ),
    ),
    number("tokenizer.ggml.bos_token_id", 1),
    number("tokenizer.ggml.eos_token_id", END),
    number("tokenizer.ggml.unknown_token_id", 0),
    entry("tokenizer.chat_template", Type.text, text(TEMPLATE)),
  ];
}

function file(entries: readonly Uint8Array[], tensors: readonly Tensor[]): Uint8Array {
  let offset = 0;
  const infos = tensors.map(([name, sizes, { byteLength }]) => {
    const info = [text(name), u32(sizes.length), ...sizes.map(u64), u32(0), u64(offset)];
    offset += byteLength + padding(byteLength).length;
    return Buffer.concat(info);
  });
  const head = Buffer.concat([
    ...[Buffer.from("GGUF"), u32(3), u64(tensors.length), u64(entries.length)],
    ...entries,
    ...infos,
  ]);
  const data = tensors.flatMap(([, , { buffer, byteLength }]) => [
    Buffer.from(buffer),
    padding(byteLength),
  ]);
  return Buffer.concat([head, padding(head.length), ...data]);
}

function padding(length: number): Buffer {
  return Buffer.alloc((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

/** Numbers of a normal distribution, from a seed: mulberry32 and Box–Muller. */
function normals(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
