// Sets the theme before the first paint. The person's own choice follows once the settings can be read.
// "?theme=dark" is for looking at screens in a plain browser and has no effect inside Satchel.
(function () {
  var asked = "__TAURI_INTERNALS__" in window ? null : new URLSearchParams(location.search).get("theme");
  var dark = asked ? asked === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
