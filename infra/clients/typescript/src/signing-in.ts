import type { Fetch } from "./retrying.js";

export interface TokenPair {
  access_token: string;
  refresh_token: string;
}

/** Sends the access token; once that has run out it gets a new pair, and sends the request again. */
export class Signing {
  private renewing: Promise<void> | undefined;

  constructor(
    private readonly refreshUrl: string,
    private access: string | undefined,
    private refresh?: string,
  ) {}

  accept(pair: TokenPair): void {
    this.access = pair.access_token;
    this.refresh = pair.refresh_token;
  }

  signed(fetch: Fetch): Fetch {
    return async (request) => {
      const sent = this.access;
      const again = request.clone();
      const response = await fetch(this.sign(request));
      if (response.status !== 401 || sent === undefined || this.refresh === undefined) return response;
      if (this.access === sent) {
        // A refresh token works once: whoever comes while it is being used waits for the same pair.
        this.renewing ??= this.renew(fetch).finally(() => (this.renewing = undefined));
        await this.renewing;
      }
      if (this.access === sent) return response;
      await response.body?.cancel();
      return fetch(this.sign(again));
    };
  }

  private sign(request: Request): Request {
    if (this.access !== undefined) request.headers.set("Authorization", `Bearer ${this.access}`);
    return request;
  }

  private async renew(fetch: Fetch): Promise<void> {
    const body = JSON.stringify({ refresh_token: this.refresh });
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(new Request(this.refreshUrl, { method: "POST", headers, body }));
    if (answer.ok) this.accept((await answer.json()) as TokenPair);
  }
}
