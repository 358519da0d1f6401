// A Worker that is made of text: Jupyter hands modules over as text, so there may be no address.

/** Run `text` in a Worker. send(message) is false where Workers are refused: the caller then works in
 * the page itself. @param {string} text
 * @param {(data: any) => void} told what the Worker answers
 * @param {() => void} refused the Worker has failed, after messages were sent to it
 * @returns {{send: (message: any) => boolean, end: () => void}} */
export function textWorker(text, told, refused) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
  /** @type {Worker | null} */
  let worker = null;
  try {
    worker = new Worker(url);
    worker.onmessage = ({ data }) => told(data);
    worker.onerror = (event) => {
      event.preventDefault();
      if (!worker) return; // it failed before
      worker = null;
      refused();
    };
  } catch {
    worker = null;
  }
  return {
    send(message) {
      worker?.postMessage(message);
      return Boolean(worker);
    },
    end() {
      worker?.terminate();
      worker = null;
      URL.revokeObjectURL(url);
    },
  };
}
