import type { DlpPolicy, DlpProfile } from "../settings.ts";

type Side = "REQUEST" | "RESPONSE";

/** What was found where. Source: the header `cf-aig-dlp`, `platform.md` 4.3. */
export interface Findings {
  readonly findings: readonly {
    readonly profile: { readonly profile_id: string; readonly entry_ids: readonly string[] };
    readonly policy_ids: readonly string[];
    readonly check: Side;
  }[];
  readonly action: "FLAG" | "BLOCK";
}

/** Forms of keys and tokens that are no words. Each runs in time linear in the text. */
const SECRETS: DlpProfile = {
  id: "secrets",
  entries: {
    "openai-key": /\bsk-[A-Za-z0-9_-]{20,200}/g,
    "anthropic-key": /\bsk-ant-[A-Za-z0-9_-]{20,200}/g,
    "google-key": /\bAIza[A-Za-z0-9_-]{35}/g,
    "github-token": /\bgh[pousr]_[A-Za-z0-9]{36,255}/g,
    "aws-key-id": /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
    "slack-token": /\bxox[abprs]-[A-Za-z0-9-]{10,200}/g,
    "stripe-key": /\b[rs]k_live_[A-Za-z0-9]{20,200}/g,
    "private-key": /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----/g,
    "bearer-token": /\bBearer [A-Za-z0-9._~+/-]{20,2000}/g,
    jwt: /\beyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,2000}/g,
  },
};

/** Takes well-known forms of secrets out of a text. */
export function redact(text: string): string {
  let clean = text;
  for (const pattern of Object.values(SECRETS.entries))
    clean = clean.replace(pattern, "[redacted]");
  return clean;
}

/** What the policies of one side find in a text; `undefined` for nothing. */
export function scan(
  policies: readonly DlpPolicy[],
  side: Side,
  text: string,
): Findings | undefined {
  const hits = policies
    .filter(({ check }) => check === undefined || check.includes(side))
    .flatMap((policy) =>
      policy.profiles.flatMap((named) => {
        const profile = named === "secrets" ? SECRETS : named;
        const entries = Object.entries(profile.entries).filter(([, pattern]) =>
          found(pattern, text),
        );
        return entries.length === 0 ? [] : [{ policy, profile, entries }];
      }),
    );
  if (hits.length === 0) return undefined;
  return {
    findings: hits.map(({ policy, profile, entries }) => ({
      profile: { profile_id: profile.id, entry_ids: entries.map(([id]) => id) },
      policy_ids: [policy.id],
      check: side,
    })),
    action: hits.some(({ policy }) => policy.action === "BLOCK") ? "BLOCK" : "FLAG",
  };
}

/** Patterns with `g` remember where they were; this one does not. */
function found(pattern: RegExp, text: string): boolean {
  return text.search(pattern) >= 0;
}
