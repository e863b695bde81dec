/** What is wrong with one field of a request; other members may say what would be allowed. */
export interface FieldProblem {
  field: string;
  code: string;
  message: string;
  [more: string]: unknown;
}

/** The API's answer was no. Go by `code`, which is stable; show `detail`, a sentence in the client's language. */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly errors: readonly FieldProblem[],
    /** In seconds. */
    readonly retryAfter: number | undefined,
    /** The whole answer, such as the alternatives of `slot_taken`. */
    readonly document: Readonly<Record<string, unknown>>,
  ) {
    super(`${status} ${code}: ${detail}`);
    this.name = "ProblemError";
  }
}

/** The error of an answer; one that is not ours, as a proxy's, has the code `unknown_answer`. */
export async function problem(response: Response): Promise<ProblemError> {
  const text = await response.text();
  const found = parsed(text);
  const wait = response.headers.get("Retry-After") ?? "";
  return new ProblemError(
    response.status,
    String(found["code"] ?? "unknown_answer"),
    String(found["detail"] ?? text.slice(0, 500)),
    Array.isArray(found["errors"]) ? (found["errors"] as FieldProblem[]) : [],
    /^\d+$/.test(wait) ? Number(wait) : undefined,
    found,
  );
}

function parsed(text: string): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(text);
    return typeof found === "object" && found !== null ? (found as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
