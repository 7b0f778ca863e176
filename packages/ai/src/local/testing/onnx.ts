import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Kinds of numbers. Source: onnx.proto, `TensorProto.DataType`. */
const FLOAT = 1;
const INT64 = 7;
const WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "bees", "make", "honey", "cats", "sleep"];
const WIDTH = 8;

/** Writes an embedding model: a table with a vector for each of a few words. */
export function writeEmbeddingModel(folder: string): void {
  const table = Float32Array.from({ length: WORDS.length * WIDTH }, (_, at) =>
    Math.sin(at * at + 1),
  );
  write(folder, {
    "onnx/model.onnx": model(
      node("Gather", ["table", "input_ids"], ["last_hidden_state"]),
      floats("table", [WORDS.length, WIDTH], table),
      input("input_ids", INT64, ["batch", "length"]),
      input("attention_mask", INT64, ["batch", "length"]),
      output("last_hidden_state", FLOAT, ["batch", "length", WIDTH]),
    ),
    "config.json": { model_type: "bert", hidden_size: WIDTH, vocab_size: WORDS.length },
    ...WORD_FILES,
  });
}

/** Writes a speaking model: each word is four samples, of a quarter of the word's number. */
export function writeSpeechModel(folder: string, rate: number): void {
  const table = Float32Array.from({ length: WORDS.length * 4 }, (_, at) => Math.floor(at / 4) / 16);
  write(folder, {
    "onnx/model.onnx": model(
      node("Gather", ["table", "input_ids"], ["sounds"]),
      node("Reshape", ["sounds", "shape"], ["waveform"]),
      floats("table", [WORDS.length, 4], table),
      integers("shape", [1, -1]),
      input("input_ids", INT64, ["batch", "length"]),
      input("attention_mask", INT64, ["batch", "length"]),
      output("waveform", FLOAT, ["one", "samples"]),
    ),
    "config.json": { model_type: "vits", sampling_rate: rate, vocab_size: WORDS.length },
    ...WORD_FILES,
  });
}

/** What the hearing model knows: the largest of each four samples says which of these is heard. */
export const LETTERS = ["<pad>", "b", "e", "s"];

/** Writes a hearing model. */
export function writeTranscriptionModel(folder: string, rate: number): void {
  write(folder, {
    "onnx/model.onnx": model(
      node("Reshape", ["input_values", "shape"], ["logits"]),
      integers("shape", [1, -1, LETTERS.length]),
      input("input_values", FLOAT, ["batch", "samples"]),
      output("logits", FLOAT, ["batch", "frames", LETTERS.length]),
    ),
    "config.json": { model_type: "wav2vec2", vocab_size: LETTERS.length },
    "preprocessor_config.json": {
      feature_extractor_type: "Wav2Vec2FeatureExtractor",
      processor_class: "Wav2Vec2Processor",
      ...{ feature_size: 1, sampling_rate: rate, do_normalize: false, padding_value: 0 },
    },
    "tokenizer_config.json": { tokenizer_class: "Wav2Vec2CTCTokenizer", pad_token: "<pad>" },
    "tokenizer.json": tokenizer(LETTERS, [0], "<pad>", {
      decoder: { type: "CTC", pad_token: "<pad>", word_delimiter_token: "|", cleanup: true },
    }),
  });
}

/** Writes a seeing model: it says "bees make honey" of every picture. */
export function writeVisionModel(folder: string): void {
  const chain = [2, 4, 5, 6, 3];
  const next = new Float32Array(WORDS.length * WORDS.length);
  for (const [index, word] of chain.entries())
    next[word * WORDS.length + (chain[index + 1] ?? 3)] = 9;
  write(folder, {
    "onnx/encoder_model.onnx": model(
      node("ReduceMean", ["pixel_values"], ["last_hidden_state"], integersOf("axes", [3])),
      input("pixel_values", FLOAT, ["batch", 3, "height", "width"]),
      output("last_hidden_state", FLOAT, ["batch", 3, "height", 1]),
    ),
    "onnx/decoder_model_merged.onnx": model(
      node("Gather", ["next", "input_ids"], ["logits"]),
      floats("next", [WORDS.length, WORDS.length], next),
      input("input_ids", INT64, ["batch", "length"]),
      output("logits", FLOAT, ["batch", "length", WORDS.length]),
    ),
    "config.json": {
      model_type: "vision-encoder-decoder",
      is_encoder_decoder: true,
      encoder: { model_type: "vit", hidden_size: WIDTH },
      decoder: {
        model_type: "gpt2",
        n_head: 1,
        n_layer: 1,
        n_embd: WIDTH,
        vocab_size: WORDS.length,
      },
      ...{ decoder_start_token_id: 2, eos_token_id: 3, pad_token_id: 0 },
    },
    "generation_config.json": {
      decoder_start_token_id: 2,
      eos_token_id: 3,
      pad_token_id: 0,
      max_length: 12,
    },
    "preprocessor_config.json": {
      image_processor_type: "ViTImageProcessor",
      ...{ do_resize: true, size: { height: 4, width: 4 }, do_rescale: true, do_normalize: false },
    },
    ...WORD_FILES,
  });
}

