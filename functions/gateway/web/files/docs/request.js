// The request that a visitor has filled in: its address, the same as a line for curl, and the answer to it.

const ROOT = new URL("./", location.href);

const quoted = (words) => `'${words.replaceAll("'", "'\\''")}'`;

// `values` by place and name; what is not filled in stays in braces in the path, and is left out of the query.
export function addressOf({ path, servers }, values) {
  const root = servers ? servers[0].variables[servers[0].url.slice(1, -1)].default : ROOT.href.replace(/\/$/, "");
  const filled = path.replace(/\{(\w+)\}/g, (braces, name) => (values.path[name] ? encodeURIComponent(values.path[name]) : braces));
  const query = new URLSearchParams(Object.entries(values.query).filter(([, value]) => value !== ""));
  return `${root}${filled}${query.size ? `?${query}` : ""}`;
}

export function headersOf(operation, values, token) {
  const headers = {};
  if (operation.security.length && token) headers.Authorization = `Bearer ${token}`;
  if (operation.requestBody) headers["Content-Type"] = "application/json";
  if (values.key) headers["Idempotency-Key"] = values.key;
  return headers;
}

export function curlOf(operation, values, token, needed) {
  const lines = [`curl ${operation.method === "get" ? "--compressed " : `-X ${operation.method.toUpperCase()} `}${quoted(addressOf(operation, values))}`];
  const headers = headersOf(operation, values, token);
  if (needed && !token) lines.push('-H "Authorization: Bearer $TOKEN"');
  Object.entries(headers).forEach(([name, value]) => lines.push(`-H ${quoted(`${name}: ${value}`)}`));
  if (operation.requestBody) lines.push(`-d ${quoted(values.body)}`);
  return lines.join(" \\\n  ");
}

// Whatever comes back, as it comes; null if nothing did.
export async function answerTo(operation, values, token, language) {
  const began = performance.now();
  try {
    const response = await fetch(addressOf(operation, values), {
      method: operation.method.toUpperCase(),
      headers: { "Accept-Language": language, ...headersOf(operation, values, token) },
      body: operation.requestBody ? values.body : undefined,
    });
    const body = await response.text();
    const took = Math.round(performance.now() - began);
    return { status: response.status, words: response.statusText, took, headers: [...response.headers], body: pretty(body) };
  } catch (error) {
    if (error.name === "TypeError") return null;
    throw error;
  }
}

function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
