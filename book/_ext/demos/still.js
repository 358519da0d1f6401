// Says why the demos of a page stay still pictures, where the scripts that move them do not come: pages
// opened as a file, and browsers without modules. A plain old script, since those run everywhere.
addEventListener("load", function () {
  if (document.documentElement.dataset.demos) return; // host.js came
  var why =
    location.protocol === "file:"
      ? "This demo is a still picture here, because browsers run no modules from a file. " +
        "Serve the folder, for example with python -m http.server, and open its address."
      : "This demo is a still picture here: its scripts could not be loaded, or this browser is too old for them.";
  document.querySelectorAll(".cnn-slot").forEach(function (slot) {
    var line = document.createElement("p");
    line.className = "cnn-told";
    line.setAttribute("role", "status");
    line.textContent = why;
    slot.prepend(line);
  });
});
