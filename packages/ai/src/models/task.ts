/** What a model does. */
export type Task =
  | "chat"
  | "embedding"
  | "rerank"
  | "transcription"
  | "speech"
  | "image"
  | "vision"
  | "classification"
  | "translation"
  | "summarization";

/** The service's names for tasks, as `models()` tells them. */
export const TASK_NAMES: Readonly<Record<Task, string>> = {
  chat: "Text Generation",
  embedding: "Text Embeddings",
  rerank: "Reranker",
  transcription: "Automatic Speech Recognition",
  speech: "Text-to-Speech",
  image: "Text-to-Image",
  vision: "Image-to-Text",
  classification: "Text Classification",
  translation: "Translation",
  summarization: "Summarization",
};

/** Parts of names that tell a task; the first that fits counts, and chat where none does. */
const SIGNS: readonly (readonly [RegExp, Task])[] = [
  [/rerank/, "rerank"],
  [/bge-|embed|plamo-embedding/, "embedding"],
  [/whisper|nova-\d|flux\/nova|transcri/, "transcription"],
  [/melotts|aura-|-tts|\btts/, "speech"],
  [/\bflux|stable-diffusion|dreamshaper|lucid-origin|phoenix|-img/, "image"],
  [/llava|uform|resnet|detr/, "vision"],
  [/distilbert/, "classification"],
  [/m2m100|indictrans/, "translation"],
  [/bart-large-cnn/, "summarization"],
];

/** What a model does, from its name and, where that does not tell, from what it is given. */
export function taskOf(model: string, inputs: Readonly<Record<string, unknown>>): Task {
  const name = model.toLowerCase();
  const sign = SIGNS.find(([pattern]) => pattern.test(name));
  if (sign !== undefined) return sign[1];
  if ("messages" in inputs || "prompt" in inputs || "requests" in inputs || "input" in inputs) {
    return "chat";
  }
  if ("contexts" in inputs) return "rerank";
  if ("audio" in inputs) return "transcription";
  return "text" in inputs ? "embedding" : "chat";
}

/** How many numbers an embedding model of the service answers. */
export function dimensionsOf(model: string): number {
  const name = model.toLowerCase();
  if (/bge-small/.test(name)) return 384;
  if (/bge-large|bge-m3|qwen3-embedding/.test(name)) return 1024;
  return 768;
}
