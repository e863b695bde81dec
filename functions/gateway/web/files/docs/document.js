// What openapi.json says, as the page asks for it.

const METHODS = ["get", "post", "put", "patch", "delete"];
const REFERENCE = "#/components/";

export class Spec {
  constructor(document) {
    this.document = document;
    this.operations = new Map();
    for (const [path, item] of Object.entries(document.paths)) {
      for (const method of METHODS) if (item[method]) this.operations.set(item[method].operationId, { method, path, servers: item.servers, ...item[method] });
    }
  }

  // What a reference leads to, with the name it has there.
  resolved(part) {
    if (!part?.$ref) return part || {};
    const [kind, name] = part.$ref.slice(REFERENCE.length).split("/");
    return this.document.components[kind][name];
  }

  example(content) {
    if (!content) return undefined;
    if (content.example !== undefined) return content.example;
    return this.sample(content.schema);
  }

  // A value of the right form, where nobody has shown one.
  sample(schema, depth = 0) {
    const whole = this.resolved(schema);
    if (whole.examples) return whole.examples[0];
    if (whole.const !== undefined) return whole.const;
    if (whole.default !== undefined && whole.default !== null) return whole.default;
    if (whole.enum) return whole.enum[0];
    if (whole.anyOf) return this.sample(whole.anyOf[0], depth);
    if (whole.type === "array") return depth < 4 && whole.items ? [this.sample(whole.items, depth + 1)] : [];
    if (whole.properties) {
      const wanted = Object.entries(whole.properties).filter(([name]) => depth === 0 || (whole.required || []).includes(name));
      return Object.fromEntries(wanted.map(([name, part]) => [name, this.sample(part, depth + 1)]));
    }
    return SCALARS[whole.format] ?? { integer: whole.minimum ?? 1, number: 1, boolean: true, object: {} }[whole.type] ?? "…";
  }
}

const SCALARS = {
  uuid: "0193a1b2-0000-7000-8000-000000000001",
  "date-time": "2026-12-01T12:00:00+03:00",
  date: "2026-12-01",
  time: "09:00:00",
};

export const jsonOf = (content) => content?.["application/json"];

// The last part of a description says who may call; the page says so in the visitor's language.
export const withoutAudience = (words = "") => words.replace(/\s*(No token is needed\.|Roles: [^.]*\..*)$/s, "");

export const codesOf = (response) => [...(response.description || "").matchAll(/`(\w+)`/g)].map((found) => found[1]);

export const needsToken = ({ security }) => security.length > 0 && security.every((way) => Object.keys(way).length > 0);
