// Everything works without this file; it only saves steps.
document.documentElement.classList.add("js");
document.addEventListener("DOMContentLoaded", function () {
  var problems = document.getElementById("problems");
  if (problems) { problems.focus(); }
  // A wide diagram opens at the step where the case stands.
  var now = document.querySelector(".diagram .is-now, .diagram .is-stuck");
  if (now) {
    var frame = now.closest(".diagram"), step = now.getBoundingClientRect(), seen = frame.getBoundingClientRect();
    frame.scrollLeft = Math.max(0, step.left - seen.left - frame.clientWidth / 2);
    frame.scrollTop = Math.max(0, step.top - seen.top - frame.clientHeight / 2);
  }
  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest(".msg.error a[href^='#']") : null;
    var field = link && document.getElementById(link.getAttribute("href").slice(1));
    if (field) { event.preventDefault(); field.scrollIntoView({ block: "center" }); field.focus(); }
  });
  // A second click on the same button must not send the form twice; the server would notice, the person would wonder.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method === "post") { form.dataset.sent = "1"; setTimeout(function () { delete form.dataset.sent; }, 4000); }
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
});
