/** The page's JSON calls to the workspace server. */

export class Refused extends Error {
  constructor(status, body) {
    super(body?.error ?? `The workspace answered ${status}.`);
    this.status = status;
    this.body = body;
  }
}

async function call(path, options) {
  const response = await fetch(path, options);
  let body = null;
  try {
    body = await response.json();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (!response.ok) throw new Refused(response.status, body);
  return body;
}

export function get(path, query) {
  const known = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  return call(`/ui/${path}?${new URLSearchParams(known)}`);
}

export function post(path, body) {
  return call(`/ui/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

export async function fileAsBase64(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (let start = 0; start < bytes.length; start += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(binary);
}
