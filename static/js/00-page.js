// Says that script runs; sends the CSRF token of the page with what htmx sends.
document.documentElement.dataset.js = "on"

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]")
  if (token) event.detail.headers["X-CSRFToken"] = token.value
})
