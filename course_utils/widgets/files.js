// The files of a demo: in Jupyter a hidden trait holds them, in the book they lie beside the scripts.

/** The bytes of a file. In Jupyter the page has no folder to load from, so the trait `_packed` holds them.
 * @param {import("./parts.js").Model} model @param {string} name @returns {Promise<ArrayBuffer>} */
export async function fileOf(model, name) {
  const own = model.get("_packed");
  if (own) return own.buffer.slice(own.byteOffset, own.byteOffset + own.byteLength);
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  return answer.arrayBuffer();
}
