// Say why the demos of a page stay still pictures, where their scripts cannot be loaded: in a page opened
// as a file, or a browser without modules. This is a plain old script, which runs in every browser.
addEventListener("load", function () {
  if (document.documentElement.dataset.demos) return; // host.js is running
  var why =
    location.protocol === "file:"
      ? "This demo is a still picture here, because browsers run no modules from a file. " +
        "Serve the folder, for example with python -m http.server, and open its address."
      : "This demo is a still picture here: its scripts could not be loaded, or this browser is too old " +
        "for them.";
  document.querySelectorAll(".cnn-slot").forEach(function (slot) {
    var line = document.createElement("p");
    line.className = "cnn-told";
    line.setAttribute("role", "status");
    line.textContent = why;
    slot.prepend(line);
  });
});
