// A Worker made from text: Jupyter gives modules to the page as text, so there may be no address.

/** Run `text` in a Worker. send(message) returns false where Workers are refused: the caller then does the
 * work in the page itself. @param {string} text
 * @param {(data: any) => void} told called with each answer of the Worker
 * @param {() => void} refused called when the Worker has failed after messages were sent to it
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
