// A form is sent once. The button turns after 150 ms, so that a quick answer does not flicker.
const free = (form) => {
  delete form.dataset.sent
  for (const button of form.querySelectorAll("[data-busy]")) {
    delete button.dataset.busy
    button.removeAttribute("aria-busy")
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target
  if (form.method !== "post" || event.defaultPrevented) return
  if (form.dataset.sent) return event.preventDefault()
  form.dataset.sent = "yes"
  setTimeout(() => {
    if (!form.dataset.sent || !event.submitter) return
    event.submitter.dataset.busy = "yes"
    event.submitter.setAttribute("aria-busy", "true")
  }, 150)
})

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form")
  if (form) free(form)
})

// Coming back through the browser's history: the page is as it was left.
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(free)
})
