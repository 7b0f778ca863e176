import type { Rule } from "./rules.ts";

const NUMBER = "(-?\\d+(?:\\.\\d+)?)";
const OPERATORS: Readonly<Record<string, string>> = {
  "+": "+",
  plus: "+",
  "-": "-",
  minus: "-",
  "*": "*",
  "×": "*",
  x: "*",
  times: "*",
  "/": "/",
  "÷": "/",
  "divided by": "/",
  "%": "%",
  modulo: "%",
};
const SYMBOLS = Object.keys(OPERATORS)
  .sort((a, b) => b.length - a.length)
  .map((symbol) => symbol.replace(/[+*/]/g, "\\$&"))
  .join("|");
const CALCULATION = new RegExp(`${NUMBER}\\s*(${SYMBOLS})\\s*${NUMBER}`, "i");

/** "What is 12 * 30?" */
export const calculation: Rule = ({ text }) => {
  const [, a, symbol, b] = CALCULATION.exec(text.replaceAll(/(\d),(\d{3})\b/g, "$1$2")) ?? [];
  const operator = OPERATORS[symbol?.toLowerCase() ?? ""];
  if (a === undefined || b === undefined || !operator) return;
  return {
    call: { tool: "calculate", input: { a: Number(a), b: Number(b), operator } },
    text: (output) => {
      const { expression, result } = output as { expression: string; result: number };
      return `${expression} = **${result}**`;
    },
  };
};

/** "Is 221 a prime number?": an answer that takes some thinking. */
export const primeNumber: Rule = ({ text }) => {
  const number = Number(
    /\b(\d{1,7})\b.*\bprime\b|\bprime\b.*\b(\d{1,7})\b/i.exec(text)?.slice(1).find(Boolean),
  );
  if (!Number.isInteger(number) || number < 2) return;
  const thoughts = [
    `${number} is prime if nothing up to √${number} ≈ ${Math.floor(Math.sqrt(number))} divides it.`,
  ];
  for (let divisor = 2; divisor * divisor <= number; divisor++) {
    if (number % divisor === 0) {
      const other = number / divisor;
      thoughts.push(`${divisor} divides it: ${divisor} × ${other} = ${number}.`);
      return {
        reasoning: thoughts.join("\n\n"),
        text: `No, ${number} is not prime: ${divisor} × ${other} = ${number}.`,
      };
    }
    if (thoughts.length < 12) thoughts.push(`${divisor} leaves ${number % divisor}.`);
  }
  return { reasoning: thoughts.join("\n\n"), text: `Yes, **${number}** is a prime number.` };
};
