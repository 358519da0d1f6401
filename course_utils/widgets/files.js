// The files that a demo brings along: a hidden trait in Jupyter, a file beside the scripts in the book.

/** The bytes of a file. In Jupyter the page has no folder to load from, so they come as `_packed`.
 * @param {import("./parts.js").Model} model @param {string} name @returns {Promise<ArrayBuffer>} */
export async function fileOf(model, name) {
  const own = model.get("_packed");
  if (own) return own.buffer.slice(own.byteOffset, own.byteOffset + own.byteLength);
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.arrayBuffer();
}
