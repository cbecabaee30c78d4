// Leaving with words the server does not have asks first. Sending them is not leaving.
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-composer], form[data-guard]")
  if (form) form.dataset.dirty = "yes"
})

document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) delete event.target.dataset.dirty
})

addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-dirty]")) event.preventDefault()
})
