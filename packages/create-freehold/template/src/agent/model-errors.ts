import { APICallError, RetryError } from "ai";
import { type ModelSettings, providerOf } from "./model.ts";

/**
 * What a person is told when the model fails: what to look at, and never a key. Providers repeat
 * parts of a key in their messages, so a refusal is told in our own words.
 */
export function explain(error: unknown, env: ModelSettings): string {
  const cause = RetryError.isInstance(error) ? error.lastError : error;
  const { provider = "The model", setting = "MODEL" } = providerOf(env) ?? {};
  console.error("An answer had an error:", withoutSecrets(String(cause), env));
  if (APICallError.isInstance(cause)) return refusal(cause, provider, setting, env);
  if (isUnreachable(cause)) return unreachable(provider, setting);
  return withoutSecrets(cause instanceof Error ? cause.message : "The model did not answer.", env);
}

function refusal(error: APICallError, provider: string, setting: string, env: ModelSettings) {
  switch (error.statusCode) {
    case 401:
    case 403:
      return `${provider} does not accept the key. Check ${keyOf(setting)} in .dev.vars, then start the server again.`;
    case 404:
      return `${provider} does not know the model. Check MODEL in .dev.vars, or leave it out.`;
    case 429:
      return `${provider} says that the limit is reached: too many requests, or no credit left. Wait a little, then try again.`;
    case undefined:
      return unreachable(provider, setting);
  }
  const said = withoutSecrets(error.message, env);
  // Google answers a wrong key with 400.
  if (/api.?key/i.test(said)) {
    return `${provider} does not accept the key. Check ${keyOf(setting)} in .dev.vars, then start the server again.`;
  }
  return `${provider} answered with an error (${error.statusCode}): ${said}`;
}

function keyOf(setting: string): string {
  return setting === "OPENAI_BASE_URL" ? "OPENAI_API_KEY" : setting;
}

function unreachable(provider: string, setting: string): string {
  const hint =
    provider === "Ollama" ? "Is `ollama serve` running?" : `Check ${setting} in .dev.vars.`;
  return `${provider} cannot be reached. ${hint}`;
}

function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return /fetch failed|ECONNREFUSED|ENOTFOUND|Cannot connect/i.test(
    `${error.message} ${error.cause}`,
  );
}

const KEY_LIKE = /\b(?:sk|pk|key|AIza)[-_]?[\w*.-]{8,}/g;

function withoutSecrets(text: string, env: ModelSettings): string {
  const secrets = Object.entries(env).flatMap(([name, value]) =>
    name.endsWith("_KEY") && typeof value === "string" && value !== "" ? [value] : [],
  );
  const clean = secrets.reduce((rest, secret) => rest.replaceAll(secret, "[key]"), text);
  return clean.replace(KEY_LIKE, "[key]");
}