const WORD_FILES = {
  "tokenizer_config.json": {
    tokenizer_class: "BertTokenizer",
    ...{ pad_token: "[PAD]", unk_token: "[UNK]", cls_token: "[CLS]", sep_token: "[SEP]" },
    model_max_length: 32,
  },
  "tokenizer.json": tokenizer(WORDS, [0, 1, 2, 3], "[UNK]", {
    normalizer: { type: "BertNormalizer", clean_text: true, strip_accents: null, lowercase: true },
    pre_tokenizer: { type: "BertPreTokenizer" },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
  }),
};

function tokenizer(
  words: readonly string[],
  special: readonly number[],
  unknown: string,
  parts: object,
) {
  return {
    ...{ version: "1.0", truncation: null, padding: null, normalizer: null, pre_tokenizer: null },
    added_tokens: special.map((id) => ({
      ...{ id, content: words[id], single_word: false, lstrip: false, rstrip: false },
      ...{ normalized: false, special: true },
    })),
    post_processor: null,
    ...parts,
    model: {
      ...{ type: "WordPiece", unk_token: unknown, continuing_subword_prefix: "##" },
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
    },
  };
}

function write(folder: string, files: Readonly<Record<string, object | Uint8Array>>): void {
  mkdirSync(join(folder, "onnx"), { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const bytes = content instanceof Uint8Array ? content : JSON.stringify(content);
    writeFileSync(join(folder, name), bytes);
  }
}

/** A model. The numbers before each part are those of the fields in onnx.proto. */
function model(...graph: readonly Buffer[]): Buffer {
  return Buffer.concat([
    number(1, 8),
    bytes(2, "tests"),
    message(7, ...graph, bytes(2, "graph")),
    message(8, number(2, 17)),
  ]);
}

function node(
  operator: string,
  inputs: string[],
  outputs: string[],
  ...attributes: Buffer[]
): Buffer {
  return message(
    1,
    ...inputs.map((name) => bytes(1, name)),
    ...outputs.map((name) => bytes(2, name)),
    bytes(4, operator),
    ...attributes,
  );
}

function integersOf(name: string, values: readonly number[]): Buffer {
  return message(5, bytes(1, name), ...values.map((value) => number(8, value)), number(20, 7));
}

function floats(name: string, sizes: readonly number[], values: Float32Array): Buffer {
  return tensor(name, sizes, FLOAT, new Uint8Array(values.buffer));
}

function integers(name: string, values: readonly number[]): Buffer {
  const { buffer } = BigInt64Array.from(values, BigInt);
  return tensor(name, [values.length], INT64, new Uint8Array(buffer));
}

function tensor(name: string, sizes: readonly number[], type: number, raw: Uint8Array): Buffer {
  return message(
    5,
    ...sizes.map((size) => number(1, size)),
    number(2, type),
    bytes(8, name),
    bytes(9, raw),
  );
}

type Sizes = readonly (string | number)[];

function input(name: string, type: number, sizes: Sizes): Buffer {
  return value(11, name, type, sizes);
}

function output(name: string, type: number, sizes: Sizes): Buffer {
  return value(12, name, type, sizes);
}

function value(field: number, name: string, type: number, sizes: Sizes): Buffer {
  const shape = sizes.map((size) =>
    message(1, typeof size === "string" ? bytes(2, size) : number(1, size)),
  );
  return message(
    field,
    bytes(1, name),
    message(2, message(1, number(1, type), message(2, ...shape))),
  );
}

function number(field: number, given: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(given)]);
}

function bytes(field: number, content: Uint8Array | string): Buffer {
  const data = Buffer.from(content as Uint8Array);
  return Buffer.concat([varint((field << 3) | 2), varint(data.length), data]);
}

function message(field: number, ...parts: readonly Buffer[]): Buffer {
  return bytes(field, Buffer.concat(parts));
}

function varint(given: number): Buffer {
  const digits: number[] = [];
  let rest = given;
  while (rest > 127) {
    digits.push((rest & 127) | 128);
    rest >>>= 7;
  }
  return Buffer.from([...digits, rest]);
}
