// A survey's own question that depends on an answer: it shows while the option is chosen. Without script all of them
// show, each with its condition.
const asked = (form) => {
  for (const part of form.querySelectorAll("[data-only-if]")) {
    const option = form.querySelector(`[name^="question-"][value="${part.dataset.onlyIf}"]:checked`)
    part.classList.toggle("is-asked", Boolean(option && !option.closest("[data-only-if]:not(.is-asked)")))
  }
}

document.addEventListener("change", (event) => {
  if (event.target.form) asked(event.target.form)
})

// What the browser filled in again by itself.
addEventListener("pageshow", () => {
  for (const form of document.forms) asked(form)
})
