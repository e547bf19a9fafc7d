// Leaves a page that is only passed through: its form is sent at once, or its link followed once every frame was told,
// or was waited for long enough. The page has a button for browsers without script.
(() => {
  "use strict";
  const form = document.querySelector("form[data-leave]");
  if (form) HTMLFormElement.prototype.submit.call(form);
  const link = document.querySelector("a[data-leave]");
  if (!link) return;
  const leave = () => location.replace(link.href);
  const wait = setTimeout(leave, 5000);
  addEventListener("load", () => {
    clearTimeout(wait);
    leave();
  });
})();
